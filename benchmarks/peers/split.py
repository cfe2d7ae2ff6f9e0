"""The folder that every peer reads: what is fitted for tuning, what is fitted for the test, and nothing of the test itself.

- ``tuning/``: ``train.npz``, ``validation.npz`` (taken out of the train part) and ``tags.npz``
- ``final/``: ``train.npz`` (all of the train part) and ``tags.npz``
- ``test.npz``: for the judge; no runner opens it
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "lastfm"
MEMBERS, ARTISTS = 1892, 17632
HELD_OUT = 0.2
SEED = 20
ARTISTS_OF_A_TAG = 5


def prepare(folder: Path, data: Path = DATA) -> None:
    """Write the folder; the same bytes for the same data."""
    pairs = pd.read_csv(data / "train.csv.gz").sort_values(["user", "item"], ignore_index=True)
    test = pd.read_csv(data / "test.csv.gz")
    tags = pd.read_csv(data / "tags.csv.gz")
    held = _held_out(pairs)
    for name, part in (("tuning", pairs[~held]), ("final", pairs)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        _save(folder / name / "train.npz", part, _weights(part))
        known = tags.merge(pairs[held], on=["user", "item"], how="left", indicator=True)
        # Who tags an artist listens to it: the tags of a held-out pair would give it away.
        allowed = tags[(known["_merge"] == "left_only").to_numpy()] if name == "tuning" else tags
        sp.save_npz(folder / name / "tags.npz", _tf_idf(allowed))
    _save(folder / "tuning" / "validation.npz", pairs[held], np.ones(int(held.sum())))
    _save(folder / "test.npz", test, np.ones(len(test)))


def _held_out(pairs: pd.DataFrame) -> np.ndarray:
    """A fifth of each member's pairs, drawn with a fixed seed."""
    draws = pd.Series(np.random.default_rng(SEED).random(len(pairs)), index=pairs.index)
    order = draws.groupby(pairs["user"]).rank(method="first")
    size = pairs.groupby("user")["item"].transform("size")
    return (order <= (size * HELD_OUT).round()).to_numpy()


def _weights(pairs: pd.DataFrame) -> np.ndarray:
    """0.5 + the rank of the pair among the member's plays, in (0, 1]: how much it is played, without the outliers."""
    return 0.5 + pairs.groupby("user")["plays"].rank(pct=True).to_numpy()


def _tf_idf(rows: pd.DataFrame) -> sp.csr_matrix:
    """Tags × artists; each artist's column has length one."""
    spread = rows.groupby("tag")["item"].nunique()
    names = spread.index[spread >= ARTISTS_OF_A_TAG]
    counted = rows[rows["tag"].isin(names)].groupby(["tag", "item"]).size().reset_index(name="n")
    tag = pd.Index(names).get_indexer(pd.Index(counted["tag"]))
    item = counted["item"].to_numpy()
    rarity = np.log(ARTISTS / spread[names].to_numpy())
    value = np.log1p(counted["n"].to_numpy()) * rarity[tag]
    length = np.sqrt(np.bincount(item, value**2, minlength=ARTISTS))
    return sp.csr_matrix((value / length[item], (tag, item)), shape=(len(names), ARTISTS))


def _save(file: Path, pairs: pd.DataFrame, values: np.ndarray) -> None:
    at = (pairs["user"].to_numpy(), pairs["item"].to_numpy())
    sp.save_npz(file, sp.csr_matrix((values, at), shape=(MEMBERS, ARTISTS)))
