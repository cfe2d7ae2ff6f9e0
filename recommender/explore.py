"""Slots for exploration: Beta-Bernoulli Thompson sampling with known probabilities, for unbiased estimates later on.

As in Deezer's carousel study (Bendada, Salha and Bontempelli 2020, section 4), where a pessimistic prior did best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln

from recommender.config import ExploreConfig
from recommender.sparse import Doubles, Floats, Positions

Trials = Sequence[tuple[int, int]]
"""How often each candidate was shown, and how many of those times it was liked."""

_REACH = 8.0
"""Deviations around a mean that are integrated over: what lies beyond has a probability below 1e-10."""
_STEPS = 10
"""Steps of the integration within one deviation of the narrowest posterior."""
_LEAST = 1e-300
"""In place of a distribution function of 0, whose logarithm is not finite."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawn item and the probability with which its slot drew it, given the draws before."""

    position: int
    propensity: float


@dataclass(frozen=True, slots=True)
class Posteriors:
    """What is believed of each candidate's rate of likes: Beta(likes, others); arrays of shape (candidates,)."""

    likes: Doubles
    others: Doubles

    @classmethod
    def of(cls, scores: Floats, trials: Trials, config: ExploreConfig) -> "Posteriors":
        """Learn from the trials, on a prior that leans to relevance.

        The prior of the least relevant candidate is Beta(prior_likes, prior_others); the most relevant one starts
        with `tilt` likes more, the others with a part of them by their score. More than `most_trials` of one candidate
        are scaled down to these: their rate stays, their weight does not grow.
        """
        said = np.array(trials, dtype=np.float64).reshape(-1, 2)
        shown = np.maximum(said[:, 0], 0)
        liked = np.clip(said[:, 1], 0, shown)
        memory = np.minimum(1, config.most_trials / np.maximum(shown, 1))
        head_start = config.tilt * _unit_range(scores.astype(np.float64))
        return cls(
            likes=config.prior_likes + head_start + memory * liked,
            others=config.prior_others + memory * (shown - liked),
        )

    def __len__(self) -> int:
        return len(self.likes)


def pool(ranked: Positions, chosen: Positions, known: Floats, *, size: int, need: int) -> Positions:
    """Give the next candidates after the chosen ones, best first, the less known half where it suffices.

    `ranked` holds positions, best first; `known` (items,) tells how well known each item is.
    """
    rest = ranked[~np.isin(ranked, chosen)][: 2 * size]
    less = rest[known[rest] <= np.median(known[rest])] if len(rest) else rest
    return (less if len(less) >= need else rest)[:size]


def draw(
    candidates: Positions, posteriors: Posteriors, *, count: int, rng: np.random.Generator
) -> list[Draw]:
    """Draw up to `count` candidates one after the other, each by Thompson sampling of what is left.

    `posteriors` are in the order of `candidates`. Instead of one rate from each posterior, of which the largest
    wins, the winner itself is drawn by its probability to win: the law is the same, and the propensity is exactly
    that of the draw.
    """
    if not len(candidates):
        return []
    table = _Table.of(posteriors)
    left = np.arange(len(candidates))
    drawn: list[Draw] = []
    for _ in range(min(count, len(left))):
        chances = table.winning(left)
        place = int(rng.choice(len(left), p=chances))
        drawn.append(Draw(int(candidates[left[place]]), float(chances[place])))
        left = np.delete(left, place)
    return drawn


def winning(posteriors: Posteriors) -> Doubles:
    """Give the probability that each one's sample is the largest; shape (candidates,), at least one; the sum is 1."""
    return _Table.of(posteriors).winning(np.arange(len(posteriors)))


@dataclass(frozen=True, slots=True)
class _Table:
    """Densities and logarithms of the distribution functions on one grid; shape (candidates, nodes).

    Rates are integrated over as angles, rate = sin^2(angle): there a Beta(a, b) has the deviation
    1 / (2 sqrt(a + b)) whatever its mean (the variance-stabilising transformation of Anscombe 1948), so that an
    even grid suits all of them, and densities vanish smoothly at both ends, which makes the midpoint rule exact
    to more digits than are needed.
    """

    density: Doubles
    below: Doubles

    @classmethod
    def of(cls, posteriors: Posteriors) -> "_Table":
        a, b = posteriors.likes[:, None], posteriors.others[:, None]
        angles, step = _grid(posteriors)
        sine, cosine = np.log(np.sin(angles)), np.log(np.cos(angles))
        density = 2 * np.exp((2 * a - 1) * sine + (2 * b - 1) * cosine - betaln(a, b))
        # From above, as the grid begins where the largest sample can be, not where each one's samples begin.
        above = step * (np.cumsum(density[:, ::-1], axis=1)[:, ::-1] - density / 2)
        below = 1 - above
        return cls(density, np.log(np.maximum(below, _LEAST)))

    def winning(self, left: Positions) -> Doubles:
        """Integrate density * (distribution functions of all others) for each of those left; the sum is 1."""
        below = self.below[left]
        others = np.exp(below.sum(axis=0) - below)
        chance = (self.density[left] * others).sum(axis=1)
        return chance / chance.sum()


def _grid(posteriors: Posteriors) -> tuple[Doubles, float]:
    """Lay an even grid of angles over all that can be the largest sample; it leaves out both ends, 0 and pi / 2."""
    size = posteriors.likes + posteriors.others
    deviation = 1 / (2 * np.sqrt(size))
    mean = np.arcsin(np.sqrt(posteriors.likes / size))
    low = max(float((mean - _REACH * deviation).max()), 0.0)
    high = min(float((mean + _REACH * deviation).max()), np.pi / 2)
    nodes = 2 + int(_STEPS * (high - low) / float(deviation.min()))
    step = (high - low) / nodes
    return low + step * (np.arange(nodes, dtype=np.float64) + 0.5), step


def _unit_range(values: Doubles) -> Doubles:
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
