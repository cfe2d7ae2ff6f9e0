"""Playlists of `spotify_songs`, half of each hidden: the blend beside content, company and popularity alone.

Protocol. Songs are told apart by artist and title: the 1,260 songs that stand in the file under 2 to 7 track ids are one
item each, as a hidden song whose other id is in sight would be found by its name alone. A random half of each playlist
is hidden. The engine learns from the other halves, with a playlist as a member who likes its songs, and is asked with
each of them. Candidates are all songs that are not in the asker's own half, also those that are in no half in sight.

No leaks. Genre and subgenre are columns of a playlist, not of a song, so a song is tagged by the rows in sight alone; one
in no half in sight has no tag. Everything else that is known of a song (artist, album, title, release, popularity on
Spotify, audio features) comes from Spotify's catalogue. A playlist's name is not used. What is tuned, is tuned by the
engine itself on a validation part of the halves in sight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.accuracy.kept import Line
from recommender import Dataset, EngineConfig, GroupId, MemberId
from recommender.config import ContentConfig, FeatureConfig, WalkConfig
from recommender.evaluation import bootstrap, metrics
from recommender.evaluation.bootstrap import Interval
from recommender.material import Material
from recommender.models import (
    Asked,
    Asker,
    Blend,
    Content,
    Ease,
    Ials,
    ItemModel,
    Popularity,
    Rp3beta,
    Server,
)
from recommender.sparse import Csr, Doubles, Floats, Mask, Positions, csr

REAL = Path(__file__).parents[2] / "shared" / "data" / "spotify_songs" / "spotify_songs.csv.gz"
HOME = GroupId(1)
CUTS = (10, 50)
FIGURES = tuple(f"{name}@{cut}" for name in ("Recall", "NDCG") for cut in CUTS)
COMPANY = EngineConfig(
    content=ContentConfig(learned=False),
    features=FeatureConfig(tags=0.0),
    walk=WalkConfig(features=0.0, kin=0.0),
)
"""Company alone: neither tags nor artists nor albums stand under the playlists' rows."""


@dataclass(frozen=True)
class Rival:
    """One line of the table.

    Attributes:
        kind: blend, content, company, popularity, or part: a part of the blend that reads content and company.
    """

    name: str
    kind: str
    model: type[ItemModel]
    config: EngineConfig = field(default_factory=EngineConfig)


