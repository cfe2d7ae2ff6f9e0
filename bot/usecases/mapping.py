"""A map of members by taste: who likes the same stands close together. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.store.records import MemberId

Doubles = NDArray[np.float64]
Place = tuple[float, float]
"""To the right and upwards, each -1 to 1."""

MOST_LANDMARKS = 16


@dataclass(frozen=True, slots=True)
class TasteMap:
    """Where members stand, and genres amid those who like them, the largest genre first."""

    members: Mapping[MemberId, Place]
    landmarks: Sequence[tuple[str, Place]] = ()


def taste_map(shares: Mapping[MemberId, Mapping[str, float]]) -> TasteMap:
    """Lay tastes out in the two directions in which they differ most: principal components of the genre shares.

    Shares enter by their square roots, so that distances are those between distributions (Hellinger) and one loud genre
    does not decide alone. A genre stands at the mean of the members, each counted by the square of their share of it.
    """
    names = sorted({name for each in shares.values() for name in each})
    if not names:
        return TasteMap(dict.fromkeys(shares, (0.0, 0.0)))
    table = np.array([[each.get(name, 0.0) for name in names] for each in shares.values()], dtype=np.float64)
    places = _spread(_components(np.sqrt(table)))
    amount = table.sum(axis=0)
    order = sorted(range(len(names)), key=lambda column: (-amount[column], names[column]))[:MOST_LANDMARKS]
    fond = table**2
    landmarks = [
        (names[column], _place(fond[:, column] @ places / fond[:, column].sum()))
        for column in order
        if amount[column] > 0
    ]
    return TasteMap(
        {member: _place(row) for member, row in zip(shares, places, strict=True)}, tuple(landmarks)
    )


def _components(table: Doubles) -> Doubles:
    """The rows in their first two principal components, signs fixed so that the same tastes give the same map."""
    centred = table - table.mean(axis=0)
    left, strengths, right = np.linalg.svd(centred, full_matrices=False)
    found = np.zeros((len(table), 2))
    for component in range(min(2, len(strengths))):
        heaviest = right[component, int(np.abs(right[component]).argmax())]
        sign = 1.0 if heaviest >= 0 else -1.0
        found[:, component] = left[:, component] * strengths[component] * sign
    return np.round(found, 9)


def _spread(places: Doubles) -> Doubles:
    """Let the farthest stand at the edge; both directions keep their proportion."""
    reach = float(np.abs(places).max())
    return places / reach if reach > 0 else places


def _place(row: Doubles) -> Place:
    return float(row[0]), float(row[1])
