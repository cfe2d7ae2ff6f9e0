"""Bad histories: what can be read counts, the rest is told, and no file costs more than it may."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.sources.histories import HistoryError, HistoryReport, Limits, Play, open_history
from tests.sources.history_exports import NOW, listened, packed, spotify, streamed


def read(file: io.BytesIO | Path, limits: Limits | None = None) -> tuple[list[Play], HistoryReport]:
    with open_history(file, now=NOW, limits=limits) as history:
        return list(history.plays()), history.report()


def good(count: int = 3) -> bytes:
    """The inside of an array of good records."""
    days = (streamed(ts=f"2020-04-{day:02}T00:00:00Z") for day in range(1, count + 1))
    return b",".join(json.dumps(day).encode() for day in days)


# ---------------- what is refused as a whole


class Huge(io.RawIOBase):
    """A file of any size that only its beginning is in; reading more than a little of it fails."""

    def __init__(self, head: bytes, size: int) -> None:
        self._head, self._size, self._at = head, size, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (self._size if whence == io.SEEK_END else 0)
        return self._at

    def read(self, size: int = -1) -> bytes:
        assert 0 <= size <= 64, "the file was read"
        return self._head[self._at : self._at + size]


def test_a_file_of_2_gb_is_refused_without_reading_it() -> None:
    huge: Any = Huge(b"PK\x03\x04", 2 * 1024**3)
    with pytest.raises(HistoryError, match="larger than 512 MB"):
        open_history(huge, now=NOW)


def test_an_archive_that_declares_2_gb_is_refused_unread() -> None:
    file = packed({"endsong_0.json": b"[]", "endsong_1.json": b"[]"}, zipfile.ZIP_STORED)
    declared = bytearray(file.getvalue())
    place = declared.index(b"PK\x01\x02")
    declared[place + 20 : place + 28] = struct.pack("<II", 2**31, 2**31)
    with pytest.raises(HistoryError, match="larger than 2048 MB unpacked"):
        open_history(io.BytesIO(bytes(declared)), now=NOW)


def test_a_bomb_is_refused_by_its_ratio() -> None:
    with pytest.raises(HistoryError, match="far more than a listening history"):
        open_history(packed({"endsong_0.json": b" " * 20_000_000}), now=NOW)


def test_what_is_larger_than_allowed_stops_while_it_is_read() -> None:
    limits = Limits(unpacked=300_000)
    file = io.BytesIO(b"[" + b",".join([good(28)] * 20) + b"]")
    with open_history(file, now=NOW, limits=limits) as history:
        with pytest.raises(HistoryError, match="unpacked"):
            list(history.plays())
        assert history.report().plays == 28


def test_an_archive_that_lies_about_its_size_gives_no_more_than_it_said() -> None:
    content = b"[" + b",".join([good(28)] * 20) + b"]"
    packed_ = bytearray(packed({"endsong_0.json": content}).getvalue())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = packed_.index(mark) + place
        packed_[at : at + 4] = struct.pack("<I", 100_000)
    plays, report = read(io.BytesIO(bytes(packed_)))
    assert len(plays) == 28
    assert report.duplicates < 100
    assert report.problems[0].file == "endsong_0.json"


@pytest.mark.parametrize("count", [12_000, 70_000])
def test_an_archive_with_too_many_files_is_refused(count: int) -> None:
    one = packed({"a": b""}, zipfile.ZIP_STORED).getvalue()
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    contents = one[start:end] * count
    number = min(count, 0xFFFF)
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, number, number, len(contents), start, 0)
    with pytest.raises(HistoryError, match="too many files"):
        open_history(io.BytesIO(one[:start] + contents + tail), now=NOW)


def test_a_locked_archive_is_refused() -> None:
    locked = bytearray(spotify(streamed()).getvalue())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    with pytest.raises(HistoryError, match="password"):
        open_history(io.BytesIO(bytes(locked)), now=NOW)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"readme.txt": b"x"}, "no listening history"),
        ({}, "no listening history"),
        (
            {"../endsong_0.json": [1], "/endsong_1.json": [1], "..\\endsong_2.json": [1]},
            "no listening history",
        ),
        ({"C:/endsong_0.json": [1], "a/../../endsong_0.json": [1]}, "no listening history"),
        ({"my_spotify_data.zip": b"PK\x03\x04"}, "another ZIP file"),
        ({"Streaming_History_Video_2020.json": [1]}, "no listening history"),
    ],
)
def test_an_archive_without_a_history_is_refused(files: dict[str, object], says: str) -> None:
    with pytest.raises(HistoryError, match=says) as caught:
        open_history(packed(files), now=NOW)
    assert "Extended streaming history" in str(caught.value)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(method: int) -> None:
    with pytest.raises(HistoryError, match="unusual"):
        open_history(packed({"endsong_0.json": [streamed()]}, method), now=NOW)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x1f\x8bx", b"PK\x03\x04cut off", b"PK\x05\x06", b"\x00" * 99]
)
def test_no_history_is_refused(data: bytes) -> None:
    with pytest.raises(HistoryError, match="Extended streaming history"):
        open_history(io.BytesIO(data), now=NOW)


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b'[{"a": 1}]', b'{"payload": {"listens": []}}', b"[[[]]]", b"[1, 2]"]
)
def test_json_without_a_play_is_refused(data: bytes) -> None:
    with pytest.raises(HistoryError, match="No play"):
        read(io.BytesIO(data))


# ---------------- what is read as far as it goes


@pytest.mark.parametrize(
    "rest",
    [b', {"ts": "2020', b", nonsense]", b', {"ts": NaN}]', b', {"ms_played": 1234567890123456789012345}]',
     b', {"ms_played": ' + b"9" * 5_000 + b"}]", b', {"ms_played": 1e999}]', b', {"a": ' + b'{"a":' * 5_000,
     b", " + b"[" * 100_000, b', {"a": "' + random.Random(1).randbytes(1_500_000).hex().encode() + b'"}]', b"] trailing", b""],
)  # fmt: skip
def test_a_broken_file_counts_up_to_where_it_breaks(rest: bytes) -> None:
    plays, report = read(packed({"endsong_0.json": b"[" + good() + rest, "endsong_1.json": [streamed()]}))
    assert len(plays) == 4
    assert (report.files, report.broken, report.problems[0].file) == (2, 1, "endsong_0.json")


def test_damaged_bytes_cost_one_file() -> None:
    files = packed({"endsong_0.json": b"[" + good() + b"]", "endsong_1.json": [streamed()]})
    damaged = bytearray(files.getvalue())
    damaged[120:160] = b"\xff" * 40
    plays, report = read(io.BytesIO(bytes(damaged)))
    assert plays
    assert report.problems[0].file == "endsong_0.json"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"ts": "1970-01-01T00:00:00Z"}, "date cannot be right"),
        ({"ts": "2199-01-01T00:00:00Z"}, "date cannot be right"),
        ({"ts": "yesterday"}, "date cannot be right"),
        ({"ts": 7}, "date cannot be right"),
        ({"ts": True}, "date cannot be right"),
        ({"ts": "9999-99-99"}, "date cannot be right"),
        ({"master_metadata_track_name": None}, "no name"),
        ({"master_metadata_track_name": 7}, "no name"),
        ({"master_metadata_track_name": ["Teardrop"]}, "no name"),
        ({"master_metadata_album_artist_name": " \u200b"}, "no name"),
    ],
)
def test_a_record_that_is_no_play_is_counted(fields: dict[str, Any], why: str) -> None:
    plays, report = read(spotify(streamed(), streamed(**fields)))
    assert (len(plays), report.refused) == (1, {why: 1})


@pytest.mark.parametrize("played", [-1, 10**12, "x", None, True, [1], {"a": 1}, 1e300])
def test_a_time_played_that_cannot_be_is_unknown(played: object) -> None:
    (play,), _ = read(spotify(streamed(ms_played=played)))
    assert play.ms_played is None


def test_odd_fields_of_a_listen_are_left_out() -> None:
    odd = listened(
        isrc=["x"], duration_ms="long", spotify_id={"a": 1}, origin_url="https://evil.example/track/1"
    )
    odd["track_metadata"]["mbid_mapping"] = None
    odd["track_metadata"]["recording_msid"] = 7
    for file in (json.dumps([odd]).encode(), json.dumps(odd).encode()):
        (play,), _ = read(io.BytesIO(file))
        assert (play.isrc, play.duration_ms, play.track_id, play.mbid) == (None, None, None, None)


@pytest.mark.parametrize("when", [float("nan"), float("inf"), -1, "x", None, 10**30, [1]])
def test_odd_dates_of_a_listen_are_counted(when: Any) -> None:
    lines = "\n".join(json.dumps(one) for one in (listened(), listened(when)))
    plays, report = read(packed({"listens/2024/1.jsonl": lines.encode()}))
    assert (len(plays), report.refused) == (1, {"date cannot be right": 1})


def test_other_encodings_are_read() -> None:
    record = json.dumps([streamed(master_metadata_track_name="Jóga")], ensure_ascii=False)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert read(io.BytesIO(record.encode(encoding)))[0][0].title == "Jóga"
    (play,), report = read(packed({"endsong_0.json": record.encode("cp1252")}))
    assert play.title == "J\ufffdga"
    assert "UTF-8" in report.problems[0].why


def test_long_names_are_cut() -> None:
    (play,), _ = read(spotify(streamed(master_metadata_track_name="x" * 100_000)))
    assert len(play.title) == 300


def test_there_is_a_most_of_plays() -> None:
    with open_history(io.BytesIO(b"[" + good(9) + b"]"), now=NOW, limits=Limits(plays=5)) as history:
        assert len(list(history.plays())) == 5
        assert history.report().beyond


def test_what_stopped_in_the_middle_can_be_taken_up_again() -> None:
    file = spotify(*(streamed(ts=f"2020-04-{day:02}T00:00:00Z") for day in range(1, 10)))
    with open_history(file, now=NOW) as history:
        plays = history.plays()
        kept = {play.key for play, _ in zip(plays, range(4), strict=False)}
    again = {play.key for play in read(file)[0]}
    assert kept < again
    assert len(again) == 9


@settings(phases=(Phase.explicit, Phase.generate), max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*streamed(), *listened(), "payload", "listens", "endTime"]), inner
            )
        ),
        max_leaves=20,
    ).map(lambda value: json.dumps([value, streamed()]).encode())
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for file in (io.BytesIO(data), packed({"endsong_0.json": data}), packed({"listens/2024/1.jsonl": data})):
        try:
            read(file)
        except HistoryError:
            continue
