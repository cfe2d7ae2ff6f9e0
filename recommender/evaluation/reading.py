"""Files to one split: the Dataset to learn from, the ids behind its numbers, and what is wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from recommender.dataset import Dataset
from recommender.errors import DatasetError
from recommender.evaluation.interactions import read_interactions
from recommender.evaluation.sides import read_audio, read_circles, read_tags
from recommender.sparse import Positions
from recommender.types import GroupId, MemberId

HOME = GroupId(1)
"""Where all rows are stored. Nobody asks from there: users of a file are strangers, not members of one server."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where everything is read from."""

    train: Path
    test: Path
    tags: Path | None = None
    audio: Path | None = None
    groups: Path | None = None

    def given(self) -> tuple[Path, ...]:
        """List the files that were named."""
        return tuple(p for p in (self.train, self.test, self.tags, self.audio, self.groups) if p is not None)


@dataclass(frozen=True, slots=True)
class Split:
    """What to learn from and what to be judged by; users and items are numbered in the order of their ids.

    `train` has the columns user, item (numbers), weight. `test` has user, item, and item is -1 where no other file
    knows it; only liked pairs, each once. `asked` are all users of the test file, shape (users,).
    """

    dataset: Dataset
    users: pd.Index
    items: pd.Index
    train: pd.DataFrame
    test: pd.DataFrame
    asked: Positions
    notes: tuple[str, ...]


def member(user: int) -> MemberId:
    """Give the member id of a user's number; 0 is no member's."""
    return MemberId(user + 1)


def read_split(files: Files, seed: int) -> Split:
    """Read all files. Ids are strings and stay as they are; train, tags and audio make the catalogue.

    Raises:
        DatasetError: a file is not usable, or nobody in the test likes anything.
    """
    notes: list[str] = []
    train, test = read_interactions(files.train, notes), read_interactions(files.test, notes)
    tags, tagged = _no_tags() if files.tags is None else read_tags(files.tags, test, notes)
    audio = None if files.audio is None else read_audio(files.audio, notes)
    users = _names(train["user"], test["user"])
    items = _names(train["item"], tagged, [] if audio is None else audio.index)
    numbered = _numbered(train, users, items).assign(weight=train["weight"].to_numpy())
    wanted = test[test["weight"] > 0]
    if wanted.empty:
        raise DatasetError(f"{files.test}: no row has a weight above 0, so nothing is wanted by anybody.")
    asked = np.unique(_codes(users, test["user"]))
    _mind_strangers(files, asked, numbered, notes)
    dataset = Dataset.from_frames(
        items=pd.DataFrame({"artist": ""}, index=pd.RangeIndex(len(items))),
        # Who tagged is known to learning: when it hides a pair, what its user said of the item is hidden, too.
        tags=tags.assign(item=_codes(items, tags["item"]), member=_codes(users, tags["user"]) + member(0)),
        audio=None if audio is None else audio.set_axis(_codes(items, audio.index), axis=0),
        interactions=_interactions(numbered, train),
        circles=None if files.groups is None else _circles(read_circles(files.groups, seed, notes), users),
    )
    return Split(dataset, users, items, numbered, _numbered(wanted, users, items), asked, tuple(notes))


def _names(*files: Iterable[str]) -> pd.Index:
    return pd.Index(sorted({str(name) for names in files for name in names}), dtype="object")


def _codes(index: pd.Index, names: Iterable[str]) -> Positions:
    """Number the names by their places in `index`, -1 where it lacks one."""
    return index.get_indexer(pd.Index(list(names), dtype="object"))


def _numbered(pairs: pd.DataFrame, users: pd.Index, items: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({"user": _codes(users, pairs["user"]), "item": _codes(items, pairs["item"])})


def _no_tags() -> tuple[pd.DataFrame, set[str]]:
    return pd.DataFrame({"item": [], "tag": [], "weight": [], "user": []}), set()


def _interactions(numbered: pd.DataFrame, train: pd.DataFrame) -> pd.DataFrame:
    rows = numbered.assign(group=int(HOME), unix_time=train["unix_time"].to_numpy())
    return rows.assign(member=rows["user"] + member(0))


def _circles(pairs: pd.DataFrame, users: pd.Index) -> pd.DataFrame:
    """Number the pairs of users that train or test know."""
    found = pd.DataFrame({name: _codes(users, pairs[name]) for name in ("member", "other")})
    return found[(found >= 0).all(axis=1)] + member(0)


def _mind_strangers(files: Files, asked: Positions, train: pd.DataFrame, notes: list[str]) -> None:
    strangers = len(asked) - int(np.isin(asked, train["user"].to_numpy()).sum())
    if strangers == len(asked):
        notes.append(f"No user of {files.test} is in {files.train}: are the ids written alike?")
    elif strangers:
        notes.append(
            f"{strangers:,} test users have no row in {files.train}; they were asked for all the same."
        )