RIVALS = (
    Rival("blend", "blend", Blend),
    Rival("content only", "content", Content),
    Rival("EASE", "company", Ease, COMPANY),
    Rival("iALS", "company", Ials, COMPANY),
    Rival("RP3beta", "company", Rp3beta, COMPANY),
    Rival("user-kNN", "company", Server, COMPANY),
    Rival("popularity", "popularity", Popularity),
    Rival("RP3beta over artists and albums, too", "part", Rp3beta),
)
_AUDIO = [
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
_CHUNK = 64


@dataclass(frozen=True)
class Playlists:
    """Songs and the playlists that they stand in.

    songs: index item; columns artist, album, title, released (year with fraction), popularity (0 to 100), and the audio
    features. rows: playlist, item (numbers), genre, subgenre; one row for each song of a playlist.
    """

    songs: pd.DataFrame
    rows: pd.DataFrame

    @classmethod
    def read(cls, file: Path = REAL) -> Playlists:
        """Read the file; its 4 tracks without a name are left out, and playlists of a single song."""
        return cls.of(pd.read_csv(file))

    @classmethod
    def of(cls, table: pd.DataFrame) -> Playlists:
        """Make songs of tracks; what is known of a song is what is known of its most popular track."""
        named = table.dropna(subset=["track_name", "track_artist"])
        key = _plain(named["track_artist"]) + "\0" + _plain(named["track_name"])
        named = named.assign(item=pd.Categorical(key).codes.astype("int64"))
        rows = named.drop_duplicates(["playlist_id", "item"])
        rows = rows[rows.groupby("playlist_id")["item"].transform("size") >= 2]
        rows = pd.DataFrame(
            {
                "playlist": pd.Categorical(rows["playlist_id"]).codes.astype("int64"),
                "item": rows["item"],
                "genre": rows["playlist_genre"],
                "subgenre": rows["playlist_subgenre"],
            }
        )
        best = named.sort_values(["track_popularity", "track_id"], ascending=[False, True])
        songs = best.drop_duplicates("item").set_index("item").sort_index()
        described = pd.DataFrame(
            {
                "artist": songs["track_artist"],
                "album": songs["track_album_id"],
                "title": songs["track_name"],
                "released": _years(songs["track_album_release_date"]),
                "popularity": songs["track_popularity"].astype("float64"),
            }
        )
        return cls(
            described.join(songs[_AUDIO]),
            rows.sort_values(["playlist", "item"], ignore_index=True),
        )

    def halves(self, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Give the rows in sight and the hidden ones; of an odd number of songs one more is in sight."""
        order = np.random.default_rng(seed).permutation(len(self.rows))
        mixed = self.rows.iloc[order]
        place = mixed.groupby("playlist").cumcount()
        size = mixed.groupby("playlist")["item"].transform("size")
        hidden = (place < size // 2).sort_index().to_numpy()
        return self.rows[~hidden], self.rows[hidden]

    def dataset(self, seen: pd.DataFrame) -> Dataset:
        """Build what the engine learns from out of the rows in sight; a song's tags come from these rows alone."""
        tags = pd.concat(
            [
                pd.DataFrame({"item": seen["item"], "tag": seen[kind], "member": seen["playlist"] + 1})
                for kind in ("genre", "subgenre")
            ]
        ).drop_duplicates()
        likes = pd.DataFrame({"group": HOME, "member": seen["playlist"] + 1, "item": seen["item"]})
        return Dataset.from_frames(
            items=self.songs[["artist", "album", "title", "released", "popularity"]],
            tags=tags.assign(weight=1.0),
            audio=self.songs[_AUDIO],
            interactions=likes.assign(weight=1.0, unix_time=0.0),
        )


@dataclass(frozen=True)
class Row:
    """One line of the table, measured.

    Attributes:
        figures: the mean over playlists of each of FIGURES, of each playlist the mean over the seeds.
        leads: how far the blend is above it, over the same playlists; of the blend itself empty.
    """

    name: str
    kind: str
    figures: tuple[Interval, ...]
    leads: tuple[Interval, ...]


def ask(seen: pd.DataFrame, playlists: npt.NDArray[np.int64], items: int) -> Asked:
    """Ask for each playlist with what is in sight of it."""
    rows = np.asarray(np.searchsorted(playlists, seen["playlist"].to_numpy(dtype="int64")), dtype=np.intp)
    places = seen["item"].to_numpy().astype(np.intp)
    evidence = csr(np.ones(len(seen)), rows, places, (len(playlists), items))
    return Asked(evidence, [Asker(HOME, MemberId(int(playlist) + 1)) for playlist in playlists])


def hits_of(model: ItemModel, asked: Asked, wanted: Csr, ties: npt.NDArray[np.uint64]) -> Mask:
    """Tell which of the best songs of each question are hidden ones; shape (questions, largest cut)."""
    found: list[Mask] = []
    for start in range(0, len(asked), _CHUNK):
        part = Asked(asked.evidence[start : start + _CHUNK], asked.askers[start : start + _CHUNK])  # pyright: ignore
        scores = model.scores(part).copy()
        scores[part.evidence.nonzero()] = -np.inf
        top = best(scores, ties, max(CUTS))
        dense: Mask = wanted[start : start + _CHUNK].toarray() > 0  # pyright: ignore
        found.append(np.take_along_axis(dense, top, axis=1))
    return np.concatenate(found)


def best(scores: Floats, ties: npt.NDArray[np.uint64], count: int) -> Positions:
    """Give the best items of each row; among equal scores the lower of `ties` goes first, as in the engine."""
    order = np.argsort(ties, kind="stable")
    top = np.argsort(-scores[:, order], axis=1, kind="stable")[:, :count]
    return order[top]


def judge(
    data: Playlists,
    seed: int,
    rivals: Sequence[Rival] = RIVALS,
    told: Callable[[str], object] = lambda _: None,
) -> dict[str, Doubles]:
    """Judge every model on one drawing of the halves; arrays of shape (playlists, FIGURES) by name."""
    seen, hidden = data.halves(seed)
    dataset = data.dataset(seen)
    playlists = np.unique(data.rows["playlist"].to_numpy())
    asked = ask(seen, playlists, len(data.songs))
    wanted = ask(hidden, playlists, len(data.songs)).evidence
    count = np.diff(wanted.indptr).astype(np.intp)
    laid: list[tuple[EngineConfig, Material]] = []
    found: dict[str, Doubles] = {}
    for rival in rivals:
        material = next((known for config, known in laid if config == rival.config), None)
        if material is None:
            material = Material.of(dataset, rival.config)
            laid.append((rival.config, material))
        hits = hits_of(rival.model(rival.config).learn(material), asked, wanted, material.catalogue.tie)
        columns = [metrics.recall(hits, count, cut) for cut in CUTS]
        columns += [metrics.ndcg(hits, count, cut) for cut in CUTS]
        found[rival.name] = np.stack(columns, axis=1)
        means = found[rival.name].mean(axis=0)
        told(f"seed {seed}, {rival.name}: " + ", ".join(f"{value:.4f}" for value in means))
    return found


def measure(
    seeds: int,
    data: Playlists | None = None,
    rivals: Sequence[Rival] = RIVALS,
    told: Callable[[str], object] = lambda _: None,
) -> list[Row]:
    """Judge every model on the seeds 0, 1, …; the first of the rivals is the one whose leads are told."""
    data = data or Playlists.read()
    each = [judge(data, seed, rivals, told) for seed in range(seeds)]
    values = {rival.name: np.mean([one[rival.name] for one in each], axis=0) for rival in rivals}
    ours = values[rivals[0].name]
    return [
        Row(
            rival.name,
            rival.kind,
            tuple(bootstrap.means(values[rival.name], 0)),
            tuple(bootstrap.means(ours - values[rival.name], 0)) if rival is not rivals[0] else (),
        )
        for rival in rivals
    ]


def lines(rows: Sequence[Row]) -> list[Line]:
    """Give Recall@10 and NDCG@10 of every model as lines for the page, with the blend's leads."""
    return [
        Line(
            f"{row.name}, {name}",
            row.figures[place].value,
            low=row.figures[place].low,
            high=row.figures[place].high,
            detail=f"the blend's lead {_told(row.leads[place], '+')}" if row.leads else "",
        )
        for row in rows
        for place, name in enumerate(FIGURES)
        if name.endswith("@10")
    ]


def show(rows: Sequence[Row], title: str) -> None:
    """Print the table: each figure, and under it the blend's lead."""
    table = Table(title=title, title_justify="left")
    table.add_column("model")
    for name in FIGURES:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(row.name, *(_told(figure) for figure in row.figures))
        if row.leads:
            table.add_row("  the blend's lead", *(_told(lead, "+") for lead in row.leads), style="dim")
    Console(width=150).print(table)


def _told(figure: Interval, sign: str = "") -> str:
    return f"{figure.value:{sign}.4f} [{figure.low:{sign}.4f}, {figure.high:{sign}.4f}]"


def _plain(names: pd.Series) -> pd.Series:
    return names.astype("str").str.casefold().str.strip()


def _years(dates: pd.Series) -> pd.Series:
    """Read yyyy, yyyy-mm or yyyy-mm-dd as years with a fraction."""
    parts = dates.astype("str").str.extract(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?").astype("float64")
    return parts[0] + (parts[1].fillna(1.0) - 1) / 12 + (parts[2].fillna(1.0) - 1) / 365.25
