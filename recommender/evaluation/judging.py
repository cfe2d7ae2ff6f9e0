"""Ranking all candidates for every user asked, and finding the wanted ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recommender.evaluation.exam import Exam
from recommender.evaluation.metrics import auc
from recommender.models.base import ItemModel
from recommender.sparse import Doubles, Floats, Mask, Positions, pick_rows, row_entries, row_numbers

_OUT = np.float32(-np.inf)


class ScoresNotUsable(ValueError):
    """A model gave scores that cannot be ranked."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The best candidates for some users, best first, and how they do.

    `columns` (numbers of candidates, -1 where there are too few), `scores` and `hits` have the shape
    (users, places); the others (users,). `first` is the rank of the first wanted candidate, from 1, infinite where
    there is none; `auc` is NaN where it is not defined.
    """

    places: Positions
    columns: Positions
    scores: Floats
    hits: Mask
    first: Doubles
    auc: Doubles


def answers(model: ItemModel, exam: Exam, count: int) -> Iterator[Answers]:
    """Let a model rank everything for everybody, batch by batch; equal scores are ordered by the catalogue's hash.

    Raises:
        ScoresNotUsable: scores are not finite or of the wrong shape.
    """
    for places in exam.batches():
        scores = np.array(model.scores(exam.asked(places), exam.candidates), dtype=np.float32)
        if scores.shape != (len(places), len(exam.candidates)):
            raise ScoresNotUsable(f"{model.name} gave scores of shape {scores.shape}.")
        if not np.isfinite(scores).all():
            raise ScoresNotUsable(f"{model.name} gave scores that are not finite.")
        yield _judged(scores, exam, places, count)


def _judged(scores: Floats, exam: Exam, places: Positions, count: int) -> Answers:
    seen = pick_rows(exam.seen, places)
    scores[row_numbers(seen), seen.indices] = _OUT
    ordered = np.sort(scores, axis=1)
    left_out = np.diff(seen.indptr)
    found = Answers(
        places,
        np.full((len(places), count), -1, dtype=np.intp),
        np.full((len(places), count), np.nan, dtype=np.float32),
        np.zeros((len(places), count), dtype=np.bool_),
        np.full(len(places), np.inf),
        np.full(len(places), np.nan),
    )
    for number, place in enumerate(places):
        row, ascending = scores[number], ordered[number, left_out[number] :]
        wanted = row_entries(exam.wanted, place)[0]
        best = _best(row, ascending, count)
        found.columns[number, : len(best)] = best
        found.scores[number, : len(best)] = row[best]
        found.hits[number, : len(best)] = np.isin(best, wanted)
        found.first[number] = _first(row, ascending, wanted)
        found.auc[number] = auc(ascending, row[wanted])
    return found


def _best(row: Floats, ascending: Floats, count: int) -> Positions:
    """Give the columns of the best `count`; columns are in the order that breaks ties."""
    size = min(count, len(ascending))
    if not size:
        return np.empty(0, dtype=np.intp)
    contenders = np.flatnonzero(row >= ascending[-size])
    return contenders[np.argsort(-row[contenders], kind="stable")[:size]]


def _first(row: Floats, ascending: Floats, wanted: Positions) -> float:
    """Give the rank of the best wanted column, from 1."""
    if not len(wanted):
        return float("inf")
    column = wanted[np.argmax(row[wanted])]
    above = len(ascending) - np.searchsorted(ascending, row[column], side="right")
    return float(1 + above + np.count_nonzero(row[:column] == row[column]))
