"""Accuracy on real data, within an expected range, and playlists as anonymous company."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, Dial, Engine, EngineConfig, ItemId, Query
from recommender.config import BlendConfig
from tests.recommender.engine_data import HOME, member, real, taste

DISCOUNT = 1 / np.log2(np.arange(2, 12))
# Of the artists that at least so many users heard, and of the first so many users with tests on them: a third of the
# cost, two thirds of the plays. All of them are judged by `make bench ARGS="accuracy"`.
LISTENERS = 10
USERS = 150


@dataclass(frozen=True)
class Lastfm:
    """The part of the published split that is used."""

    train: pd.DataFrame
    wanted: dict[int, set[int]]
    dataset: Dataset

    def ask(self, engine: Engine, dial: Dial = Dial.BALANCED) -> tuple[float, float]:
        """NDCG@10 and the mean number of listeners of the picks."""
        heard = {int(user): rows for user, rows in self.train.groupby("user")}  # pyright: ignore
        gains: list[float] = []
        shown: list[int] = []
        for user, wanted in self.wanted.items():
            rows = heard[user]
            liked = {ItemId(int(i)): float(w) for i, w in zip(rows["item"], rows["weight"], strict=True)}
            query = Query(taste=liked, group=HOME, member=member(user), count=10, dial=dial)
            picks = [pick.item for pick in engine.recommend(query)]
            hits = np.array([pick in wanted for pick in picks])
            gains.append(float(DISCOUNT[hits].sum() / DISCOUNT[: len(wanted)].sum()))
            shown += picks
        listeners = self.train["item"].value_counts()
        return float(np.mean(gains)), float(listeners.reindex(shown).fillna(0).mean())


@pytest.fixture(scope="module")
def lastfm() -> Lastfm:
    train, test = (pd.read_csv(real(f"lastfm/{name}.csv.gz")) for name in ("train", "test"))
    train = train.assign(weight=0.5 + train.groupby("user")["plays"].rank(pct=True))
    train = train[train.groupby("item")["user"].transform("count") >= LISTENERS]
    test = test[test["item"].isin(train["item"]) & test["user"].isin(train["user"])]
    wanted = {int(user): set(rows["item"]) for user, rows in test.groupby("user")}  # pyright: ignore
    artists = pd.read_csv(real("lastfm/artists.csv.gz")).set_index("item")
    artists = artists[artists.index.isin(train["item"])]
    tags = pd.read_csv(real("lastfm/tags.csv.gz")).groupby(["item", "tag"])[["user"]].count().reset_index()
    audio = pd.read_csv(real("lastfm/audio.csv.gz")).set_index("item")
    rows = pd.DataFrame(
        {"member": train["user"] + member(0), "item": train["item"], "weight": train["weight"]}
    )
    dataset = Dataset.from_frames(
        items=pd.DataFrame({"artist": artists["name"].astype("str")}, index=artists.index),
        tags=tags[tags["item"].isin(artists.index)].rename(columns={"user": "weight"}),
        audio=audio[audio.index.isin(artists.index)][
            ["acousticness", "danceability", "energy", "instrumentalness", "tempo", "valence"]
        ],
        interactions=rows.assign(group=HOME, unix_time=0.0),
    )
    return Lastfm(train, {user: wanted[user] for user in sorted(wanted)[:USERS]}, dataset)


@pytest.fixture(scope="module")
def judged(lastfm: Lastfm) -> dict[Dial, tuple[float, float]]:
    """NDCG@10 and the mean number of listeners of the picks, by dial."""
    engine = Engine(EngineConfig(blend=BlendConfig(learned=False))).fit(lastfm.dataset)
    return {dial: lastfm.ask(engine, dial) for dial in Dial}


def test_accuracy_lies_in_the_expected_range(lastfm: Lastfm, judged: dict[Dial, tuple[float, float]]) -> None:
    popularity = Engine(EngineConfig(blend=BlendConfig.only("popularity"))).fit(lastfm.dataset)
    least = lastfm.ask(popularity)[0]
    ndcg = {dial: value for dial, (value, _) in judged.items()}
    assert 0.33 <= ndcg[Dial.BALANCED] <= 0.37
    assert all(value > 2 * least for value in ndcg.values())


def test_the_dial_is_monotone_on_real_data(judged: dict[Dial, tuple[float, float]]) -> None:
    known = [judged[dial][1] for dial in Dial]
    assert known[0] > known[1] > known[2]


def test_playlists_bring_their_songs_together() -> None:
    songs = pd.read_csv(real("spotify_songs/spotify_songs.csv.gz")).dropna(subset=["track_name"])
    numbers = pd.Series(pd.Categorical(songs["track_id"]).codes, index=songs.index).astype("int64")
    baskets = pd.DataFrame({"basket": songs["playlist_id"], "item": numbers})
    first = songs.assign(item=numbers).drop_duplicates("item").set_index("item")
    items = pd.DataFrame(
        {"artist": first["track_artist"], "popularity": first["track_popularity"].astype("float64")}
    )
    engine = Engine().fit(Dataset.from_frames(items=items, baskets=baskets))
    lists = [rows["item"].to_list() for _, rows in baskets.drop_duplicates().groupby("basket")][:40]
    together = 0
    for songs_of in lists:
        picks = engine.recommend(Query(taste=taste(*songs_of[:10]), count=10))
        together += sum(pick.item in set(songs_of[10:]) for pick in picks)
    assert engine.items == 22_676
    assert together >= 0.6 * 10 * len(lists)
