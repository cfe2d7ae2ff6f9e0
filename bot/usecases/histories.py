"""Listening histories in, by the member's own wish: a file at once, an account page by page; never a play twice."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

from bot.errors import ImportDropped, LearningPaused, SegueError
from bot.sources.errors import SourceError, SourceOff
from bot.sources.histories import Counting, HistoryReport, Play, PlayKind, open_history
from bot.sources.naming import song_key
from bot.sources.protocol import ListensOf
from bot.sources.spotify_accounts_shapes import Heard as FromAccount
from bot.sources.spotify_accounts_shapes import Told
from bot.sources.together import Sources
from bot.store import Store
from bot.store.accounts import AccountService
from bot.store.histories import OWN
from bot.store.records import Covered, Heard, History, MemberId, NewSong, ServerId, SongId
from bot.usecases.choices import Choices
from bot.usecases.library import Library
from bot.usecases.linked import Linked
from bot.usecases.taste import Tastes

log = structlog.get_logger(__name__)

CATCH_UP = 6 * 3_600.0
"""Seconds between two rounds through the accounts that members follow."""
SAVED_EVERY = 23 * 3_600.0
"""Seconds after which what a member saved at Spotify is read again: a thousand songs take twenty calls of the day's."""
TOLD_EVERY = 2_000
"""Plays between two words of progress."""
MOST_TOLD = 5

Progress = Callable[[int], None]
"""Called with the plays read so far, from whatever thread reads; it may raise `ImportCancelled`."""
Check = Callable[[], None]
"""Raises `ImportDropped` once a member has had their listening deleted."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import brought.

    Attributes:
        plays: those that count; ``known`` were in already, ``spoken`` are episodes and audiobooks.
        songs: different songs among them, of which the catalogue has ``listed``.
        artists, genres: what was heard most, by plays.
    """

    source: str
    plays: int
    songs: int
    listed: int
    known: int
    spoken: int
    artists: tuple[str, ...]
    genres: tuple[str, ...]
    report: HistoryReport | None = None


@dataclass(slots=True)
class _Song:
    """One song of a history while it is read."""

    named: Play
    counting: Counting = field(default_factory=Counting)


@dataclass(slots=True)
class _Gathered:
    """A history while it is read: songs by key, and the stretch of time it covers, by source."""

    songs: dict[str, _Song] = field(default_factory=dict[str, _Song])
    known: int = 0
    spoken: int = 0
    plays: int = 0
    first: float = float("inf")
    last: float = float("-inf")

    def add(self, play: Play, covered: Iterable[Covered]) -> None:
        if play.kind is not PlayKind.SONG:
            self.spoken += 1
            return
        if any(play.at in stretch for stretch in covered):
            self.known += 1
            return
        self.plays += 1
        self.first, self.last = min(self.first, play.at), max(self.last, play.at)
        key = song_key(play.artist, play.title)
        self.songs.setdefault(key, _Song(play)).counting.add(play)

    def join(self, page: _Gathered) -> None:
        """Take a page in."""
        self.plays += page.plays
        self.spoken += page.spoken
        for key, song in page.songs.items():
            known = self.songs.setdefault(key, _Song(song.named))
            known.counting.join(song.counting)

    def counted(self) -> list[tuple[NewSong, Heard]]:
        """Every song with its counts; songs that nobody listed stay between the member and Segue."""
        found: list[tuple[NewSong, Heard]] = []
        for key, song in self.songs.items():
            heard = song.counting.heard()
            if heard.last is not None:
                counts = Heard(heard.plays, heard.replays, heard.skips, float(heard.last))
                found.append((_new(key, song.named), counts))
        return found


