"""The Last.fm split as Datasets, and the three further protocols of its README, by their fixed ids."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from recommender import Dataset, GroupId, MemberId
from recommender.evaluation.metrics import auc, ndcg
from recommender.groups import reweighed, together
from recommender.material import Material
from recommender.models import Asked, Asker, ItemModel
from recommender.models.blend import Blend
from recommender.sparse import Csr, Floats, Positions, csr

REAL = Path(__file__).parents[2] / "shared" / "data" / "lastfm"
HOME = GroupId(1)
SIZES = ("4-7", "8-16", "17-61")
_NOT_AUDIO = ["hetrec_name", "spotify_name", "popularity", "count"]


@dataclass(frozen=True)
class Lastfm:
    """The tables of the split, users and items as numbers."""

    train: pd.DataFrame
    test: pd.DataFrame
    tags: pd.DataFrame
    artists: pd.DataFrame
    audio: pd.DataFrame
    friends: pd.DataFrame

    @classmethod
    def read(cls, folder: Path = REAL) -> Lastfm:
        """Read the files; a pair weighs 0.5 + its rank among the user's plays, 0 to 1."""
        names = ("train", "test", "tags", "artists", "audio", "friends")
        tables = {name: pd.read_csv(folder / f"{name}.csv.gz") for name in names}
        plays = tables["train"].groupby("user")["plays"]
        rank = (plays.rank() - 1) / (plays.transform("size") - 1)
        tables["train"] = tables["train"].assign(weight=0.5 + rank.fillna(0.5))
        return cls(**tables)

    def dataset(
        self,
        train: pd.DataFrame | None = None,
        tags: pd.DataFrame | None = None,
        *,
        friends: bool = True,
        plays: bool = True,
        tagged: bool = True,
    ) -> Dataset:
        """Build the Dataset, of other rows or without a part where it is asked for.

        An artist that many users tagged is known by many: that is the catalogue's popularity here.
        """
        rows = self.train if train is None else train
        given = (self.tags if tags is None else tags)[["user", "item", "tag"]].drop_duplicates()
        taggers = given.drop_duplicates(["user", "item"]).groupby("item").size()
        known = 100 * np.log1p(taggers) / np.log1p(taggers.max())
        artists = self.artists.set_index("item")
        items = pd.DataFrame({"artist": artists["name"].astype(str)}, index=artists.index)
        if tagged:
            items["popularity"] = known.reindex(items.index).fillna(0.0)
        return Dataset.from_frames(
            items=items,
            tags=given.assign(member=given["user"] + 1, weight=1.0) if tagged else None,
            audio=self.audio.set_index("item").drop(columns=_NOT_AUDIO) if tagged else None,
            interactions=pd.DataFrame(
                {
                    "group": HOME,
                    "member": rows["user"] + 1,
                    "item": rows["item"],
                    "weight": rows["weight"] if plays else 1.0,
                    "unix_time": 0.0,
                }
            ),
            circles=pd.DataFrame({"member": self.friends["user"] + 1, "other": self.friends["friend"] + 1})
            if friends
            else None,
        )

    @cached_property
    def wanted(self) -> dict[int, set[int]]:
        """What each test user wants."""
        return {int(user): set(rows["item"]) for user, rows in self.test.groupby("user")}  # pyright: ignore


def ask(users: npt.NDArray[np.int64], rows: pd.DataFrame, items: int, *, known: bool = True) -> Asked:
    """Ask for `users` with the given rows as evidence; unknown members ask as nobody."""
    place = {int(user): number for number, user in enumerate(users)}
    chosen = rows[rows["user"].isin(place)]
    numbers: Positions = chosen["user"].map(place).to_numpy().astype(np.intp)
    shape = (len(users), items)
    evidence = csr(chosen["weight"].to_numpy(), numbers, chosen["item"].to_numpy().astype(np.intp), shape)
    return Asked(evidence, [Asker(None, MemberId(int(user) + 1) if known else None) for user in users])


def best(scores: Floats, seen: Csr, count: int) -> npt.NDArray[np.intp]:
    """Give the best `count` items that a row has not seen; shape (rows, count)."""
    left = scores.copy()
    left[seen.nonzero()] = -np.inf
    top = np.argpartition(-left, count, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(left, top, axis=1), axis=1, kind="stable")
    return np.take_along_axis(top, order, axis=1)


