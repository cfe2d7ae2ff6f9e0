"""The part of what a server is shown that comes from little-known artists, kept over its lists together.

A list of five has no tenth: what it could not give is owed by the next ones. After each list the server is owed
share * songs more, less what was by little-known artists; the next list of n has floor(owed + share * n) of them at least.
So after any number of lists there were floor(share * all songs) at the least, as far as there are any that fit.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from bot.store.records import ItemKind, ServerId, SongId
from bot.usecases.choices import Choices
from bot.usecases.library import Library
from bot.usecases.little_known import LittleKnown

MOST_OWED, MOST_AHEAD = 2.0, 1.0
"""Where nothing fits for a while, no flood comes after it; and much at a time does not stand for the next weeks."""
_ROUNDING = 1e-9


class Share:
    """Knows what each server is owed.

    What a restart forgets is drawn anew, evenly from 0 to 1, so that a list has its share on average however often that
    happens (systematic sampling with a random start).
    """

    def __init__(
        self, library: Library, little: LittleKnown, choices: Choices, rng: np.random.Generator
    ) -> None:
        self._library = library
        self._little = little
        self._choices = choices
        self._rng = rng
        self._owed: dict[ServerId, float] = {}

    def due(self, server: ServerId, count: int, *, coming: Iterable[SongId] = ()) -> int:
        """How many of the next `count` songs are by little-known artists at least.

        Args:
            coming: what of them is chosen already.
        """
        if not self._little.told:
            return 0
        owed = self._of(server) + self._choices.server(server).little_known * count
        return min(max(math.floor(owed + _ROUNDING) - len(self._little.of(coming)), 0), count)

    def first(self, songs: Sequence[SongId], count: int) -> list[SongId]:
        """The songs, with the first `count` of those by little-known artists before the others."""
        little = self._little.of(songs) if count else set[SongId]()
        before = [song for song in songs if song in little][:count]
        return [*before, *(song for song in songs if song not in before)]

    def shown(self, server: ServerId, songs: Collection[SongId], *, back: bool = False) -> None:
        """Take in what a server was shown, or that it was not shown after all."""
        if not self._little.told:
            return
        sung = [song for song in songs if self._is_song(song)]
        owed = self._choices.server(server).little_known * len(sung) - len(self._little.of(sung))
        after = self._of(server) + (-owed if back else owed)
        self._owed[server] = min(max(after, -MOST_AHEAD), MOST_OWED)

    def _of(self, server: ServerId) -> float:
        return self._owed.setdefault(server, float(self._rng.random()))

    def _is_song(self, song: SongId) -> bool:
        found = self._library.songs.get(song)
        return found is not None and found.kind is ItemKind.SONG
