"""Which songs are by artists whom few know: said once, for everything that keeps a share of its places for them.

An artist is little known whose best known song is less known than `recommender.config.ExposureConfig.known`, on the
engine's scale from 0 (nobody) to 1 (everybody): the popularity that a service states, as a part of its most, or the likes
of all servers on a log scale, whichever is larger (`recommender.exposure`). A song that neither speaks of counts as one
that is as known as usual. Where no service has said anything of any song yet, nobody is called little known.

Ask `LittleKnown.of` which of some songs are, `LittleKnown.all` for every one, and have a list of them picked by
`Question.little_known`, the least part of a list, 0 to 1::

    slots = await picker.pick(Question(server, None, count=3, whole_server=True, little_known=1.0))
    by_little_known = app.little_known.of(slot.song for slot in slots)

Fewer come where fewer fit: what the engine picks beside them is better known, so ask `of` before calling a song so.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bot.store.records import SongId
from bot.usecases.library import Library
from recommender import Engine


class LittleKnown:
    """Answers from the engine that is in use; songs that it has not learnt of yet are not called little known."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._asked: tuple[Engine, bool] | None = None

    @property
    def told(self) -> bool:
        """Whether any service says how known any song is: without that, nobody is called little known."""
        engine = self._library.engine
        if self._asked is None or self._asked[0] is not engine:
            listed = engine.items and np.isfinite(engine.scale.material.catalogue.popularity).any()
            self._asked = engine, bool(listed)
        return self._asked[1]

    def of(self, songs: Iterable[SongId]) -> set[SongId]:
        """Those of the songs that are by little-known artists."""
        return self._library.little_known(songs)

    def all(self) -> set[SongId]:
        """Every song by a little-known artist that may be picked."""
        return self.of(SongId(item) for item in self._library.engine.ids())
