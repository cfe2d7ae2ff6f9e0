"""What ListenBrainz answers of listeners and of what is new, and what is made of it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from bot.sources.errors import SourceNotFound
from bot.sources.listenbrainz_shapes import LABEL, NAME, NOTHING_LISTED, PAGES, cover, first_id
from bot.sources.protocol import FoundAlbum, FoundSong, Mbid, Popularity, SourceId, Tag
from bot.sources.reading import (
    LONGEST_TAG,
    Answer,
    Count,
    Day,
    MaybeIdent,
    MaybeMbid,
    MaybeName,
    Milliseconds,
    Name,
    NeededMbid,
    distinct,
    elements,
    member,
    rows,
    text,
)

MOST_COUNTS = 1_000
MOST_RELEASES = 20_000  # more do not fit into the longest answer
MEASURE = "ListenBrainz listeners"
# A thousand listeners are a share of 0.5; the best known recordings have some 200,000, which is 0.88.
MOST_LISTENERS = 1_000_000


class _Counted(Answer):
    recording_mbid: MaybeMbid = None
    artist_mbid: MaybeMbid = None
    total_user_count: Count = None


class _Top(Answer):
    recording_mbid: NeededMbid
    recording_name: Name
    artist_name: Name
    artist_mbids: object = None
    release_name: MaybeName = None
    release_mbid: MaybeMbid = None
    length: Milliseconds = None
    caa_id: MaybeIdent = None
    caa_release_mbid: MaybeMbid = None
    total_listen_count: Count = None
    total_user_count: Count = None


class _Fresh(Answer):
    release_mbid: NeededMbid
    release_name: Name
    artist_credit_name: Name
    release_group_mbid: MaybeMbid = None
    release_group_primary_type: MaybeName = None
    release_date: Day = None
    release_tags: object = None
    caa_id: MaybeIdent = None
    caa_release_mbid: MaybeMbid = None
    listen_count: Count = None


def song_popularity(answer: object) -> Mapping[Mbid, Popularity]:
    """How many have listened to recordings, by MBID."""
    return _popularity(answer, "recording_mbid")


def artist_popularity(answer: object) -> Mapping[Mbid, Popularity]:
    """How many have listened to artists, by MBID."""
    return _popularity(answer, "artist_mbid")


def top_songs(answer: object) -> tuple[FoundSong, ...]:
    """An artist's recordings, the most heard first."""
    if answer == []:
        raise SourceNotFound(LABEL, NOTHING_LISTED)
    heard = sorted(rows(_Top, answer), key=lambda top: -(top.total_listen_count or 0))
    return distinct(_top_song(top) for top in heard)


def fresh(answer: object) -> tuple[FoundAlbum, ...]:
    """Releases, the newest first, those of one day by how much they were heard; one of each release group."""
    listed = member(member(answer, "payload"), "releases")
    if listed == []:
        raise SourceNotFound(LABEL, NOTHING_LISTED)
    releases = sorted(rows(_Fresh, listed, MOST_RELEASES), key=lambda each: -(each.listen_count or 0))
    releases.sort(key=lambda each: each.release_date or "", reverse=True)
    return distinct(_album_of(release) for release in releases)


def listeners(count: int | None) -> Popularity | None:
    """A number of listeners as a share on a log scale: log(1 + n) / log(1 + `MOST_LISTENERS`), 1 at most."""
    if count is None:
        return None
    return Popularity(min(math.log1p(count) / math.log1p(MOST_LISTENERS), 1.0), MEASURE)


def _popularity(answer: object, kind: str) -> Mapping[Mbid, Popularity]:
    counts = rows(_Counted, answer, MOST_COUNTS)
    told = {getattr(each, kind): listeners(each.total_user_count) for each in counts}
    told.pop(None, None)
    if not told:
        raise ValueError("counts of nothing")
    found = {known: popularity for known, popularity in told.items() if popularity is not None}
    if not found:
        raise SourceNotFound(LABEL, "no counts")
    return found


def _top_song(top: _Top) -> FoundSong:
    return FoundSong(
        source=NAME,
        id=SourceId(top.recording_mbid),
        title=top.recording_name,
        artists=(top.artist_name,),
        artist_id=first_id(top.artist_mbids),
        album=top.release_name,
        album_id=SourceId(top.release_mbid) if top.release_mbid else None,
        duration_ms=top.length,
        mbid=top.recording_mbid,
        artwork=cover(top.caa_id, top.caa_release_mbid),
        link=f"{PAGES}/recording/{top.recording_mbid}",
        popularity=listeners(top.total_user_count),
    )


def _album_of(release: _Fresh) -> FoundAlbum:
    known = release.release_group_mbid or release.release_mbid
    page = "release-group" if release.release_group_mbid else "release"
    words = (text(word, LONGEST_TAG) for word in elements(release.release_tags))
    return FoundAlbum(
        source=NAME,
        id=SourceId(known),
        title=release.release_name,
        artists=(release.artist_credit_name,),
        kind=release.release_group_primary_type,
        released=release.release_date,
        mbid=known,
        tags=tuple(Tag(word) for word in dict.fromkeys(words) if word),
        artwork=cover(release.caa_id, release.caa_release_mbid),
        link=f"{PAGES}/{page}/{known}",
    )
