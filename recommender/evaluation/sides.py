"""What is known beside the interactions: tags and audio of items, friends and groups of users."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from recommender.errors import DatasetError
from recommender.evaluation.columns import find, identified, need, numbers
from recommender.evaluation.files import Table, read_table

NEAR = 100
"""In a larger group, everybody is near so many of the others, drawn at random."""
PAIRS = 20_000_000
"""About so many pairs are made of groups at most; with many rows, everybody is near fewer."""


def read_tags(path: Path, test: pd.DataFrame, notes: list[str]) -> tuple[pd.DataFrame, set[str]]:
    """Read [user,]item,tag[,weight]; a row without a weight counts 1.

    Where the file says who tagged, rows on the pairs of the test are left out: who tags an item knows it.

    Returns:
        columns item (str), tag, weight > 0, user (str, "" where the file does not say), and the ids of all items in
        the file.
    """
    table = read_table(path, notes)
    item, tag, user, weight = (
        need(table, "item"),
        need(table, "tag"),
        find(table, "user"),
        find(table, "weight"),
    )
    table = identified(table, [item, tag], notes)
    rows = pd.DataFrame({"item": table.cells[item].to_numpy(), "tag": table.cells[tag].to_numpy()})
    rows["weight"] = numbers(table, weight or "") if weight else 1.0
    rows["user"] = "" if user is None else table.cells[user].to_numpy()
    kept = rows["weight"] > 0
    if useless := int((~kept).sum()):
        notes.append(f"{path}: {useless:,} rows of weight 0 or less were left out.")
    if user is not None:
        pairs = pd.MultiIndex.from_arrays([table.cells[user].to_numpy(), rows["item"].to_numpy()])
        leaks = pairs.isin(pd.MultiIndex.from_frame(test[["user", "item"]]))
        notes.append(f"{path}: {int(leaks.sum()):,} rows by test users on their test items were left out.")
        kept &= ~leaks
    return rows[kept], set(rows["item"])


def read_audio(path: Path, notes: list[str]) -> pd.DataFrame:
    """Read item and every column of numbers; index item (str), empty cells NaN.

    Other columns are overlooked, an item that stands more than once gets the mean of its rows.

    Raises:
        DatasetError: the file is not usable, or a number in it is not finite.
    """
    table = read_table(path, notes)
    item = need(table, "item")
    table = identified(table, [item], notes)
    names = [
        str(name) for name in table.cells.columns if name != item and not str(name).startswith("Unnamed: ")
    ]
    read = {name: values for name in names if (values := _feature(table, name)) is not None}
    if not read:
        raise table.wrong(f"there is no column of numbers beside {item}.")
    if words := [name for name in names if name not in read]:
        notes.append(f"{path}: columns that are not numbers were left out: {', '.join(words[:8])}.")
    frame = pd.DataFrame(read, index=pd.Index(table.cells[item].to_numpy(), name="item"))
    return frame.groupby(level=0, sort=True).mean()


def read_circles(path: Path, seed: int, notes: list[str]) -> pd.DataFrame:
    """Read user,friend (friends are near each other, in whichever order they stand) or group,user.

    All of a group of up to NEAR + 1 are near each other; in a larger one, each is near NEAR others.

    Returns:
        columns member and other (str), each pair in both directions.
    """
    table = read_table(path, notes)
    friend, group = find(table, "friend"), find(table, "group")
    if friend is None and group is None:
        there = ", ".join(str(name) for name in table.cells.columns[:12])
        raise DatasetError(f"{path}: the columns must be user,friend or group,user (found {there}).")
    user = need(table, "user")
    table = identified(table, [user, str(friend or group)], notes)
    if friend is not None:
        first, second = table.cells[user].to_numpy(), table.cells[friend].to_numpy()
        both = {"member": np.concatenate([first, second]), "other": np.concatenate([second, first])}
        return pd.DataFrame(both).drop_duplicates(ignore_index=True)
    return _together(table.cells[[str(group), user]].drop_duplicates(), path, seed, notes)


def _together(rows: pd.DataFrame, path: Path, seed: int, notes: list[str]) -> pd.DataFrame:
    """Seat each group in a ring at random and put everybody near the next ones."""
    most = int(np.clip(PAIRS // len(rows), 1, NEAR))
    rng = np.random.default_rng(seed)
    found: list[pd.DataFrame] = [pd.DataFrame({"member": [], "other": []}, dtype="str")]
    large = 0
    for _, users in rows.groupby(rows.columns[0], sort=True)[rows.columns[1]]:
        ring = rng.permutation(users.sort_values().to_numpy(dtype="object"))
        large += len(ring) - 1 > most
        steps = np.arange(1, min(len(ring) - 1, most) + 1)
        places = (np.arange(len(ring))[:, None] + steps) % len(ring)
        found.append(pd.DataFrame({"member": np.repeat(ring, len(steps)), "other": ring[places.ravel()]}))
    if large:
        notes.append(f"{path}: in {large:,} large groups, everybody is near {most} of the others.")
    return pd.concat(found).drop_duplicates(ignore_index=True)


def _feature(table: Table, name: str) -> np.ndarray | None:
    """Read a column whose filled cells are all numbers, None if they are not."""
    cells = table.cells[name].str.strip()
    empty = cells.str.casefold().isin({"", "na", "n/a", "nan", "null", "none"}).to_numpy(dtype="bool")
    if empty.all():
        return None
    values = pd.to_numeric(cells[~empty], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    if np.isnan(values).any():
        return None
    numbers(Table(table.path, table.cells[~empty]), name)
    feature = np.full(len(cells), np.nan)
    feature[~empty] = values
    return feature
