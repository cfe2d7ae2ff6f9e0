"""Slots for exploration: draws with known probabilities, for unbiased estimates later on."""

from dataclasses import dataclass

import numpy as np

from recommender.sparse import Doubles, Floats, Positions


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawn item and the probability with which its slot drew it, given the draws before."""

    position: int
    propensity: float


def pool(ranked: Positions, chosen: Positions, known: Floats, *, size: int, need: int) -> Positions:
    """Give the next candidates after the chosen ones, best first, the less known half where it suffices.

    `ranked` holds positions, best first; `known` (items,) tells how well known each item is.
    """
    rest = ranked[~np.isin(ranked, chosen)][: 2 * size]
    less = rest[known[rest] <= np.median(known[rest])] if len(rest) else rest
    return (less if len(less) >= need else rest)[:size]


def probabilities(scores: Doubles, temperature: float) -> Doubles:
    """Softmax of `scores`; shape (candidates,)."""
    weights = np.exp((scores - scores.max(initial=-np.inf)) / temperature)
    return weights / weights.sum()


def draw(
    candidates: Positions, scores: Floats, *, count: int, temperature: float, rng: np.random.Generator
) -> list[Draw]:
    """Draw up to `count` candidates one after the other without replacement, each by softmax of what is left."""
    left = candidates
    drawn: list[Draw] = []
    for _ in range(min(count, len(candidates))):
        chances = probabilities(scores[left].astype(np.float64), temperature)
        place = int(rng.choice(len(left), p=chances))
        drawn.append(Draw(int(left[place]), float(chances[place])))
        left = np.delete(left, place)
    return drawn