class Histories:
    """Reads histories and keeps what the engine needs of them: counts by song."""

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        library: Library,
        sources: Sources,
        linked: Linked,
        choices: Choices,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._choices = choices
        self._linked = linked
        self._sources = sources
        self._tastes = tastes
        self._library = library
        self._clock = clock
        # One import of a member after another: two of one file at once would both find nothing covered.
        self._turns: defaultdict[MemberId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._reading: set[asyncio.Task[None]] = set()
        self._forgets: list[Callable[[MemberId, str | None], None]] = []
        # How often listening of a member was deleted, of one source or (None) of all: what was begun before is given up.
        self._deletions: Counter[tuple[MemberId, str | None]] = Counter()

    def begun(self, member: MemberId, source: str | None = None) -> Check:
        """What to ask on the way of something that brings a member's listening in, from now on.

        It raises `ImportDropped` once they have had their listening deleted.
        """
        keys = {(member, None), (member, source)}
        before = {key: self._deletions[key] for key in keys}

        def check() -> None:
            if any(self._deletions[key] != count for key, count in before.items()):
                raise ImportDropped("What was brought was deleted meanwhile.")

        return check

    def leave_off(self, member: MemberId, source: str | None = None) -> None:
        """Have whatever brings a member's listening in give up, of one source or all: it is about to be deleted."""
        self._deletions[member, source] += 1

    def turn(self, member: MemberId) -> asyncio.Lock:
        """What is held by whoever changes what a member listened to."""
        return self._turns[member]

    def forgets(self, forget: Callable[[MemberId, str | None], None]) -> None:
        """Have somebody else drop what they hold in memory of a source, or of all, before it is deleted."""
        self._forgets.append(forget)

    async def take_file(
        self,
        *,
        server: ServerId,
        member: MemberId,
        file: Path,
        progress: Progress | None = None,
        begun: Check | None = None,
    ) -> Summary:
        """Take in an export as it was downloaded; the same one again, or one that overlaps, adds only what is new.

        All of it is written at once at the end: whatever breaks it off before leaves nothing.

        Args:
            begun: what `begun` gave when the member asked for it; now, where nothing was done before.

        Raises:
            HistoryError: it is no history, or too large; the sentence says what to send.
            ImportCancelled: the member changed their mind, or had their listening deleted; nothing was written.
            LearningPaused, StoreError: nothing was written.
        """
        self._choices.check(server, member)
        check = begun or self.begun(member)

        def told(plays: int) -> None:
            check()
            if progress is not None:
                progress(plays)

        async with self._turns[member]:
            now = self._clock()
            kept = self._store.histories
            known, stretches = await asyncio.gather(
                kept.of(member),
                asyncio.gather(*(kept.covered(member, source) for source in FILES.values())),
            )
            covered = dict(zip(FILES.values(), map(tuple, stretches), strict=True))
            source, gathered, counted, report = await asyncio.to_thread(_read, file, now, covered, told)
            check()
            before = (history for history in known if history.source == source)
            history = next(before, History(member, source, server))
            stretch = [Covered(gathered.first, gathered.last)] if gathered.plays else []
            numbers = await kept.record(replace(history, server=server, at=now), counted, stretch)
            await self.refresh(member)
        return self._summary(source, gathered, counted, numbers, report)

    async def follow(
        self,
        *,
        server: ServerId,
        member: MemberId,
        source: str,
        account: str,
        progress: Progress | None = None,
        anew: bool = True,
    ) -> Summary:
        """Read what an account has listened to since the last time, newest first, each page written as it comes.

        Whatever breaks it off, what was written stays, and the next time goes on there; another account than before
        takes its place.

        Args:
            anew: whether it may begin; else it only goes on with what the member still follows.

        Raises:
            SourceError: the service cannot be asked; the pages before are in.
            ImportCancelled: the member changed their mind; the pages before are in.
            ImportDropped: they had their listening deleted, or follow it no more; nothing is in.
            LearningPaused: nothing was read.
            StoreError: the page was not written; the pages before are in.
        """
        self._choices.check(server, member)
        service = self._sources.named(source)
        if not isinstance(service, ListensOf):
            raise SourceOff(source)
        check = self.begun(member, source)
        async with self._turns[member]:
            check()
            history = await self._store.histories.find(member, source)
            if not anew and (history is None or history.account != account):
                raise ImportDropped("It is followed no more.")
            if anew:
                await self._store.leaving.looked(server, member, there=True, at=self._clock())
            if history is not None and history.account != account:
                await self._store.histories.forget(member, source)
                history = None
            history = history or History(member, source, server, account)
            whole = _Gathered()
            numbers: dict[str, SongId] = {}
            try:
                while True:
                    history, page, written = await self._page(service, replace(history, server=server), check)
                    numbers |= written
                    whole.join(page)
                    if progress is not None:
                        progress(whole.plays)
                    if history.until is None:
                        break
            finally:
                await self.refresh(member)
        counted = whole.counted()
        return self._summary(source, whole, counted, [numbers[song.key] for song, _ in counted])

    async def _page(
        self, service: ListensOf, history: History, check: Check
    ) -> tuple[History, _Gathered, dict[str, SongId]]:
        """Read and write one page; with how far the history is in after it, and the songs by key."""
        account = history.account or ""
        found = await service.listens(account, before=history.until, after=history.since)
        check()
        page = _Gathered()
        for play in found.plays:
            page.add(play, ())
        newest = history.newest
        if newest is None:
            newest = float(found.plays[0].at) if found.plays else history.since
        done = found.older is None
        after = replace(
            history,
            since=newest if done else history.since,
            until=None if done else found.older,
            newest=None if done else newest,
            at=self._clock(),
        )
        counted = page.counted()
        numbers = await self._store.histories.record(after, counted)
        return after, page, {song.key: number for (song, _), number in zip(counted, numbers, strict=True)}

    async def read_linked(self, *, server: ServerId, member: MemberId, background: bool = False) -> int:
        """Read a member's linked Spotify account anew: what they saved and heard most, and their latest plays.

        All of it counts for the member's own taste alone, as Spotify's terms ask.

        Args:
            background: no member waits for it; then what they saved, which takes many calls, is read once a day only.

        Returns:
            how many different songs there were.

        Raises:
            LinkingOff, NotLinked, LinkLost: there is no account that could be read.
            LearningPaused, SourceError, StoreError: nothing was written.
            ImportDropped: the member's listening was deleted meanwhile.
        """
        self._choices.check(server, member)
        check = self.begun(member)
        async with self._turns[member]:
            check()
            if not background:
                await self._store.leaving.looked(server, member, there=True, at=self._clock())
            plays = await self._store.histories.find(member, LINKED_PLAYS)
            since = None if plays is None else plays.since
            before = await self._store.histories.find(member, LINKED_SAVED)
            now = self._clock()
            lately = background and before is not None and now < before.at + SAVED_EVERY
            linked = self._linked.in_background() if background else self._linked
            songs: dict[str, tuple[NewSong, Heard]] = {}
            recent: dict[str, tuple[NewSong, Heard]] = {}
            async for each in linked.heard(member, since=since if lately else None, plays_only=lately):
                song = _linked(each)
                if each.what is not Told.PLAY:
                    songs.setdefault(song.key, (song, Heard(1, SAID[each.what], 0, each.at or now)))
                elif each.at is not None and (since is None or each.at > since):
                    so_far = recent.get(song.key, (song, Heard(0, 0, 0, each.at)))[1]
                    recent[song.key] = (song, Heard(so_far.plays + 1, 0, 0, max(so_far.last, each.at)))
            check()
            newest = max([heard.last for _, heard in recent.values()], default=since)
            history = History(member, LINKED_PLAYS, server, since=newest, at=now)
            await self._store.histories.record(history, list(recent.values()))
            if not lately:
                check()
                saved = History(member, LINKED_SAVED, server, at=now)
                await self._store.histories.record(saved, list(songs.values()), instead=True)
            await self.refresh(member)
        return len(songs.keys() | recent.keys())

    def begin(self, member: MemberId, server: ServerId) -> None:
        """Read a Spotify account that was linked just now, beside everything else; what fails is tried in the next round."""
        task = asyncio.create_task(self._begun(member, server), name="linked account")
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _begun(self, member: MemberId, server: ServerId, *, background: bool = False) -> None:
        try:
            await self.read_linked(server=server, member=member, background=background)
        except SegueError as error:
            log.info("linked account not read", why=type(error).__name__)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Catch up with every account that is followed, a few times a day, for as long as the block lasts."""
        task = asyncio.create_task(self._catching_up(), name="histories")
        try:
            yield
        finally:
            for each in (task, *self._reading):
                each.cancel()
            await asyncio.gather(task, *self._reading, return_exceptions=True)

    async def _catching_up(self) -> None:
        while True:
            await asyncio.sleep(CATCH_UP)
            try:
                await self.catch_up()
            except Exception as error:
                log.warning("histories not read", error=str(error), exc_info=error)

    async def catch_up(self) -> int:
        """Go on with every account that a member has linked, whoever was served longest ago first; how many were."""
        done = 0
        for history in await self._store.histories.followed():
            try:
                await self.follow(
                    server=history.server,
                    member=history.member,
                    source=history.source,
                    account=history.account or "",
                    anew=False,
                )
            except SourceError as error:
                log.info("history not read", source=history.source, why=error.detail)
                continue
            except (LearningPaused, ImportDropped):
                continue
            done += 1
        for account in await self._store.accounts.at(AccountService.SPOTIFY):
            home = await self._store.histories.home(account.member)
            if home is not None:
                await self._begun(account.member, home, background=True)
                done += 1
        return done

    async def resume(self, server: ServerId, member: MemberId) -> None:
        """Have what is followed go on from now: what was heard while learning was paused is never read."""
        async with self._turns[member]:
            await self._store.histories.skip_to(server, member, self._clock())

    async def refresh(self, member: MemberId) -> None:
        """Have a member's listening counted from the next answer on."""
        self._tastes.listen(member, await self._store.histories.of_member(member))

    async def forget_account(self, member: MemberId, service: str) -> int:
        """Delete what was read from a member's account at a service; how many songs had counts."""
        names = (LINKED_PLAYS, LINKED_SAVED) if service == "spotify" else (service,)
        return sum([await self.forget(member, name) for name in names])

    async def forget(self, member: MemberId, source: str | None = None) -> int:
        """Delete what was brought of a member's listening, of one source or all; how many songs had counts."""
        self.leave_off(member, source)
        async with self._turns[member]:
            for forget in self._forgets:
                forget(member, source)
            gone = await self._store.histories.forget(member, source)
            await self.refresh(member)
        return gone

    def _summary(
        self,
        source: str,
        gathered: _Gathered,
        counted: list[tuple[NewSong, Heard]],
        numbers: list[SongId],
        report: HistoryReport | None = None,
    ) -> Summary:
        artists: Counter[str] = Counter()
        genres: Counter[str] = Counter()
        for (song, heard), number in zip(counted, numbers, strict=True):
            artists[song.artist] += heard.plays
            known = self._library.songs.get(number)
            for genre in known.genres[:3] if known else ():
                genres[genre] += heard.plays
        return Summary(
            source=source,
            plays=gathered.plays,
            songs=len(counted),
            listed=sum(number in self._library.songs for number in numbers),
            known=gathered.known,
            spoken=gathered.spoken,
            artists=_most(artists),
            genres=_most(genres),
            report=report,
        )


LINKED_PLAYS, LINKED_SAVED = f"{OWN}spotify-plays", f"{OWN}spotify-saved"
SAID = {Told.LIKE: 4, Told.TOP: 2}
"""As many repeats as make a saved song weigh about as much as a like, and one that was heard most a little less."""
FILES = {"spotify": "spotify-export", "listenbrainz": "listenbrainz-export"}
"""What a file's plays are kept under, by who recorded them: apart from what an account brings."""


def _read(
    file: Path, now: float, covered: Mapping[str, Iterable[Covered]], progress: Progress
) -> tuple[str, _Gathered, list[tuple[NewSong, Heard]], HistoryReport]:
    """Read a file to its end; blocking, so call it in a thread."""
    gathered, source = _Gathered(), ""
    with open_history(file, now=now) as history:
        for number, play in enumerate(history.plays(), start=1):
            source = FILES[play.source.value]
            gathered.add(play, covered[source])
            if not number % TOLD_EVERY:
                progress(number)
        report = history.report()
    return source or FILES["spotify"], gathered, gathered.counted(), report


def _new(key: str, play: Play) -> NewSong:
    ids = {"spotify": play.track_id, "isrc": play.isrc, "mbid": play.mbid}
    return NewSong(
        key=key,
        title=play.title,
        artist=play.artist,
        source="history",
        album=play.album,
        duration_ms=play.duration_ms,
        ids={service: number for service, number in ids.items() if number},
        listed=False,
    )


def _linked(heard: FromAccount) -> NewSong:
    return NewSong(
        key=song_key(heard.artist, heard.title),
        title=heard.title,
        artist=heard.artist,
        source="history",
        duration_ms=heard.duration_ms,
        ids=dict(heard.ids),
        listed=False,
    )


def _most(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, plays in counted.most_common(MOST_TOLD) if plays)
