"""Who likes what, and how much, from a file of plays, weights or bare pairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from recommender.evaluation.columns import find, identified, need, numbers, times
from recommender.evaluation.files import Table, read_table
from recommender.sparse import Doubles

_LARGE = 10.0
"""Weights are of the order of one; a median above this looks like counts."""


def read_interactions(path: Path, notes: list[str]) -> pd.DataFrame:
    """Read user,item[,weight|plays][,unix_time] into one row a pair, ordered by user and item.

    Weights are taken as they are, those of a pair that stands more than once are summed; 0 or less is no like.
    Plays (also counts and ratings) become 0.5 + their percentile rank among the user's own, so that neither the
    scale of the file nor how much somebody listens matters; so do repeated rows of a file without either column,
    as those are plays. Bare pairs weigh 1. The time of a pair is its last.

    Returns:
        columns user (str), item (str), weight, unix_time (0 where unknown).

    Raises:
        DatasetError: the file is not usable.
    """
    table = read_table(path, notes)
    user, item = need(table, "user"), need(table, "item")
    table = identified(table, [user, item], notes)
    weight, plays, when = (find(table, name) for name in ("weight", "plays", "unix_time"))
    counted = weight or plays
    rows = pd.DataFrame(
        {
            "user": table.cells[user].to_numpy(),
            "item": table.cells[item].to_numpy(),
            "weight": numbers(table, counted) if counted else np.ones(len(table.cells)),
            "unix_time": times(table, when) if when else np.zeros(len(table.cells)),
        }
    )
    pairs = rows.groupby(["user", "item"], sort=True).agg({"weight": "sum", "unix_time": "max"}).reset_index()
    if weight:
        _mind_the_scale(table, weight, pairs, notes)
        return pairs
    if plays or len(pairs) < len(rows):
        return pairs.assign(weight=ranked(pairs))
    return pairs


def ranked(pairs: pd.DataFrame) -> Doubles:
    """Turn plays, the column weight, into 0.5 + percentile rank among the user's plays; shape (pairs,).

    The rank is the mean one among ties, in (0, 1]. Pairs without plays get 0.
    """
    played = pairs[pairs["weight"] > 0]
    ranks = played.groupby("user")["weight"].rank(pct=True)
    return (0.5 + ranks).reindex(pairs.index, fill_value=0.0).to_numpy(dtype="float64")


def _mind_the_scale(table: Table, name: str, pairs: pd.DataFrame, notes: list[str]) -> None:
    if float(pairs["weight"].median()) > _LARGE:
        notes.append(
            f"{table.path}: the column {name} holds large numbers, taken as they are. "
            "If they count plays, name the column plays."
        )
