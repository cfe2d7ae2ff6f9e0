"""docs/benchmarks.md from made-up results, when results are measured again, and the data without each part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from benchmarks.accuracy.fingerprint import fingerprint
from benchmarks.accuracy.kept import Kept, Line, load, save
from benchmarks.accuracy.markdown import amount, goal, lead, listed, share
from benchmarks.accuracy.ours import Own
from benchmarks.accuracy.page import written
from benchmarks.accuracy.parts import Part, without
from benchmarks.accuracy.running import measure, ordered, run, usable
from benchmarks.accuracy.sections import SECTIONS, Chosen, Section
from benchmarks.peers.common import Model, Recommend, Settings
from benchmarks.peers.common import Part as Rows
from benchmarks.peers.judge import Lead
from benchmarks.peers.measure import Row
from benchmarks.peers.tuning import Journal, tuned
from recommender.evaluation.bootstrap import Interval
from recommender.evaluation.reading import Files, read_split

AHEAD, EVEN = Lead(0.0123, 0.0045, 0.0201), Lead(0.001, -0.002, 0.004)
PEERS = [
    Row("Segue", "", "all models together", 0.2183, 0.2225, 0.2866),
    Row("irspack", "0.5.2", "iALS", 0.21, 0.215, 0.2743, 0.19, 51, 480, 2.345, 0.5, AHEAD, AHEAD),
    Row("cornac", "3.0.1", "VAECF", 0.18, 0.19, 0.24, 0.16, 1, 12, 80.0, 1.25, AHEAD, AHEAD),
    Row("lightfm_next", "1.19.0", "ItemKNN", 0.17, 0.18, 0.23, 0.16, 4, 4, 120.4, 11.0, AHEAD, AHEAD),
]
SPEED = [Line("fit", 9.5, "s", lower=True), Line("one member", 3.21, "ms", lower=True)]
GOALS = [
    Line("cold artists, AUC", 0.912, target=0.9),
    Line("next song, P@20", 23.4, "%", 24.0, low=23.0, high=23.8, detail="89 tests"),
]


def kept(rows: Sequence[Any], print_of: str = "same") -> Kept[Any]:
    on = {"cores": "2", "architecture": "x86_64", "python": "3.11.7", "numpy": "2.4.6"}
    return Kept("2026-11-21", on, print_of, list(rows))


def section(page: str, title: str) -> str:
    return page.partition(f"## {title}\n")[2].partition("\n## ")[0]


def unwrapped(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def page() -> str:
    return written({"peers": kept(PEERS), "speed": kept(SPEED), "protocols": kept(GOALS)})


def test_the_best_peer_is_named_with_the_lead_over_it(page: str) -> None:
    assert "The best peer is irspack 0.5.2, iALS." in page
    assert "lead over it is +.0123 (+.0045 to +.0201) in NDCG@10 and +.0123" in unwrapped(page)
    assert "may be luck." not in section(page, "Beside other libraries")


def test_a_lead_that_may_be_nothing_is_called_so() -> None:
    rows = [PEERS[0], replace(PEERS[1], ndcg_lead=EVEN)]
    assert "The interval holds 0 in NDCG@10, so that" in written({"peers": kept(rows)})


def test_each_peer_is_a_row_with_what_it_took(page: str) -> None:
    table = section(page, "Beside other libraries").splitlines()
    assert (
        "| irspack 0.5.2 | iALS | 51 of 480 | .2100 | .2150 | .2743 | +.0123 (+.0045 to +.0201) | 2.35 s | 0.50 ms |"
        in table
    )
    assert (
        "| **Segue** | all models together | – | **.2183** | **.2225** | **.2866** | – | 9.50 s | 3.21 ms |"
        in table
    )


def test_times_of_a_busy_machine_are_called_so(page: str) -> None:
    busy = kept(SPEED)
    busy.on["load"] = "4.6"
    assert "Other programs" not in unwrapped(page)
    assert "so these are too long: time." in unwrapped(written({"speed": busy}))


def test_our_times_are_left_open_where_they_were_not_measured() -> None:
    assert "| **.2866** | – | – | – |" in written({"peers": kept(PEERS)})


def test_thinly_tuned_models_are_named_and_whole_grids_are_not(page: str) -> None:
    assert (
        "Few settings were tried for VAECF of cornac (1 of 12); with more they may do better."
        in unwrapped(page)
    )


def test_libraries_that_were_not_measured_are_named(page: str) -> None:
    assert "because not measured this time: implicit, rectools and lenskit." in unwrapped(page)


def test_targets_and_whether_they_hold(page: str) -> None:
    table = section(page, "Other questions").splitlines()
    assert "| cold artists, AUC | .9120 | ≥ .9 |  |" in table
    assert "| next song, P@20 | 23.40 % | ≥ 24 % (missed) | 95 % interval 23.00 to 23.80; 89 tests |" in table


def test_what_was_not_measured_is_not_written(page: str) -> None:
    titles = [line for line in page.splitlines() if line.startswith("## ")]
    assert titles == ["## Beside other libraries", "## Other questions", "## Time", "## How it was measured"]
    assert "#nowplaying" not in page
    assert written({}).count("\n## ") == 0


def test_each_part_says_what_is_lost_without_it() -> None:
    rows = [
        Part("tags", False, 0.2, 0.21, 0.28, AHEAD, AHEAD),
        Part("friends", False, 0.2, 0.21, 0.281, AHEAD, EVEN),
        Part("ials", True, 0.2, 0.21, 0.285, AHEAD, AHEAD),
    ]
    table = section(written({"ablation": kept(rows)}), "What each part brings")
    assert "Without friends the difference in NDCG@10 may be luck." in unwrapped(table)
    names = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| ")][2:]
    assert names == ["| without tags", "| without friends (who stand in for a server)", "| iALS alone"]


def test_the_scale_is_shown_as_another_command_left_it() -> None:
    lines = [Line("100,000 tracks, memory", 1234.5, "MB", 2000, lower=True, detail="one process")]
    table = section(written({"scale": kept(lines)}), "Scale")
    assert "| 100,000 tracks, memory | 1,234 MB | ≤ 2,000 MB | one process |" in table


def test_our_own_figures_stand_alone_without_peers() -> None:
    intervals = {name: Interval(0.2, 0.19, 0.21) for name in ("P@10", "Recall@10", "NDCG@10")}
    own = Own(intervals, {"ials": (1.0,)}, (0.0,), 42.0, 1881, 16411)
    assert "| NDCG@10 | .2000 | .1900 to .2100 |" in written({"engine": kept([own])})


@pytest.mark.parametrize(
    ("written_as", "expected"),
    [
        (share(0.28661), ".2866"),
        (share(-0.00001), ".0000"),
        (share(1.0), "1.0000"),
        (lead(Lead(-0.002, -0.01, 0.001)), "−.0020 (−.0100 to +.0010)"),
        (lead(None), "–"),
        (amount(None, "s"), "–"),
        (amount(1234.5, "MB"), "1,234 MB"),
        (amount(42.43, "s"), "42.4 s"),
        (goal(Line("", 1.0, "ms", 5.0, lower=True)), "≤ 5 ms"),
        (listed(["a", "b", "c"]), "a, b and c"),
    ],
)
def test_numbers_are_written_alike(written_as: str, expected: str) -> None:
    assert written_as == expected


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    for name, row, rows in (("peers", Row, PEERS), ("protocols", Line, GOALS)):
        save(name, kept(rows), tmp_path)
        assert load(name, row, tmp_path) == kept(rows)
    save("peers", kept(PEERS[:1]), tmp_path)
    assert load("peers", Row, tmp_path) == kept(PEERS[:1])
    assert load("next", Line, tmp_path) is None


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    folder = tmp_path / "engine"
    folder.mkdir()
    (folder / "config.py").write_text('class Config:\n    """What counts."""\n\n    ridge = 30.0\n')
    return folder


def test_comments_docstrings_and_layout_do_not_make_figures_old(engine: Path) -> None:
    before = fingerprint(engine=engine)
    (engine / "config.py").write_text(
        '"""Numbers."""\nclass Config:\n    ridge = (\n        30.0\n    )  # ours\n    """Of all."""\n'
    )
    (engine / "__pycache__").mkdir()
    (engine / "__pycache__" / "config.pyc").write_bytes(b"old")
    assert fingerprint(engine=engine) == before


@pytest.mark.parametrize("changed", ["config.py", "more.py", "data.csv"])
def test_another_number_another_file_and_other_data_do(engine: Path, changed: str, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("user,item\n")
    before = fingerprint(data, engine=engine)
    if changed == "data.csv":
        data.write_text("user,item\n1,2\n")
    else:
        (engine / changed).write_text("class Config:\n    ridge = 31.0\n")
    assert fingerprint(data, engine=engine) != before


class Counting:
    """A section that counts how often it is measured."""

    def __init__(self, path: Path) -> None:
        self.times = 0
        self.path = path
        self.told: list[str] = []

    def section(self, options: Callable[[Chosen], list[str]] = lambda _: []) -> Section:
        return Section(Line, self._rows, (self.path,), options)

    def _rows(self, _told: object, _chosen: Chosen) -> tuple[Sequence[Line], list[str]]:
        self.times += 1
        return [Line("a figure", float(self.times))], []


def test_a_section_is_measured_once_until_code_or_options_change(tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text("a = 1\n")
    counting = Counting(code)
    sampled = counting.section(lambda chosen: [str(chosen.sample)])

    def asked(chosen: Chosen, *, again: bool = False) -> int:
        measure("one", sampled, chosen, tmp_path / "kept", counting.told.append, again=again)
        return counting.times

    assert [asked(Chosen()), asked(Chosen())] == [1, 1]
    assert asked(Chosen(), again=True) == 2
    assert asked(Chosen(sample=5)) == 3
    assert list(usable({"one": sampled}, tmp_path / "kept", counting.told.append)) == ["one"]
    code.write_text("a = 2\n")
    assert not usable({"one": sampled}, tmp_path / "kept", counting.told.append)
    assert "left out of the page" in counting.told[-1]
    assert asked(Chosen(sample=5)) == 4


def test_what_went_wrong_is_tried_again(tmp_path: Path) -> None:
    tries: list[list[str]] = [["implicit could not be run"], [], ["never asked"]]
    section = Section(Line, lambda _told, _chosen: ([], tries.pop(0)))
    for _ in range(3):
        measure("one", section, Chosen(), tmp_path, lambda _: None)
    assert tries == [["never asked"]]


def test_the_page_is_replaced_whole(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Old\n\n## Other questions\n\n| cold artists, AUC | .1 |\n" * 100)
    save("scale", kept([Line("memory", 12.0, "MB")], SECTIONS["scale"].fingerprint()), tmp_path)
    save("protocols", kept(GOALS, "of another engine"), tmp_path)
    run(Chosen(only=["scale"]), tmp_path, page)
    text = page.read_text()
    assert text.startswith('# Benchmarks\n\nWritten by `make bench ARGS="accuracy"`')
    assert "| memory | 12.0 MB |" in text
    assert "Old" not in text
    assert "cold artists" not in text


def test_what_a_section_needs_is_measured_before_it() -> None:
    assert ordered(["ablation"]) == ["engine", "ablation"]
    assert ordered(["speed", "next"]) == ["engine", "next", "speed"]


def test_a_search_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    asked: list[int] = []

    def fit(_part: Rows, settings: Settings) -> Recommend:
        asked.append(settings["place"])
        if len(asked) == 3:
            raise KeyboardInterrupt
        return lambda members, count: np.full((len(members), count), 0) + np.arange(count) + settings["place"]

    model = Model("shift", fit, {"place": [0, 1, 2, 3]})
    part, wanted = Rows(csr_matrix((1, 20)), csr_matrix((1, 20))), csr_matrix(np.eye(1, 20, 2))

    def journal() -> Journal:
        return Journal(tmp_path / "tried.jsonl", model, 0)

    with pytest.raises(KeyboardInterrupt):
        tuned(model, part, wanted, journal())
    assert tuned(model, part, wanted, journal()) == ({"place": 2}, 1.0)
    assert asked == [0, 1, 2, 2, 3]
    assert journal().tried == 4
    assert Journal(tmp_path / "other.jsonl", model, 9).tried == 4


def test_each_part_is_left_out_of_the_data_and_nothing_else(tmp_path: Path) -> None:
    tables = {
        "train": "user,item,plays\n1,10,5\n1,11,900\n2,10,3\n2,12,1\n",
        "test": "user,item\n1,12\n2,11\n",
        "tags": "user,item,tag,unix_time\n1,10,rock,0\n2,12,folk,0\n",
        "audio": "item,energy\n10,0.5\n11,0.1\n",
        "friends": "user,friend\n1,2\n2,1\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    files = Files(*(tmp_path / f"{name}.csv" for name in tables))
    found = {name: read_split(each, 0).dataset for name, each in without(files, tmp_path / "lists").items()}
    whole = read_split(files, 0).dataset
    assert sorted(whole.interactions["weight"]) == [1.0, 1.0, 1.5, 1.5]
    assert set(found["play weights"].interactions["weight"]) == {1.0}
    sizes = {
        name: (len(data.tags), len(data.audio), len(data.circles), len(data.interactions))
        for name, data in found.items()
    }
    assert sizes == {
        "play weights": (2, 2, 2, 4),
        "tags": (0, 2, 2, 4),
        "audio": (2, 0, 2, 4),
        "friends": (2, 2, 0, 4),
    }
