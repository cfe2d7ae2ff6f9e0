"""What the weekly discovery of a server is made of: its parts, mixed."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeVar

from bot.errors import EmptyCatalog, NothingLeft
from bot.folding import fold
from bot.store import Store
from bot.store.records import (
    DiscoverySettings,
    ItemKind,
    MemberId,
    Part,
    Post,
    PostKind,
    ServerId,
    Slot,
    SongId,
    StoredReason,
)
from bot.usecases.blocks import Blocks
from bot.usecases.choices import Choices
from bot.usecases.choosing import Choosing
from bot.usecases.library import Library
from bot.usecases.parts import WEEKS, Received, faded, quotas
from bot.usecases.picking import Picker, Question, stored
from bot.usecases.songs import Songs, credited
from bot.usecases.taste import DAY, Tastes
from bot.usecases.verdicts import verdict
from recommender import Dial

NEW_WEEKS = 8
"""A release is new for so long."""
ACTIVE_DAYS = 28
"""Who answered or listened within so many days is active."""
FEW_ANSWERS = 15
"""With fewer answers, the post says that it is a guess."""
FEW_VOICES = 2
"""A post that fewer members answered says nothing of its artists."""
ROUNDS = 4
"""How often the engine is asked again where an artist was there already."""
MOST_FINDS, MOST_RELEASES = 300, 2_000
# recommender.md: one or two of ten slots explore. Two while little is known of a server, one from so many answers on.
EXPLORE_EVERY = 5
KNOWN_AFTER = 60

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Composition:
    """The songs of one week, not yet a post.

    Attributes:
        question: what was asked, for `Picker.publish`: its server, and no member.
        slots: numbered from 1, part by part, each with its `Slot.part`.
        query: JSON values that the card, its closing and the insights need beside the slots: ``week``; ``dial``, ``language`` and ``poll`` as set;
            ``answers``, how many there are so far, where that is little to go on; and of the week before ``last``: how many of
            its songs were liked, of how many, and its favourite.
    """

    question: Question
    slots: tuple[Slot, ...]
    query: dict[str, object]


class Mixed:
    """The songs chosen so far, at most one of an artist."""

    def __init__(self, library: Library, count: int) -> None:
        self._library = library
        self._artists: set[str] = set()
        self._count = count
        self.slots: list[Slot] = []

    @property
    def room(self) -> int:
        """How many songs are still wanted."""
        return self._count - len(self.slots)

    def take(self, slot: Slot) -> bool:
        """Take a song in, unless there is no room or one of its artists is there."""
        song = self._library.songs.get(slot.song)
        if song is None or self.room < 1:
            return False
        artists = {fold(name) for name in credited(song)}
        if artists & self._artists:
            return False
        self._artists |= artists
        self.slots.append(slot)
        return True

    def taken(self) -> set[SongId]:
        """Every song of an artist that is there."""
        return {song for artist in self._artists for song in self._library.with_artist(artist)}


class Composer:
    """Mixes the parts of a week. It writes nothing: asking twice shows nobody anything.

    ``await composer.compose(settings, "2026-W47")`` gives a `Composition`;
    ``await picker.publish(PostKind.WEEKLY, made.question, list(made.slots), channel=…, query=made.query)`` makes it a post.
    Whoever answers it (`Feedback`, or `Tastes.apply` with `Library.learn`) changes what the next week is made of.
    """

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        library: Library,
        picker: Picker,
        blocks: Blocks,
        choices: Choices,
        choosing: Choosing,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._tastes = tastes
        self._library = library
        self._picker = picker
        self._blocks = blocks
        self._choices = choices
        self._choosing = choosing
        self._clock = clock
        self._released: tuple[Songs, str, tuple[SongId, ...]] | None = None

    async def compose(self, settings: DiscoverySettings, week: str) -> Composition:
        """Choose the songs of a week, such as ``2026-W47``.

        Raises:
            EmptyCatalog, NothingLeft: no song is new to this server.
        """
        if not self._library.songs:
            raise EmptyCatalog("The catalogue is empty.")
        server, parts = settings.server, settings.parts or tuple(Part)
        past = await self._store.posts.past(PostKind.WEEKLY, server, WEEKS)
        shared = quotas(
            settings.count,
            parts,
            self.received(past),
            little_known=self._choices.server(server).little_known,
        )
        active = self.active(server)
        met = await self._picker.met(server) | self._resting(past)
        question = self._question(settings, active, met)
        mixed = Mixed(self._library, settings.count)
        # Those that have least to choose from choose first; whatever they leave is for everybody.
        await self._finds(mixed, question, shared.get(Part.FINDS, 0))
        await self._releases(mixed, question, shared.get(Part.RELEASES, 0))
        await self._members(mixed, question, shared.get(Part.MEMBERS, 0), active)
        rare = Part.LITTLE_KNOWN if Part.LITTLE_KNOWN in parts else Part.ALL
        await self._little_known(mixed, question, shared.get(Part.LITTLE_KNOWN, 0), rare)
        await self._for_all(mixed, question)
        if not mixed.slots:
            raise NothingLeft("No song is new to this server.")
        slots = _in_order(mixed.slots, [*parts, Part.ALL])
        return Composition(question, slots, await self._told(settings, week, past))

    def received(self, past: Iterable[Post]) -> dict[Part, Received]:
        """How each part of these weekly posts, the newest first, was received by their server."""
        return faded(self._of_one(post) for post in past)

    def _of_one(self, post: Post) -> dict[Part, Received]:
        found: dict[Part, Received] = {}
        for slot in post.slots:
            counts, part = self._tastes.counts(post.server, slot.song), slot.part or Part.ALL
            answers = counts.likes + counts.skips + counts.dislikes
            found[part] = found.get(part, Received()).also(counts.likes, answers)
        return found

    def _resting(self, past: Iterable[Post]) -> set[SongId]:
        """Songs by artists who were liked less than is usual here: they rest while those posts are looked back on.

        What is usual is how often members who answered a post liked a song of it, over all of these posts.
        """
        whole, by_artist = Received(), dict[str, Received]()
        for post in past:
            answered = len({who for s in post.slots for who in self._tastes.voices(post.server, s.song)})
            if answered < FEW_VOICES:
                continue
            for slot in post.slots:
                likes = self._tastes.counts(post.server, slot.song).likes
                whole = whole.also(likes, answered)
                song = self._library.songs.get(slot.song)
                for artist in () if song is None else {fold(name) for name in credited(song)}:
                    by_artist[artist] = by_artist.get(artist, Received()).also(likes, answered)
        return {
            song
            for artist, received in by_artist.items()
            if received.likes * whole.answers < whole.likes * received.answers
            for song in self._library.with_artist(artist)
        }

    def _question(
        self, settings: DiscoverySettings, active: Collection[MemberId], met: Collection[SongId]
    ) -> Question:
        """What is asked for everybody; what members chose to begin with tilts it until their answers speak."""
        server = settings.server
        wishes = [self._choosing.wishes(server, member) for member in self._choosing.choosers(server)]
        return Question(
            server=server,
            member=None,
            count=settings.count,
            dial=Dial(settings.dial),
            whole_server=True,
            per_artist=1,
            tags=_mean([wish.tags for wish in wishes]),
            decades=_mean([wish.decades for wish in wishes]),
            tilt=_mean([wish.taste for wish in wishes]),
            leave_out=self._unwanted(server, active),
            met=met,
        )

    def _unwanted(self, server: ServerId, active: Collection[MemberId]) -> set[SongId]:
        """What at least half of the active members have blocked: that is not for everybody."""
        blocked = Counter(song for member in active for song in self._blocks.songs(server, member))
        return {song for song, times in blocked.items() if 2 * times >= len(active)}

    def active(self, server: ServerId) -> list[MemberId]:
        """Who answered or listened lately, or chose what to begin with; by their ids."""
        since = self._clock() - ACTIVE_DAYS * DAY
        found = {member for member in self._tastes.members(server) if self._last(server, member) >= since}
        return sorted(found.union(self._choosing.choosers(server)))

    def _last(self, server: ServerId, member: MemberId) -> float:
        heard = (each.last for each in self._tastes.heard(member, own=False).values())
        return max(self._tastes.lately(server, member), max(heard, default=0.0))

    # ---------------------------------------------------------------- the parts

    async def _for_all(self, mixed: Mixed, question: Question) -> None:
        """Fill what is left; some of it explores."""
        explore = min(mixed.room, self._exploring(question))
        for _ in range(ROUNDS):
            if mixed.room < 1:
                return
            # Little-known artists had their share already.
            asked = replace(question, count=mixed.room, explore=min(explore, mixed.room), little_known=0.0)
            if not await self._fill(mixed, asked, Part.ALL):
                return
            explore = 0

    def _exploring(self, question: Question) -> int:
        """How many songs explore: half as many, and still one, once the server is known."""
        places = question.count // EXPLORE_EVERY
        known = self._answers(question.server, KNOWN_AFTER) >= KNOWN_AFTER
        return max(places // 2, 1) if known else places

    async def _little_known(self, mixed: Mixed, question: Question, count: int, part: Part) -> None:
        wanted = len(mixed.slots) + count
        for _ in range(ROUNDS):
            missing = min(wanted - len(mixed.slots), mixed.room)
            if missing < 1:
                return
            asked = replace(question, count=missing, little_known=1.0)
            if not await self._fill(mixed, asked, part, only=self._library.little_known):
                return

    async def _members(
        self, mixed: Mixed, question: Question, count: int, active: Sequence[MemberId]
    ) -> None:
        """One for each active member, as far as there is room; whose turn it is moves on from week to week."""
        if not active or count < 1:
            return
        named = set(await self._store.tastes.visible(question.server))
        turn = int(self._clock() // (7 * DAY)) * count % len(active)
        wanted = len(mixed.slots) + count
        for member in (*active[turn:], *active[:turn]):
            if len(mixed.slots) >= wanted:
                return
            agreed = member in named and not self._choices.member(question.server, member).hidden
            asked = Question(
                server=question.server,
                member=None,
                of=member,
                count=1,
                dial=question.dial,
                per_artist=1,
                leave_out=question.met or (),
            )
            await self._fill(mixed, asked, Part.MEMBERS, whom=member if agreed else None)

    async def _releases(self, mixed: Mixed, question: Question, count: int) -> None:
        met = {*(question.met or ()), *question.leave_out}
        new = [song for song in await self._new() if song not in met]
        await self._best(mixed, question, new, Part.RELEASES, count)

    async def _finds(self, mixed: Mixed, question: Question, count: int) -> None:
        """What members brought and nobody has answered yet, with who brought it."""
        met = {*await self._picker.met(question.server, strict=False), *question.leave_out}
        brought = await self._store.posts.finds(question.server, MOST_FINDS)
        waiting = [song for song in brought if song not in met and self._is_song(song)]
        await self._best(mixed, question, waiting, Part.FINDS, count, credit=brought)

    # ------------------------------------------------------------ how they choose

    async def _fill(
        self,
        mixed: Mixed,
        question: Question,
        part: Part,
        *,
        whom: MemberId | None = None,
        only: Callable[[Iterable[SongId]], Collection[SongId]] | None = None,
    ) -> bool:
        """Ask the engine; whether anything came."""
        asked = replace(question, leave_out={*question.leave_out, *mixed.taken()})
        picks = await self._picker.pick(asked)
        allowed = None if only is None else only(slot.song for slot in picks)
        before = len(mixed.slots)
        for slot in picks:
            if allowed is None or slot.song in allowed:
                mixed.take(replace(slot, part=part, whom=whom, reasons=slot.reasons or _plain(part)))
        return len(mixed.slots) > before

    async def _best(
        self,
        mixed: Mixed,
        question: Question,
        songs: Collection[SongId],
        part: Part,
        count: int,
        *,
        credit: Mapping[SongId, MemberId] | None = None,
    ) -> None:
        """Take the songs of a few that fit the server best; those that the engine does not know yet come last."""
        wanted, now = len(mixed.slots) + count, self._clock()
        scores = self._picker.scores(question, songs, now) if count else {}
        for song in sorted(songs, key=lambda song: -scores.get(song, float("-inf"))):
            if len(mixed.slots) >= wanted:
                return
            slot = Slot(0, song, scores.get(song, 0.0), part=part, brought=(credit or {}).get(song))
            if mixed.take(slot):
                explanation = self._picker.explain(question, song, now)
                reasons = () if explanation is None else stored(explanation.reasons)
                mixed.slots[-1] = replace(slot, reasons=reasons or _plain(part))
                await asyncio.sleep(0)

    async def _new(self) -> tuple[SongId, ...]:
        """Songs of the last weeks, the newest first."""
        songs, today = self._library.now.songs, datetime.fromtimestamp(self._clock(), UTC).date()
        since = (today - timedelta(weeks=NEW_WEEKS)).isoformat()
        until = today.isoformat()
        if self._released is None or self._released[0] is not songs or self._released[1] != until:
            found = await asyncio.to_thread(_between, songs, since, until)
            self._released = songs, until, found
        return self._released[2]

    def _is_song(self, song: SongId) -> bool:
        found = self._library.songs.get(song)
        return found is not None and found.kind is ItemKind.SONG

    # ----------------------------------------------------------------- what is told

    async def _told(self, settings: DiscoverySettings, week: str, past: list[Post]) -> dict[str, object]:
        told: dict[str, object] = {"week": week, "dial": settings.dial}
        if settings.language is not None:
            told["language"] = settings.language
        if settings.poll:
            told["poll"] = True
        server = settings.server
        answers = self._answers(server, FEW_ANSWERS)
        if answers < FEW_ANSWERS:
            told["answers"] = answers
        if past:
            voted = await self._store.polls.winner(past[0].id)
            told["last"] = verdict(past[0], self._tastes, voted).kept()
        return told

    def _answers(self, server: ServerId, enough: int) -> int:
        """How many answers there are to go on, counted until they are enough."""
        said = (song for m in self._tastes.members(server) for song in self._tastes.answered(server, m))
        return sum(1 for _ in islice(said, enough))


def _plain(part: Part) -> tuple[StoredReason, ...]:
    """What can be said of any song of a part."""
    return (StoredReason(f"part_{part.value}", 1.0),)


def _between(songs: Songs, since: str, until: str) -> tuple[SongId, ...]:
    """Songs with a day of release within these two, both ends included, the newest first."""
    dated = [
        (song.released, number)
        for number, song in songs.by_id.items()
        if song.released is not None
        and len(song.released) == len(since)
        and since <= song.released <= until
        and song.kind is ItemKind.SONG
    ]
    return tuple(number for _, number in sorted(dated, reverse=True)[:MOST_RELEASES])


def _in_order(slots: Iterable[Slot], parts: Iterable[Part]) -> tuple[Slot, ...]:
    """Number songs part by part, what explores at the end of its part."""
    places = {part: place for place, part in reversed(list(enumerate(parts)))}
    ordered = sorted(slots, key=lambda slot: (places[slot.part or Part.ALL], slot.explored))
    return tuple(replace(slot, number=number) for number, slot in enumerate(ordered, start=1))


def _mean(each: Sequence[Mapping[K, float]]) -> dict[K, float]:
    """The mean of what several wish for; what somebody does not name counts 0."""
    total: defaultdict[K, float] = defaultdict(float)
    for wished in each:
        for key, weight in wished.items():
            total[key] += weight / len(each)
    return dict(total)
