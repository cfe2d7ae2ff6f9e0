"""A validation part taken out of a Dataset: pairs of known members, and members who are not known at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from recommender.dataset import Dataset

_OWNER = ["group", "member"]


@dataclass(frozen=True, slots=True)
class Holdout:
    """What is left to learn from, and what was taken out.

    `pairs` holds interactions of members whose other rows are still in `rest`; `strangers` all rows of members who
    are not, in a random order.
    """

    rest: Dataset
    pairs: pd.DataFrame
    strangers: pd.DataFrame


def hold_out(dataset: Dataset, *, seed: int, pairs: float = 0.2, members: float = 0.1) -> Holdout:
    """Take a share of `members`, and a share of the other members' `pairs`, out at random.

    Tags that a member gave to a hidden item go with it: who tags an item knows it.
    """
    rng = np.random.default_rng(seed)
    rows = dataset.interactions
    owner = rows.groupby(_OWNER, sort=True).ngroup().to_numpy()
    strange = (rng.random(int(owner.max(initial=-1)) + 1) < members)[owner]
    liked = (rows["weight"] > 0).to_numpy()
    hidden = ~strange & liked & (rng.random(len(rows)) < pairs)
    taken = rows[hidden]
    strangers = rows[strange & liked].sample(frac=1, random_state=seed)
    rest = replace(
        dataset, interactions=rows[~hidden & ~strange], tags=_unsigned(dataset.tags, taken, strangers)
    )
    return Holdout(rest, taken, strangers)


def _unsigned(tags: pd.DataFrame, taken: pd.DataFrame, strangers: pd.DataFrame) -> pd.DataFrame:
    given = pd.MultiIndex.from_frame(tags[["member", "item"]])
    hidden = pd.MultiIndex.from_frame(taken[["member", "item"]])
    gone = given.isin(hidden) | tags["member"].isin(strangers["member"]).to_numpy()
    unknown = (tags["member"] == 0).to_numpy()
    return tags[unknown | ~gone]
