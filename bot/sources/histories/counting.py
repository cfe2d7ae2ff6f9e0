"""What many plays of one song say of it: how often it was heard, put on again and skipped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from bot.sources.histories.plays import Play

HEARD_MS = 30_000
AGAIN_WITHIN = 24 * 3600


@dataclass(frozen=True, slots=True)
class Heard:
    """Implicit feedback of one song.

    Attributes:
        plays: plays of 30 seconds or of half the song; of a source that keeps only such, all of them.
        replays: those of the plays that came within a day of the play before.
        skips: plays called skipped (see `Play.skipped`), heard before or not: one that was heard for a while and then
            skipped counts on both sides.
        last: when it was last played or skipped, in Unix seconds; None when it never was.
    """

    plays: int
    replays: int
    skips: int
    last: int | None


class Counting:
    """Counts the plays of one song as they come, in any order; each play is given once."""

    __slots__ = ("_skips", "_times")

    def __init__(self) -> None:
        self._times: list[int] = []
        self._skips: list[int] = []

    def add(self, play: Play) -> None:
        """Count one play."""
        if _heard(play):
            self._times.append(play.at)
        if play.skipped:
            self._skips.append(play.at)

    def join(self, other: Counting) -> None:
        """Take in what was counted of the song elsewhere."""
        self._times += other._times
        self._skips += other._skips

    def heard(self) -> Heard:
        """What was counted so far."""
        times = sorted(self._times)
        return Heard(
            plays=len(times),
            replays=sum(later - earlier <= AGAIN_WITHIN for earlier, later in pairwise(times)),
            skips=len(self._skips),
            last=max([*times, *self._skips], default=None),
        )


def heard(plays: Iterable[Play]) -> Heard:
    """Count the plays of one song, in any order; a play that comes twice (by its key) counts once."""
    counting = Counting()
    for play in {play.key: play for play in plays}.values():
        counting.add(play)
    return counting.heard()


def _heard(play: Play) -> bool:
    if play.ms_played is None:
        return not play.skipped
    half = play.duration_ms is not None and play.duration_ms > 0 and play.ms_played * 2 >= play.duration_ms
    return play.ms_played >= HEARD_MS or half
