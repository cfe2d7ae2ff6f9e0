"""A listener's plays at Last.fm: pages of them, newest first, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import Field

from bot.sources.errors import SourceNotFound
from bot.sources.histories.plays import Play, PlayKind, Source, play_key
from bot.sources.histories.values import EARLIEST, named_track, unix_time
from bot.sources.lastfm_shapes import artist_name, listed
from bot.sources.reading import (
    Answer,
    Count,
    MaybeLink,
    MaybeName,
    Name,
    maybe,
    maybe_member,
    mbid,
    member,
    rows,
    whole,
)

PLAYS_PAGE = 200
"""The most plays that come in one call."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Which page of whose plays comes next; keep it, and reading can be resumed after an error or a restart.

    ``until`` must stay the same from page to page: plays that are added meanwhile would push all others down.

    Attributes:
        user: name of the listener.
        until: plays before this moment, Unix seconds; the time at which reading began.
        since: plays from this moment on, Unix seconds; None for all.
        page: from 1.
    """

    user: str
    until: int
    since: int | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class PlaysPage:
    """Plays, newest first, and the next page.

    Attributes:
        following: where to go on; None after the last page.
        total: plays between ``since`` and ``until``, where Last.fm says it.
    """

    plays: tuple[Play, ...]
    following: Bookmark | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody at Last.fm; ``since`` is when they came, in Unix seconds."""

    name: str
    plays: int | None
    since: int | None
    country: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as it was read, which does not know what was asked."""

    plays: tuple[Play, ...]
    pages: int
    total: int | None


class _Scrobble(Answer):
    name: Name
    artist: object
    album: object = None
    mbid: object = None
    date: object


class _Extent(Answer):
    pages: Count = Field(default=None, alias="totalPages")
    total: Count = None


class _AlbumName(Answer):
    title: MaybeName = Field(default=None, alias="#text")


class _User(Answer):
    name: Name
    playcount: Count = None
    country: MaybeName = None
    url: MaybeLink = None
    registered: object = None


def page(answer: object) -> ReadPage:
    """A page of plays; what is playing now has no date and is left out."""
    of = member(answer, "recenttracks")
    extent = maybe(_Extent, maybe_member(of, "@attr")) or _Extent()
    try:
        given = listed(of, "track")
    except SourceNotFound:
        return ReadPage((), 0, extent.total)
    dated = [each for each in given if maybe_member(each, "date") is not None]
    plays = {play.key: play for row in rows(_Scrobble, dated) if (play := _play(row)) is not None}
    if dated and not plays:
        raise ValueError("no play can be read")
    return ReadPage(tuple(plays.values()), extent.pages or 0, extent.total)


def following(read: ReadPage, asked: Bookmark) -> PlaysPage:
    """What was asked for of a page, newest first, and where to go on."""
    since = EARLIEST if asked.since is None else asked.since
    plays = sorted((play for play in read.plays if since <= play.at < asked.until), key=lambda play: -play.at)
    more = replace(asked, page=asked.page + 1) if asked.page < read.pages else None
    return PlaysPage(tuple(plays[:PLAYS_PAGE]), more, read.total)


def listener(answer: object) -> Listener:
    """Somebody at Last.fm."""
    user = _User.model_validate(member(answer, "user"))
    since = whole(maybe_member(user.registered, "unixtime"), 0, 2**40)
    country = None if user.country == "None" else user.country  # how Last.fm writes that it does not know
    return Listener(user.name, user.playcount, since, country, user.url)


def _play(row: _Scrobble) -> Play | None:
    artist = artist_name(row.artist)
    at = unix_time(whole(maybe_member(row.date, "uts"), 0, 2**40), latest=2**40)
    if artist is None or at is None:
        return None
    album = maybe(_AlbumName, row.album)
    return Play(
        source=Source.LASTFM,
        kind=PlayKind.SONG,
        artist=artist,
        title=row.name,
        album=album.title if album else None,
        track_id=None,
        isrc=None,
        mbid=mbid(row.mbid),
        at=at,
        ms_played=None,
        duration_ms=None,
        skipped=None,
        key=play_key(Source.LASTFM, at, named_track(artist, row.name)),
    )
