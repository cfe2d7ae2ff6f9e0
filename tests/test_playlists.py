"""Half of each playlist hidden: what is hidden stays hidden, and every song can be found."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.playlists import (
    COMPANY,
    FIGURES,
    REAL,
    Playlists,
    Rival,
    Row,
    ask,
    best,
    judge,
    measure,
    show,
)
from recommender import EngineConfig
from recommender.config import BlendConfig, ContentConfig
from recommender.models import Blend, Content, Popularity

AUDIO = [
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "duration_ms",
]
LISTS, SONGS = 6, 12
FIXED = EngineConfig(
    content=ContentConfig(tags=0.0, audio=0.03, artist=0.3, era=0.15, album=1.0, learned=False),
    blend=BlendConfig(amounts=(0.0,), weights={"content": (0.5,), "rp3beta": (0.5,)}, learned=False),
)
"""The weights that the engine learns there, more or less: learning them takes longer than a test may."""


def table() -> pd.DataFrame:
    """Playlists of twelve songs, each of a genre of its own; no song is in two."""
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(
        {
            "track_id": [f"track {number:03d}" for number in range(LISTS * SONGS)],
            "track_name": [f"Song {number}" for number in range(LISTS * SONGS)],
            "track_artist": [f"Artist {number // 4}" for number in range(LISTS * SONGS)],
            "track_popularity": 50,
            "track_album_id": [f"album {number // 2}" for number in range(LISTS * SONGS)],
            "track_album_release_date": "1999-07",
            "playlist_id": [f"list {number // SONGS}" for number in range(LISTS * SONGS)],
            "playlist_genre": [f"genre {number // SONGS}" for number in range(LISTS * SONGS)],
            "playlist_subgenre": [f"subgenre {number // SONGS}" for number in range(LISTS * SONGS)],
        }
    )
    return rows.join(pd.DataFrame(rng.random((len(rows), len(AUDIO))), columns=pd.Index(AUDIO)))


@pytest.fixture(scope="module")
def data() -> Playlists:
    return Playlists.of(table())


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_the_halves_share_nothing_and_leave_nothing_out(data: Playlists, seed: int) -> None:
    seen, hidden = data.halves(seed)
    assert not set(seen.index) & set(hidden.index)
    assert set(seen.index) | set(hidden.index) == set(data.rows.index)
    assert (seen.groupby("playlist").size() == SONGS // 2).all()
    assert (hidden.groupby("playlist").size() == SONGS // 2).all()


def test_another_seed_hides_another_half(data: Playlists) -> None:
    assert data.halves(0)[1].index.tolist() == data.halves(0)[1].index.tolist()
    assert data.halves(0)[1].index.tolist() != data.halves(1)[1].index.tolist()


def test_the_genre_of_a_hidden_row_reaches_no_tag(data: Playlists) -> None:
    seen, hidden = data.halves(0)
    dataset = data.dataset(seen)
    assert not set(dataset.tags["item"]) & set(hidden["item"])
    assert set(dataset.tags["item"]) == set(seen["item"])
    assert not set(dataset.interactions["item"]) & set(hidden["item"])


def test_a_song_of_two_playlists_keeps_the_genre_in_sight_alone() -> None:
    rows = table()
    described = [name for name in rows.columns if not name.startswith("playlist")]
    rows.loc[SONGS, described] = rows.loc[0, described]
    both = Playlists.of(rows)
    item = int(both.songs.index[both.songs["title"] == "Song 0"][0])
    of_list = both.rows[both.rows["item"] == item]
    assert len(of_list) == 2
    seen = both.rows.drop(index=of_list.index[of_list["genre"] == "genre 1"])
    tags = both.dataset(seen).tags
    assert set(tags.loc[tags["item"] == item, "tag"]) == {"genre 0", "subgenre 0"}


def test_one_song_under_two_ids_is_one() -> None:
    """Also within a playlist; what differs is told by the more popular track."""
    rows = table()
    again = rows.loc[[0]].assign(
        track_id="track again", track_name=" SONG 0", track_popularity=90, track_album_id="another album"
    )
    one = Playlists.of(pd.concat([rows, again], ignore_index=True))
    assert len(one.songs) == LISTS * SONGS
    assert len(one.rows) == LISTS * SONGS
    song = one.songs[one.songs["artist"] == "Artist 0"].sort_values("popularity").iloc[-1]
    assert (song["popularity"], song["album"]) == (90, "another album")


def test_tracks_without_a_name_and_playlists_of_one_song_are_left_out() -> None:
    rows = table()
    rows.loc[0, ["track_name", "track_artist"]] = np.nan
    rows.loc[1, "playlist_id"] = "alone"
    left = Playlists.of(rows)
    assert len(left.songs) == LISTS * SONGS - 1
    assert len(left.rows) == LISTS * SONGS - 2


def test_a_month_is_a_part_of_the_year(data: Playlists) -> None:
    assert data.songs["released"].iloc[0] == pytest.approx(1999.5)


def test_songs_in_no_half_in_sight_can_be_found(data: Playlists) -> None:
    """No song is in two playlists: every hidden one is unheard, and its artist and album still find it."""
    _, hidden = data.halves(0)
    assert not hidden["item"].isin(data.halves(0)[0]["item"]).any()
    found = judge(data, 0, [Rival("content only", "content", Content, FIXED)])["content only"]
    assert found.shape == (LISTS, len(FIGURES))
    assert found[:, 0].mean() > 0.5


def test_what_is_in_sight_is_asked_with_and_nothing_else(data: Playlists) -> None:
    seen, _ = data.halves(3)
    asked = ask(seen, np.arange(LISTS), len(data.songs))
    dense = asked.evidence.toarray()
    assert dense.sum() == len(seen)
    assert all(
        set(np.flatnonzero(dense[number])) == set(rows["item"])
        for number, (_, rows) in enumerate(seen.groupby("playlist"))
    )


def test_equal_scores_follow_the_hash() -> None:
    scores = np.array([[1.0, 2.0, 1.0, 2.0]], dtype=np.float32)
    assert best(scores, np.array([3, 2, 0, 1], dtype=np.uint64), 3).tolist() == [[3, 1, 2]]


def test_leads_are_those_of_the_first(data: Playlists, capsys: pytest.CaptureFixture[str]) -> None:
    rivals = [Rival("blend", "blend", Blend, FIXED), Rival("popularity", "popularity", Popularity, COMPANY)]
    rows = measure(2, data, rivals)
    ours, theirs = rows
    assert isinstance(ours, Row)
    assert ours.leads == ()
    for figure, other, lead in zip(ours.figures, theirs.figures, theirs.leads, strict=True):
        assert lead.value == pytest.approx(figure.value - other.value)
        assert figure.low <= figure.value <= figure.high
    show(rows, "a table")
    assert "the blend's lead" in capsys.readouterr().out


def test_the_blend_is_above_its_parts_on_real_playlists() -> None:
    if not REAL.exists():
        pytest.skip(f"{REAL} is missing")
    data = Playlists.read()
    assert (len(data.songs), data.rows["playlist"].nunique()) == (21_141, 368)
    rivals = [
        Rival("blend", "blend", Blend, FIXED),
        Rival("content only", "content", Content, FIXED),
        Rival("popularity", "popularity", Popularity, COMPANY),
    ]
    blend, content, popularity = measure(1, data, rivals)
    assert 0.12 <= blend.figures[0].value <= 0.15
    assert 0.38 <= blend.figures[2].value <= 0.46
    for other in (content, popularity):
        assert all(lead.low > 0 for lead in other.leads)
