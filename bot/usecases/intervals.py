"""How sure a share is: intervals that hold for few trials too."""

from __future__ import annotations

import math

# The normal quantile of 97.5 %: an interval of 95 %.
Z95 = 1.959963984540054


def wilson(hits: float, trials: float, z: float = Z95) -> tuple[float, float]:
    """The score interval of Wilson (1927) around hits / trials; (0, 1) without a trial.

    It stays within 0 and 1 and keeps what it promises for few trials (Brown, Cai and DasGupta 2001, section 3.1.1).
    `trials` may be an effective sample size.
    """
    if trials <= 0:
        return 0.0, 1.0
    share = min(max(hits / trials, 0.0), 1.0)
    square = z * z / trials
    centre = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / trials + square / (4 * trials))
    # Rounding alone keeps the ends from 0 and 1 where nothing, or everything, was a hit.
    low = 0.0 if share == 0 else max(centre - half, 0.0)
    return low, 1.0 if share == 1 else min(centre + half, 1.0)
