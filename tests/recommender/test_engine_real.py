"""Accuracy on real data, within an expected range, and playlists as anonymous company."""

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, Dial, Engine, EngineConfig, ItemId, Query
from recommender.config import BlendConfig
from tests.recommender.engine_data import HOME, member, real, taste

DISCOUNT = 1 / np.log2(np.arange(2, 12))
POPULARITY_NDCG = 0.0829
USERS = 300


@pytest.fixture(scope="module")
def train() -> pd.DataFrame:
    frame = pd.read_csv(real("lastfm/train.csv.gz"))
    return frame.assign(weight=0.5 + frame.groupby("user")["plays"].rank(pct=True))


@pytest.fixture(scope="module")
def lastfm(train: pd.DataFrame) -> Engine:
    artists = pd.read_csv(real("lastfm/artists.csv.gz")).set_index("item")
    tags = pd.read_csv(real("lastfm/tags.csv.gz")).groupby(["item", "tag"])[["user"]].count().reset_index()
    audio = pd.read_csv(real("lastfm/audio.csv.gz")).set_index("item")
    rows = pd.DataFrame(
        {"member": train["user"] + member(0), "item": train["item"], "weight": train["weight"]}
    )
    return Engine(EngineConfig(blend=BlendConfig(learned=False))).fit(
        Dataset.from_frames(
            items=pd.DataFrame({"artist": artists["name"].astype("str")}, index=artists.index),
            tags=tags.rename(columns={"user": "weight"}),
            audio=audio[["acousticness", "danceability", "energy", "instrumentalness", "tempo", "valence"]],
            interactions=rows.assign(group=HOME, unix_time=0.0),
        )
    )


@pytest.fixture(scope="module")
def judged(lastfm: Engine, train: pd.DataFrame) -> dict[Dial, tuple[float, float]]:
    """NDCG@10 and the mean number of listeners of the picks, by dial, over the first test users."""
    test = pd.read_csv(real("lastfm/test.csv.gz"))
    wanted = {int(user): set(rows["item"]) for user, rows in test.groupby("user")}  # pyright: ignore
    listeners = train["item"].value_counts()
    heard = {int(user): rows for user, rows in train.groupby("user")}  # pyright: ignore
    found: dict[Dial, tuple[float, float]] = {}
    for dial in Dial:
        gains: list[float] = []
        shown: list[int] = []
        for user in sorted(wanted)[:USERS]:
            rows = heard[user]
            liked = {ItemId(int(i)): float(w) for i, w in zip(rows["item"], rows["weight"], strict=True)}
            query = Query(taste=liked, group=HOME, member=member(user), count=10, dial=dial)
            picks = [pick.item for pick in lastfm.recommend(query)]
            hits = np.array([pick in wanted[user] for pick in picks])
            gains.append(float(DISCOUNT[hits].sum() / DISCOUNT[: len(wanted[user])].sum()))
            shown += picks
        found[dial] = float(np.mean(gains)), float(listeners.reindex(shown).fillna(0).mean())
    return found


def test_accuracy_lies_in_the_expected_range(judged: dict[Dial, tuple[float, float]]) -> None:
    ndcg = {dial: value for dial, (value, _) in judged.items()}
    assert 0.27 <= ndcg[Dial.BALANCED] <= 0.31
    assert all(value > 2 * POPULARITY_NDCG for value in ndcg.values())


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
