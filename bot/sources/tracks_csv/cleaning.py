"""The cells: texts repaired, numbers in their range or unknown, and of a date what is sure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pandas as pd

from bot.sources.legible import legible
from bot.sources.tracks_csv.forms import LONGEST_NAME, NUMBERS, TEXTS, WHOLE, Form
from bot.sources.tracks_csv.report import Tally

_NULLS = frozenset({"", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null", "<NA>"})
_FLAGS = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
_ID_PREFIX = re.compile(r"^(spotify:track:|https?://open\.spotify\.com/(?:[\w-]+/)?track/)|\?.*$")


def clean(raw: pd.DataFrame, form: Form, tally: Tally) -> pd.DataFrame:
    """Texts repaired, numbers in their range or unknown, dates as far as they are sure."""
    cells: dict[str, pd.Series[Any]] = {}
    for name in ("track_id", "playlist_id"):
        cells[name] = _mapped(raw[name], _identity).astype("str")
    for name in TEXTS:
        cells[name] = _mapped(raw[name], _text).astype("str")
        tally.repaired["text"] += int(_mapped(raw[name], _was_mended).eq(True).sum())
    years = {"earliest_year": form.earliest_year, "latest_year": datetime.now(UTC).year + 1}
    cells["released"] = _mapped(raw["released"], partial(sure_date, **years)).astype("str")
    given = ~_is_null(raw["released"])
    tally.repaired["release date"] += int((given & (cells["released"] != raw["released"].str.strip())).sum())
    cells["explicit"] = _mapped(raw["explicit"], lambda value: _FLAGS.get(value.strip().lower())).astype(
        object
    )
    tally.repaired["explicit"] += int((~_is_null(raw["explicit"]) & cells["explicit"].isna()).sum())
    for name, (low, high) in NUMBERS.items():
        number = pd.to_numeric(raw[name], errors="coerce").astype("float64")
        fits = number.between(low, high) & (number.eq(number.round()) if name in WHOLE else True)
        tally.repaired[name] += int((~_is_null(raw[name]) & ~fits).sum())
        cells[name] = number.where(fits)
    return pd.DataFrame(cells)


def _is_null(values: pd.Series[Any]) -> pd.Series[bool]:
    return values.isna() | values.str.strip().isin(_NULLS)


def _mapped(values: pd.Series[Any], repair: Callable[[str], object]) -> pd.Series[Any]:
    """Repair each different cell once; null cells stay unknown."""
    table = {value: None if value.strip() in _NULLS else repair(value) for value in values.dropna().unique()}
    return values.astype(object).map(table)


def _text(value: str) -> str | None:
    return legible(value) or None


def _was_mended(value: str) -> bool:
    return legible(value) != " ".join(value.split())


def _identity(value: str) -> str | None:
    bare = legible(_ID_PREFIX.sub("", value.strip()))
    return bare if 0 < len(bare) <= LONGEST_NAME else None


_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:\.0)?(?:[T ]\d.*)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_TURNED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?: .*)?")
_SOME_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


def sure_date(text: str, *, latest_year: int, earliest_year: int = 1901) -> str | None:
    """The part of a release date that is sure, as ``2012``, ``2012-05`` or ``2012-05-31``; None when nothing is.

    ``05/06/2012`` may be May or June, so only its year is sure. ``1900-01-01`` and earlier dates are what programs
    write for "unknown" (a file that means them sets ``earliest_year``), and nobody has released a song after
    ``latest_year``.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = found.groups()
    elif found := _TURNED.fullmatch(text):
        first, mark, second, year = found.groups()
        if mark == "." or int(first) > 12 or first == second:
            month, day = second, first
        else:
            month, day = (first, second) if int(second) > 12 else (None, None)
    else:
        years = set(_SOME_YEAR.findall(text))
        year, month, day = (years.pop() if len(years) == 1 else "0"), None, None
    if not earliest_year <= int(year) <= latest_year:
        return None
    if not month or not 1 <= int(month) <= 12:
        return year
    try:
        return date(int(year), int(month), int(day or 0)).isoformat()
    except ValueError:
        return f"{year}-{int(month):02}"
