"""``/insights`` and ``python -m bot report``: what was shown, how it was taken, and what exploring has taught."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from scipy.special import betaincinv

from bot.store import Store
from bot.store.insights import Cell, People, SongCount, Span
from bot.store.records import ServerId, SongId
from bot.usecases.intervals import wilson
from bot.usecases.library import Library
from recommender import Engine, ItemId
from recommender.config import ExploreConfig

WEEKS, MOST_WEEKS = 8, 26
EXPLORED = "explore"
# So many of the tried songs are told.
MOST_TRIED = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """Showings, and what became of them; whatever was neither liked nor refused was ignored."""

    shown: int = 0
    liked: int = 0
    skipped: int = 0
    disliked: int = 0

    @property
    def ignored(self) -> int:
        """Showings that nobody answered to on their card."""
        return self.shown - self.liked - self.skipped - self.disliked

    @property
    def share(self) -> float:
        """Acceptance: likes among showings; 0 without any."""
        return self.liked / self.shown if self.shown else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where acceptance lies with 95 % (Wilson 1927)."""
        return wilson(self.liked, self.shown)

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> Tally:
        """Add cells up."""
        listed = list(cells)
        return cls(
            shown=sum(cell.shown for cell in listed),
            liked=sum(cell.liked for cell in listed),
            skipped=sum(cell.skipped for cell in listed),
            disliked=sum(cell.disliked for cell in listed),
        )


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of likes with its interval of 95 %, and from how many showings (the effective number, if weighed)."""

    share: float
    low: float
    high: float
    size: float


@dataclass(frozen=True, slots=True)
class Tried:
    """A song that was tried out: how often, how often it was liked then, and the rate that is believed now."""

    song: SongId
    shown: int
    liked: int
    believed: float


@dataclass(frozen=True, slots=True)
class Insights:
    """What is known of some weeks, of one server or of all.

    Attributes:
        weeks: the Monday of each, the oldest first; the last one is not over.
        songs: different songs that were shown, of ``catalogue``.
        little_known: share of the showings that were of little-known artists; None where that is not known.
        evenly: acceptance of what was tried, had each candidate been drawn alike (see `evenly`); None without tries.
        believed: the posterior of each source (see `posterior`).
        tried: the songs that exploring believes in most.
    """

    weeks: tuple[date, ...]
    total: Tally
    by_week: tuple[Tally, ...]
    by_source: dict[str, Tally]
    by_dial: dict[str, Tally]
    people: People
    songs: int
    catalogue: int
    little_known: float | None
    evenly: Estimate | None
    believed: dict[str, Estimate]
    tried: tuple[Tried, ...]

    @property
    def coverage(self) -> float:
        """Share of the catalogue that was shown."""
        return self.songs / self.catalogue if self.catalogue else 0.0


def mondays(now: float, count: int) -> tuple[date, ...]:
    """The Mondays of the last weeks in UTC, the oldest first; this week is the last one."""
    today = datetime.fromtimestamp(now, UTC).date()
    this = today - timedelta(days=today.weekday())
    return tuple(this - timedelta(weeks=back) for back in reversed(range(count)))


def span_of(weeks: Sequence[date], server: ServerId | None) -> Span:
    """The weeks as the store takes them."""
    return Span(tuple(datetime.combine(day, time(), UTC).timestamp() for day in weeks), server)


def evenly(cells: Collection[Cell]) -> Estimate | None:
    """What acceptance of tried songs would be if each candidate were drawn alike, and not by what was learnt.

    The self-normalised estimate by inverse propensities, sum(y / p) / sum(1 / p) for likes y and propensities p
    (Swaminathan and Joachims 2015, section 4): an even draw from one pool has a constant probability, which cancels. Its
    interval is Wilson's at the effective size sum(w)^2 / sum(w^2) of Kish (1965), as Franco et al. (2019) do.
    """
    tried = [cell for cell in cells if cell.source == EXPLORED]
    weight = sum(cell.weight for cell in tried)
    if not weight:
        return None
    share = sum(cell.liked_weight for cell in tried) / weight
    size = weight * weight / sum(cell.squares for cell in tried)
    return Estimate(share, *wilson(share * size, size), size)


def posterior(tally: Tally, config: ExploreConfig) -> Estimate:
    """What exploring believes of a rate of likes after a tally: Beta(a + liked, b + not liked), from its own prior.

    `recommender.explore` keeps the same for each song; here a whole source counts as one. The interval has 95 %.
    """
    a = config.prior_likes + tally.liked
    b = config.prior_others + tally.shown - tally.liked
    low, high = float(betaincinv(a, b, 0.025)), float(betaincinv(a, b, 0.975))
    return Estimate(a / (a + b), low, high, tally.shown)


async def insights(
    store: Store, engine: Engine, now: float, *, server: ServerId | None, weeks: int = WEEKS
) -> Insights:
    """Look at the last weeks of a server, or of all (None).

    Args:
        engine: who knows which artists are little known.
    """
    days = mondays(now, weeks)
    span = span_of(days, server)
    cells, songs, people, catalogue = await asyncio.gather(
        store.insights.cells(span),
        store.insights.songs(span),
        store.insights.people(span),
        store.insights.catalogue(),
    )
    by_source = _by(cells, lambda cell: cell.source)
    config = ExploreConfig()
    return Insights(
        weeks=days,
        total=Tally.of(cells),
        by_week=tuple(Tally.of(cell for cell in cells if cell.week == week) for week in range(len(days))),
        by_source=by_source,
        by_dial=_by(cells, lambda cell: cell.dial),
        people=people,
        songs=len(songs),
        catalogue=catalogue,
        little_known=_little_known(engine, songs),
        evenly=evenly(cells),
        believed={source: posterior(tally, config) for source, tally in by_source.items()},
        tried=_tried(songs, config),
    )


class Insight:
    """Answers admins: of one server, and no other."""

    def __init__(self, store: Store, library: Library, clock: Callable[[], float]) -> None:
        self._store = store
        self._library = library
        self._clock = clock

    async def of(self, server: ServerId, weeks: int = WEEKS) -> Insights:
        """The figures of a server's last weeks."""
        return await insights(self._store, self._library.engine, self._clock(), server=server, weeks=weeks)


