"""A playlist that a member uploads or pastes is read as they meant it, and what was left out is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.sources.links import Kind, Service
from bot.sources.playlists import Form, PlaylistError, PlaylistReading, read_playlist
from bot.sources.unread import Unread

ID = "4uLU6hMCjMI75M1A2tKUQC"
MBID = "6b6f4451-d105-45aa-ae6e-187a373172e1"
NO_SHRINKING = settings(phases=(Phase.explicit, Phase.generate), max_examples=150, deadline=None)


def names(found: PlaylistReading) -> list[tuple[str, str]]:
    return [(entry.artist, entry.title) for entry in found.entries]


SONGS = [("Massive Attack", "Teardrop"), ("Björk", "Jóga")]

EXPORTIFY = f"""\
"Track URI","Track Name","Artist URI(s)","Artist Name(s)","Album URI","Album Name","Album Artist URI(s)",\
"Album Artist Name(s)","Album Release Date","Disc Number","Track Number","Track Duration (ms)","ISRC","Added At"
"spotify:track:{ID}","Teardrop","spotify:artist:x","Massive Attack","spotify:album:x","Mezzanine","spotify:artist:x",\
"Nobody","1998-04-20","1","3","330773","GBAAA9800322","2020-01-01T00:00:00Z"
"""
TUNE_MY_MUSIC = f"""\
Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id
Teardrop,Massive Attack,Mezzanine,Mine,Playlist,GB-AAA-98-00322,{ID}
"""
SOUNDIIZ = f"""\
title;artist;album;isrc;addedDate;addedBy;duration;url
Teardrop;Massive Attack;Mezzanine;GBAAA9800322;;;5:30;https://open.spotify.com/track/{ID}?si=x
"""


@pytest.mark.parametrize("export", [EXPORTIFY, TUNE_MY_MUSIC, SOUNDIIZ])
def test_exports_of_the_usual_sites(export: str) -> None:
    found = read_playlist(export.encode())
    (entry,) = found.entries
    assert found.form is Form.CSV
    assert (entry.artist, entry.title, entry.album) == ("Massive Attack", "Teardrop", "Mezzanine")
    assert entry.isrc == "GBAAA9800322"
    assert entry.link is not None
    assert (entry.link.service, entry.link.kind, entry.link.id) == (Service.SPOTIFY, Kind.TRACK, ID)
    assert entry.duration_ms in {330_773, 330_000, None}


@pytest.mark.parametrize(
    "header",
    ["artist,title", "Interpret,Titel", "Künstler,Titel", "Artiste,Titre", "Artista,Título", "Artista,Titolo",
     "Artiest,Nummer", "ARTIST(S),Song", "Исполнитель,Название", "アーティスト,曲名", "Wykonawca,Utwór"],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_plain_tables_in_any_language_order_and_delimiter(header: str, delimiter: str) -> None:
    rows = [header.split(","), *SONGS]
    there = "\n".join(delimiter.join(row) for row in rows)
    back = "\r\n".join(delimiter.join(("", *reversed(row))) for row in rows)
    assert names(read_playlist(there.encode())) == SONGS
    assert names(read_playlist(f"\n{back}".encode())) == SONGS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_tables_in_any_encoding(encoding: str) -> None:
    table = "Künstler;Titel\nMassive Attack;Teardrop\nBjörk;Jóga\n"
    assert names(read_playlist(table.encode(encoding), "liste.csv")) == SONGS


def test_what_spreadsheets_add_is_understood() -> None:
    table = 'sep=;\r\n"Titel";"Künstler"\r\n"Don\'t; Look ""Back""";"Some\r\nBody"\r\n;\r\n'
    assert names(read_playlist(table.encode("cp1252"))) == [("Some Body", 'Don\'t; Look "Back"')]


def test_a_table_with_titles_alone_is_read_as_they_are_shown() -> None:
    table = f"title,link\nMassive Attack - Teardrop (Official Video),\nwhatever,https://youtu.be/dQw4w9WgXcQ\nx,{ID}\n"
    found = read_playlist(table.encode())
    assert names(found) == [("Massive Attack", "Teardrop"), ("", "whatever")]
    assert [(problem.line, problem.why) for problem in found.problems] == [(4, "no artist")]


