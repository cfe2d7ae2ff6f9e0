"""Listening as Discord shows it, for members who agreed: what it teaches, and what somebody plays just now.

A member agrees in a server, and only what that server shows is read. Counting is per member: Discord tells of one presence
once for every shared server, and one song counts once. Whether others may see it is said per server too, and asked there.
Refusing ends it in all servers at once. What is counted is kept as ``own:discord``: it came from Spotify, so it counts for
the member's own taste alone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from bot.errors import (
    KeptToThemselves,
    ListeningNotRead,
    ListeningOff,
    NothingPlaying,
    SegueError,
    StoreError,
)
from bot.sources.naming import song_key
from bot.store import Store
from bot.store.histories import SEEN
from bot.store.records import Heard, History, ListeningConsent, MemberId, NewSong, ServerId, Song
from bot.usecases.choices import Choices
from bot.usecases.finding import Finder, Named
from bot.usecases.hearing import MOST, Hearing, Outcome
from bot.usecases.histories import Histories
from bot.usecases.library import Library
from bot.usecases.listening import Shown, Verdict

log = structlog.get_logger(__name__)

EVERY = 30.0
"""Seconds between two looks at what has become sure."""


@dataclass(frozen=True, slots=True)
class _Update:
    """An update that is not taken in yet; without a server, that nothing is seen from here on."""

    at: float
    server: ServerId | None
    song: Shown | None = None


class NowPlaying:
    """Takes presences in, counts them, and knows what is playing."""

    def __init__(
        self,
        store: Store,
        library: Library,
        finder: Finder,
        histories: Histories,
        choices: Choices,
        clock: Callable[[], float],
        *,
        on: bool,
    ) -> None:
        self.on = on
        self._choices = choices
        self._store = store
        self._library = library
        self._finder = finder
        self._histories = histories
        self._clock = clock
        self._consents: defaultdict[MemberId, dict[ServerId, ListeningConsent]] = defaultdict(dict)
        self._hearings: dict[MemberId, Hearing] = {}
        self._waiting: defaultdict[MemberId, list[_Update]] = defaultdict(list)
        self._lost: float | None = None
        histories.forgets(self._forget)

    async def load(self) -> None:
        """Read who agreed, and go on with what was not counted yet."""
        for consent in await self._store.presence.consents():
            self._consents[consent.member][consent.server] = consent
        states = await self._store.presence.states()
        for member, consents in self._consents.items():
            since = min(consent.at for consent in consents.values())
            self._hearings[member] = Hearing.load(states[member]) if member in states else Hearing(since)

    def consent(self, server: ServerId, member: MemberId) -> ListeningConsent | None:
        """What a member agreed to in a server, if anything."""
        return self._consents.get(member, {}).get(server)

    async def agree(self, server: ServerId, member: MemberId, *, visible: bool) -> None:
        """Read a member's listening from now on, as far as this server shows it.

        Raises:
            ListeningOff: whoever runs Segue has not turned it on.
            StoreError: nothing has changed.
        """
        if not self.on:
            raise ListeningOff("Presences are not read here.")
        async with self._histories.turn(member):
            consent = ListeningConsent(server, member, visible, self._clock())
            await self._store.presence.agree(consent)
            self._consents[member][server] = consent
            self._hearings.setdefault(member, Hearing(consent.at))

    async def refuse(self, member: MemberId, *, forget: bool) -> int:
        """Read nothing more of a member, in any server; what is under way is dropped.

        Args:
            forget: delete what was learnt as well.

        Returns:
            how many songs had counts that were deleted.

        Raises:
            StoreError: it could not be written down; nothing is read all the same, until the next start.
        """
        # Before anything is awaited: not one update more is taken in.
        self._drop(member)
        async with self._histories.turn(member):
            self._drop(member)  # whoever agreed in between meant it before this
            await self._store.presence.refuse(member)
        return await self._histories.forget(member, SEEN) if forget else 0

    async def look_away(self, member: MemberId) -> None:
        """Have what plays now count no more, as learning is paused."""
        if member in self._hearings:
            self._waiting[member].append(_Update(self._clock(), None))
            await self._take_in(member)

    def drop(self, server: ServerId | None, member: MemberId | None) -> None:
        """Have no consent in memory that was deleted just now; who has none left is heard no more."""
        for each in [member] if member is not None else list(self._consents):
            consents = self._consents.get(each, {})
            for one in [server] if server is not None else list(consents):
                consents.pop(one, None)
            if not consents:
                self._drop(each)

    async def see(self, server: ServerId, member: MemberId, song: Shown | None) -> None:
        """Take one update of a presence in; whoever did not agree in that server is passed over."""
        if not self.on or self.consent(server, member) is None:
            return
        if self._choices.member(server, member).paused:
            return
        hearing = self._up_to_now(member)
        if hearing is None or hearing.repeats(server, song):
            return  # something else has changed: a status, a game
        self._waiting[member].append(_Update(self._clock(), server, song))
        del self._waiting[member][:-MOST]  # while the store cannot be written
        await self._take_in(member)

    def away(self) -> None:
        """The line to Discord is cut: it may be taken up again, or what comes meanwhile is lost."""
        if self._lost is None:
            self._lost = self._clock()

    def resumed(self) -> None:
        """The line was taken up again, and Discord tells what came meanwhile."""
        self._lost = None

    def back(self) -> None:
        """A new line: what came meanwhile is lost."""
        if self._lost is not None:
            for member in self._hearings:
                self._waiting[member].append(_Update(self._lost, None))
        self._lost = None

    def may_ask(self, server: ServerId, asker: MemberId, member: MemberId) -> None:
        """Make sure that the asker may know what a member plays, and that something plays.

        Raises:
            ListeningOff: whoever runs Segue has not turned it on.
            ListeningNotRead: the asker's own listening is not read in this server.
            KeptToThemselves: the member does not show it in this server.
            NothingPlaying: no song is shown.
        """
        if not self.on:
            raise ListeningOff("Presences are not read here.")
        consent = self.consent(server, member)
        if asker == member and consent is None:
            raise ListeningNotRead("Not turned on.")
        if consent is None or (asker != member and not consent.visible):
            raise KeptToThemselves("Not shown.")
        if self.shown(member) is None:
            raise NothingPlaying("No song is shown.", own=asker == member)

    async def song(self, member: MemberId) -> tuple[Shown, Song | None]:
        """What a member plays, and the song of the catalogue that it is, if any; for who `may_ask`.

        Raises:
            NothingPlaying: it is over just now.
        """
        shown = self.shown(member)
        if shown is None:
            raise NothingPlaying("No song is shown.", own=False)
        return shown, await self._song(shown)

    def shown(self, member: MemberId) -> Shown | None:
        """The song that is shown now; not for anybody's eyes before `may_ask`."""
        hearing = self._up_to_now(member)
        return None if hearing is None else hearing.playing(self._clock())

    async def _song(self, shown: Shown) -> Song | None:
        """The song in the catalogue, or as the sources know it: then it is in the catalogue too."""
        known = self._library.linked("spotify", shown.track)
        if known is None:
            keys = await self._store.catalog.by_key([song_key(shown.artist, shown.title)])
            known = next((song for each in keys.values() if (song := self._library.songs.get(each))), None)
        if known is not None or not self._finder.able:
            return known
        try:
            return await self._finder.named(
                Named(shown.artist, shown.title, duration_ms=round(shown.duration * 1_000))
            )
        except SegueError as error:
            log.info("playing song not looked up", why=type(error).__name__)
            return None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Count what has become sure, for as long as the block lasts; at its end, write down where it stands."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._going_on(stop), name="listening")
        try:
            yield
        finally:
            # Never cancelled: nobody would know whether what was being written down counts.
            stop.set()
            await task
            self.away()
            self.back()
            await self.turn()

    async def _going_on(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)
            try:
                await self.turn()
            except Exception as error:
                log.warning("listening not counted", error=str(error), exc_info=error)

    async def turn(self) -> None:
        """Count, of every member, what has become sure."""
        for member in list(self._hearings):
            await self._take_in(member)

    async def _take_in(self, member: MemberId) -> None:
        """Take waiting updates in and count what they made sure, both at once or not at all."""
        async with self._histories.turn(member):
            before, after = self._hearings.get(member), self._up_to_now(member)
            if before is None or after is None or not self._consents.get(member):
                return
            waiting = self._waiting.pop(member, [])
            outcomes = after.settle(self._clock())
            try:
                if waiting or outcomes:
                    await self._keep(member, after, outcomes)
            except StoreError as error:
                log.warning("listening not saved", error=str(error))
                if self._hearings.get(member) is before:
                    self._waiting[member][:0] = waiting
                return
            if self._hearings.get(member) is before:
                self._hearings[member] = after
            if outcomes:
                await self._felt(member)

    def _up_to_now(self, member: MemberId) -> Hearing | None:
        """What is known of a member with what waits to be taken in."""
        known = self._hearings.get(member)
        if known is None:
            return None
        hearing = known.copy()
        for each in self._waiting.get(member, ()):
            if each.server is None:
                hearing.lose(each.at)
            else:
                hearing.see(each.at, each.server, each.song)
        return hearing

    async def _keep(self, member: MemberId, hearing: Hearing, outcomes: list[Outcome]) -> None:
        now = self._clock()
        if not outcomes:
            await self._store.presence.keep(member, hearing.dump(), now)
            return
        home = next(iter(self._consents[member]))
        history = History(member, SEEN, home, at=now)
        await self._store.histories.record(history, counted(outcomes), state=hearing.dump())

    async def _felt(self, member: MemberId) -> None:
        """Have what was counted change the next answer; it is written down already."""
        try:
            await self._histories.refresh(member)
        except StoreError as error:
            log.warning("listening counts from the next time on", error=str(error))

    def _drop(self, member: MemberId) -> None:
        """Have nothing of a member in memory any more."""
        for table in (self._consents, self._waiting, self._hearings):
            table.pop(member, None)

    def _forget(self, member: MemberId, source: str | None) -> None:
        """Drop what is under way; whoever still agrees begins anew."""
        if source not in (None, SEEN):
            return
        self._waiting.pop(member, None)
        if self._hearings.pop(member, None) is not None:
            self._hearings[member] = Hearing(self._clock())


def counted(outcomes: Iterable[Outcome]) -> list[tuple[NewSong, Heard]]:
    """Outcomes as counts by song; a song that the catalogue does not have is shown to nobody."""
    return [
        (
            NewSong(
                key=song_key(each.song.artist, each.song.title),
                title=each.song.title,
                artist=each.song.artist,
                source="history",
                duration_ms=round(each.song.duration * 1_000),
                ids={"spotify": each.song.track},
                listed=False,
            ),
            Heard(
                plays=int(each.verdict is Verdict.PLAY),
                repeats=int(each.repeat),
                skips=int(each.verdict is Verdict.SKIP),
                last=each.at,
            ),
        )
        for each in outcomes
    ]
