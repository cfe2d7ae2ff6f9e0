"""One member's listening while it goes on: what was seen lately, what was counted of it, and how both survive a restart.

An outcome is told once: when the song after it has been seen for a minute (till then a late sighting may put it in doubt), or
when a played song has been paused for long. What it was told from is forgotten then.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.sources.naming import song_key
from bot.usecases.listening import (
    BEGINNING,
    HEARD,
    PAUSED,
    Key,
    Listening,
    Memory,
    Shown,
    Sighting,
    Verdict,
    in_order,
    listenings,
    walked,
)

SETTLED = 60.0
"""Seconds after which no late sighting is waited for."""
AGAIN = 86_400.0
"""Seconds within which a play after a play is a repeat, as in every other history."""
MOST = 400
"""Sightings that are kept at most: whoever makes more within one song is not listening."""
MOST_KEYS = 64


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a song's being heard came to."""

    song: Shown
    verdict: Verdict
    at: float
    repeat: bool = False


@dataclass(slots=True)
class Hearing:
    """What is known of a member, as small as it can be.

    Attributes:
        floor: when the member agreed; nothing before counts.
        sightings: those that may still change something, in the order of their times.
        memory: what is left of the ones before.
        told: whether the first song of ``sightings`` has been counted.
        latest: the time of the newest sighting; ``ahead``, what our own clock lacks.
        played: song → when it was played last, for a day.
    """

    floor: float
    sightings: list[Sighting] = field(default_factory=list[Sighting])
    memory: Memory = field(default_factory=Memory)
    told: bool = False
    latest: float = 0.0
    ahead: float = 0.0
    played: dict[str, float] = field(default_factory=dict[str, float])

    def see(self, now: float, server: int, song: Shown | None) -> None:
        """Take one update in, whatever our own clock says: it may have been set since the last one."""
        if song is not None and song.created is not None and song.created < self.floor:
            song = replace(song, created=None)
        at = now + self.ahead
        if song is not None and not self._knows(song.key):
            at = _possible(song, at)
        sure = at >= self.latest - 2
        at = max(at, self.latest)
        self.ahead, self.latest = at - now, at
        self.sightings.append(Sighting(at, server, song, sure))
        if len(self.sightings) > MOST:
            self.memory = self._forgetting(walked(self.sightings, self.memory)[1])
            self.sightings, self.told = [], False

    def repeats(self, server: int, song: Shown | None) -> bool:
        """Whether an update says no more than this server's last one."""
        key = None if song is None else song.key
        for each in reversed(self.sightings):
            if each.lost:
                return False
            if each.server == server:
                return key == (each.song and each.song.key)
        return key == self.memory.shows.get(server)

    def lose(self, now: float) -> None:
        """Note that from here on nothing is seen until the next update."""
        if self.sightings and not self.sightings[-1].lost:
            self.latest = max(min(now + self.ahead, self.latest + AGAIN), self.latest)
            self.sightings.append(Sighting(self.latest, 0, lost=True))

    def playing(self, now: float) -> Shown | None:
        """The song that is shown now, if it can be still running."""
        found = listenings(self.sightings, self.memory)
        last = found[-1] if found else None
        if last is None or last.since is None or last.lost is not None:
            return None
        return last.song if now + self.ahead <= last.since + last.song.duration + HEARD else None

    def settle(self, now: float) -> list[Outcome]:
        """Tell what has become sure, and forget what it was told from."""
        found = listenings(self.sightings, self.memory)
        # Our own clock may have been set: only the sightings' own times say how long ago something was.
        at = max(now + self.ahead, self.latest)
        outcomes: list[Outcome] = []
        done = 0
        for number, listening in enumerate(found):
            if not _final(listening, at):
                break
            if not (number == 0 and self.told) and (outcome := self._outcome(listening)):
                outcomes.append(outcome)
            done = number + 1
        if done:
            # The last song may go on after its pause: it stays, as one that was counted.
            self._drop(found, done if done < len(found) else done - 1)
            self.told = done == len(found)
        if self.sightings and at - self.latest > AGAIN:
            self.memory = self._forgetting(walked(self.sightings, self.memory)[1])
            self.sightings, self.told = [], False
        self.played = {key: last for key, last in self.played.items() if at - last <= AGAIN}
        return outcomes

    def _outcome(self, listening: Listening) -> Outcome | None:
        verdict = listening.verdict
        if verdict is None:
            return None
        if verdict is Verdict.SKIP:
            return Outcome(listening.song, verdict, listening.begun)
        key = song_key(listening.song.artist, listening.song.title)
        last = self.played.get(key)
        self.played[key] = max(listening.begun, last or 0.0)
        repeat = last is not None and abs(listening.begun - last) <= AGAIN
        return Outcome(listening.song, verdict, listening.begun, repeat)

    def _drop(self, found: list[Listening], first: int) -> None:
        """Keep the sightings from that song on."""
        place = found[first].first
        ordered = in_order(self.sightings)
        self.memory = self._forgetting(walked(ordered[:place], self.memory)[1])
        self.sightings = ordered[place:]

    def _knows(self, key: Key) -> bool:
        return key in self.memory.keys or any(each.song and each.song.key == key for each in self.sightings)

    def _forgetting(self, memory: Memory) -> Memory:
        memory.keys = dict(list(memory.keys.items())[-MOST_KEYS:])
        return memory

    def copy(self) -> Hearing:
        """One of its own, to be thrown away if it cannot be written down."""
        return replace(
            self, sightings=list(self.sightings), memory=self.memory.copy(), played=dict(self.played)
        )

    def dump(self) -> dict[str, Any]:
        """All of it, as JSON values."""
        return {
            "floor": self.floor,
            "sightings": [asdict(each) for each in self.sightings],
            "shows": list(self.memory.shows.items()),
            "showed": list(self.memory.showed.items()),
            "keys": list(self.memory.keys),
            "told": self.told,
            "latest": self.latest,
            "played": self.played,
        }

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> Hearing:
        """What was dumped, by a process that is gone: nobody saw anything from its last word on."""
        hearing = cls(
            floor=dumped["floor"],
            sightings=[_sighting(each) for each in dumped["sightings"]],
            memory=Memory(
                shows={server: _key(key) for server, key in dumped["shows"]},
                showed={server: _key(key) for server, key in dumped["showed"]},
                keys=dict.fromkeys(_key(key) for key in dumped["keys"]),
            ),
            told=dumped["told"],
            latest=dumped["latest"],
            played=dumped["played"],
        )
        hearing.lose(hearing.latest)
        return hearing


def _final(listening: Listening, at: float) -> bool:
    if listening.ended is not None:
        return at - listening.ended >= SETTLED
    return listening.played and listening.left is not None and at - listening.left > PAUSED


def _possible(song: Shown, at: float) -> float:
    """When a song that was never seen before can have been seen: not before it was begun, nor long after its end."""
    begun = max(song.created or song.start, song.start - BEGINNING)
    return begun if at < begun - 2 or at > song.end + HEARD else at


def _sighting(dumped: dict[str, Any]) -> Sighting:
    song = dumped["song"]
    return replace(Sighting(**dumped), song=None if song is None else Shown(**song))


def _key(dumped: list[Any]) -> Key:
    return dumped[0], dumped[1]
