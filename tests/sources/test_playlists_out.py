"""A list of songs that Segue writes is read back as it was, by Segue and by others."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.sources.legible import legible
from bot.sources.links import Link, read_link
from bot.sources.playlists import Entry, Form, csv_file, jspf_file, m3u8_file, read_playlist

MBID = "6b6f4451-d105-45aa-ae6e-187a373172e1"


def link(pasted: str) -> Link:
    found = read_link(pasted)
    assert found is not None
    return found


LINKS = [
    link("spotify:track:4uLU6hMCjMI75M1A2tKUQC"),
    link("https://youtu.be/dQw4w9WgXcQ"),
    link("https://somebody.bandcamp.com/track/a-song"),
    link("https://music.apple.com/de/album/x/1?i=2"),
]
FULL = Entry("Massive Attack", "Teardrop", "Mezzanine", "GBAAA9800322", 330_773, MBID, LINKS[0])

_shown = st.text(alphabet="aB é-–,;\"'=+@#:.()[]|\t\\/ゆ", min_size=1, max_size=20) | st.text(
    min_size=1, max_size=30
)
_names = _shown.map(legible).filter(bool)
_entries = st.lists(
    st.builds(
        Entry,
        artist=_names,
        title=_names,
        album=st.none() | _names,
        isrc=st.none() | st.from_regex(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", fullmatch=True),
        duration_ms=st.none() | st.integers(1_000, 80_000_000),
        mbid=st.none() | st.uuids().map(str),
        link=st.none() | st.sampled_from(LINKS),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda entry: entry.key,
)
ROUND_TRIP = settings(phases=(Phase.explicit, Phase.generate), max_examples=200, deadline=None)


@ROUND_TRIP
@given(_entries)
def test_csv_round_trip(entries: list[Entry]) -> None:
    found = read_playlist(csv_file(entries))
    assert found.form is Form.CSV
    assert list(found.entries) == entries


@ROUND_TRIP
@given(_entries, st.text(max_size=20))
def test_jspf_round_trip(entries: list[Entry], title: str) -> None:
    found = read_playlist(jspf_file(entries, title))
    assert (found.form, found.name) == (Form.JSPF, legible(title) or None)
    assert list(found.entries) == entries


@ROUND_TRIP
@given(_entries)
def test_m3u8_round_trip_of_what_m3u8_can_hold(entries: list[Entry]) -> None:
    def held(entry: Entry) -> Entry:
        seconds = None if entry.duration_ms is None else round(entry.duration_ms / 1000) * 1000
        return replace(entry, isrc=None, duration_ms=seconds, mbid=None if entry.link else entry.mbid)

    found = read_playlist(m3u8_file(entries, "Mine"))
    assert (found.form, found.name) == (Form.M3U, "Mine")
    assert list(found.entries) == [held(entry) for entry in entries]


def test_songs_that_only_a_link_names_come_back() -> None:
    bare = [Entry("", "", link=LINKS[0]), Entry("", "a - b", link=LINKS[1])]
    for file in (csv_file(bare), jspf_file(bare, "x"), m3u8_file(bare)):
        assert list(read_playlist(file).entries) == bare


@pytest.mark.parametrize("name", ["=1+1", "+44", "-M-", "@home", "＝1", "'=1", "= 1", '"=1"'])
def test_no_cell_begins_as_a_formula(name: str) -> None:
    file = csv_file([Entry(name, name, name)])
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert not any(cell[:1] in "=+-@＝\t\r" for row in rows for cell in row if cell)
    assert read_playlist(file).entries == (Entry(name, name, name),)


def test_jspf_is_what_listenbrainz_takes() -> None:
    file = jspf_file([FULL], "Mine", created=datetime(2026, 11, 21, tzinfo=UTC), public=True)
    playlist = json.loads(file)["playlist"]
    assert playlist["title"] == "Mine"
    assert playlist["date"] == "2026-11-21T00:00:00+00:00"
    assert playlist["extension"]["https://musicbrainz.org/doc/jspf#playlist"] == {"public": True}
    (track,) = playlist["track"]
    assert track["identifier"] == [f"https://musicbrainz.org/recording/{MBID}"]
    assert track["location"] == ["https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"]
    assert (track["creator"], track["title"], track["album"], track["duration"]) == (
        "Massive Attack",
        "Teardrop",
        "Mezzanine",
        330_773,
    )


def test_m3u8_reads_as_players_read_it() -> None:
    lines = m3u8_file([FULL, Entry("AC/DC", "T.N.T.")], "Mine").decode("utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert "#EXTINF:331,Massive Attack - Teardrop" in lines
    assert "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC" in lines
    assert lines[-1] == "./AC_DC - T.N.T..mp3"
