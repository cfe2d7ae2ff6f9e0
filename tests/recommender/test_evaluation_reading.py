"""Files as they come: any ids, any names of columns, and what becomes of plays, tags, audio and groups."""

import gzip
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation import sides
from recommender.evaluation.columns import times
from recommender.evaluation.files import Table, read_table
from recommender.evaluation.interactions import read_interactions
from tests.recommender.evaluation_data import csv_of, split_of, written

STRANGE = ["007", "7", "NA", "null", "🎧", "Earth  Wind", " x", "-1", "1e3", "é"]


def rows_of(folder: Path, content: str | bytes, notes: list[str] | None = None) -> pd.DataFrame:
    path = written(folder, rows=content)["rows"]
    return read_interactions(path, [] if notes is None else notes)


def weights_of(folder: Path, content: str) -> list[float]:
    return rows_of(folder, content)["weight"].tolist()


def test_ids_stay_as_they_are_written(tmp_path: Path) -> None:
    split = split_of(tmp_path, csv_of("user,item", [(name, name) for name in STRANGE]), "user,item\n007,7\n")
    assert split.items.tolist() == sorted(STRANGE)
    assert split.users.tolist() == sorted(STRANGE)


def test_quoted_ids_hold_commas_quotes_and_line_ends(tmp_path: Path) -> None:
    found = rows_of(tmp_path, 'user,item\n1,"Earth, Wind"\n2,"a ""b"""\n3,"x\ny"\n')
    assert found["item"].tolist() == ["Earth, Wind", 'a "b"', "x\ny"]


@pytest.mark.parametrize(
    "header", ["user,item,plays", "userID,artistID,Play Count", "User_Id,track-id,LISTENS"]
)
def test_columns_go_by_many_names(tmp_path: Path, header: str) -> None:
    assert weights_of(tmp_path, f"{header}\n1,x,5\n1,y,9\n") == [1.0, 1.5]


def test_mark_compression_line_ends_and_separators(tmp_path: Path) -> None:
    plain = "user,item\n1,x\n2,é\n"
    wanted = rows_of(tmp_path, plain)
    for content in (
        b"\xef\xbb\xbf" + plain.encode(),
        gzip.compress(plain.encode()),
        plain.replace("\n", "\r\n"),
        plain.replace(",", "\t"),
        plain.replace(",", ";"),
        "\n" + plain.replace("\n", "\n\n"),
        plain.rstrip("\n"),
    ):
        pd.testing.assert_frame_equal(rows_of(tmp_path, content), wanted)


def test_latin_1_is_read_and_told(tmp_path: Path) -> None:
    notes: list[str] = []
    assert rows_of(tmp_path, "user,item\n1,é\n".encode("latin-1"), notes)["item"].tolist() == ["é"]
    assert "was read as Latin-1" in notes[0]


def test_plays_become_half_and_the_rank_among_the_users_own(tmp_path: Path) -> None:
    found = weights_of(tmp_path, "user,item,plays\n1,a,10\n1,b,20\n1,c,20\n1,d,900\n2,a,3\n2,b,0\n")
    assert found == [0.75, 1.125, 1.125, 1.5, 1.5, 0.0]


def test_weights_stay_and_repeated_ones_are_summed(tmp_path: Path) -> None:
    found = weights_of(tmp_path, "user,item,weight,plays\n1,a,-1,5\n1,b,0,5\n1,c,.25,5\n1,c,.5,5\n")
    assert found == [-1.0, 0.0, 0.75]


def test_bare_pairs_weigh_one_and_a_log_of_plays_is_counted(tmp_path: Path) -> None:
    assert weights_of(tmp_path, "user,item\n1,a\n1,b\n2,a\n") == [1.0, 1.0, 1.0]
    assert weights_of(tmp_path, "user,item\n1,a\n1,b\n1,a\n") == [1.5, 1.0]


def test_large_weights_are_pointed_out(tmp_path: Path) -> None:
    notes: list[str] = []
    rows_of(tmp_path, "user,item,weight\n1,a,900\n", notes)
    assert "name the column plays" in notes[0]


def test_times_in_seconds_milliseconds_and_dates(tmp_path: Path) -> None:
    cells = pd.DataFrame({"time": ["1600000000", "1600000000000", "2020-09-13T12:26:40Z", ""]}, dtype="str")
    found = times(Table(tmp_path, cells), "time")
    assert found.tolist() == [1.6e9, 1.6e9, 1.6e9, 0.0]


