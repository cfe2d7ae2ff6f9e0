"""The tables that the engine learns from, checked once at the door."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recommender.errors import DatasetError

_TAGS = {"item": "int64", "tag": "str", "weight": "float64", "member": "int64"}
_INTERACTIONS = {
    "group": "int64",
    "member": "int64",
    "item": "int64",
    "weight": "float64",
    "unix_time": "float64",
}
_BASKETS = {"basket": "str", "item": "int64"}
_SESSIONS = {"session": "int64", "item": "int64"}


@dataclass(frozen=True, slots=True)
class Dataset:
    """All the engine learns from; build it with `from_frames`.

    items: index item id; columns artist and album (str, "" unknown), work (str, the same for versions of one song, ""
    where there are none), released (year with fraction, NaN unknown), popularity (0 to 100, NaN unknown).
    tags: item, tag, weight > 0, member who gave it (0 unknown). audio: index item id, numeric columns, NaN
    allowed. interactions: group, member, item, weight (any sign), unix_time in seconds, 0 if unknown.
    baskets: basket, item; anonymous co-occurrence such as playlists. sessions: session, item; in the order the
    items were played. circles: member, other; who is near whom beyond a shared group, such as friends.
    """

    items: pd.DataFrame
    tags: pd.DataFrame
    audio: pd.DataFrame
    interactions: pd.DataFrame
    baskets: pd.DataFrame
    sessions: pd.DataFrame
    circles: pd.DataFrame

    @classmethod
    def from_frames(
        cls,
        *,
        items: pd.DataFrame,
        tags: pd.DataFrame | None = None,
        audio: pd.DataFrame | None = None,
        interactions: pd.DataFrame | None = None,
        baskets: pd.DataFrame | None = None,
        sessions: pd.DataFrame | None = None,
        circles: pd.DataFrame | None = None,
    ) -> "Dataset":
        """Check and clean the tables; the frames passed in stay as they are.

        Rows on unknown items are dropped, repeated tag rows are summed, and of repeated
        (group, member, item) rows the last by unix_time wins.

        Raises:
            DatasetError: an id stands twice, a column is missing, or a number is not finite or out of range.
        """
        known = _items(items)
        index = known.index
        return cls(
            items=known,
            tags=_tags(_table("tags", _signed(tags), _TAGS, index)),
            audio=_audio(audio, index),
            interactions=_interactions(_table("interactions", interactions, _INTERACTIONS, index)),
            baskets=_table("baskets", baskets, _BASKETS, index).drop_duplicates(ignore_index=True),
            sessions=_table("sessions", sessions, _SESSIONS, index),
            circles=_circles(circles),
        )


def _items(frame: pd.DataFrame) -> pd.DataFrame:
    if "artist" not in frame.columns and len(frame):
        raise DatasetError("items: the column artist is missing.")
    index = pd.Index(_integers("items", "index", frame.index.to_series()), name="item")
    if not index.is_unique:
        raise DatasetError("items: an item id stands twice in the index.")
    columns: dict[str, np.ndarray] = {}
    for name in ("artist", "album", "work"):
        given = frame[name] if name in frame.columns else pd.Series("", index=frame.index, dtype="str")
        columns[name] = given.astype("object").where(given.notna(), "").astype("str").to_numpy()
    for name in ("released", "popularity"):
        given = frame[name] if name in frame.columns else pd.Series(np.nan, index=frame.index)
        columns[name] = _floats("items", name, given, nan=True)
    known = pd.DataFrame(columns, index=index)
    if bool(((known["popularity"] < 0) | (known["popularity"] > 100)).any()):
        raise DatasetError("items: the column popularity leaves the range 0 to 100.")
    if bool(((known["released"] < 0) | (known["released"] > 9999)).any()):
        raise DatasetError("items: the column released holds something that is not a year.")
    return known.sort_index()


def _table(table: str, frame: pd.DataFrame | None, columns: dict[str, str], known: pd.Index) -> pd.DataFrame:
    """Bring a long table to its column types and drop rows on unknown items."""
    given = pd.DataFrame({name: [] for name in columns}) if frame is None or frame.empty else frame
    typed: dict[str, np.ndarray] = {}
    for name, kind in columns.items():
        if name not in given.columns:
            raise DatasetError(f"{table}: the column {name} is missing.")
        typed[name] = _column(table, name, given[name], kind)
    clean = pd.DataFrame(typed)
    return clean[clean["item"].isin(known)].reset_index(drop=True)


def _column(table: str, name: str, values: pd.Series, kind: str) -> np.ndarray:
    if kind == "int64":
        return _integers(table, name, values)
    if kind == "float64":
        return _floats(table, name, values, nan=False)
    if bool(values.isna().any()):
        raise DatasetError(f"{table}: the column {name} has empty cells.")
    return values.astype("str").to_numpy()


def _circles(frame: pd.DataFrame | None) -> pd.DataFrame:
    if frame is None or frame.empty:
        return pd.DataFrame({"member": [], "other": []}, dtype="int64")
    for name in ("member", "other"):
        if name not in frame.columns:
            raise DatasetError(f"circles: the column {name} is missing.")
    typed = pd.DataFrame({name: _integers("circles", name, frame[name]) for name in ("member", "other")})
    return typed[typed["member"] != typed["other"]].drop_duplicates(ignore_index=True)


def _integers(table: str, name: str, values: pd.Series) -> np.ndarray:
    try:
        whole = values.to_numpy().astype("int64")
        same = len(values) == 0 or bool((whole == values.to_numpy()).all())
    except (TypeError, ValueError, OverflowError):
        same = False
        whole = np.empty(0, dtype="int64")
    if not same:
        raise DatasetError(f"{table}: the column {name} holds something that is not a whole number.")
    return whole


def _floats(table: str, name: str, values: pd.Series, *, nan: bool) -> np.ndarray:
    try:
        numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError):
        raise DatasetError(f"{table}: the column {name} holds something that is not a number.") from None
    if np.isinf(numbers).any() or (not nan and np.isnan(numbers).any()):
        raise DatasetError(f"{table}: the column {name} holds a number that is not finite.")
    return numbers


def _signed(tags: pd.DataFrame | None) -> pd.DataFrame | None:
    """Add the column member where nobody is known to have given a tag."""
    return tags if tags is None or "member" in tags.columns else tags.assign(member=0)


def _tags(frame: pd.DataFrame) -> pd.DataFrame:
    if bool((frame["weight"] <= 0).any()):
        raise DatasetError("tags: the column weight must be above 0.")
    summed = frame.groupby(["item", "tag", "member"], sort=True)[["weight"]].sum()
    return summed.reset_index()


def _audio(frame: pd.DataFrame | None, known: pd.Index) -> pd.DataFrame:
    if frame is None or frame.empty:
        return pd.DataFrame(index=pd.Index([], dtype="int64", name="item"))
    index = pd.Index(_integers("audio", "index", frame.index.to_series()), name="item")
    if not index.is_unique:
        raise DatasetError("audio: an item id stands twice in the index.")
    columns = {str(name): _floats("audio", str(name), frame[name], nan=True) for name in frame.columns}
    clean = pd.DataFrame(columns, index=index)
    return clean[clean.index.isin(known)].sort_index()


def _interactions(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the last row of each (group, member, item)."""
    ordered = frame.sort_values("unix_time", kind="stable")
    last = ordered.drop_duplicates(["group", "member", "item"], keep="last")
    return last.sort_values(["group", "member", "item"], ignore_index=True)
