"""A record of Spotify's exports: the extended streaming history, and the short one of the account data.

Of the extended form's fields only these are read; user name, platform, country, addresses and user agent are not.
"""

from __future__ import annotations

from bot.sources.histories.plays import Play, PlayKind, Source, play_key
from bot.sources.histories.records import Record
from bot.sources.histories.values import Refusal, name, named_track, spotify_id, unix_time, whole

SKIPPED_UNDER_MS = 30_000

EXTENDED = frozenset(
    {
        "ts",
        "ms_played",
        "master_metadata_track_name",
        "master_metadata_album_artist_name",
        "master_metadata_album_album_name",
        "spotify_track_uri",
        "episode_name",
        "episode_show_name",
        "spotify_episode_uri",
        "audiobook_title",
        "audiobook_chapter_title",
        "audiobook_chapter_uri",
        "reason_end",
        "skipped",
        "incognito_mode",
    }
)
SHORT = frozenset(
    {
        "endTime",
        "msPlayed",
        "artistName",
        "trackName",
        "podcastName",
        "episodeName",
        "authorName",
        "audiobookName",
        "chapterName",
    }
)


def extended_play(record: Record, latest: float) -> Play | Refusal:
    """The play of a record of the extended history; ``latest`` is now, in Unix seconds."""
    # Whatever is not plainly "no" is private.
    if record.get("incognito_mode", False) is not False:
        return Refusal.PRIVATE
    at = unix_time(record["ts"], latest)
    if at is None:
        return Refusal.BAD_DATE
    played = whole(record.get("ms_played"))
    track, book, episode = (
        name(record.get(field)) for field in ("master_metadata_track_name", "audiobook_title", "episode_name")
    )
    skipped = _skipped(record.get("skipped"), record.get("reason_end"), played)
    if track:
        artist = name(record.get("master_metadata_album_artist_name"))
        album = name(record.get("master_metadata_album_album_name"))
        found = spotify_id(record.get("spotify_track_uri"))
        return _play(PlayKind.SONG, artist, track, album, found, at, played, skipped)
    if book:
        chapter = name(record.get("audiobook_chapter_title")) or book
        found = spotify_id(record.get("audiobook_chapter_uri"))
        return _play(PlayKind.AUDIOBOOK, "", chapter, book, found, at, played, skipped)
    show = name(record.get("episode_show_name"))
    found = spotify_id(record.get("spotify_episode_uri"))
    return _play(PlayKind.EPISODE, show, episode, "", found, at, played, skipped)


def short_play(record: Record, latest: float) -> Play | Refusal:
    """The play of a record of the account data: minutes, no ids, no albums."""
    at = unix_time(record["endTime"], latest)
    if at is None:
        return Refusal.BAD_DATE
    played = whole(record.get("msPlayed"))
    if book := name(record.get("audiobookName")):
        chapter = name(record.get("chapterName")) or book
        return _play(
            PlayKind.AUDIOBOOK, name(record.get("authorName")), chapter, book, None, at, played, None
        )
    if show := name(record.get("podcastName")):
        return _play(PlayKind.EPISODE, show, name(record.get("episodeName")), "", None, at, played, None)
    artist, title = name(record.get("artistName")), name(record.get("trackName"))
    return _play(PlayKind.SONG, artist, title, "", None, at, played, None)


def _play(
    kind: PlayKind,
    artist: str,
    title: str,
    album: str,
    track_id: str | None,
    at: int,
    played: int | None,
    skipped: bool | None,
) -> Play | Refusal:
    if not title or (not artist and kind is PlayKind.SONG):
        return Refusal.NO_NAME
    return Play(
        source=Source.SPOTIFY,
        kind=kind,
        artist=artist,
        title=title,
        album=album or None,
        track_id=track_id,
        isrc=None,
        mbid=None,
        at=at,
        ms_played=played,
        duration_ms=None,
        skipped=skipped,
        key=play_key(Source.SPOTIFY, at, track_id or named_track(artist, title)),
    )


def _skipped(flag: object, reason_end: object, played: int | None) -> bool | None:
    """Whether it was skipped; of the reason why a play ended nothing else is kept."""
    if flag is True or flag == 1:
        return True
    if reason_end == "fwdbtn" and played is not None and played < SKIPPED_UNDER_MS:
        return True
    return False if flag is False or flag == 0 else None
