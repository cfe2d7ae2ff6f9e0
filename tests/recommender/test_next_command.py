"""`python -m recommender next`, end to end in this process, and the real sessions with expected ranges."""

import csv
import gzip
import io
import itertools
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from recommender.__main__ import app
from recommender.evaluation.next_reading import read_next
from recommender.evaluation.next_song import NextPlan, interval, judge_next, visits
from tests.recommender.engine_data import real

SESSIONS = "ann bob cat\nbob cat ann\ncat ann bob\n" * 3
TESTS = "ann bob\tcat\nbob\tcat\n"
"""Both right in the cycle of SESSIONS."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(
        app, ["next", *(str(argument) for argument in arguments)], env={"COLUMNS": "100"}
    )


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def judged(
    folder: Path, *more: object, sessions: str | bytes = SESSIONS, test: str | bytes = TESTS
) -> Result:
    paths = written(folder / "sessions.txt", sessions), written(folder / "test.txt", test)
    return run("--sessions", paths[0], "--test", paths[1], *more)


def figures(result: Result) -> dict[str, str]:
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    return {line[0]: line[1] for line in lines if len(line) == 5 and line[3] == "…"}


def rows_of(path: Path) -> list[dict[str, str]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(content.decode())))


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Show no progress."""


def test_a_cycle_is_told_without_a_miss(tmp_path: Path) -> None:
    found = judged(tmp_path)
    assert figures(found) == {"P@20": "100.00", "MRR@20": "100.00"}
    assert "Train: 9 sessions, 27 plays of 3 songs" in found.stdout
    assert "Test: 2 next songs, of 2 sessions" in found.stdout
    assert "Next songs that no session has: 0 (0.0 %)" in found.stdout


def test_figures_are_counted_as_published(tmp_path: Path) -> None:
    """Of four next songs one is first, one is second, one cannot be told, and one nobody has ever played."""
    found = judged(tmp_path, sessions="a x\na x\na x\na y\nb z\n", test="a\tx\na\ty\na\tz\na\tnew\n")
    assert figures(found) == {"P@20": "50.00", "MRR@20": "37.50"}
    assert "Next songs that no session has: 1 (25.0 %)" in found.stdout


def test_ids_that_were_never_heard_are_passed_over_and_told(tmp_path: Path) -> None:
    found = judged(tmp_path, test="new ann\tbob\nnew newer\tbob\n\tbob\n")
    assert figures(found)["P@20"] == "33.33"
    assert "2 tests have no song heard that any session knows" in found.stdout


@pytest.mark.parametrize(
    ("sessions", "test"),
    [
        (SESSIONS.replace("\n", "\r\n"), TESTS.replace("\n", "\r\n")),
        ("\ufeff" + SESSIONS, "\ufeff" + TESTS),
        ("\n" + SESSIONS.replace(" ", "   ").replace("\n", "\n\n"), "\n" + TESTS.strip()),
        (gzip.compress(SESSIONS.encode(), mtime=0), gzip.compress(TESTS.encode(), mtime=0)),
        ("session,item\n1,ann\n1,bob\n2,bob\n1,cat\n2,cat\n2,ann\n", TESTS),
        ('"Session ID";"Track ID"\n1;ann\n1;bob\n1;cat\n', TESTS),
        ("session,item,unix_time\n2,cat,8\n1,cat,3\n1,ann,1\n2,bob,7\n1,bob,2\n", TESTS),
        ("session,item,time\n1,cat,2024-01-03\n1,ann,2024-01-01\n1,bob,2024-01-02\n", TESTS),
        (SESSIONS, "prefix,target\nann bob,cat\nbob,cat\n"),
        (SESSIONS, "prefix\ttarget\nann bob\tcat\nbob\tcat\n"),
        (SESSIONS, "session,item\n1,ann\n1,bob\n1,cat\n2,bob\n2,cat\n"),
    ],
)
def test_every_form_of_the_files(tmp_path: Path, sessions: str | bytes, test: str | bytes) -> None:
    assert figures(judged(tmp_path, sessions=sessions, test=test)) == {"P@20": "100.00", "MRR@20": "100.00"}


def test_a_table_of_sessions_is_in_the_order_of_time(tmp_path: Path) -> None:
    """Without times the order of the rows is that of time; the session that began first comes first."""
    from recommender.evaluation.next_reading import read_sessions

    timed = written(tmp_path / "timed.csv", "session,item,unix_time\nz,c,30\na,b,40\nz,d,45\na,e,50\ny,f,1\n")
    assert read_sessions(timed, []) == [["f"], ["c", "d"], ["b", "e"]]
    plain = written(tmp_path / "plain.csv", "session,item\nz,c\na,b\nz,d\na,e\n")
    assert read_sessions(plain, []) == [["c", "d"], ["b", "e"]]


def test_predictions_are_written_best_first(tmp_path: Path) -> None:
    out = tmp_path / "next.csv.gz"
    names = {"ann": '"quoted,id"', "bob": "007", "cat": "🎧"}
    sessions, tests = SESSIONS, TESTS
    for plain, odd in names.items():
        sessions, tests = sessions.replace(plain, odd), tests.replace(plain, odd)
    found = judged(tmp_path, "--out", out, sessions=sessions, test=tests)
    assert figures(found)["P@20"] == "100.00"
    rows = rows_of(out)
    assert list(rows[0]) == ["test", "rank", "item", "score"]
    for test, several in itertools.groupby(rows, lambda row: row["test"]):
        group = list(several)
        scores = [float(row["score"]) for row in group]
        assert group[0]["item"] == "🎧", test
        assert {row["item"] for row in group} == set(names.values())
        assert [row["rank"] for row in group] == ["1", "2", "3"]
        assert scores == sorted(scores, reverse=True)
        assert sum(scores) == pytest.approx(1)
    assert {row["test"] for row in rows} == {"1", "2"}