@pytest.mark.parametrize(
    "line",
    ["Massive Attack - Teardrop", "1. Massive Attack – Teardrop 5:30", "03) Massive Attack — Teardrop [5:30]",
     "#7 Massive Attack - Teardrop", "* Teardrop by Massive Attack", "- Massive Attack - Teardrop (Official Video)",
     "> Massive Attack - Teardrop", "Teardrop · Massive Attack", "00:00 Massive Attack - Teardrop",
     "1:02:03 - Massive Attack - Teardrop"],
)  # fmt: skip
def test_pasted_lines(line: str) -> None:
    (entry,) = read_playlist(f"```\n{line}\n```\n").entries
    assert (entry.artist, entry.title) == ("Massive Attack", "Teardrop")
    assert entry.duration_ms == (330_000 if "5:30" in line else None)


@pytest.mark.parametrize(
    ("line", "artist", "title"),
    [
        ("JAY-Z - 99 Problems", "JAY-Z", "99 Problems"),
        ("JAY-Z - 4:44", "JAY-Z", "4:44"),
        ("1. 50 Cent - 21 Questions", "50 Cent", "21 Questions"),
        ("2Pac - Changes", "2Pac", "Changes"),
        ("'Heroes' by David Bowie", "David Bowie", "'Heroes'"),
    ],
)
def test_numbers_and_marks_that_are_names_stay(line: str, artist: str, title: str) -> None:
    assert names(read_playlist(line)) == [(artist, title)]


def test_pasted_links_with_and_without_words() -> None:
    said = (
        f"1. Massive Attack - Teardrop <https://open.spotify.com/track/{ID}?si=x>\n"
        f"https://youtu.be/dQw4w9WgXcQ https://tidal.com/track/1\n"
        f"https://musicbrainz.org/recording/{MBID}\n"
        "my favourites\n"
    )
    found = read_playlist(said)
    assert names(found) == [("Massive Attack", "Teardrop"), ("", ""), ("", ""), ("", "")]
    assert [entry.link.service if entry.link else None for entry in found.entries] == [
        Service.SPOTIFY,
        Service.YOUTUBE,
        Service.TIDAL,
        None,
    ]
    assert found.entries[3].mbid == MBID
    assert (found.unread, found.problems[0].line) == (1, 4)


def test_links_to_other_things_than_songs_are_no_entries() -> None:
    album, artist = f"https://open.spotify.com/album/{ID}", "https://www.deezer.com/artist/27"
    found = read_playlist(f"A - B {album}\n{artist} {album}\nhttps://spotify.link/x\n")
    assert [(entry.title, entry.link is not None) for entry in found.entries] == [("B", False), ("", True)]
    assert [(problem.line, problem.why) for problem in found.problems] == [(2, Unread.OTHER_LINK)] * 2


def test_m3u_with_everything() -> None:
    text = f"""\
#EXTM3U
#PLAYLIST:Mine
#EXTINF:330,Massive Attack - Teardrop
#EXTALB:Mezzanine
C:\\Music\\03 Teardrop.mp3
#EXTINF:-1 tvg-id="a,b" group="x",Björk - Jóga
https://open.spotify.com/track/{ID}
#EXTINF:12.5,A - B
#EXTART:A - B
x.mp3
../Portishead/01 - Portishead - Roads.flac
01 track.mp3
https://youtu.be/dQw4w9WgXcQ
"""
    found = read_playlist(text.encode(), "mine.m3u8")
    assert (found.form, found.name, found.unread) == (Form.M3U, "Mine", 1)
    assert names(found) == [*SONGS, ("A - B", "A - B"), ("Portishead", "Roads"), ("", "")]
    assert [entry.duration_ms for entry in found.entries] == [330_000, None, 12_500, None, None]
    assert found.entries[0].album == "Mezzanine"
    assert found.entries[1].link is not None


def test_m3u_in_windows_letters_without_a_header() -> None:
    found = read_playlist("Musik\\Björk - Jóga.mp3\r\n".encode("cp1252"), "LISTE.M3U")
    assert names(found) == [("Björk", "Jóga")]


def test_jspf_as_listenbrainz_writes_it() -> None:
    playlist: dict[str, Any] = {
        "playlist": {
            "title": "Weekly",
            "creator": "somebody",
            "extension": {"https://musicbrainz.org/doc/jspf#playlist": {"public": True}},
            "track": [
                {
                    "title": "Teardrop",
                    "creator": "Massive Attack",
                    "album": "Mezzanine",
                    "duration": 330773,
                    "identifier": [f"https://musicbrainz.org/recording/{MBID}"],
                    "extension": {"https://musicbrainz.org/doc/jspf#track": {"additional_metadata": {}}},
                },
                {"title": "Jóga", "creator": "Björk", "identifier": f"spotify:track:{ID}", "duration": "x"},
                {"title": 7, "creator": None, "identifier": {"x": 1}},
                "nonsense",
            ],
        }
    }
    found = read_playlist(json.dumps(playlist).encode("utf-8"), "weekly.jspf")
    assert (found.form, found.name) == (Form.JSPF, "Weekly")
    assert names(found) == SONGS
    first, second = found.entries
    assert (first.mbid, first.duration_ms, first.link) == (MBID, 330_773, None)
    assert second.link is not None
    assert [problem.line for problem in found.problems] == [3, 4]


