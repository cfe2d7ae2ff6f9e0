"""An operator imports a file of tracks: it is cleaned and joined, or refused in one sentence."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import CatalogError
from bot.sources.tracks_csv import CatalogFrames, CleanReport, read_tracks
from bot.sources.tracks_csv.cleaning import sure_date
from tests.conftest import needs

REAL = "data/spotify_songs/spotify_songs.csv.gz"


def columns(line: str) -> list[str]:
    return line.split(",")


SPOTIFY = columns(
    "track_id,track_name,track_artist,track_popularity,track_album_id,track_album_name,track_album_release_date,"
    "playlist_name,playlist_id,playlist_genre,playlist_subgenre,danceability,energy,key,loudness,mode,speechiness,"
    "acousticness,instrumentalness,liveness,valence,tempo,duration_ms"
)
TRACKS = columns(
    ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,energy,key,loudness,mode,"
    "speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature,track_genre"
)
SOUND = {
    "danceability": "0.5", "energy": "0.6", "key": "7", "loudness": "-5.5", "mode": "1", "speechiness": "0.05",
    "acousticness": "2.33e-5", "instrumentalness": "0", "liveness": "0.1", "valence": "0.7", "tempo": "120.5",
    "duration_ms": "200000",
}  # fmt: skip


def spotify(
    track: str, name: str = "Teardrop", artist: str = "Massive Attack", **more: str
) -> dict[str, str]:
    return {
        **SOUND,
        "track_id": track,
        "track_name": name,
        "track_artist": artist,
        "track_popularity": "50",
        "track_album_id": "album",
        "track_album_name": "Mezzanine",
        "track_album_release_date": "1998-04-20",
        "playlist_name": "Trip Hop",
        "playlist_id": "list1",
        "playlist_genre": "electronic",
        "playlist_subgenre": "trip hop",
        **more,
    }


def track(ident: str, name: str = "Teardrop", artists: str = "Massive Attack", **more: str) -> dict[str, str]:
    return {
        **SOUND,
        "track_id": ident,
        "track_name": name,
        "artists": artists,
        "album_name": "Mezzanine",
        "popularity": "50",
        "explicit": "False",
        "time_signature": "4",
        "track_genre": "trip-hop",
        **more,
    }


def text_of(rows: list[dict[str, str]], header: list[str] = SPOTIFY) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


Read = Callable[..., tuple[CatalogFrames, CleanReport]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write rows (or text, or bytes) to a file and read it."""

    def write_and_read(
        content: list[dict[str, str]] | str | bytes, header: list[str] = SPOTIFY, encoding: str = "utf-8"
    ) -> tuple[CatalogFrames, CleanReport]:
        text = text_of(content, header) if isinstance(content, list) else content
        path = tmp_path / "tracks.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_tracks(path)

    return write_and_read


def song(frames: CatalogFrames, title: str = "Teardrop") -> dict[str, Any]:
    """A song with its audio, None for what is unknown."""
    found = frames.songs[frames.songs["title"] == title]
    assert len(found) == 1
    measured = frames.audio.rename(columns={"key": "pitch"})
    whole = found.merge(measured, left_on="key", right_on="song", how="left").iloc[0].to_dict()
    return {str(name): None if value is None or value != value else value for name, value in whole.items()}


# ---------------- the real file


def test_the_real_file_keeps_every_track_with_a_name() -> None:
    seen: list[tuple[int, int | None]] = []
    frames, report = read_tracks(needs(REAL), lambda done, total: seen.append((done, total)))
    assert report.form == "spotify_songs"
    assert (report.rows_read, report.tracks_kept) == (25_803, 22_676)
    assert report.refused == {"no name": 4}
    assert report.rows_merged == 25_803 - 22_680
    assert report.songs == len(frames.songs) == report.tracks_kept - report.tracks_joined
    assert report.tracks_joined > 1_260
    assert len(frames.track_ids) == 22_676
    assert frames.track_ids["external_id"].is_unique
    assert frames.songs["key"].is_unique
    assert len(frames.playlists) == 369
    assert set(frames.tags["song"]) == set(frames.songs["key"])
    assert seen[-1] == (25_803, 25_803)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


# ---------------- rows and songs