def _by(cells: Sequence[Cell], key: Callable[[Cell], str]) -> dict[str, Tally]:
    """Tallies by a key, the one with most showings first."""
    found: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[key(cell)].append(cell)
    tallies = {name: Tally.of(each) for name, each in found.items()}
    return dict(sorted(tallies.items(), key=lambda pair: (-pair[1].shown, pair[0])))


def _little_known(engine: Engine, songs: Sequence[SongCount]) -> float | None:
    """Share of the showings that were of little-known artists, of the songs that the engine knows."""
    if not engine.items:
        return None
    if not np.isfinite(engine.scale.material.catalogue.popularity).any():
        return None  # no service says how known anything is
    little, places = engine.little_known(), engine.scale.material.catalogue.positions
    known = [
        (each.shown, bool(little[place]))
        for each in songs
        if (place := places.get(ItemId(each.song))) is not None
    ]
    shown = sum(times for times, _ in known)
    return sum(times for times, of_little in known if of_little) / shown if shown else None


def _tried(songs: Iterable[SongCount], config: ExploreConfig) -> tuple[Tried, ...]:
    """The liked songs among those tried, by the posterior mean of `recommender.explore` without its head start."""
    prior = config.prior_likes + config.prior_others
    found = [
        Tried(
            each.song, each.explored, each.liked, (config.prior_likes + each.liked) / (prior + each.explored)
        )
        for each in songs
        if each.liked
    ]
    return tuple(sorted(found, key=lambda each: (-each.believed, each.song))[:MOST_TRIED])
