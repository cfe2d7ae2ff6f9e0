"""From what Discord shows of one member's Spotify to plays and skips: no Discord, no clock, no store.

Sightings become listenings (`listenings`), and a listening becomes a play, a skip or nothing (`Listening.verdict`). How
long a song was heard is known between two bounds; only what holds for both counts, so that nothing is invented:

- heard for 30 seconds, or for half of a song shorter than a minute: a play;
- left before that for another song: a skip. Whoever only stops has not skipped;
- a pause, a seek or a hidden status goes on with the same listening; so does a song that is begun again before it was played,
  unless it was away for ten minutes; begun again after it was played, it is a new one;
- a song that is first seen in its middle, or after the bot was away, may have been heard before: it is no skip;
- while the bot was away anything may have happened, unless the same start says that it played on, or the next song began
  as this one ended.

A song is named by its track id and start; the same again, from another server, says nothing new. Spotify moves the start at
each pause and seek. Sightings may come in any order: they are put in the order of their times. One that turns out to have
begun before its forerunner puts what was counted of that time in doubt, and in doubt nothing counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

HEARD = 30.0
"""Seconds after which a song was played."""
PAUSED = 600.0
"""Seconds after which whoever goes on with another song has not left the one before for it."""
BEGINNING = 10.0
"""Seconds within which a song counts as having been begun: Discord tells a few seconds late."""
ABOUT = 3.0
"""Seconds by which two moments may differ and be the same."""
LINGERING = 30.0
"""Seconds that a song may go on being shown after its end."""

Key = tuple[str, float]


class Verdict(StrEnum):
    """What a listening says of its song."""

    PLAY = "play"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Shown:
    """A song as a presence shows it.

    Attributes:
        start, end: of the song, were it played through from where it is now; unix seconds by the member's clock.
        created: since when it is shown so, by Discord's clock; None where it does not say.
    """

    track: str
    title: str
    artist: str
    start: float
    end: float
    created: float | None = None

    @property
    def key(self) -> Key:
        """What this stretch of uninterrupted playing is known by."""
        return self.track, self.start

    @property
    def duration(self) -> float:
        """Of the song, in seconds."""
        return max(0.0, self.end - self.start)

    @property
    def enough(self) -> float:
        """Seconds that make a play."""
        return min(HEARD, self.duration / 2)

    def moment(self, at: float, *, sure: bool = True) -> float:
        """When it began to be shown so: as Discord says if that can be, else as seen, inside the song's own times."""
        if self.created is not None and self.start - BEGINNING <= self.created <= at + 1:
            return self.created
        return min(max(at, self.start), self.end) if sure else self.start


@dataclass(frozen=True, slots=True)
class Sighting:
    """One update: what a server showed at a time.

    Attributes:
        song: None when no song is shown any more.
        sure: False when the clock had gone back, so that nobody knows how long it was since the last one.
        lost: from here on nothing was seen, until the next one; ``server`` and ``song`` mean nothing then.
    """

    at: float
    server: int
    song: Shown | None = None
    sure: bool = True
    lost: bool = False


@dataclass(slots=True)
class Listening:
    """One song, from the beginning until it is left for another one, and between which bounds it was heard.

    Attributes:
        first: the place of the sighting that began it.
        since: when it began to run, or went on; None while it is paused, since ``left``.
        lost: since when nobody saw whether it ran.
        ended: when another song followed; None while that has not happened.
        skipped: whether it was left for that one.
    """

    song: Shown
    first: int
    begun: float
    since: float | None
    left: float | None = None
    lost: float | None = None
    low: float = 0.0
    high: float = 0.0
    ended: float | None = None
    skipped: bool = False
    doubtful: bool = False

    @property
    def played(self) -> bool:
        """Whether it surely was heard for long enough."""
        return not self.doubtful and self.low >= self.song.enough > 0

    @property
    def verdict(self) -> Verdict | None:
        """What it says so far."""
        if self.played:
            return Verdict.PLAY
        sure = self.skipped and not self.doubtful and self.high < self.song.enough
        return Verdict.SKIP if sure else None

    def pause(self, sighting: Sighting) -> None:
        """It is shown no more."""
        if self.since is None:
            return
        if not sighting.sure:
            self._heard(self.since, float("inf"))
        elif sighting.at - self.since > self.song.duration + LINGERING:
            # Nothing is shown for so long after its end: a clock was set, or somebody forgot to tell.
            self._heard(self.since, self.since + self.song.duration)
        else:
            self._heard(self.lost or sighting.at, sighting.at)
        self.since, self.left, self.lost = None, sighting.at, None

    def lose(self, moment: float) -> None:
        """From here on nobody sees whether it runs, or goes on after its pause."""
        if self.since is None:
            self.high = float("inf")
        elif self.lost is None:
            self.lost = moment

    def still(self) -> None:
        """It is shown with the same start again: it ran all the time, seen or not."""
        if self.since is None:
            self.since, self.left = self.left, None
        self.lost = None

    def go_on(self, song: Shown, moment: float) -> None:
        """The same song from another place, or after a pause."""
        if self.since is not None:
            self._heard(self.lost or moment, moment)
        self.song, self.since, self.left, self.lost = song, moment, None, None

    def end(self, song: Shown, moment: float) -> None:
        """Another song follows, or the same one anew: then it was not left."""
        self.ended = moment
        other = song.track != self.song.track
        if self.since is None:
            self.skipped = other and self.left is not None and moment - self.left <= PAUSED
            return
        self._heard(moment if self.through_to(song, moment) else self.lost or moment, moment)
        self.skipped = other
        self.since = None

    def through_to(self, song: Shown, moment: float) -> bool:
        """Whether that song began just when this one, running, came to its end."""
        begun = abs(song.start - self.song.end) <= ABOUT and moment - song.start <= BEGINNING
        return begun and self.since is not None

    def begun_anew(self, song: Shown, moment: float) -> bool:
        """Whether the same song, shown with another start, was put on again."""
        at = moment if self.since is not None else self.left or moment
        place, before = moment - song.start, at - self.song.start
        goes_on = abs(place - before) <= ABOUT and place >= before / 2
        if goes_on or place > BEGINNING:
            return False
        return moment - at > PAUSED or self._so_far(at) >= self.song.enough

    def _so_far(self, moment: float) -> float:
        running = 0.0 if self.since is None else max(0.0, (self.lost or moment) - self.since)
        return self.low + min(running, self.song.duration)

    def _heard(self, surely: float, at_most: float) -> None:
        """Add the stretch that ran up to one of these moments."""
        since = self.since or 0.0
        self.doubtful |= at_most < since - 1
        self.low += min(max(0.0, surely - since), self.song.duration)
        self.high += min(max(0.0, at_most - since), self.song.duration)


