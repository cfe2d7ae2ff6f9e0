"""How many songs of the weekly discovery each part gets: more where its songs were received better."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.store.records import Part

SHARES: Mapping[Part, float] = {
    Part.ALL: 0.40,
    Part.MEMBERS: 0.20,
    Part.RELEASES: 0.14,
    Part.LITTLE_KNOWN: 0.14,
    Part.FINDS: 0.12,
}
"""What each part gets of a post while nothing is known of how it is received."""
PRIOR = 12.0
"""Answers that the server's usual reception counts as, for each part."""
LEAST, MOST = 0.5, 2.0
"""A part's share is at least and at most so many times what it gets before anything is known."""
FADING = 0.8
"""What an answer counts after each further week."""
WEEKS = 8
"""Posts that are looked back on."""


@dataclass(frozen=True, slots=True)
class Received:
    """How many answers a part got, and how many of them were likes; both fade, so they need not be whole."""

    likes: float = 0.0
    answers: float = 0.0

    def also(self, likes: float, answers: float) -> Received:
        """With more of them."""
        return Received(self.likes + likes, self.answers + answers)


def faded(weeks: Iterable[Mapping[Part, Received]]) -> dict[Part, Received]:
    """Sum up weeks, the newest first, each counting `FADING` of the one after it.

    Discounting as for bandits whose arms change (Raj and Kalyani 2017, "Taming non-stationary bandits").
    """
    total: dict[Part, Received] = {}
    for age, week in enumerate(weeks):
        weight = FADING**age
        for part, received in week.items():
            known = total.get(part, Received())
            total[part] = known.also(weight * received.likes, weight * received.answers)
    return total


def pulls(parts: Sequence[Part], received: Mapping[Part, Received]) -> dict[Part, float]:
    """How many times its usual share each part deserves: 1 where nothing is known.

    An answer is a Bernoulli trial and a like a success. The mean of each part's Beta posterior, (k r + likes) / (k + answers),
    is put beside r, the server's rate over all parts; the prior has this mean r and weighs k = `PRIOR` answers (Gelman et al.
    2013, Bayesian Data Analysis, 2.4 and 5.3: shrinking to the common mean). Then it is cut to `LEAST` and `MOST`.
    """
    known = [received.get(part, Received()) for part in parts]
    answers = sum(each.answers for each in known)
    usual = sum(each.likes for each in known) / answers if answers else 0.0
    if not usual:
        return dict.fromkeys(parts, 1.0)
    means = [(PRIOR * usual + each.likes) / (PRIOR + each.answers) for each in known]
    return {part: min(max(mean / usual, LEAST), MOST) for part, mean in zip(parts, means, strict=True)}


def quotas(
    count: int,
    parts: Sequence[Part],
    received: Mapping[Part, Received],
    *,
    little_known: float = 0.0,
) -> dict[Part, int]:
    """Share `count` songs out to these parts: one for each, and what is left to whichever lacks most of its share.

    Args:
        count: at least as many as there are parts.
        little_known: the least share by little-known artists, 0 to 1; it goes before the shares of the others.
    """
    strength = pulls(parts, received)
    weights = {part: SHARES[part] * strength[part] for part in parts}
    whole = sum(weights.values())
    shared = dict.fromkeys(parts, 1)
    for _ in range(count - len(parts)):
        lacking = max(parts, key=lambda part: count * weights[part] / whole - shared[part])
        shared[lacking] += 1
    return _with_little_known(shared, needed(little_known, count))


def needed(share: float, count: int) -> int:
    """How many of `count` songs a share is at least."""
    return math.ceil(min(max(share, 0.0), 1.0) * count - 1e-9)


def _with_little_known(shared: dict[Part, int], least: int) -> dict[Part, int]:
    """Take from whichever part has most until little-known artists have their share."""
    shared.setdefault(Part.LITTLE_KNOWN, 0)
    others = [part for part in shared if part is not Part.LITTLE_KNOWN]
    while shared[Part.LITTLE_KNOWN] < least and others:
        most = max(others, key=lambda part: shared[part])
        if not shared[most]:
            break
        shared[most] -= 1
        shared[Part.LITTLE_KNOWN] += 1
    return {part: places for part, places in shared.items() if places}
