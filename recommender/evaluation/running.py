"""One evaluation from files to figures."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recommender.config import EngineConfig
from recommender.evaluation.exam import Candidates, Exam
from recommender.evaluation.figures import Figures, measured
from recommender.evaluation.judging import Answers, answers
from recommender.evaluation.reading import Files, Split, read_split
from recommender.evaluation.recommendations import Recommendations, opened
from recommender.material import Material
from recommender.models.base import ItemModel

Told = Callable[[str, int, int | None], None]
"""Takes what is being done, how many are done and how many there are, None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to evaluate and how."""

    files: Files
    candidates: Candidates = Candidates.ALL
    count: int = 20
    """How many items a user are recommended."""
    seed: int = 0
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    model: str
    split: Split
    exam: Exam
    figures: Figures
    fit_seconds: float
    user_milliseconds: float


def evaluate(
    plan: Plan, model: ItemModel, told: Told, clock: Callable[[], float] = time.perf_counter
) -> Outcome:
    """Read the files, let the model learn, rank everything for every test user and measure.

    Raises:
        DatasetError: a file cannot be used, or nothing can be judged; the sentence says why.
    """
    told("Reading", 0, None)
    split = read_split(plan.files, plan.seed)
    exam = Exam.of(split, plan.candidates)
    with opened(plan.out, plan.files.given()) as stream:
        told("Learning", 0, None)
        started = clock()
        model.learn(Material.of(split.dataset, EngineConfig()))
        learnt = clock()
        writer = None if stream is None else Recommendations(stream, split, exam)
        found: list[Answers] = []
        told("Ranking", 0, len(exam.users))
        for some in answers(model, exam, plan.count):
            if writer is not None:
                writer.write(some)
            found.append(some)
            told("Ranking", int(some.places[-1]) + 1, len(exam.users))
    ranked = clock()
    told("Measuring", 0, None)
    figures = measured(_joined(found), split, exam, plan.seed)
    each = 1000 * (ranked - learnt) / len(exam.users)
    return Outcome(model.name, split, exam, figures, learnt - started, each)


def _joined(parts: list[Answers]) -> Answers:
    return Answers(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("places", "columns", "scores", "hits", "first", "auc")
        )
    )
