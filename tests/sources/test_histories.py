"""Members bring their listening history: its plays come out, each once, and nothing of who or where they were."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.sources.histories import (
    Heard,
    HistoryError,
    HistoryReport,
    Limits,
    Play,
    PlayKind,
    Source,
    heard,
    open_history,
)
from tests.conftest import needs
from tests.sources.history_exports import ID, MBID, MSID, NOW, SECRETS, listened, packed, spotify, streamed

AT = 1_586_564_873


def read(file: io.BytesIO | Path, limits: Limits | None = None) -> tuple[list[Play], HistoryReport]:
    with open_history(file, now=NOW, limits=limits) as history:
        return list(history.plays()), history.report()


# ---------------- Spotify


def test_the_extended_streaming_history() -> None:
    (play,), report = read(spotify(streamed()))
    assert play == Play(
        source=Source.SPOTIFY,
        kind=PlayKind.SONG,
        artist="Massive Attack",
        title="Teardrop",
        album="Mezzanine",
        track_id=ID,
        isrc=None,
        mbid=None,
        at=AT,
        ms_played=174_674,
        duration_ms=None,
        skipped=False,
        key=f"spotify:{AT}:{ID}",
    )
    assert (report.files, report.ignored, report.songs, report.problems) == (1, 1, 1, ())


@pytest.mark.parametrize(
    "name",
    ["endsong_0.json", "MyData/endsong_12.json", "Streaming_History_Audio_2019-2020_3.json",
     "Streaming_History_Audio_2023 (1).json"],
)  # fmt: skip
def test_the_names_that_the_extended_history_has_had(name: str) -> None:
    assert len(read(packed({name: [streamed()]}))[0]) == 1


def test_a_single_file_of_the_export(tmp_path: Path) -> None:
    path = tmp_path / "whatever.txt"
    path.write_text(json.dumps([streamed()]), encoding="utf-8")
    assert [play.track_id for play in read(path)[0]] == [ID]


def test_the_short_account_export() -> None:
    files: dict[str, object] = {
        "Spotify Account Data/StreamingHistory_music_0.json": [
            {
                "endTime": "2020-04-11 00:27",
                "artistName": "Massive Attack",
                "trackName": "Teardrop",
                "msPlayed": 9,
            }
        ],
        "Spotify Account Data/StreamingHistory_podcast_0.json": [
            {"endTime": "2020-04-11 01:27", "podcastName": "Show", "episodeName": "One", "msPlayed": 9}
        ],
        "Spotify Account Data/Userdata.json": {"username": "secret.member"},
    }
    (song, episode), report = read(packed(files))
    assert (song.artist, song.title, song.at, song.ms_played) == (
        "Massive Attack",
        "Teardrop",
        1_586_564_820,
        9,
    )
    assert (episode.kind, episode.artist, episode.title) == (PlayKind.EPISODE, "Show", "One")
    assert (report.songs, report.episodes, report.ignored) == (1, 1, 1)


def test_the_short_export_is_left_where_the_extended_one_is() -> None:
    short = {"endTime": "2020-04-11 00:27", "artistName": "A", "trackName": "B", "msPlayed": 9}
    plays, report = read(packed({"StreamingHistory0.json": [short], "endsong_0.json": [streamed()]}))
    assert [play.title for play in plays] == ["Teardrop"]
    assert report.ignored == 1


def test_episodes_and_audiobooks_are_kinds_of_their_own() -> None:
    nothing = {"master_metadata_track_name": None, "spotify_track_uri": None}
    episode = streamed(
        **nothing, episode_name="One", episode_show_name="Show", spotify_episode_uri=f"spotify:episode:{ID}"
    )
    book = streamed(**nothing, audiobook_title="Book", audiobook_chapter_title="Chapter 1")
    plays, report = read(spotify(episode, book))
    assert [(play.kind, play.artist, play.title, play.track_id) for play in plays] == [
        (PlayKind.EPISODE, "Show", "One", ID),
        (PlayKind.AUDIOBOOK, "", "Chapter 1", None),
    ]
    assert (report.songs, report.episodes, report.audiobooks, report.plays) == (0, 1, 1, 2)


@pytest.mark.parametrize("mark", [True, "true", 1, "yes", 0])
def test_private_sessions_are_left_out(mark: object) -> None:
    plays, report = read(spotify(streamed(), streamed(ts="2020-04-12T00:00:00Z", incognito_mode=mark)))
    assert (len(plays), report.incognito) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "skipped"),
    [
        ({"skipped": True}, True),
        ({"skipped": None, "reason_end": "fwdbtn", "ms_played": 29_999}, True),
        ({"skipped": False, "reason_end": "fwdbtn", "ms_played": 5_000}, True),
        ({"skipped": None, "reason_end": "fwdbtn", "ms_played": 30_000}, None),
        ({"skipped": None, "reason_end": "endplay", "ms_played": 5_000}, None),
        ({"skipped": False}, False),
        ({"skipped": "x", "reason_end": 7}, None),
    ],
)
def test_what_counts_as_skipped(fields: dict[str, Any], skipped: bool | None) -> None:
    (play,), _ = read(spotify(streamed(**fields)))
    assert play.skipped is skipped


# ---------------- ListenBrainz


def test_the_export_with_a_file_a_month() -> None:
    lines = "\n".join(json.dumps(listened(1_704_067_200 + number)) for number in range(3)).encode()
    info = listened(
        1_706_800_000, isrc="GB-AAA-98-00322", duration_ms=330_773, spotify_id=f"spotify:track:{ID}"
    )
    files: dict[str, object] = {
        "user.json": {"username": "secret.member"},
        "feedback.jsonl": b'{"score": 1}\n',
        "listens/2024/1.jsonl": lines + b"\nnonsense\n[1]\n\n" + b'{"a":' * 5_000,
        "listens/2024/2.jsonl": json.dumps(info).encode(),
    }
    plays, report = read(packed(files))
    assert len(plays) == 4
    last = plays[-1]
    assert (last.artist, last.title, last.album, last.mbid) == (
        "Massive Attack",
        "Teardrop",
        "Mezzanine",
        MBID,
    )
    assert (last.isrc, last.duration_ms, last.track_id, last.ms_played) == ("GBAAA9800322", 330_773, ID, None)
    assert last.key == f"listenbrainz:1706800000:{MSID}"
    assert report.refused == {"broken line": 3}
    assert (report.files, report.ignored) == (2, 2)


@pytest.mark.parametrize("shape", ["array", "api", "api-lines", "lines", "zip"])
def test_the_older_export_and_the_api(shape: str) -> None:
    listens = [listened(1_704_067_200 + number) for number in range(3)]
    answer = {"payload": {"count": 3, "user_id": "secret.member", "listens": listens}}
    files = {
        "array": json.dumps(listens).encode(),
        "api": json.dumps(answer, indent=1).encode(),
        "api-lines": json.dumps(answer).encode(),
        "lines": "\r\n".join(map(json.dumps, listens)).encode("utf-8-sig"),
        "zip": packed({"secret.member_lb-2020-01-01.json": listens}).getvalue(),
    }
    plays, report = read(io.BytesIO(files[shape]))
    assert [play.at for play in plays] == [1_704_067_200, 1_704_067_201, 1_704_067_202]
    assert report.refused == {}


def test_real_listens() -> None:
    plays, report = read(needs("data/listenbrainz/listens.jsonl"))
    # Two of these members played one song in the same second: as the export of one member that is one play.
    assert (len(plays), report.duplicates, report.refused, report.problems) == (99, 1, {}, ())
    assert sum(play.isrc is not None for play in plays) >= 28
    assert sum(play.track_id is not None for play in plays) >= 28
    assert sum(play.mbid is not None for play in plays) == 8
    assert not any("listener" in repr(play) for play in plays)


# ---------------- each play once, and nobody's data


def test_a_play_that_is_there_again_is_counted_not_repeated() -> None:
    other = streamed(ts="2020-04-12T00:00:00Z")
    files: dict[str, object] = {
        "endsong_0.json": [streamed(), other],
        "x/endsong_0.json": [other, streamed(), other],
    }
    plays, report = read(packed(files))
    assert (len(plays), report.duplicates) == (2, 3)


def test_keys_do_not_depend_on_the_order_or_on_the_file() -> None:
    records = [streamed(ts=f"2020-04-{day:02}T00:00:00Z") for day in range(1, 9)]
    records.append(streamed(spotify_track_uri=None))
    there = {play.key: play for play in read(spotify(*records))[0]}
    back = {play.key: play for play in read(packed({"endsong_7.json": records[::-1]}))[0]}
    assert there == back
    assert len(there) == 9


def test_nobody_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    broken = (
        b"[" + json.dumps(streamed()).encode() + b', {"ip_addr": "203.0.113.77" "username": "secret.member"}]'
    )
    for file in (
        spotify(streamed(), streamed(ts="1970-01-01T00:00:00Z"), {"username": "secret.member"}),
        packed({"endsong_0.json": broken, "Userdata.json": {"username": "secret.member"}}),
        packed(
            {
                "secret.member_lb-2020-01-01.json": [listened()] * 2,
                "secret.member/listens/2020/1.jsonl": b"{,}",
            }
        ),
        packed(
            {"secret.member_lb-2020-01-01.json": b"[" + json.dumps(listened()).encode() + b",{secret.member"}
        ),
    ):
        plays, report = read(file)
        assert plays
        told = repr([dataclasses.asdict(play) for play in plays]) + repr(report) + caplog.text
        assert not [secret for secret in SECRETS if secret in told]


def test_errors_tell_of_nobody_either() -> None:
    file = packed({"endsong_0.json": b'[{"ip_addr": "203.0.113.77" secret.member'})
    with open_history(file, now=NOW) as history, pytest.raises(HistoryError) as caught:
        list(history.plays())
    chain: BaseException | None = caught.value
    while chain is not None:
        assert not [secret for secret in SECRETS if secret in repr(chain)]
        chain = chain.__context__


# ---------------- what many plays of a song say


def play(
    at: int, ms: int | None = 200_000, skipped: bool | None = False, duration: int | None = None
) -> Play:
    return Play(
        Source.SPOTIFY, PlayKind.SONG, "A", "B", None, None, None, None, at, ms, duration, skipped, f"k{at}"
    )


def test_plays_replays_and_skips_are_counted() -> None:
    day = 86_400
    plays = [
        play(0),
        play(3_600),  # again within a day
        play(3 * day),
        play(4 * day, ms=10_000),  # neither heard nor skipped
        play(5 * day, ms=10_000, skipped=True),
        play(6 * day, ms=10_000, duration=20_000),  # half of a short song
        play(7 * day + 1, ms=60_000, skipped=True),  # heard for a while, then skipped
        play(9 * day, ms=None, skipped=None),  # of a source that keeps what was heard
        play(9 * day, ms=None, skipped=None),
    ]
    counted = Heard(plays=6, replays=1, skips=2, last=9 * day)
    assert heard(plays) == counted
    assert heard(reversed(plays)) == counted
    assert heard([]) == Heard(0, 0, 0, None)


@settings(phases=(Phase.explicit, Phase.generate), max_examples=100, deadline=None)
@given(
    st.lists(
        st.builds(
            play,
            st.integers(0, 10**6),
            st.none() | st.integers(0, 10**6),
            st.none() | st.booleans(),
            st.none() | st.integers(1, 10**6),
        ),
        unique_by=lambda one: one.key,
    )
)
def test_counts_are_sane_in_any_order(plays: list[Play]) -> None:
    counted = heard(plays)
    assert counted == heard(sorted(plays, key=lambda one: -one.at)) == heard(plays * 2)
    assert counted.replays <= max(0, counted.plays - 1)
    assert counted.skips <= len(plays)
    assert (counted.last is None) == (counted.plays + counted.skips == 0)
