"""What goes in is checked at the door."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, DatasetError
from tests.recommender.engine_data import HOME, catalogue, likes, member


def test_rows_on_unknown_items_are_dropped() -> None:
    tags = pd.DataFrame({"item": [0, 99], "tag": ["rock", "rock"], "weight": [1.0, 1.0]})
    baskets = pd.DataFrame({"basket": ["a", "a"], "item": [99, 1]})
    audio = pd.DataFrame({"energy": [0.5, 0.6]}, index=[1, 99])
    rows = likes([(HOME, member(0), 0), (HOME, member(0), 99)])
    dataset = Dataset.from_frames(
        items=catalogue(2), tags=tags, audio=audio, interactions=rows, baskets=baskets
    )
    assert dataset.tags["item"].to_list() == [0]
    assert dataset.audio.index.to_list() == [1]
    assert dataset.interactions["item"].to_list() == [0]
    assert dataset.baskets["item"].to_list() == [1]


def test_the_last_row_of_a_pair_wins() -> None:
    rows = likes([(HOME, member(0), 0)] * 3).assign(weight=[0.1, 0.2, 0.3], unix_time=[5.0, 9.0, 7.0])
    dataset = Dataset.from_frames(items=catalogue(1), interactions=rows)
    assert dataset.interactions["weight"].to_list() == [0.2]


def test_repeated_tags_are_summed() -> None:
    tags = pd.DataFrame({"item": [0, 0], "tag": ["rock", "rock"], "weight": [1.0, 2.0]})
    assert Dataset.from_frames(items=catalogue(1), tags=tags).tags["weight"].to_list() == [3.0]


def test_large_ids_stay_exact() -> None:
    rows = likes([(2**62 + 1, 2**62 + 3, 0)])
    kept = Dataset.from_frames(items=catalogue(1), interactions=rows).interactions
    assert (int(kept["group"].iloc[0]), int(kept["member"].iloc[0])) == (2**62 + 1, 2**62 + 3)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("column", ["weight", "unix_time"])
def test_numbers_that_are_not_finite_are_refused(column: str, bad: float) -> None:
    rows = likes([(HOME, member(0), 0)]).assign(**{column: bad})
    with pytest.raises(DatasetError, match=column):
        Dataset.from_frames(items=catalogue(1), interactions=rows)


@pytest.mark.parametrize("weight", [np.nan, 0.0, -1.0])
def test_tag_weights_must_be_positive(weight: float) -> None:
    tags = pd.DataFrame({"item": [0], "tag": ["rock"], "weight": [weight]})
    with pytest.raises(DatasetError, match="weight"):
        Dataset.from_frames(items=catalogue(1), tags=tags)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"popularity": 101.0}, "popularity"),
        ({"popularity": -1.0}, "popularity"),
        ({"popularity": "high"}, "popularity"),
        ({"released": 1e12}, "released"),
        ({"released": np.inf}, "released"),
    ],
)
def test_items_out_of_range_are_refused(change: dict[str, Any], named: str) -> None:
    with pytest.raises(DatasetError, match=named):
        Dataset.from_frames(items=catalogue(2).assign(**change))


def test_an_id_that_stands_twice_is_refused() -> None:
    with pytest.raises(DatasetError, match="twice"):
        Dataset.from_frames(items=catalogue(2).set_axis([3, 3], axis=0))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(DatasetError, match="member"):
        Dataset.from_frames(
            items=catalogue(1), interactions=likes([(HOME, member(0), 0)]).drop(columns="member")
        )


def test_the_frames_passed_in_stay_as_they_are() -> None:
    items, rows = catalogue(2), likes([(HOME, member(1), 1), (HOME, member(0), 99)])
    before = items.copy(), rows.copy()
    Dataset.from_frames(items=items, interactions=rows)
    pd.testing.assert_frame_equal(items, before[0])
    pd.testing.assert_frame_equal(rows, before[1])