@dataclass(slots=True)
class Memory:
    """What is still known of sightings that nobody needs any more.

    Attributes:
        shows: what each server shows now; ``showed``, what it showed before it said that there was nothing more.
        keys: stretches that were seen; the same again is a repetition.
    """

    shows: dict[int, Key] = field(default_factory=dict[int, Key])
    showed: dict[int, Key] = field(default_factory=dict[int, Key])
    keys: dict[Key, None] = field(default_factory=dict[Key, None])

    def copy(self) -> Memory:
        """One of its own."""
        return Memory(dict(self.shows), dict(self.showed), dict(self.keys))


def in_order(sightings: Iterable[Sighting]) -> list[Sighting]:
    """By their times; those of one moment as they came."""
    return sorted(sightings, key=lambda each: each.at)


def listenings(sightings: Iterable[Sighting], before: Memory | None = None) -> list[Listening]:
    """The songs that sightings tell of, in any order, and how long each was heard."""
    return walked(sightings, before)[0]


def walked(sightings: Iterable[Sighting], before: Memory | None = None) -> tuple[list[Listening], Memory]:
    """The same, with what is to be remembered once the sightings are gone."""
    walk = _Walk(before.copy() if before else Memory())
    for place, sighting in enumerate(in_order(sightings)):
        walk.step(place, sighting)
    return walk.found, walk.memory


class _Walk:
    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.found: list[Listening] = []
        self.blind = False

    @property
    def now(self) -> Listening | None:
        """The song that was seen last."""
        return self.found[-1] if self.found else None

    def step(self, place: int, sighting: Sighting) -> None:
        now = self.now
        if sighting.lost:
            self.blind = True
            if now is not None:
                now.lose(sighting.at)
        elif sighting.song is None:
            self._gone(sighting)
        elif sighting.song.key in self.memory.keys:
            self._repeated(sighting.server, sighting.song.key)
        else:
            self.memory.keys[sighting.song.key] = None
            self.memory.shows[sighting.server] = sighting.song.key
            self._new(place, sighting, sighting.song)

    def _gone(self, sighting: Sighting) -> None:
        """Only what this server showed is over: another one may have told of the next song already."""
        key = self.memory.shows.pop(sighting.server, None)
        if key is None:
            return
        self.memory.showed[sighting.server] = key
        if self.now is not None and self.now.song.key == key:
            self.now.pause(sighting)

    def _repeated(self, server: int, key: Key) -> None:
        """A server that shows again what it had shown says that it plays on; a late one only repeats."""
        again = key in (self.memory.shows.get(server), self.memory.showed.get(server))
        self.memory.shows[server] = key
        if again and self.now is not None and self.now.song.key == key:
            self.now.still()
            self.blind = False

    def _new(self, place: int, sighting: Sighting, song: Shown) -> None:
        now, moment = self.now, song.moment(sighting.at, sure=sighting.sure)
        fresh = moment - song.start <= BEGINNING
        if now is None:
            self._begin(place, song, moment, known=fresh)
        elif song.created is not None and moment < now.begun - 1:
            for each in self.found:
                each.doubtful |= each.begun <= moment < (each.ended or float("inf"))
        elif song.track == now.song.track and not ((self.blind and fresh) or now.begun_anew(song, moment)):
            now.go_on(song, moment)
            self.blind = False
        else:
            known = fresh and (not self.blind or now.through_to(song, moment))
            now.end(song, moment)
            self._begin(place, song, moment, known=known)

    def _begin(self, place: int, song: Shown, moment: float, *, known: bool) -> None:
        """A song that was not there before; unless its beginning is known, it may have been heard for longer."""
        high = 0.0 if known else float("inf")
        self.found.append(Listening(song, place, moment, moment, high=high))
        self.blind = False
