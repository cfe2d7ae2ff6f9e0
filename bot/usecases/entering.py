"""How a song that its artist registered enters the exploration slots of a server with that taste.

It is one candidate more in the draw of a list's last exploration slot, where the engine itself would draw
(`recommender.explore`): Thompson sampling of the next candidates after the chosen ones, the less known half of them, with
what this server was shown and liked before. It takes part only where hardly anything is wanted more; what the slot's
draw gave it is its propensity, exactly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.store.records import SongId
from bot.usecases.library import Library
from recommender import Engine, ItemId, Query, explore, rerank
from recommender.gathering import Answer, weigh
from recommender.sparse import Positions

FITS = 0.1
"""A registered song fits where at most this part of what may be shown is wanted more than it is."""
Near = Mapping[SongId, float]
"""What the engine knows and speaks for a song; the song itself where it is known."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the slot drew.

    Attributes:
        score: of the song, or of those that stand in for it.
        registered: whether it is one of the registered songs.
    """

    song: SongId
    score: float
    propensity: float
    registered: bool


async def drawn(
    library: Library,
    query: Query,
    chosen: Collection[SongId],
    registered: Sequence[SongId],
    rng: np.random.Generator,
) -> Drawn | None:
    """Draw one slot anew with the registered songs that fit; None where none does.

    Args:
        chosen: what the list has beside this slot.
        registered: what may enter; none of it is among the chosen.
    """
    near = {song: found for song in registered if (found := library.standing_in(song))}
    if not near or not (query.taste or query.seeds or query.tags or query.audio or query.together):
        return None
    engine = library.engine
    places = engine.scale.material.catalogue.positions
    also = np.array([places[ItemId(each)] for found in near.values() for each in found], dtype=np.intp)
    weighed = await _weighed(engine, query, np.unique(also))
    allowed = {song for song in near if not library.knows(song) or weighed.allowed[places[ItemId(song)]]}
    scores = {song: _score(weighed, places, near[song]) for song in near if song in allowed}
    fitting = [song for song, score in scores.items() if _wanted_more(weighed, score) <= FITS]
    if not fitting:
        return None
    pool = _pool(engine, query, weighed, chosen, near)
    candidates = [*(SongId(engine.scale.material.catalogue.item(place)) for place in pool), *fitting]
    values = np.array([*weighed.scores[pool].tolist(), *(scores[song] for song in fitting)], dtype=np.float32)
    config = engine.scale.config.explore
    trials = [query.trials.get(ItemId(song), (0, 0)) for song in candidates]
    posteriors = explore.Posteriors.of(values, trials, config)
    one = explore.draw(np.arange(len(candidates)), posteriors, count=1, rng=rng)[0]
    song = candidates[one.position]
    return Drawn(song, float(values[one.position]), one.propensity, one.position >= len(pool))


async def _weighed(engine: Engine, query: Query, also: Positions) -> Answer:
    steps = weigh(engine.scale, query, also)
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return finished.value
        await asyncio.sleep(0)


def _score(weighed: Answer, places: Mapping[ItemId, int], near: Near) -> float:
    whole = sum(near.values())
    return sum(part * float(weighed.scores[places[ItemId(each)]]) for each, part in near.items()) / whole


def _wanted_more(weighed: Answer, score: float) -> float:
    """The part of what may be shown that has a larger score, 0 to 1; an estimate where only candidates were scored."""
    found = weighed.found
    if found is None:
        open_ = weighed.allowed
        return float((weighed.scores[open_] > score).mean()) if open_.any() else 1.0
    larger = weighed.scores[found.positions] > score
    return float(found.counts[larger].sum() / found.counts.sum())


def _pool(
    engine: Engine, query: Query, weighed: Answer, chosen: Collection[SongId], near: Mapping[SongId, Near]
) -> Positions:
    """What the engine would draw from after the chosen songs, without the registered ones."""
    scale, config = engine.scale, engine.scale.config
    catalogue = scale.material.catalogue
    ranked = rerank.best(
        weighed.scores,
        weighed.allowed,
        catalogue,
        count=config.rerank_pool + 2 * config.explore.pool,
        per_artist=query.per_artist,
        among=None if weighed.found is None else weighed.found.positions,
    )
    taken = catalogue.known([ItemId(song) for song in (*chosen, *near)])
    return explore.pool(ranked, taken, weighed.known, size=config.explore.pool, need=1)