def test_rows_of_one_track_become_one_with_all_its_playlists_and_genres(read: Read) -> None:
    frames, report = read(
        [
            spotify("t1"),
            spotify(
                "t1",
                playlist_id="list2",
                playlist_name="Chill",
                playlist_genre="pop",
                playlist_subgenre="chill",
            ),
            spotify(
                "t1",
                playlist_id="list3",
                playlist_name="Night",
                playlist_genre="pop",
                playlist_subgenre="chill",
            ),
            spotify("t1"),
        ]
    )
    assert (report.tracks_kept, report.songs, report.rows_merged) == (1, 1, 3)
    assert frames.playlists["external_id"].tolist() == ["list1", "list2", "list3"]
    assert len(frames.playlist_songs) == 3
    tags = {(row.kind, row.tag): row.weight for row in frames.tags.itertuples()}
    assert tags == {
        ("genre", "pop"): 1.0,
        ("genre", "electronic"): 0.5,
        ("subgenre", "chill"): 1.0,
        ("subgenre", "trip hop"): 0.5,
    }


def test_the_most_popular_recording_speaks_for_its_song_and_the_first_release_counts(read: Read) -> None:
    frames, report = read(
        [
            spotify("old", track_popularity="10", track_album_release_date="1998-04-20", energy="0.1"),
            spotify(
                "new",
                "Teardrop - Remastered 2019",
                track_popularity="80",
                track_album_release_date="2019-09-06",
            ),
            spotify(
                "bad",
                "Teardrop (2006 Remaster)",
                track_popularity="20",
                track_album_release_date="1900-01-01",
            ),
            spotify("year", track_popularity="", track_album_release_date="1998", track_album_name=""),
            spotify("live", "Teardrop - Live", track_popularity="90"),
        ]
    )
    assert (report.tracks_kept, report.songs, report.tracks_joined) == (5, 2, 3)
    kept = song(frames, "Teardrop")
    assert (kept["popularity"], kept["energy"], kept["released"]) == (80.0, 0.6, "1998-04-20")
    assert frames.track_ids["external_id"].tolist() == ["live", "new", "bad", "old", "year"]
    assert frames.track_ids.groupby("song").size().to_dict() == {
        "massive attack|teardrop": 4,
        "massive attack|teardrop live": 1,
    }


def test_the_common_form_with_an_index_column_and_several_artists(read: Read) -> None:
    frames, report = read(
        [track("t1", "Stay", "Rihanna;Mikky Ekko", explicit="True"), track("t1", "Stay", "Rihanna;Mikky Ekko", track_genre="pop")],
        TRACKS,
    )  # fmt: skip
    assert report.form == "tracks_csv"
    assert song(frames, "Stay")["artist"] == "Rihanna, Mikky Ekko"
    assert song(frames, "Stay")["explicit"] is True
    assert song(frames, "Stay")["key"] == "rihanna|stay"
    assert sorted(frames.tags["tag"]) == ["pop", "trip-hop"]
    assert frames.playlists.empty


def test_the_starter_form_has_lists_and_no_ids(read: Read) -> None:
    frames, report = read(
        "title,artist,year,genres,moods,country\n"
        "Teardrop,Massive Attack,1998,Trip Hop|electronic,dreamy|dark|night,GB\n"
        "Halo,Beyoncé,,pop,,US\n"
    )
    assert (report.form, report.songs, report.absent) == ("starter", 2, ())
    assert frames.track_ids.empty
    assert frames.audio.empty
    teardrop = frames.tags[frames.tags["song"] == "massive attack|teardrop"]
    moods = teardrop[teardrop["kind"] == "mood"].sort_values("weight", ascending=False)
    assert moods["tag"].tolist() == ["dreamy", "dark", "night"]
    assert teardrop[teardrop["kind"] == "genre"]["tag"].tolist() == ["trip hop", "electronic"]
    assert song(frames)["released"] == "1998"
    assert song(frames, "Halo")["released"] is None


def test_columns_may_stand_in_any_order_beside_others_and_some_may_lack(read: Read) -> None:
    header = ["mood_of_the_day", *reversed(SPOTIFY)]
    header.remove("valence")
    frames, report = read([{**spotify("t1"), "mood_of_the_day": "fine"}], header)
    assert report.absent == ("valence",)
    assert song(frames)["valence"] is None
    assert song(frames)["energy"] == 0.6


# ---------------- the cells


@pytest.mark.parametrize(
    ("column", "wrong", "name"),
    [
        ("track_popularity", "101", "popularity"),
        ("track_popularity", "-1", "popularity"),
        ("track_popularity", "very", "popularity"),
        ("danceability", "1.2", "danceability"),
        ("energy", "-0.1", "energy"),
        ("valence", "inf", "valence"),
        ("key", "12", "pitch"),
        ("key", "-2", "pitch"),
        ("mode", "2", "mode"),
        ("mode", "0.5", "mode"),
        ("loudness", "6", "loudness"),
        ("loudness", "-61", "loudness"),
        ("tempo", "0", "tempo"),
        ("duration_ms", "0", "duration_ms"),
        ("duration_ms", "-4", "duration_ms"),
    ],
)
def test_a_value_out_of_range_becomes_unknown_and_the_row_stays(
    read: Read, column: str, wrong: str, name: str
) -> None:
    frames, report = read([spotify("t1", **{column: wrong})])
    assert song(frames)[name] is None
    assert report.repaired == {"key" if name == "pitch" else name: 1}
    assert report.refused == {}


