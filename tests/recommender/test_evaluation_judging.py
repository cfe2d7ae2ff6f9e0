"""Full ranking: what is left out, how ties fall, and that batches and tricks change nothing."""

import math
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import DatasetError
from recommender.evaluation import exam as exams
from recommender.evaluation.exam import Candidates, Exam
from recommender.evaluation.figures import measured
from recommender.evaluation.judging import Answers, ScoresNotUsable, answers
from recommender.evaluation.reading import Split
from recommender.models.base import Asked, ItemModel
from recommender.sparse import Floats, Positions
from tests.recommender.evaluation_data import csv_of, exam_of, split_of


class Fixed(ItemModel):
    """Scores each item the same for everybody, by its position."""

    name: ClassVar[str] = "fixed"

    def __init__(self, scores: list[float]) -> None:
        super().__init__()
        self.by_position = np.array(scores, dtype=np.float32)

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        chosen = self.by_position if among is None else self.by_position[among]
        return np.broadcast_to(chosen, (len(asked), len(chosen)))


def judged(exam: Exam, *scores: float, count: int = 20) -> Answers:
    (found,) = answers(Fixed(list(scores)), exam, count)
    return found


def shown(split: Split, exam: Exam, found: Answers) -> dict[str, list[str]]:
    """Items by user, best first."""
    items = [str(split.items[position]) for position in exam.candidates]
    return {
        str(split.users[exam.users[place]]): [items[column] for column in columns if column >= 0]
        for place, columns in zip(found.places, found.columns, strict=True)
    }


def test_what_is_in_train_is_left_out_liked_or_not(tmp_path: Path) -> None:
    split = split_of(
        tmp_path, "user,item,weight\nann,a,1\nann,b,-1\nann,c,0\nben,d,1\n", "user,item\nann,d\n"
    )
    exam = exam_of(split)
    assert shown(split, exam, judged(exam, 4, 3, 2, 1)) == {"ann": ["d"]}
    assert exam.evidence.toarray().tolist() == [[1, -1, 0, 0]]


def test_strangers_are_served_and_unknown_items_count_as_missed(tmp_path: Path) -> None:
    split = split_of(tmp_path, test="user,item\neve,c\neve,nowhere\ndan,a\n")
    exam = exam_of(split)
    found = judged(exam, 3, 2, 1)
    assert shown(split, exam, found) == {"dan": ["b", "c"], "eve": ["a", "b", "c"]}
    assert exam.totals.tolist() == [1, 2]
    assert exam.unreachable == 2
    assert found.first.tolist() == [math.inf, 3.0]
    recall = measured(found, split, exam, 0).by_user["Recall@10"]
    assert recall.tolist() == [0.0, 0.5]


def test_cold_candidates_are_judged_by_cold_pairs_alone(tmp_path: Path) -> None:
    test = "user,item\ndan,b\ndan,new\nann,newer\nben,c\n"
    split = split_of(tmp_path, test=test, tags="item,tag\nnew,x\n", audio="item,e\nnewer,1\nold,2\n")
    exam = exam_of(split, Candidates.COLD)
    assert [str(split.items[position]) for position in sorted(exam.candidates)] == ["new", "newer", "old"]
    found = judged(exam, 0, 0, 0, 3, 2, 1)
    assert set(shown(split, exam, found)["ben"]) == {"new", "newer", "old"}
    assert (exam.set_aside, exam.unreachable) == (2, 0)
    figures = measured(found, split, exam, 0)
    assert figures.judged == 2
    assert figures.intervals["MRR"].value == 0.75
    assert figures.intervals["AUC"].value == 0.75


def test_nothing_cold_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="No item is cold"):
        exam_of(split_of(tmp_path), Candidates.COLD)
    with pytest.raises(DatasetError, match="No test pair is on a cold item"):
        exam_of(split_of(tmp_path, tags="item,tag\nnew,x\n"), Candidates.COLD)


def test_who_disliked_the_test_is_served_but_not_judged(tmp_path: Path) -> None:
    split = split_of(tmp_path, test="user,item,weight\ndan,b,1\ncat,b,-1\n")
    exam = exam_of(split)
    found = judged(exam, 3, 2, 1)
    assert set(shown(split, exam, found)) == {"dan", "cat"}
    assert measured(found, split, exam, 0).judged == 1


def test_equal_scores_fall_by_the_hash_not_by_the_file(tmp_path: Path) -> None:
    names = [f"i{number:03}" for number in range(200)]
    split = split_of(tmp_path, csv_of("user,item", [("u", name) for name in names]), "user,item\nnew,i000\n")
    exam = exam_of(split)
    first = shown(split, exam, judged(exam, *[1.0] * 200))["new"]
    assert len(first) == 20
    assert first == shown(split, exam, judged(exam, *[1.0] * 200))["new"]
    assert first != names[:20]
    assert sum(name < "i100" for name in first) in range(4, 17)


@settings(max_examples=40)
@given(st.data())
def test_the_ranking_is_what_a_plain_sort_says(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    pairs = st.tuples(st.integers(0, 4), st.integers(0, 30))
    train = data.draw(st.sets(pairs, min_size=1, max_size=60))
    test = data.draw(st.sets(pairs, min_size=1, max_size=20))
    split = split_of(tmp_path_factory.mktemp("any"), csv_of("user,item", train), csv_of("user,item", test))
    exam = exam_of(split)
    scores = data.draw(st.lists(st.integers(0, 3), min_size=len(split.items), max_size=len(split.items)))
    count = data.draw(st.integers(1, 40))
    found = judged(exam, *scores, count=count)
    for user, items in shown(split, exam, found).items():
        own = {str(item) for who, item in train if str(who) == user}
        columns = [c for c, p in enumerate(exam.candidates) if str(split.items[p]) not in own]
        ordered = sorted((-scores[int(exam.candidates[column])], column) for column in columns)
        names = [str(split.items[exam.candidates[column]]) for _, column in ordered]
        assert items == names[:count]
        wanted = {str(item) for who, item in test if str(who) == user}
        ranks = [rank for rank, name in enumerate(names, 1) if name in wanted]
        place = exam.users.tolist().index(split.users.tolist().index(user))
        assert found.first[place] == min(ranks, default=math.inf)
        assert np.flatnonzero(found.hits[place]).tolist() == [rank - 1 for rank in ranks if rank <= count]


def test_batches_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    split = split_of(tmp_path)
    exam = exam_of(split)
    whole = judged(exam, 1, 2, 3)
    monkeypatch.setattr(exams, "MEMORY", 1)
    single = list(answers(Fixed([1, 2, 3]), exam, 20))
    assert [len(part.places) for part in single] == [1, 1, 1]
    assert np.concatenate([part.columns for part in single]).tolist() == whole.columns.tolist()


def test_scores_that_cannot_be_ranked_fail_loudly(tmp_path: Path) -> None:
    exam = exam_of(split_of(tmp_path))
    with pytest.raises(ScoresNotUsable, match="fixed gave scores that are not finite"):
        judged(exam, 1, math.nan, 2)


def test_the_asked_are_strangers_with_their_own_rows_as_evidence(tmp_path: Path) -> None:
    split = split_of(tmp_path)
    exam = exam_of(split)
    asked = exam.asked(np.array([0, 2]))
    assert [asker.group for asker in asked.askers] == [None, None]
    assert [str(split.users[int(asker.member or 0) - 1]) for asker in asked.askers] == ["cat", "eve"]
    assert asked.evidence.toarray().tolist() == [[1, 0, 1], [0, 0, 0]]