def unseen(data: Lastfm, model: ItemModel, *, friends: bool = False) -> dict[int, float]:
    """NDCG@20 of members no row of whom was learnt from, by how many likes are known of them."""
    fixed = pd.read_csv(REAL / "unseen_members.csv.gz")
    strangers = np.unique(fixed["user"].to_numpy())
    train = data.train[~data.train["user"].isin(strangers)]
    dataset = data.dataset(train, data.tags[~data.tags["user"].isin(strangers)], friends=friends)
    model.learn(Material.of(dataset, model.config))
    theirs = pd.concat([data.train, data.test])[["user", "item"]]
    weights = data.train.set_index(["user", "item"])["weight"]
    found: dict[int, float] = {}
    for count in (1, 3, 5, 10):
        first = fixed[fixed["order"] < count]
        keys = pd.MultiIndex.from_frame(first[["user", "item"]])
        asked = ask(
            strangers,
            first.assign(weight=weights.reindex(keys).fillna(1.0).to_numpy()),
            len(data.artists),
            known=friends,
        )
        top = best(model.scores(asked), asked.evidence, 20)
        wanted = [
            set(theirs.loc[theirs["user"] == user, "item"]) - set(first.loc[first["user"] == user, "item"])
            for user in strangers
        ]
        hits = np.array([[item in want for item in row] for row, want in zip(top, wanted, strict=True)])
        found[count] = float(ndcg(hits, np.array([len(want) for want in wanted]), 20).mean())
    return found


def groups(data: Lastfm, blend: Blend) -> dict[str, float]:
    """Mean recall@20 of lists for 450 circles of friends, by their size, as the engine makes lists for several."""
    blend.learn(Material.of(data.dataset(), blend.config))
    shared = reweighed(
        {name: np.array(values) for name, values in blend.weights.weights.items()}, blend.config.groups
    )
    weights = {name: tuple(values.tolist()) for name, values in shared.items()}
    blend.weights = blend.weights.model_copy(update={"weights": weights})
    fixed = pd.read_csv(REAL / "groups.csv.gz")
    users = np.unique(fixed["user"].to_numpy())
    scores, rows = _scored(data, blend, users), {int(user): number for number, user in enumerate(users)}
    heard = {int(user): set(part["item"]) for user, part in data.train.groupby("user")}  # pyright: ignore
    found: dict[str, list[float]] = {size: [] for size in SIZES}
    for (_, size), part in fixed.groupby(["group", "size_class"]):  # pyright: ignore
        members = [int(user) for user in part["user"]]
        own = scores[[rows[user] for user in members]]
        wanted = together(own, np.ones(len(members)), blend.config.groups).scores
        for user in members:
            wanted[sorted(heard.get(user, ()))] = -np.inf
        top = set(np.argpartition(-wanted, 20)[:20].tolist())
        judged = [data.wanted[user] for user in members if user in data.wanted]
        found[str(size)].append(float(np.mean([len(top & want) / len(want) for want in judged])))
    return {size: float(np.mean(values)) for size, values in found.items()}


def cold(data: Lastfm, model: ItemModel) -> float:
    """Mean AUC of ranking 480 artists that nobody has heard, for 925 judged users."""
    items = pd.read_csv(REAL / "cold_items.csv.gz").iloc[:, 0]
    judged = pd.read_csv(REAL / "cold_judged_users.csv.gz").iloc[:, 0]
    unheard = data.train["item"].isin(items)
    given = data.tags["user"].isin(judged) & data.tags["item"].isin(items)
    dataset = data.dataset(data.train[~unheard], data.tags[~given])
    material = Material.of(dataset, model.config)
    wanted = data.train[unheard & data.train["user"].isin(judged)]
    users = np.unique(wanted["user"].to_numpy())
    asked = ask(users, data.train[~unheard], len(data.artists))
    scores = model.learn(material).scores(asked, material.catalogue.locate(items.sort_values()))
    ordered = items.sort_values().to_numpy()
    found: list[float] = []
    for row, user in zip(scores, users, strict=True):
        liked = np.isin(ordered, wanted.loc[wanted["user"] == user, "item"].to_numpy())
        found.append(auc(np.sort(row), row[liked]))
    return float(np.nanmean(found))


def _scored(data: Lastfm, model: ItemModel, users: npt.NDArray[np.int64]) -> Floats:
    """Score everything for some users, a few at a time; shape (users, items)."""
    asked = ask(users, data.train, len(data.artists))
    chunks = [
        model.scores(Asked(asked.evidence[a : a + 128], asked.askers[a : a + 128]))  # pyright: ignore
        for a in range(0, len(users), 128)
    ]
    return np.concatenate(chunks)