@pytest.mark.parametrize(
    ("column", "edge"),
    [("track_popularity", "0"), ("track_popularity", "100"), ("key", "-1"), ("key", "11"), ("loudness", "-60"), ("energy", "1")],
)  # fmt: skip
def test_values_on_the_edge_stay(read: Read, column: str, edge: str) -> None:
    frames, report = read([spotify("t1", **{column: edge})])
    name = {"track_popularity": "popularity", "key": "pitch"}.get(column, column)
    assert song(frames)[name] == float(edge)
    assert report.repaired == {}


@pytest.mark.parametrize("null", ["", "NA", "NaN", "null", "  "])
def test_missing_cells_are_unknown_and_no_repair(read: Read, null: str) -> None:
    frames, report = read([spotify("t1", tempo=null, track_album_name=null, track_album_release_date=null)])
    kept = song(frames)
    assert (kept["tempo"], kept["album"], kept["released"]) == (None, None, None)
    assert report.repaired == {}


def test_only_a_track_without_id_name_or_artist_is_refused(read: Read) -> None:
    frames, report = read(
        [spotify("t1"), spotify(""), spotify("t2", "NA"), spotify("t3", artist=""), spotify("t2", "", "NA"), spotify("t4", "None")]
    )  # fmt: skip
    assert report.refused == {"no id": 1, "no name": 1, "no artist": 1}
    assert report.rows_read == 6
    assert sorted(frames.songs["title"]) == ["None", "Teardrop"]


def test_a_name_that_one_row_lacks_is_taken_from_another(read: Read) -> None:
    _, report = read([spotify("t1", "NA"), spotify("t1", "Teardrop")])
    assert (report.tracks_kept, report.refused) == (1, {})


def test_addresses_are_ids_as_well(read: Read) -> None:
    frames, report = read(
        [spotify("spotify:track:t1"), spotify("https://open.spotify.com/track/t1?si=x"), spotify("t1")]
    )
    assert frames.track_ids["external_id"].tolist() == ["t1"]
    assert report.rows_merged == 2


@pytest.mark.parametrize(
    ("written", "sure"),
    [
        ("2012-05-31", "2012-05-31"),
        ("2012-05", "2012-05"),
        ("2012", "2012"),
        ("2012.0", "2012"),
        ("2012-5-3", "2012-05-03"),
        ("2012/05/31", "2012-05-31"),
        ("20120531", "2012-05-31"),
        ("2012-05-31T00:00:00Z", "2012-05-31"),
        ("2012-05-31 00:00:00", "2012-05-31"),
        ("31/12/2012", "2012-12-31"),
        ("12/31/2012", "2012-12-31"),
        ("05/06/2012", "2012"),
        ("06/06/2012", "2012-06-06"),
        ("05.06.2012", "2012-06-05"),
        ("2012-02-30", "2012-02"),
        ("2012-13-01", "2012"),
        ("2012-00-00", "2012"),
        ("31 May 2012", "2012"),
        ("0000", None),
        ("0000-00-00", None),
        ("0001-01-01", None),
        ("1900-01-01", None),
        ("1899-12-30", None),
        ("2999-01-01", None),
        ("99/99/2012", "2012"),
        ("yesterday", None),
        ("1998 or 1999", None),
    ],
)
def test_of_a_date_only_what_is_sure_is_kept(written: str, sure: str | None) -> None:
    assert sure_date(written, latest_year=2027) == sure


def test_years_before_records_are_facts_in_the_starter_form_only(read: Read) -> None:
    frames, report = read(
        "title,artist,year\nNocturne,Chopin,1832\nTeardrop,Massive Attack,1998\nOdd,Odd,0001\n"
    )
    assert [song(frames, name)["released"] for name in ("Nocturne", "Teardrop", "Odd")] == [
        "1832",
        "1998",
        None,
    ]
    assert report.repaired == {"release date": 1}
    assert song(read([spotify("t1", track_album_release_date="1832")])[0])["released"] is None


