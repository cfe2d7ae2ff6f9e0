"""The published Last.fm split: the tool measures what others measured on it."""

from pathlib import Path

import pandas as pd
import pytest

from recommender.config import EngineConfig
from recommender.evaluation.exam import Exam
from recommender.evaluation.judging import answers
from recommender.evaluation.reading import Files, read_split
from recommender.evaluation.running import Plan, evaluate
from recommender.material import Material
from recommender.models import MODELS
from tests.recommender.engine_data import real


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Show no progress."""


def test_most_popular_measures_as_published(tmp_path: Path) -> None:
    """Without plays every like counts the same, as in the published figures: .0712 and .0829."""
    bare = tmp_path / "train.csv"
    pd.read_csv(real("lastfm/train.csv.gz"))[["user", "item"]].to_csv(bare, index=False)
    plan = Plan(Files(bare, real("lastfm/test.csv.gz")))
    found = evaluate(plan, MODELS["popularity"](seed=0), silent).figures
    assert found.judged == 1881
    assert found.intervals["Recall@10"].value == pytest.approx(0.0712, abs=0.0003)
    assert found.intervals["NDCG@10"].value == pytest.approx(0.0829, abs=0.0003)
    assert found.intervals["Recall@10"].low < 0.0712 < found.intervals["Recall@10"].high


def test_all_files_of_a_published_data_set_are_read_as_they_are() -> None:
    files = Files(*(real(f"lastfm/{name}.csv.gz") for name in ("train", "test", "tags", "audio", "friends")))
    split = read_split(files, 0)
    assert len(split.dataset.circles) == 25_434
    assert len(split.dataset.audio) == 4_689
    assert any(": 0 rows by test users on their test items" in note for note in split.notes)
    exam = Exam.of(split, Plan(files).candidates)
    model = MODELS["popularity"](seed=0).learn(Material.of(split.dataset, EngineConfig()))
    first = next(answers(model, exam, 20))
    assert first.hits.mean() > 0.03
