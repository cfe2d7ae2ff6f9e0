"""How a song that its artist registered enters the exploration slots of a server with that taste.

It is one candidate more in the draw of a list's last exploration slot, where the engine itself would draw
(`recommender.explore`): Thompson sampling of the next candidates after the chosen ones, the less known half of them, with
what this server was shown and liked before. It takes part only where it fits the taste: how well known a song is has no
part in that. What the slot's draw gave it is its propensity, exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.store.records import SongId
from bot.usecases.library import Library
from recommender import Engine, ItemId, Query, explore, rerank
from recommender.sparse import Floats, Positions
from recommender.weighing import Weighed, total

FITS = 0.2
"""A registered song fits where at most this part of what may be shown suits the taste better."""
FAME = frozenset({"popularity", "known"})
"""Parts of a score that say how well known a song is, as `Engine.similar` leaves them out."""
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


def drawn(
    library: Library,
    query: Query,
    chosen: Collection[SongId],
    registered: Sequence[SongId],
    rng: np.random.Generator,
) -> Drawn | None:
    """Draw one slot of a list for one listener, or for a server, anew with the registered songs that fit.

    Args:
        chosen: what the list has beside this slot.
        registered: what may enter; none of it is among the chosen.

    Returns:
        None where none of the registered songs fits.
    """
    near = {song: found for song in registered if (found := library.standing_in(song))}
    if not near or not (query.taste or query.seeds or query.tags or query.audio):
        return None
    engine = library.engine
    places = engine.scale.material.catalogue.positions
    also = np.array([places[ItemId(each)] for found in near.values() for each in found], dtype=np.intp)
    weighed = engine.scale.weigh(query, np.unique(also))
    allowed = {song for song in near if not library.knows(song) or weighed.allowed[places[ItemId(song)]]}
    suits = _suits(weighed)
    fitting = [
        song
        for song in near
        if song in allowed and _better(weighed, suits, _of(suits, places, near[song])) <= FITS
    ]
    if not fitting:
        return None
    scores = {song: _of(weighed.scores, places, near[song]) for song in fitting}
    pool = _pool(engine, query, weighed, chosen, near)
    candidates = [*(SongId(engine.scale.material.catalogue.item(place)) for place in pool), *fitting]
    values = np.array([*weighed.scores[pool].tolist(), *(scores[song] for song in fitting)], dtype=np.float32)
    config = engine.scale.config.explore
    trials = [query.trials.get(ItemId(song), (0, 0)) for song in candidates]
    posteriors = explore.Posteriors.of(values, trials, config)
    one = explore.draw(np.arange(len(candidates)), posteriors, count=1, rng=rng)[0]
    song = candidates[one.position]
    return Drawn(song, float(values[one.position]), one.propensity, one.position >= len(pool))


def _suits(weighed: Weighed) -> Floats:
    """How well each song suits what is asked for, whoever knows it; shape (items,)."""
    gains = {name: gain for name, gain in weighed.gains.items() if name not in FAME}
    return weighed.laid(total(weighed.channels, gains))


def _of(values: Floats, places: Mapping[ItemId, int], near: Near) -> float:
    """The value of a song by what speaks for it."""
    whole = sum(near.values())
    return sum(part * float(values[places[ItemId(each)]]) for each, part in near.items()) / whole


def _better(weighed: Weighed, suits: Floats, value: float) -> float:
    """The part of what may be shown that suits better, 0 to 1; an estimate where only candidates were scored."""
    found = weighed.found
    if found is None:
        open_ = weighed.allowed
        return float((suits[open_] > value).mean()) if open_.any() else 1.0
    larger = suits[found.positions] > value
    return float(found.counts[larger].sum() / found.counts.sum())


def _pool(
    engine: Engine, query: Query, weighed: Weighed, chosen: Collection[SongId], near: Mapping[SongId, Near]
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