def test_a_repaired_date_is_counted(read: Read) -> None:
    dates = ("31/12/2012", "1900-01-01", "2012")
    rows = [spotify(f"t{number}", track_album_release_date=text) for number, text in enumerate(dates)]
    assert read(rows)[1].repaired == {"release date": 2}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings_are_told_apart(read: Read, encoding: str) -> None:
    frames, report = read(text_of([spotify("t1", "Jóga", "Björk")]), encoding=encoding)
    assert song(frames, "Jóga")["artist"] == "Björk"
    assert report.encoding == ("cp1252" if encoding == "latin-1" else encoding)


def test_mangled_text_is_repaired_and_counted(read: Read) -> None:
    frames, report = read([spotify("t1", "Halo", "BeyoncÃ©")])
    assert song(frames, "Halo")["artist"] == "Beyoncé"
    assert report.repaired == {"text": 1}


def test_gzip_is_told_by_its_content(tmp_path: Path) -> None:
    packed = tmp_path / "tracks.csv"
    packed.write_bytes(gzip.compress(text_of([spotify("t1")]).encode()))
    plain = tmp_path / "tracks.csv.gz"
    plain.write_bytes(text_of([spotify("t1")]).encode())
    assert read_tracks(packed)[1].songs == read_tracks(plain)[1].songs == 1


# ---------------- wrong input


def test_a_broken_line_costs_no_other_line(read: Read) -> None:
    good = [
        text_of([spotify(f"t{number}", f'Song "{number}", again')]).splitlines()[1] for number in range(4)
    ]
    lines = [
        ",".join(SPOTIFY),
        good[0],
        't9,"Never closed,Somebody,' + ",".join(SPOTIFY[3:]),
        good[1],
        "short,line",
        "",
        good[2] + ",one,more",
        good[2],
        't8,"closed" too early,' + ",".join(SPOTIFY[2:]),
        good[3],
        '"the end',
    ]
    frames, report = read("\r\n".join(lines))
    assert sorted(frames.track_ids["external_id"]) == ["t0", "t1", "t2", "t3"]
    assert report.refused == {"broken line": 5}
    assert report.rows_read == 9


def test_a_cell_may_hold_line_breaks_commas_and_quotes(read: Read) -> None:
    frames, report = read([spotify("t1", 'One,\n"two"'), spotify("t2", '12" Mix')])
    assert sorted(frames.songs["title"]) == ['12" Mix', 'One, "two"']
    assert report.refused == {}


WRONG: list[tuple[str, bytes, str]] = [
    ("empty", b"", "is empty"),
    ("blank", b" \r\n\r\n", "is empty"),
    ("only a mark", b"\xef\xbb\xbf\n", "is empty"),
    ("zip", b"PK\x03\x04" + bytes(200), "ZIP archive or an Excel workbook"),
    ("binary", bytes(range(256)) * 20, "is a binary file"),
    ("cut gzip", gzip.compress(text_of([spotify(str(n)) for n in range(500)]).encode(), mtime=0)[:-300], "damaged or cut-off gzip"),
    ("broken gzip", b"\x1f\x8b" + bytes(range(100)), "damaged or cut-off gzip"),
    ("binary in gzip", gzip.compress(bytes(range(256)) * 20, mtime=0), "is a binary file"),
    ("web page", b"\n <!DOCTYPE html><html></html>", "is a web page"),
    ("json", b'[{"track_id": 1}]', "is JSON"),
    ("no rows", (",".join(SPOTIFY) + "\n").encode(), "has column names but no rows"),
    ("prose", b"Dear operator,\nplease find attached nothing.\n", "lacks the columns"),
    ("one column lacks", text_of([], [n for n in SPOTIFY if n != "track_artist"]).encode(), "lacks the column track_artist"),
    ("two columns lack", text_of([], [n for n in TRACKS if n not in ("track_id", "artists")]).encode(), "lacks the columns track_id, artists"),
    ("semicolons", ";".join(SPOTIFY).encode() + b"\na;b\n", "expected commas"),
    ("nothing usable", text_of([spotify("t1", "")]).encode(), "no usable row (1 × no name)"),
    ("only broken lines", (",".join(SPOTIFY) + "\na,b\n").encode(), "no usable row (1 × broken line)"),
    ("open quote in the header", b'"track_id,track_name\nx,y\n', "lacks the columns"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "says"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_file_of_no_use_is_refused_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogError) as refusal:
        read_tracks(path)
    said = str(refusal.value)
    assert says in said
    assert str(path) in said
    assert "\n" not in said


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"does not exist"):
        read_tracks(tmp_path / "nowhere.csv")
    with pytest.raises(CatalogError, match=r"is a folder"):
        read_tracks(tmp_path)


def test_a_real_zip_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "tracks.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tracks.csv", text_of([spotify("t1")]))
    with pytest.raises(CatalogError, match="ZIP archive"):
        read_tracks(path)
