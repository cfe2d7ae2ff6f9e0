"""The catalogue on disk: imports that are whole or not at all, and that do no more the second time."""

from __future__ import annotations

import asyncio
import gc
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.errors import CatalogError
from bot.sources.tracks_csv import CatalogFrames, read_tracks
from bot.store import Store
from bot.store.catalog import CatalogInfo, CatalogStore, ImportCounts
from bot.store.catalog.rows import bulk
from bot.store.database import Database
from bot.store.records import Song
from bot.store.schema import metadata
from bot.usecases.catalog import import_file
from recommender import Dataset
from tests.conftest import needs

ROOT = Path(__file__).parents[2]
REAL = "data/spotify_songs/spotify_songs.csv.gz"

HEADER = (
    "track_id,track_name,track_artist,track_popularity,track_album_name,track_album_release_date,playlist_name,"
    "playlist_id,playlist_genre,playlist_subgenre,energy,mode,tempo,duration_ms\n"
)
TWO_SONGS = (
    HEADER
    + "t1,Teardrop,Massive Attack,70,Mezzanine,1998-04-20,Trip Hop,p1,electronic,trip hop,0.5,1,77,330000\n"
    + "t1,Teardrop,Massive Attack,70,Mezzanine,1998-04-20,Night,p2,electronic,downtempo,0.5,1,77,330000\n"
    + "t2,Teardrop - Remastered 2019,Massive Attack,20,Mezzanine,2019-09-06,Night,p2,pop,downtempo,0.6,1,77,331000\n"
    + "t3,Halo,Beyoncé,80,I Am,2008,Night,p2,pop,r&b,,,,261000\n"
)
STARTER = (
    "title,artist,year,genres,moods,country\n"
    "Teardrop,Massive Attack,1998,trip hop|electronic,dreamy|dark,GB\n"
    "Jóga,Björk,1997,art pop,tender,IS\n"
)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
def catalog(db: Database) -> CatalogStore:
    return CatalogStore(db)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tracks.csv"


def clean(file: Path, text: str) -> CatalogFrames:
    file.write_text(text, encoding="utf-8")
    return read_tracks(file)[0]


