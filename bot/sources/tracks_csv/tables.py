"""The clean tables: one row a song, its track ids, its weighed tags, its playlists."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from bot.sources.naming import song_title
from bot.sources.tracks_csv.forms import DESCRIBED, FEATURES, LONGEST_NAME, Form
from bot.sources.tracks_csv.report import CatalogFrames


def tables(form: Form, tracks: pd.DataFrame, rows: pd.DataFrame) -> CatalogFrames:
    """Make the tables from tracks (index: id) and rows, both with the column ``song``."""
    ranked = tracks.sort_values("popularity", ascending=False, kind="stable", na_position="last")
    songs = _songs(tracks, ranked)
    track_ids = ranked["song"].rename_axis("external_id").reset_index()
    track_ids.insert(0, "service", "spotify")
    playlists, members = _playlists(rows[rows["playlist_id"].notna()])
    return CatalogFrames(
        songs=songs[list(DESCRIBED)].rename(columns={"song": "key"}),
        track_ids=track_ids if form.has_ids else track_ids.iloc[:0],
        tags=_tags(rows, many="|" if form.name == "starter" else None),
        audio=songs[["song", *FEATURES]].dropna(how="all", subset=list(FEATURES)).reset_index(drop=True),
        playlists=playlists,
        playlist_songs=members,
    )


def _songs(tracks: pd.DataFrame, ranked: pd.DataFrame) -> pd.DataFrame:
    """One row a song, in the order of the file: the most popular recording's, with the earliest release date."""
    songs = ranked.groupby("song", sort=False).first().reindex(tracks["song"].unique())
    songs["title"] = songs["title"].map(song_title)
    # "~" comes after "-": within a year the date that says more counts as the earlier one.
    dated = tracks.loc[tracks["released"].notna(), ["song", "released"]]
    songs["released"] = (dated["released"] + "~").groupby(dated["song"]).min().str[:-1].reindex(songs.index)
    return songs.rename_axis("song").reset_index()


def _playlists(listed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    # A playlist may stand under several genres; the one of most of its rows wins, the first of equals.
    genres = listed.groupby("playlist_id", sort=False)["genre"].agg(_most_frequent)
    names = listed.groupby("playlist_id", sort=False)["playlist_name"].first()
    playlists = pd.DataFrame({"name": names.fillna(names.index.to_series()), "genre": genres})
    members = listed[["playlist_id", "song"]].drop_duplicates(ignore_index=True)
    return (
        playlists.rename_axis("external_id").reset_index(),
        members.rename(columns={"playlist_id": "external_id"}),
    )


def _most_frequent(values: pd.Series[Any]) -> str | None:
    counted = Counter(values.dropna())
    return counted.most_common(1)[0][0].casefold() if counted else None


def _tags(rows: pd.DataFrame, many: str | None) -> pd.DataFrame:
    """Weigh each tag by how often it stands with the song; in a list the first tag says a little more than the next."""
    parts: list[pd.DataFrame] = []
    for kind in ("genre", "subgenre", "mood", "country"):
        given = rows.loc[rows[kind].notna(), ["track_id", "playlist_id", "song", kind]].drop_duplicates()
        listed = given[kind].str.split(many, regex=False) if many else given[kind]
        part = pd.DataFrame({"song": given["song"], "kind": kind, "tag": listed}).explode("tag").dropna()
        place = part.groupby(level=0).cumcount()
        part["tag"] = part["tag"].str.strip().str.casefold().str.slice(0, LONGEST_NAME)
        part["weight"] = (1.0 - 0.05 * place).clip(lower=0.5)
        parts.append(part[part["tag"].ne("")])
    tags = pd.concat(parts).groupby(["song", "kind", "tag"], sort=False)["weight"].sum().reset_index()
    tags["weight"] = (tags["weight"] / tags.groupby(["song", "kind"])["weight"].transform("max")).round(4)
    return tags
