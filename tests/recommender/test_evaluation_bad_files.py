"""Files that cannot be used: each is told by name, with the place and what to do."""

import gzip
from pathlib import Path

import pytest

from recommender.errors import DatasetError
from tests.recommender.evaluation_data import split_of


def complaint(folder: Path, **files: str | bytes) -> str:
    with pytest.raises(DatasetError) as caught:
        split_of(folder, **files)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("user,item\n", "a header line and no rows"),
        ("user,item\n,\n", "a header line and no rows"),
        ("who,item\n1,2\n", "no column user (looked for user, userid"),
        ("646,703,145\n1,2,3\n", "found 646, 703, 145"),
        ("user,plays\n1,2\n", "no column item"),
        ("user,item\n,2\n1,\n", "no row has something in each of the columns user, item"),
        ("user,item,plays\n1,2,3\n1,3,lots\n", "line 3: 'lots' in the column plays is not a finite number"),
        ("user,item,plays\n\n1,2,\n", "line 3: the column plays is empty"),
        ("user,item,weight\n1,2,inf\n", "line 2: 'inf' in the column weight is not a finite number"),
        ("user,item,weight\n1,2,nan\n", "line 2: 'nan' in the column weight"),
        ("user,item,unix_time\n1,2,yesterday\n", "line 2: 'yesterday' in the column unix_time"),
        ("user,item\n1,2\n3,4,5\n", "is not a CSV (Expected 2 fields in line 3, saw 3)"),
        ("user,item\n1,2,3\n", "rows have more cells than the header line"),
        ('user,item\n1,"2\n', "is not a CSV (EOF inside string"),
        (b"\x89PNG\r\n\x1a\n\0\0", "holds zero bytes"),
        ("user,item\n1,2\n".encode("utf-16"), "Save it as CSV, UTF-8"),
        (gzip.compress(b"user,item\n1,2\n", mtime=0)[:-9], "is damaged or cut short"),
        (b"\x1f\x8bnot gzip", "is damaged or cut short"),
    ],
)
def test_what_is_wrong_with_train_is_told(tmp_path: Path, content: str | bytes, said: str) -> None:
    found = complaint(tmp_path, train=content)
    assert said in found
    assert str(tmp_path / "train.csv") in found


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    from recommender.evaluation.files import read_table

    with pytest.raises(DatasetError, match="There is no file"):
        read_table(tmp_path / "none.csv", [])
    with pytest.raises(DatasetError, match="cannot be read"):
        read_table(tmp_path, [])


def test_a_plain_file_that_calls_itself_gz(tmp_path: Path) -> None:
    from recommender.evaluation.files import read_table

    path = tmp_path / "train.csv.gz"
    path.write_text("user,item\n1,2\n")
    with pytest.raises(DatasetError, match="is not gzip"):
        read_table(path, [])


def test_other_files_are_told_apart(tmp_path: Path) -> None:
    assert "no column tag" in complaint(tmp_path, tags="item,word\n1,2\n")
    assert "no column of numbers" in complaint(tmp_path, audio="item,name\na,b\n")
    assert "line 2: 'inf' in the column energy" in complaint(tmp_path, audio="item,energy\na,inf\n")
    assert "user,friend or group,user" in complaint(tmp_path, groups="user,city\n1,2\n")
    assert "no column user" in complaint(tmp_path, groups="group,city\n1,2\n")


def test_a_test_in_which_nothing_is_liked(tmp_path: Path) -> None:
    assert "no row has a weight above 0" in complaint(tmp_path, test="user,item,weight\ndan,b,-1\n")
