"""All figures of one evaluation, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.evaluation import metrics
from recommender.evaluation.bootstrap import Interval, means, of_counts
from recommender.evaluation.exam import Exam
from recommender.evaluation.judging import Answers
from recommender.evaluation.reading import Split
from recommender.sparse import Doubles

CUTS = (10, 20)
"""The k of every figure at k."""
_COUNTED_RESAMPLES = 500
"""Coverage and Gini count all recommendations anew in every resample, so there are fewer."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What came out.

    `by_user` holds the columns that are means over users, each of shape (judged users,), for a paired comparison
    of two models; `intervals` holds all figures by name, in the order they are shown.
    """

    judged: int
    by_user: dict[str, Doubles]
    intervals: dict[str, Interval]


def measured(answers: Answers, split: Split, exam: Exam, seed: int) -> Figures:
    """Measure the answers for those users who want something."""
    judged = np.flatnonzero(exam.totals > 0)
    by_user = _by_user(answers, split, exam, judged)
    intervals = dict(zip(by_user, means(np.stack(list(by_user.values()), axis=1), seed), strict=True))
    for k in CUTS:
        shown, size = answers.columns[judged, :k], len(exam.candidates)
        for name, figure in (("Coverage", metrics.coverage), ("Gini", metrics.gini)):
            intervals[f"{name}@{k}"] = of_counts(shown, size, figure, seed, _COUNTED_RESAMPLES)
    return Figures(len(judged), by_user, {name: intervals[name] for name in _order()})


def _by_user(answers: Answers, split: Split, exam: Exam, judged: np.ndarray) -> dict[str, Doubles]:
    hits, totals, columns = answers.hits[judged], exam.totals[judged], answers.columns[judged]
    listeners = np.bincount(split.train["item"], minlength=len(split.items))
    bits = metrics.surprise(listeners, split.train["user"].nunique())[exam.candidates]
    found: dict[str, Doubles] = {}
    for k in CUTS:
        found[f"P@{k}"] = metrics.precision(hits, k)
        found[f"Recall@{k}"] = metrics.recall(hits, totals, k)
        found[f"NDCG@{k}"] = metrics.ndcg(hits, totals, k)
        found[f"Novelty@{k}"] = metrics.novelty(columns, bits, k)
    found["MRR"] = metrics.reciprocal_rank(answers.first[judged])
    found["AUC"] = answers.auc[judged]
    return found


def _order() -> list[str]:
    cut = [f"{name}@{k}" for name in ("P", "Recall", "NDCG") for k in CUTS]
    beside = [f"{name}@{k}" for name in ("Coverage", "Novelty", "Gini") for k in CUTS]
    return [*cut, "MRR", "AUC", *beside]
