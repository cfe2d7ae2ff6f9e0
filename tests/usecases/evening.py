"""A member at their player: what they really hear, and what Discord shows of it to each server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bot.usecases.listening import HEARD, PAUSED, Shown

DAY = 86_400.0


class Update(NamedTuple):
    """What Discord sends at a time, to every server alike."""

    at: float
    song: Shown | None


@dataclass
class Player:
    """Plays songs by the second and keeps its own account, without looking at anything that Discord shows.

    ``truth`` counts plays, repeats and skips as the docs for members say.
    """

    now: float = 1_800_000_000.0
    length: float = 200.0
    updates: list[Update] = field(default_factory=list[Update])
    truth: Counter[str] = field(default_factory=Counter[str])
    song: str = ""
    position: float = 0.0
    heard: float = 0.0
    left: float | None = None
    begun: float = 0.0
    last: dict[str, float] = field(default_factory=dict[str, float])

    def _tick(self) -> None:
        """No two updates come at one moment: a song that has come to its end waits a little."""
        if self.updates and self.now <= self.updates[-1].at:
            self.now = self.updates[-1].at + 0.001

    def _show(self) -> None:
        self._tick()
        start = self.now - self.position
        named = self.song.rjust(22, "0")
        shown = Shown(named, f"Title {self.song}", "Somebody", start, start + self.length, self.now)
        self.updates.append(Update(self.now, shown))

    def _finish(self, *, followed: bool) -> None:
        """The listening is over: say what it was."""
        if not self.song:
            return
        if self.heard >= min(HEARD, self.length / 2):
            self.truth["plays"] += 1
            before = self.last.get(self.song)
            self.truth["repeats"] += before is not None and self.begun - before <= DAY
            self.last[self.song] = self.begun
        elif followed and (self.left is None or self.now - self.left <= PAUSED):
            self.truth["skips"] += 1

    def start(self, song: str, length: float | None = None) -> None:
        """Put a song on, from its beginning; one that was hardly heard goes on so, unless that was long ago."""
        away = 0.0 if self.left is None else self.now - self.left
        if song == self.song and self.heard < min(HEARD, self.length / 2) and away <= PAUSED:
            self.position, self.left = 0.0, None
            self._show()
            return
        self._finish(followed=True)
        self.length = length or self.length
        self.song, self.position, self.heard, self.left, self.begun = song, 0.0, 0.0, None, self.now
        self._show()

    def listen(self, seconds: float) -> None:
        """Let it play; at its end it stops there."""
        seconds = min(seconds, self.length - self.position)
        self.now += seconds
        self.position += seconds
        self.heard += seconds

    def seek(self, position: float) -> None:
        """Jump to another place of the same song; to its beginning when it was played already is to play it again."""
        if position == 0 and self.heard >= min(HEARD, self.length / 2):
            self.start(self.song)
            return
        # No two stretches of a song ever have one start, to the millisecond.
        self.position = position + len(self.updates) / 1_000
        self._show()

    def pause(self, seconds: float) -> None:
        """Nothing is shown for a while, then the same song goes on."""
        self.stop()
        self.now += seconds
        self.left = None
        self._show()

    def stop(self) -> None:
        """Nothing is shown any more."""
        self._tick()
        self.left = self.now
        self.updates.append(Update(self.now, None))

    def end(self) -> Counter[str]:
        """The evening is over; what was really heard."""
        self._finish(followed=False)
        self.song = ""
        return Counter({name: self.truth[name] for name in ("plays", "repeats", "skips")})


def of_two_servers(updates: list[Update], lag: float = 0.25) -> list[tuple[float, int, Shown | None]]:
    """As the gateway brings them when the member and the bot share two servers: each twice, the second one late."""
    both = [(each.at + late, server, each.song) for each in updates for server, late in ((1, 0.0), (2, lag))]
    return sorted(both, key=lambda each: each[0])


def without_dates(updates: list[Update]) -> list[Update]:
    """The same from a client that does not say since when."""
    return [
        Update(each.at, None if each.song is None else replace(each.song, created=None)) for each in updates
    ]


class Step(NamedTuple):
    """An update as one server brings it: by our own clock ``off`` from the true time; before it a line may have been cut."""

    at: float
    off: float
    server: int
    song: Shown | None
    cut: float | None = None


def evening() -> tuple[list[Step], Counter[str]]:
    """200 updates of one evening as two servers bring them, and what follows from all that could be seen.

    Songs are played through, left early, paused, sought, put on again. Our clock is set forward once and back once. The
    line is cut twice: once while a song plays to its end, where nothing is lost, and once while somebody leaves a song
    that had played for 8 s and hears two more of which nobody ever learns.
    """
    player = Player()
    marks: dict[int, float] = {}
    cuts: dict[int, float] = {}
    unseen = range(0)
    lost = Counter[str]()
    for number in range(75):
        player.start(f"e{number % 38}")
        if number == 41:
            lost = player.truth - lost
        player.listen((200, 12, 45, 29, 31, 90)[number % 6])
        if number % 6 == 2:
            player.pause(40)
            player.listen(25)
        if number % 8 == 4:
            player.seek(60)
            player.listen(15)
        if number in (14, 33):
            player.seek(0)
            player.listen(50)
        if number in (20, 30):
            marks[len(player.updates)] = 5_400.0 if number == 20 else -3_600.0
        if number == 24:
            cuts[len(player.updates)] = player.now - 190
        if number == 40:
            player.start("left")
            lost = Counter(player.truth)
            player.listen(8)
            cuts[len(player.updates) + 2] = player.now
            player.listen(3)
            unseen = range(len(player.updates), len(player.updates) + 2)
            for name in ("never", "nowhere"):
                player.start(name)
                player.listen(70)
    player.stop()
    seen = player.end() - lost
    steps: list[Step] = []
    off = 0.0
    for number, each in enumerate(player.updates):
        off = marks.get(number, off)
        if number in unseen:
            continue
        steps.append(Step(each.at, off, 1, each.song, cuts.get(number)))
        if number % 4:  # the second server tells most of them a little later
            steps.append(Step(each.at + 0.25, off, 2, each.song))
    return steps, seen
