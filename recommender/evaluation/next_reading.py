"""Listening sessions to learn from, and the places in other sessions where the next song is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from recommender.dataset import Dataset
from recommender.errors import DatasetError
from recommender.evaluation.columns import find, identified, need, times
from recommender.evaluation.files import Table, read_lines, read_table
from recommender.sparse import Positions

_CELLS = re.compile("[,;\t]")
Songs = list[str]
"""Ids in the order they were heard."""


@dataclass(frozen=True, slots=True)
class NextSplit:
    """What to learn from and what to be judged by; items are numbered in the order of their ids.

    `heard` has one array for each test, oldest first, and `targets` has the shape (tests,): numbers of items, -1
    where no session has the item.
    """

    dataset: Dataset
    items: npt.NDArray[np.object_]
    sessions: int
    heard: list[Positions]
    targets: Positions
    notes: tuple[str, ...]


def read_next(sessions: Path, test: Path) -> NextSplit:
    """Read both files. Ids are strings and stay as they are.

    Raises:
        DatasetError: a file is not usable, or no session has two songs.
    """
    notes: list[str] = []
    told = read_sessions(sessions, notes)
    if all(len(songs) < 2 for songs in told):
        raise DatasetError(
            f"{sessions}: no session has two songs, so nothing follows anything. A line is one session: "
            "ids in the order they were heard, separated by spaces."
        )
    tests = read_tests(test, notes)
    items = np.array(sorted({song for songs in told for song in songs}), dtype=np.object_)
    number = {song: place for place, song in enumerate(items)}
    lengths = [len(songs) for songs in told]
    frame = pd.DataFrame(
        {
            "session": np.repeat(np.arange(len(told)), lengths),
            "item": _numbered((song for songs in told for song in songs), number),
        }
    )
    return NextSplit(
        dataset=Dataset.from_frames(
            items=pd.DataFrame({"artist": ""}, index=pd.RangeIndex(len(items))), sessions=frame
        ),
        items=items,
        sessions=len(told),
        heard=[_numbered(heard, number) for heard, _ in tests],
        targets=_numbered((target for _, target in tests), number),
        notes=tuple(notes),
    )


def read_sessions(path: Path, notes: list[str]) -> list[Songs]:
    """Read sessions in the order of time.

    A line is one session, its ids separated by spaces, the oldest session first; or it is a CSV with the columns
    session, item and maybe unix_time, without which the order of the rows is taken for that of time.

    Raises:
        DatasetError: the file is not usable.
    """
    lines = read_lines(path, notes)
    if _is_table(path, lines, "session", "item"):
        return _sessions_of(read_table(path, notes), notes)
    return [line.split() for line in lines if line.strip()]


def read_tests(path: Path, notes: list[str]) -> list[tuple[Songs, str]]:
    """Read what was heard and what came next.

    A line is one test: the ids heard, separated by spaces, a tab, the id that came next. A CSV may have the columns
    prefix, target; or it has sessions as for `read_sessions`, and the last song of each came next.

    Raises:
        DatasetError: the file is not usable.
    """
    lines = read_lines(path, notes)
    if _is_table(path, lines, "prefix", "target"):
        return _tests_of(read_table(path, notes), notes)
    if _is_table(path, lines, "session", "item"):
        return [(songs[:-1], songs[-1]) for songs in _sessions_of(read_table(path, notes), notes)]
    return list(_parsed(path, lines))


def _is_table(path: Path, lines: list[str], *columns: str) -> bool:
    header = next((line for line in lines if line.strip()), "")
    bare = pd.DataFrame(columns=[cell.strip(' "') for cell in _CELLS.split(header)])
    named = all(find(Table(path, bare), column) is not None for column in columns)
    return named or (".csv" in path.suffixes and columns == ("session", "item"))


def _sessions_of(table: Table, notes: list[str]) -> list[Songs]:
    session, item = need(table, "session"), need(table, "item")
    known = identified(table, [session, item], notes)
    plays = pd.DataFrame({"session": known.cells[session], "item": known.cells[item]})
    if (time := find(known, "unix_time")) is not None:
        plays = plays.iloc[np.argsort(times(known, time), kind="stable")]
    order, _ = pd.factorize(plays["session"])  # numbered as they begin
    grouped = plays["item"].to_numpy()[np.argsort(order, kind="stable")]
    ends = np.cumsum(np.bincount(order))
    return [[str(song) for song in songs] for songs in np.split(grouped, ends[:-1])]


def _tests_of(table: Table, notes: list[str]) -> list[tuple[Songs, str]]:
    prefix, target = need(table, "prefix"), need(table, "target")
    cells = identified(table, [target], notes).cells
    return [
        (str(heard).split(), str(after)) for heard, after in zip(cells[prefix], cells[target], strict=True)
    ]


def _parsed(path: Path, lines: list[str]) -> Iterator[tuple[Songs, str]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        heard, tab, target = line.rpartition("\t")
        if not tab or len(target.split()) != 1:
            raise DatasetError(
                f"{path}, line {number}: a test is the ids heard, separated by spaces, a tab, and one id that "
                "came next."
            )
        yield heard.split(), target.strip()


def _numbered(songs: Iterable[str], number: dict[str, int]) -> Positions:
    return np.fromiter((number.get(song, -1) for song in songs), dtype=np.intp)
