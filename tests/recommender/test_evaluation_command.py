"""`python -m recommender evaluate`, end to end in this process."""

import csv
import gzip
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from recommender.__main__ import app
from tests.recommender.evaluation_data import TEST, TRAIN, csv_of, written


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "100"})


def evaluated(folder: Path, *more: object, **files: str | bytes) -> Result:
    paths = written(folder, **({"train": TRAIN, "test": TEST} | files))
    named = [part for name, path in paths.items() for part in (f"--{name}", path)]
    return run("evaluate", *named, "--model", "popularity", *more)


def figures(result: Result) -> dict[str, str]:
    """The first figure of each line of the report's table."""
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    return {line[0]: line[-4] for line in lines if len(line) in {5, 6} and line[-2] == "…"}


def rows_of(path: Path) -> list[dict[str, str]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(content.decode().splitlines()))


def test_a_tiny_world_whose_answer_is_known(tmp_path: Path) -> None:
    """Everybody wants what is most popular among what they do not have yet."""
    found = figures(evaluated(tmp_path))
    assert {found[f"{name}@10"] for name in ("Recall", "NDCG")} == {"1.0000"}
    assert (found["MRR"], found["AUC"], found["P@10"], found["P@20"]) == (
        "1.0000",
        "1.0000",
        "0.1000",
        "0.0500",
    )
    assert set(found) == {
        *(f"{name}@{k}" for name in ("P", "Recall", "NDCG", "Coverage", "Novelty", "Gini") for k in (10, 20)),
        "MRR",
        "AUC",
    }


def test_the_recommendations_are_written_best_first(tmp_path: Path) -> None:
    out = tmp_path / "recs.csv"
    assert evaluated(tmp_path, "--out", out).exit_code == 0
    rows = rows_of(out)
    assert list(rows[0]) == ["user", "rank", "item", "score"]
    found = [(row["user"], row["rank"], row["item"]) for row in rows]
    assert found == [
        ("cat", "1", "b"),
        ("dan", "1", "b"),
        ("dan", "2", "c"),
        ("eve", "1", "a"),
        ("eve", "2", "b"),
        ("eve", "3", "c"),
    ]
    scores = [float(row["score"]) for row in rows if row["user"] == "eve"]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("count", [20, 30])
def test_as_many_as_asked_for_with_ids_that_need_quotes(tmp_path: Path, count: int) -> None:
    names = [f'"NA, ""{number}"" 🎧"' for number in range(40)]
    train = csv_of("user,item", [("007", name) for name in names[:5]] + [("x y", name) for name in names])
    out = tmp_path / "recs.csv.gz"
    found = evaluated(
        tmp_path, "--out", out, "--count", count, train=train, test=f"user,item\n007,{names[7]}\n"
    )
    assert found.exit_code == 0, found.output
    rows = rows_of(out)
    assert [int(row["rank"]) for row in rows] == list(range(1, count + 1))
    assert {row["user"] for row in rows} == {"007"}
    assert {row["item"] for row in rows} <= {f'NA, "{number}" 🎧' for number in range(5, 40)}


def test_cold_items_are_recommended_by_what_they_are_like(tmp_path: Path) -> None:
    tags = csv_of("item,tag", [("a", "rock"), ("b", "jazz"), ("new rock", "rock"), ("new jazz", "jazz")])
    paths = written(tmp_path, train="user,item\nann,a\nben,b\n", tags=tags)
    paths |= written(tmp_path, test="user,item\nann,new rock\nben,new jazz\n")
    named = [part for name, path in paths.items() for part in (f"--{name}", path)]
    found = figures(run("evaluate", *named, "--model", "content", "--candidates", "cold"))
    assert (found["MRR"], found["AUC"], found["Coverage@10"]) == ("1.0000", "1.0000", "1.0000")


def test_friends_count_where_they_are_given(tmp_path: Path) -> None:
    """Of two equally popular items, a friend's comes first, whichever it is."""
    train = "user,item\nann,a\nben,b\ndan,z\n"
    for friend, item in (("ann", "a"), ("ben", "b")):
        out = tmp_path / "recs.csv"
        groups = f"user,friend\ndan,{friend}\n"
        assert evaluated(tmp_path, "--out", out, train=train, groups=groups).exit_code == 0
        assert next(row["item"] for row in rows_of(out) if row["user"] == "dan") == item


def test_the_same_seed_gives_the_same_report(tmp_path: Path) -> None:
    first, second = (figures(evaluated(tmp_path, "--seed", 3)) for _ in range(2))
    assert first == second


def test_what_is_missed_is_told(tmp_path: Path) -> None:
    found = evaluated(tmp_path, test="user,item\ndan,b\ndan,nowhere\n")
    assert "1 test pairs cannot be recommended" in found.stdout


@pytest.mark.parametrize(
    ("more", "files", "said"),
    [
        ((), {"train": ""}, "is empty"),
        ((), {"test": "a,b\n1,2\n"}, "no column user"),
        (("--model", "oracle"), {}, "There is no model oracle. Choose from "),
        (("--candidates", "cold"), {}, "No item is cold"),
        (("--out", "nowhere/at/all/recs.csv"), {}, "cannot be written"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    tmp_path: Path, more: tuple[str, ...], files: dict[str, str], said: str
) -> None:
    found = evaluated(tmp_path, *more, **files)
    assert found.exit_code == 2
    assert said in found.stderr
    assert found.stderr.startswith("Error: ")
    assert len(found.stderr.strip().splitlines()) == 1
    assert not found.stdout


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    found = evaluated(tmp_path, "--out", tmp_path / "train.csv")
    assert found.exit_code == 2
    assert "one of the files to read" in found.stderr
    assert (tmp_path / "train.csv").read_text() == TRAIN


def test_fewer_than_20_and_no_command_are_refused(tmp_path: Path) -> None:
    assert evaluated(tmp_path, "--count", 5).exit_code == 2
    found = run()
    assert "evaluate" in found.output
