"""One list for several members: a capped average, a part of least misery, a veto, and fairness carried over weeks.

What a member wants of an item is z ** power where its score lies above the mean of all their scores: a hit for one of
many counts more than what all of them find passable. The capped average of these is the score; in a small group a part
of it is what the least pleased member wants (least misery, Masthoff 2004). Who got little is owed more the next time,
as in sequential group recommendation (Stratigi et al. 2020).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.config import GroupConfig
from recommender.models.content import Content
from recommender.sparse import Doubles, Floats, Mask, Positions

NOBODY = -1
"""In place of a member: nobody in the group wants the item."""


@dataclass(frozen=True, slots=True)
class Together:
    """What a group of members wants together."""

    scores: Floats
    """The sum of `parts` over the members; shape (items,)."""
    parts: Floats
    """What each member contributes to each score; shape (members, items)."""
    wants: Floats
    """What each member wants by themselves, whatever they weigh; shape (members, items)."""
    levels: Floats
    """Each score as the z-score that would give it to a group of one, for what expects scores on that scale; the order
    is the same; shape (items,)."""
    allowed: Mask
    """Items that no member vetoed; shape (items,)."""

    def whom(self, positions: Positions) -> Positions:
        """Tell for whom an item mostly is: the first member with the largest part, or NOBODY; shape (positions,)."""
        parts = self.parts[:, positions]
        if not len(parts):
            return np.full(len(positions), NOBODY, dtype=np.intp)
        return np.where(parts.max(axis=0) > 0, parts.argmax(axis=0), NOBODY).astype(np.intp)

    def satisfaction(self, shown: Positions) -> Doubles:
        """Compare what each member wants of the `shown` items with as many of their own best; (members,), 0 to 1.

        Vetoed items are nobody's best. Who wants nothing at all is as satisfied as can be.
        """
        pleasure = np.maximum(self.wants, 0).astype(np.float64)
        got = pleasure[:, shown].sum(axis=1)
        best = _largest(pleasure * (self.allowed | _marked(shown, len(self.allowed))), len(shown))
        return np.divide(got, best, out=np.ones_like(got), where=best > 0)


def together(
    scores: Floats,
    weights: Doubles,
    config: GroupConfig,
    *,
    veto: Mask | None = None,
    counts: Doubles | None = None,
) -> Together:
    """Score items for a group from each member's own scores.

    Args:
        scores: shape (members, items), each member's on any scale; a member whose scores are all equal wants nothing.
        weights: shape (members,), 0 or more, what each member is owed; 1 is usual, as `carry_over` gives them.
        config: how members are put together.
        veto: shape (items,), what may not be shown.
        counts: shape (items,), for how many items each of these stands where a member's mean is taken.

    The score is (1 - m) * sum of share_k * want_k + m * least want, with m above 0 in small groups only. What the
    least pleased member wants is that member's part.
    """
    wants = _wants(scores, config, counts)
    parts = (_shares(wants, weights, config) * (1 - _misery(len(wants), config)))[:, None] * wants
    if len(wants) and _misery(len(wants), config):
        least = wants.argmin(axis=0)
        items = np.arange(wants.shape[1], dtype=np.intp)
        parts[least, items] += np.float32(_misery(len(wants), config)) * wants[least, items]
    allowed = np.ones(wants.shape[1], dtype=np.bool_) if veto is None else ~veto
    scores = parts.sum(axis=0)
    return Together(scores, parts, wants, _levels(scores, config), allowed)


def reweighed(weights: Mapping[str, Doubles], config: GroupConfig) -> dict[str, Doubles]:
    """Change the blend's weights (by model, of any one shape) for a member of a group.

    Models of company that have any weight share what they have together in fixed proportions, and content counts less.
    """
    company = {name: part for name, part in config.company.items() if part and np.any(weights.get(name, 0))}
    whole = sum((weights[name] for name in company), np.zeros(()))
    shared = {name: whole * (part / sum(company.values())) for name, part in company.items()}
    alike = {Content.name: weights[Content.name] * config.content} if Content.name in weights else {}
    return {**weights, **alike, **shared}


def carry_over(weights: Doubles, satisfaction: Doubles, config: GroupConfig) -> Doubles:
    """Turn what members were owed, and how satisfied they are with what was shown, into what they are owed next.

    log w' = memory * log w + rate * (1 - satisfaction / mean satisfaction), scaled so that the sum is the number of
    members, each between 1 / most and most. Both arrays have the shape (members,); satisfaction is 0 or more.

    Without bounds and with memory 1 the weights stay where they are only if everybody is equally satisfied over time:
    of two camps that share nothing, each gets as large a part of the weeks as it is of the group. A camp below
    1 / (2 * most) of the group cannot be lifted that high.
    """
    mean = float(satisfaction.mean()) if len(satisfaction) else 0.0
    missing = 1 - satisfaction / mean if mean > 0 else np.zeros(len(satisfaction))
    logs = config.memory * np.log(np.clip(weights, 1 / config.most, config.most)) + config.rate * missing
    return _bounded(logs - logs.max(initial=-np.inf), config.most) if len(logs) else logs


def _wants(scores: Floats, config: GroupConfig, counts: Doubles | None) -> Floats:
    """Raise what lies above a member's mean to a power; below it a small slope keeps the order of their items."""
    given = scores.astype(np.float64)
    whole = np.ones(given.shape[1], dtype=np.float64) if counts is None else counts
    share: Doubles = whole / max(float(whole.sum()), 1.0)
    centred = given - (given @ share)[:, None]
    deviation = np.sqrt(centred**2 @ share)[:, None]
    # What rounding leaves of scores that are all equal is no wish.
    real = deviation > 1e-6 * np.abs(given).max(axis=1, initial=0, keepdims=True)
    z = np.divide(centred, deviation, out=np.zeros_like(centred), where=real).astype(np.float32)
    return np.where(z > 0, np.maximum(z, 0) ** np.float32(config.power), np.float32(config.below) * z)