def test_rows_without_an_id_are_left_out_and_told(tmp_path: Path) -> None:
    notes: list[str] = []
    assert len(rows_of(tmp_path, "user,item\n1,a\n,a\n2\n", notes)) == 1
    assert "2 rows without user or item were left out" in notes[0]


def test_tags_that_give_the_test_away_are_left_out(tmp_path: Path) -> None:
    tags = "user,item,tag\ndan,b,rock\nann,b,rock\nann,b,loud\ndan,z,odd\n"
    split = split_of(tmp_path, tags=tags)
    assert split.dataset.tags["tag"].tolist() == ["loud", "rock", "odd"]
    assert split.dataset.tags["weight"].tolist() == [1.0, 1.0, 1.0]
    assert any("1 rows by test users on their test items were left out" in note for note in split.notes)


def test_items_of_tags_and_audio_join_the_catalogue_those_of_the_test_do_not(tmp_path: Path) -> None:
    split = split_of(
        tmp_path, test="user,item\ndan,b\ndan,nowhere\n", tags="item,tag\nd,x\n", audio="item,e\nf,1\n"
    )
    assert split.items.tolist() == ["a", "b", "c", "d", "f"]
    assert split.test["item"].tolist() == [1, -1]


def test_audio_takes_numbers_with_gaps_and_means_of_repeated_items(tmp_path: Path) -> None:
    notes: list[str] = []
    content = ",track_id,name,energy,tempo\n0,007,x,0.5,NA\n1,007,y,1.5,90\n2,NA,z,,\n"
    found = sides.read_audio(written(tmp_path, audio=content)["audio"], notes)
    assert found.index.tolist() == ["007", "NA"]
    assert list(found.columns) == ["energy", "tempo"]
    assert found.iloc[0].to_list() == [1.0, 90.0]
    assert found.isna().to_numpy().tolist() == [[False, False], [True, True]]
    assert "left out: name" in notes[0]


def test_friends_are_near_each_other_whoever_stands_first(tmp_path: Path) -> None:
    split = split_of(tmp_path, groups="user,friend\nann,ben\nann,nobody\ncat,cat\n")
    ann, ben = (split.users.tolist().index(name) + 1 for name in ("ann", "ben"))
    assert split.dataset.circles.to_numpy().tolist() == [[ann, ben], [ben, ann]]


def test_all_of_a_group_are_near_each_other(tmp_path: Path) -> None:
    path = written(tmp_path, groups="group,user\n1,a\n1,b\n1,c\n2,a\n2,b\n3,d\n")["groups"]
    found = sides.read_circles(path, 0, [])
    pairs = set(zip(found["member"], found["other"], strict=True))
    assert pairs == {(x, y) for x in "abc" for y in "abc" if x != y}
    assert len(found) == 6


@given(st.integers(1, 40), st.integers(1, 12))
def test_a_giant_group_is_capped(size: int, most: int) -> None:
    rows = pd.DataFrame({"group": "g", "user": [f"u{number}" for number in range(size)]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sides, "NEAR", most)
        found = sides._together(rows, Path("groups.csv"), 0, [])  # pyright: ignore[reportPrivateUsage]
    assert len(found) == size * min(size - 1, most)
    assert bool((found["member"] != found["other"]).all())


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    lines = [("u1", "b", 3), ("u2", "a", 5), ("u1", "a", 9), ("u2", "c", 1)]
    one = split_of(tmp_path, csv_of("user,item,plays", lines), "user,item\nu1,c\n")
    other = split_of(tmp_path, csv_of("user,item,plays", reversed(lines)), "user,item\nu1,c\n")
    pd.testing.assert_frame_equal(one.dataset.interactions, other.dataset.interactions)


def test_files_that_share_no_user_are_pointed_out(tmp_path: Path) -> None:
    assert any("written alike" in note for note in split_of(tmp_path, test="user,item\n12,a\n").notes)
    assert any("1 test users have no row" in note for note in split_of(tmp_path).notes)


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    path = written(tmp_path, rows="\nuser,item\n\n1,2\n")["rows"]
    assert read_table(path, []).cells.index.tolist() == [4]