def test_duplicates_are_removed_and_counted() -> None:
    found = read_playlist("A - B\na – b\nA - B (Official Video)\nA - B (Live)\n")
    assert names(found) == [("A", "B"), ("A", "B (Live)")]
    assert found.duplicates == 2


@pytest.mark.parametrize("form", ["pasted", "csv", "m3u", "jspf"])
def test_what_is_beyond_the_limit_is_counted(form: str) -> None:
    pairs = [(f"Artist {number}", f"Title {number}") for number in range(10_050)]
    text = {
        "pasted": "\n".join(f"{artist} - {title}" for artist, title in pairs),
        "csv": "artist,title\n" + "\n".join(",".join(pair) for pair in pairs),
        "m3u": "#EXTM3U\n" + "\n".join(f"#EXTINF:1,{artist} - {title}\nx.mp3" for artist, title in pairs),
        "jspf": json.dumps({"playlist": {"track": [{"creator": a, "title": t} for a, t in pairs]}}),
    }[form]
    found = read_playlist(text)
    assert (found.form, len(found.entries), found.beyond) == (form, 10_000, 50)


def test_only_a_few_problems_are_kept_and_all_are_counted() -> None:
    found = read_playlist("A - B\n" + "nothing\n" * 100)
    assert (len(found.problems), found.unread) == (5, 100)
    assert found.problems[0].line == 2


def test_long_lines_are_cut() -> None:
    found = read_playlist("A - " + "b" * 1_000_000 + "\nC - D")
    assert found.cut >= 1
    assert names(found)[1] == ("C", "D")
    assert len(found.entries[0].title) <= 300


def test_an_open_quote_costs_some_rows_not_the_list() -> None:
    rows = "".join(f"Artist {number},Title {number}\n" for number in range(9_000))
    found = read_playlist(f'artist,title\nA,B\n"C,D\n{rows}'.encode())
    assert names(found)[0] == ("A", "B")
    assert found.unread >= 1
    assert found.entries[-1].title == "Title 8999"


def test_a_formula_in_a_cell_is_read_as_it_was_meant() -> None:
    found = read_playlist(b"artist,title\n'-M-,'=Sum\n'Til Tuesday,''-\n")
    assert names(found) == [("-M-", "=Sum"), ("'Til Tuesday", "'-")]


@pytest.mark.parametrize(
    ("data", "filename", "says"),
    [
        (b"", "", "empty"),
        (b" \n\t", "x.csv", "empty"),
        (b"PK\x03\x04rest", "x.xlsx", "save it as CSV"),
        (b"%PDF-1.7", "", "PDF"),
        (b"\x1f\x8bx", "", "Unpack"),
        (b"\x00\x01\x02\x03" * 9, "", "no text"),
        (b"<!DOCTYPE html><html>", "", "web page"),
        (b'<?xml version="1.0"?><playlist/>', "x.xspf", "XML"),
        (b'{"a": 1}', "", "JSPF"),
        (b'{"playlist": {"track": 7}}', "", "JSPF"),
        (b'{"playlist": ', "", "JSPF"),
        (b'{"a":' * 50_000, "", "JSPF"),
        (b"[" * 50_000, "x.jspf", "JSPF"),
        (b"red,green\n1,2\n", "x.csv", "artist,title"),
        (b"artist,title\n", "x.csv", "No song"),
        (b"hello\nthere\n", "", "line 1"),
        (b"x" * (10 * 1024 * 1024 + 1), "", "10 MB"),
        ("x" * (10 * 1024 * 1024 + 1), "", "10 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes | str, filename: str, says: str) -> None:
    with pytest.raises(PlaylistError, match=says):
        read_playlist(data, filename)


@NO_SHRINKING
@given(
    st.binary(max_size=200)
    | st.text(max_size=200)
    | st.text(alphabet='#EXTINF:1,-A b\n";{}[]\t:artist', max_size=200),
    st.sampled_from(["", "x.csv", "x.m3u", "x.jspf"]),
)
def test_any_input_is_read_or_refused(data: bytes | str, filename: str) -> None:
    try:
        found = read_playlist(data, filename)
    except PlaylistError:
        return
    assert all(entry.named for entry in found.entries)