def _levels(scores: Floats, config: GroupConfig) -> Floats:
    root = np.maximum(scores, 0) ** np.float32(1 / config.power)
    return np.where(scores > 0, root, scores / np.float32(config.below) if config.below else scores)


def _misery(members: int, config: GroupConfig) -> float:
    return config.misery if 1 < members <= config.small else 0.0


def _shares(wants: Floats, weights: Doubles, config: GroupConfig) -> Floats:
    """Give the share of each member, shape (members,): equal but for the cap, times what they are owed; sum 1.

    The cap holds by how much a member wants over all items, so that extreme scores do not make a loud voice. It
    needs more than 1 / cap members who want anything. What a member is owed comes on top: it has its own bounds.
    """
    mass = np.maximum(wants, 0).sum(axis=1, dtype=np.float64)
    shares = _capped(mass, config.cap) * weights
    total = shares.sum()
    return (shares / total if total > 0 else np.zeros_like(shares)).astype(np.float32)


def _capped(mass: Doubles, cap: float) -> Doubles:
    """Give factors, at most 1, by which no mass is more than `cap` of their sum: min(mass, t) with t = cap * sum of it."""
    largest = np.sort(mass)[::-1]
    if np.count_nonzero(mass) * cap <= 1:
        return np.ones_like(mass)
    for count in range(len(mass)):
        # With `count` masses cut down to t, t = cap * (count * t + the others).
        limit = cap * largest[count:].sum() / (1 - cap * count)
        if largest[count] <= limit:
            return np.minimum(1, limit / np.maximum(mass, 1e-300))
    return np.ones_like(mass)


def _bounded(logs: Doubles, most: float) -> Doubles:
    """Find the scale at which the weights, each held in 1 / most to most, add up to their number."""
    low, high = -np.log(most), np.log(most) - float(logs.min())
    for _ in range(100):
        middle = (low + high) / 2
        if np.clip(np.exp(np.minimum(logs + middle, 50)), 1 / most, most).sum() < len(logs):
            low = middle
        else:
            high = middle
    return np.clip(np.exp(np.minimum(logs + high, 50)), 1 / most, most)


def _largest(values: Doubles, count: int) -> Doubles:
    """Sum the `count` largest values of each row."""
    count = min(count, values.shape[1])
    if not count:
        return np.zeros(len(values))
    return np.partition(values, values.shape[1] - count, axis=1)[:, values.shape[1] - count :].sum(axis=1)


def _marked(positions: Positions, size: int) -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    mask[positions] = True
    return mask