def dump(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    connection = sqlite3.connect(folder / "segue.db")
    try:
        return {
            table.name: sorted(connection.execute(f"SELECT * FROM {table.name}"), key=repr)
            for table in metadata.sorted_tables
        }
    finally:
        connection.close()


async def by_title(catalog: CatalogStore) -> dict[str, Song]:
    return {song.title: song for song in await catalog.songs()}


# ---------------- an import


async def test_an_imported_song_comes_back_whole(catalog: CatalogStore, file: Path) -> None:
    counts = await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs")
    assert counts == ImportCounts(new=2, changed=0, unchanged=0, new_track_ids=3)
    assert await catalog.count() == 2
    found = await by_title(catalog)
    teardrop = found["Teardrop"]
    assert (teardrop.artist, teardrop.album, teardrop.year) == ("Massive Attack", "Mezzanine", 1998)
    assert (teardrop.released, teardrop.duration_ms, teardrop.popularity) == ("1998-04-20", 330_000, 70.0)
    assert teardrop.genres == ("electronic", "downtempo", "pop", "trip hop")
    assert teardrop.tempo == 77.0
    assert teardrop.links == {"spotify": "t1"}
    assert (found["Halo"].tempo, found["Halo"].released) == (None, "2008")


async def test_a_song_links_to_its_most_popular_recording_and_is_called_as_all_of_them(
    catalog: CatalogStore, file: Path
) -> None:
    later = TWO_SONGS.replace("Remastered 2019,Massive Attack,20,", "Remastered 2019,Massive Attack,90,")
    await catalog.import_frames(clean(file, later), "spotify_songs")
    assert (await by_title(catalog))["Teardrop"].links == {"spotify": "t2"}


async def test_the_collector_is_kept_from_rows_and_comes_back(catalog: CatalogStore, file: Path) -> None:
    seen: set[bool] = set()

    def look(_done: int, _total: int) -> None:
        seen.add(gc.isenabled())

    await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs", look)
    assert seen == {False}
    assert gc.isenabled()
    with pytest.raises(RuntimeError), bulk(), bulk():
        raise RuntimeError
    assert gc.isenabled()


async def test_the_same_import_again_changes_nothing(
    catalog: CatalogStore, file: Path, tmp_path: Path
) -> None:
    await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs")
    await catalog.import_frames(clean(file, STARTER), "starter")
    before = dump(tmp_path)
    assert await catalog.import_frames(clean(file, STARTER), "starter") == ImportCounts(0, 0, 2, 0)
    assert await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs") == ImportCounts(0, 0, 2, 0)
    assert dump(tmp_path) == before


async def test_two_sources_do_not_take_turns(catalog: CatalogStore, file: Path, tmp_path: Path) -> None:
    await catalog.import_frames(clean(file, STARTER), "starter")
    await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs")
    before = dump(tmp_path)
    assert (await catalog.import_frames(clean(file, STARTER), "starter")).changed == 0
    assert (await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs")).changed == 0
    assert dump(tmp_path) == before


async def test_another_source_fills_what_is_unknown_and_overwrites_nothing(
    catalog: CatalogStore, file: Path
) -> None:
    await catalog.import_frames(clean(file, STARTER.replace("Teardrop", "TEARDROP")), "starter")
    counts = await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs")
    assert counts == ImportCounts(new=1, changed=1, unchanged=0, new_track_ids=3)
    teardrop = (await by_title(catalog))["TEARDROP"]
    assert (teardrop.album, teardrop.popularity) == ("Mezzanine", 70.0)
    assert teardrop.released == "1998-04-20"  # "1998" left the day unknown
    assert teardrop.moods == ("dreamy", "dark")
    assert teardrop.genres[:2] == ("electronic", "trip hop")


async def test_a_later_import_of_the_same_source_brings_its_values_up_to_date(
    catalog: CatalogStore, file: Path
) -> None:
    await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs")
    later = TWO_SONGS.replace("Halo,Beyoncé,80,I Am,2008", "Halo,Beyoncé,90,,2008-11-18").replace(
        "p2,pop,r&b,,,", "p2,pop,soul,0.9,1,84"
    )
    counts = await catalog.import_frames(clean(file, later), "spotify_songs")
    assert counts == ImportCounts(new=0, changed=1, unchanged=1, new_track_ids=0)
    halo = (await by_title(catalog))["Halo"]
    assert (halo.popularity, halo.album, halo.released, halo.tempo) == (90.0, "I Am", "2008-11-18", 84.0)
    assert "soul" in halo.genres


async def test_a_track_id_tells_a_song_under_another_name(catalog: CatalogStore, file: Path) -> None:
    await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs")
    renamed = HEADER + "t3,Halo (Main),Beyonce Knowles,80,I Am,2008,Night,p2,pop,r&b,,,,261000\n"
    renamed += "t4,Halo Again,Beyonce Knowles,10,,,,,,,,,,\n"
    counts = await catalog.import_frames(clean(file, renamed), "tracks_csv")
    assert (counts.new, counts.new_track_ids) == (1, 1)
    assert set(await by_title(catalog)) == {"Teardrop", "Halo", "Halo Again"}


async def test_a_file_in_parts_makes_the_same_catalogue(catalog: CatalogStore, file: Path) -> None:
    lines = TWO_SONGS.splitlines(keepends=True)
    await catalog.import_frames(clean(file, "".join(lines[:2])), "spotify_songs")
    counts = await catalog.import_frames(clean(file, lines[0] + "".join(lines[2:])), "spotify_songs")
    assert (counts.new, counts.changed) == (1, 1)
    assert set((await by_title(catalog))["Teardrop"].genres) == {"electronic", "trip hop", "downtempo", "pop"}
    assert (await catalog.info()).playlists == 2


async def test_progress_rises_to_the_end(catalog: CatalogStore, file: Path) -> None:
    seen: list[tuple[int, int]] = []
    await catalog.import_frames(
        clean(file, TWO_SONGS), "spotify_songs", lambda done, total: seen.append((done, total))
    )
    assert seen == sorted(seen)
    done, total = seen[-1]
    assert done == total


# ---------------- interrupted


async def test_an_import_that_fails_half_way_leaves_no_trace(
    catalog: CatalogStore, file: Path, tmp_path: Path
) -> None:
    await catalog.import_frames(clean(file, STARTER), "starter")
    before = dump(tmp_path)

    def fail(done: int, total: int) -> None:
        if done > total / 2:
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs", fail)
    assert dump(tmp_path) == before


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.sources.tracks_csv import read_tracks
from bot.store.catalog import CatalogStore
from bot.store.database import Database

def die(done, total):
    if done > total / 2:
        print("written", done, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    frames = read_tracks(Path(sys.argv[2]))[0]
    await CatalogStore(Database(sys.argv[1])).import_frames(frames, "spotify_songs", die)

asyncio.run(main())
"""


async def test_an_import_killed_half_way_leaves_the_catalogue_as_it_was(
    catalog: CatalogStore, db: Database, file: Path, tmp_path: Path
) -> None:
    await catalog.import_frames(clean(file, STARTER), "starter")
    before = dump(tmp_path)
    # Enough rows for pages to leave SQLite's cache before the transaction ends.
    rows = (
        f"k{n},Song {n},Artist {n % 99},50,Album,2001,List,p{n % 9},pop,dance pop,0.5,1,120,1000\n"
        for n in range(9_000)
    )
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED, str(db.url), str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert killed.stdout.startswith("written")
    assert dump(tmp_path) == before
    counts = await catalog.import_frames(read_tracks(file)[0], "spotify_songs")
    assert counts.new == 9_000


async def test_a_file_of_no_use_leaves_the_catalogue_as_it_was(tmp_path: Path, file: Path) -> None:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as store:
        await store.catalog.import_frames(clean(file, STARTER), "starter")
        before = dump(tmp_path)
        file.write_text("<html>not found</html>", encoding="utf-8")
        with pytest.raises(CatalogError, match="web page"):
            await import_file(store, file)
        assert dump(tmp_path) == before


# ---------------- describing


async def test_an_empty_catalogue_says_so(catalog: CatalogStore) -> None:
    assert await catalog.count() == 0
    assert await catalog.songs() == []
    assert await catalog.info() == CatalogInfo(0, {}, {}, (), {}, 0, {}, None)
    frames = await catalog.frames()
    for frame in (frames.items, frames.tags, frames.audio, frames.baskets):
        assert frame.empty


async def test_the_catalogue_in_figures(catalog: CatalogStore, file: Path) -> None:
    await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs")
    await catalog.import_frames(clean(file, STARTER), "starter")
    info = await catalog.info()
    assert (info.songs, info.playlists, info.years) == (3, 2, (1997, 2008))
    assert info.tracks == {"spotify": 3}
    assert info.tags == {"country": 2, "genre": 4, "mood": 3, "subgenre": 3}
    assert info.top_genres == (("pop", 2), ("art pop", 1), ("electronic", 1), ("trip hop", 1))
    assert info.audio == {"spotify_songs": 1}
    assert info.sources == {"spotify_songs": 2, "starter": 1}


async def test_the_engine_takes_the_frames(catalog: CatalogStore, file: Path) -> None:
    await catalog.import_frames(clean(file, TWO_SONGS), "spotify_songs")
    await catalog.import_frames(clean(file, STARTER), "starter")
    frames = await catalog.frames()
    ids = {song.title: song.id for song in await catalog.songs()}
    assert frames.items.index.name == "item"
    assert frames.items["released"].to_dict() == {
        ids["Teardrop"]: pytest.approx(1998.3, abs=0.01),
        ids["Halo"]: 2008.5,
        ids["Jóga"]: 1997.5,
    }
    assert frames.items["popularity"].isna().to_dict()[ids["Jóga"]]
    weights = {(row.item, row.tag): row.weight for row in frames.tags.itertuples()}
    assert weights[ids["Teardrop"], "trip hop"] == 1.0
    assert weights[ids["Jóga"], "tender"] == 0.7
    assert "gb" not in set(frames.tags["tag"])
    assert frames.audio.index.tolist() == [ids["Teardrop"]]
    assert frames.audio.loc[ids["Teardrop"], "energy"] == 0.5
    assert "mode" not in frames.audio
    assert len(frames.baskets) == 3
    dataset = Dataset.from_frames(
        items=frames.items, tags=frames.tags, audio=frames.audio, baskets=frames.baskets
    )
    assert len(dataset.items) == 3


# ---------------- real data


async def test_the_real_file_twice(tmp_path: Path) -> None:
    real = needs(REAL)
    stages: list[tuple[str, int, int | None]] = []
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as store:
        first = await import_file(store, real, lambda stage, done, total: stages.append((stage, done, total)))
        before = dump(tmp_path)
        second = await import_file(store, real)
        assert dump(tmp_path) == before
        info = await store.catalog.info()
    assert first.source == "spotify_songs"
    assert first.report.tracks_kept == first.counts.new_track_ids == 22_676
    assert first.report.refused == {"no name": 4}
    assert first.counts.new == first.report.songs == info.songs
    assert second.counts == ImportCounts(new=0, changed=0, unchanged=first.counts.new, new_track_ids=0)
    assert info.tracks == {"spotify": 22_676}
    assert info.playlists == 369
    assert {name for name, _, _ in stages} == {"reading", "saving"}
    assert stages[-1][1] == stages[-1][2]