def test_a_sample_is_drawn_by_the_seed(tmp_path: Path) -> None:
    out = tmp_path / "next.csv"
    test = "ann\tbob\n" * 40
    drawn: list[set[str]] = []
    for seed in (1, 1, 2):
        found = judged(tmp_path, "--sample", 5, "--seed", seed, "--out", out, test=test)
        assert "Test: 5 next songs drawn from 40" in found.stdout
        drawn.append({row["test"] for row in rows_of(out)})
    assert len(drawn[0]) == 5
    assert drawn[0] == drawn[1] != drawn[2]
    assert "Test: 40 next songs, of 40 sessions\n" in judged(tmp_path, "--sample", 41, test=test).stdout


def test_time_is_taken_of_each_prediction_alone(tmp_path: Path) -> None:
    """A clock that ticks once a look: one tick lies between any two looks."""
    ticks = itertools.count()
    paths = written(tmp_path / "sessions", SESSIONS), written(tmp_path / "test", TESTS)
    outcome = judge_next(NextPlan(*paths), silent, clock=lambda: float(next(ticks)))
    assert outcome.fit_seconds == 1
    assert outcome.milliseconds.tolist() == [1000, 1000]


@pytest.mark.parametrize("test", ["a b c\tx\na b\tc\na\tb\nx\ta\n", "a\tb\na b\tc\na b c\tx\nx\ta\n"])
def test_tests_of_one_session_are_told_by_their_songs(tmp_path: Path, test: str) -> None:
    """Written from its end or from its beginning, a session is one; the last test is another's."""
    split = read_next(written(tmp_path / "train", "a b c x\n"), written(tmp_path / "test", test))
    assert visits(split).tolist() == [0, 0, 0, 1]


def test_an_interval_widens_where_tests_are_right_together() -> None:
    gains = np.repeat([0.0, 100.0], 500)
    alone, together = interval(gains, np.arange(1000), 0), interval(gains, np.arange(1000) // 50, 0)
    assert alone.value == together.value == 50
    assert alone.low == pytest.approx(46.9, abs=0.5)
    assert together.low == pytest.approx(28.1, abs=4)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"sessions": ""}, "sessions.txt is empty"),
        ({"sessions": " \n\n"}, "sessions.txt is empty"),
        ({"test": ""}, "test.txt is empty"),
        ({"sessions": "1\n2\n3\n"}, "no session has two songs"),
        ({"sessions": "user,item\n1,2\n1,3\n"}, "no session has two songs"),
        ({"sessions": "session,item\n"}, "a header line and no rows"),
        ({"sessions": "session,item\n1,\n"}, "no row has something in each of the columns session, item"),
        ({"sessions": "session,item,time\n1,2,soon\n1,3,4\n"}, "line 2: 'soon' in the column time"),
        ({"sessions": b"\x89PNG\0\0"}, "holds zero bytes"),
        ({"sessions": gzip.compress(b"1 2\n", mtime=0)[:-9]}, "is damaged or cut short"),
        ({"test": "1 2\t3\n1 2 3\n"}, "test.txt, line 2: a test is the ids heard"),
        ({"test": "1 2\t\n"}, "test.txt, line 1"),
        ({"test": "1 2\t3 4\n"}, "test.txt, line 1"),
        ({"test": "prefix,target\n1,\n"}, "no row has something in each of the columns target"),
    ],
)
def test_bad_files_are_one_line_and_exit_code_2(
    tmp_path: Path, files: dict[str, str | bytes], said: str
) -> None:
    complained(judged(tmp_path, **files), said)


def test_a_csv_needs_its_columns(tmp_path: Path) -> None:
    path = written(tmp_path / "sessions.csv", "user,item\n1,2\n1,3\n")
    test = written(tmp_path / "test.txt", TESTS)
    complained(run("--sessions", path, "--test", test), "there is no column session (looked for session, ")


def test_missing_files_and_an_input_as_output(tmp_path: Path) -> None:
    complained(run("--sessions", tmp_path / "no", "--test", tmp_path / "no"), "There is no file")
    complained(judged(tmp_path, "--out", tmp_path / "no" / "out.csv"), "cannot be written")
    complained(judged(tmp_path, "--out", tmp_path / "test.txt"), "one of the files to read")
    assert (tmp_path / "test.txt").read_text() == TESTS
    assert judged(tmp_path, "--sample", 0).exit_code == 2


def test_evaluate_sends_the_model_of_sessions_here(tmp_path: Path) -> None:
    train = written(tmp_path / "train.csv", "user,item\n1,2\n")
    arguments = ("evaluate", "--train", train, "--test", train, "--model", "sessions")
    complained(CliRunner().invoke(app, [str(argument) for argument in arguments]), "with the command next")


def complained(result: Result, said: str) -> None:
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.strip().splitlines()) == 1
    assert not result.stdout


def test_real_sessions_lie_in_the_expected_range(tmp_path: Path) -> None:
    """The newest 10,000 sessions of #nowplaying and 1,000 of its tests; all of them reach 24 and 11."""
    with gzip.open(real("nowplaying/train_sessions.txt.gz"), "rt") as stream:
        newest = stream.readlines()[-10_000:]
    sessions = written(tmp_path / "sessions.txt", "".join(newest))
    outcome = judge_next(
        NextPlan(sessions, real("nowplaying/test_prefix_target.txt.gz"), sample=1_000), silent
    )
    assert outcome.tests == 1_000
    assert 14 <= outcome.precision.value <= 19
    assert 6 <= outcome.reciprocal.value <= 9
    assert outcome.precision.low < outcome.precision.value < outcome.precision.high
