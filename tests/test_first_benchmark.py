"""What a newcomer chooses in the menus, and how the answer to it is judged."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.first import Newcomer, judge, popular, wants
from bot.store.records import MemberId, Song, SongId
from bot.store.tastes import ChoiceKind

SONGS = {
    SongId(number): Song(SongId(number), f"song {number}", f"artist {number}", genres=genres)
    for number, genres in enumerate([("jazz",), ("jazz", "soul"), ("rock",), ("rock", "soul"), ("soul",)])
}
ALICE = Newcomer(MemberId(1), (SongId(1), SongId(4), SongId(0)), frozenset({SongId(2)}))


def test_chosen_is_what_most_of_the_played_is_and_only_what_is_offered() -> None:
    assert wants(ALICE, SONGS, ChoiceKind.GENRE, ["jazz", "rock", "soul"]) == ["jazz", "soul"]
    assert wants(ALICE, SONGS, ChoiceKind.GENRE, ["rock", "soul"]) == ["soul"]
    assert wants(ALICE, SONGS, ChoiceKind.DECADE, ["1990"]) == []


def test_artists_are_chosen_the_most_played_first() -> None:
    offered = [f"artist {number}" for number in range(5)]
    assert wants(ALICE, SONGS, ChoiceKind.ARTIST, offered) == ["artist 1", "artist 4", "artist 0"]
    assert wants(ALICE, SONGS, ChoiceKind.ARTIST, ["artist 3", "artist 0"]) == ["artist 0"]


def test_what_is_popular_leaves_out_what_is_played_already() -> None:
    train = pd.DataFrame({"user": [1, 2, 3, 1, 2, 1], "item": [1, 1, 1, 2, 2, 3]})
    assert popular(train, [ALICE]) == [[SongId(2), SongId(3)]]


def test_judged_by_ndcg_over_what_is_wanted() -> None:
    second = judge([[SongId(3), SongId(2)], []], [ALICE, ALICE])
    assert second[0] == pytest.approx(1 / np.log2(3))
    assert second[1] == 0
