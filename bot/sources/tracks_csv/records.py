"""The records of a file: those with the right number of cells, as frames of strings; a broken one costs no other."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

import pandas as pd

from bot.sources.tracks_csv.forms import COLUMNS, Form
from bot.sources.tracks_csv.report import Tally

_CHUNK = 10_000  # rows
_LINES_OF_A_RECORD = 10  # a quoted cell with more line breaks than this is a quote that nobody closed


def raw_chunks(text: Iterable[str], names: list[str], form: Form, tally: Tally) -> Iterator[pd.DataFrame]:
    """Frames of strings with this project's column names; a missing cell is missing."""
    # A second column of the same name is as good as none.
    unique = [name if name not in names[:place] else f"{name}#{place}" for place, name in enumerate(names)]
    used = [name for name in unique if name in form.columns]
    records = _sound_records(text, len(names), tally)
    while block := list(islice(records, _CHUNK)):
        frame = pd.read_csv(
            io.StringIO("".join(block)), header=None, names=unique, usecols=used, dtype=str, na_filter=False
        )
        tally.rows += len(frame)
        yield frame.rename(columns=form.columns).reindex(columns=list(COLUMNS)).astype("str").astype("str")


def _sound_records(text: Iterable[str], width: int, tally: Tally) -> Iterator[str]:
    """The records with exactly ``width`` cells; others are counted, and cost no record but themselves.

    pandas gives up on a quote that is never closed and fills short lines silently, so it only sees these.
    """
    waiting: list[str] = []
    lines = iter(text)
    while line := (waiting.pop() if waiting else next(lines, "")):
        if line.isspace():
            continue
        more: list[str] = []
        record = line
        while (cells := _cells(record)) is None and len(more) < _LINES_OF_A_RECORD:
            following = waiting.pop() if waiting else next(lines, "")
            if not following:
                break
            more.append(following)
            record += following
        if cells == width:
            yield record.replace("\0", "") if record.endswith("\n") else record.replace("\0", "") + "\n"
        else:
            waiting += reversed(more)
            tally.rows += 1
            tally.refused["broken line"] += 1


def _cells(record: str) -> int | None:
    """Number of cells; 0 when the quotes are wrong, None when a quote is still open."""
    if '"' not in record:
        return record.count(",") + 1
    try:
        return len(next(csv.reader([record], strict=True)))
    except csv.Error as error:
        return None if "unexpected end" in str(error) else 0
