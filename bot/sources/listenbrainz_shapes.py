"""What ListenBrainz answers of recordings, and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from bot.sources.errors import SourceNotFound
from bot.sources.protocol import FoundSong, Mbid, SourceId, SourceName, Tag
from bot.sources.reading import (
    MOST_ROWS,
    Answer,
    Count,
    Day,
    MaybeIdent,
    MaybeMbid,
    MaybeName,
    Milliseconds,
    Name,
    NeededMbid,
    TagName,
    day,
    elements,
    maybe,
    maybe_member,
    maybe_rows,
    mbid,
    text,
)

NAME = SourceName("listenbrainz")
LABEL = "ListenBrainz"
NOTHING_LISTED = "empty list"
PAGES = "https://musicbrainz.org"
COVERS = "https://coverartarchive.org/release"
MOST_TAGS = 20


class _Recording(Answer):
    name: Name
    length: Milliseconds = None
    first_release_date: Day = None


class _Artist(Answer):
    artist_mbid: NeededMbid
    name: Name


class _Release(Answer):
    name: MaybeName = None
    mbid: MaybeMbid = None
    caa_id: MaybeIdent = None
    caa_release_mbid: MaybeMbid = None
    year: Count = None


class _Tag(Answer):
    tag: TagName
    count: Count = None


class _Match(Answer):
    recording_mbid: NeededMbid
    recording_name: Name
    artist_credit_name: Name
    artist_mbids: object = None
    release_name: MaybeName = None
    release_mbid: MaybeMbid = None
    metadata: object = None


def recordings(answer: object) -> Mapping[Mbid, FoundSong]:
    """Recordings by their MBIDs; those that ListenBrainz does not know are not among them."""
    if not isinstance(answer, dict):
        raise ValueError("no recordings")
    given = cast("dict[str, object]", answer)
    if not given:
        raise SourceNotFound(LABEL, NOTHING_LISTED)
    found = {
        known: song
        for key, told in list(given.items())[:MOST_ROWS]
        if (known := mbid(key)) is not None and (song := _song_of(known, told)) is not None
    }
    if not found:
        raise ValueError("no recording can be read")
    return found


def match(answer: object) -> FoundSong:
    """The one recording that a lookup by names has found."""
    if answer == {}:
        raise SourceNotFound(LABEL, "no match")
    found = _Match.model_validate(answer)
    return _song_of(found.recording_mbid, found.metadata) or FoundSong(
        source=NAME,
        id=SourceId(found.recording_mbid),
        title=found.recording_name,
        artists=(found.artist_credit_name,),
        artist_id=first_id(found.artist_mbids),
        album=found.release_name,
        album_id=SourceId(found.release_mbid) if found.release_mbid else None,
        mbid=found.recording_mbid,
        link=f"{PAGES}/recording/{found.recording_mbid}",
    )


def cover(caa_id: str | None, release: Mbid | None) -> str | None:
    """A cover of 500 pixels in the Cover Art Archive."""
    return f"{COVERS}/{release}/{caa_id}-500.jpg" if caa_id and release else None


def first_id(mbids: object) -> SourceId | None:
    """The first MBID of a list."""
    first = next(filter(None, map(mbid, elements(mbids))), None)
    return SourceId(first) if first else None


def _song_of(known: Mbid, told: object) -> FoundSong | None:
    recording = maybe(_Recording, maybe_member(told, "recording"))
    credit = maybe_member(told, "artist")
    artists = maybe_rows(_Artist, maybe_member(credit, "artists"))
    names = tuple(dict.fromkeys(artist.name for artist in artists)) or _credited(credit)
    if recording is None or not names:
        return None
    release = maybe(_Release, maybe_member(told, "release")) or _Release()
    return FoundSong(
        source=NAME,
        id=SourceId(known),
        title=recording.name,
        artists=names,
        artist_id=SourceId(artists[0].artist_mbid) if artists else None,
        album=release.name,
        album_id=SourceId(release.mbid) if release.mbid else None,
        duration_ms=recording.length,
        mbid=known,
        released=recording.first_release_date or (day(str(release.year)) if release.year else None),
        artwork=cover(release.caa_id, release.caa_release_mbid),
        link=f"{PAGES}/recording/{known}",
        tags=_tags(maybe_member(told, "tag")),
    )


def _credited(credit: object) -> tuple[str, ...]:
    name = text(maybe_member(credit, "name"))
    return (name,) if name else ()


def _tags(told: object) -> tuple[Tag, ...]:
    """Tags of the recording, its release group and its artists, each weighed against the strongest of its own kind.

    A tag of several kinds keeps its largest weight; of equal ones those of the recording come first.
    """
    weights: dict[str, float] = {}
    for kind in ("recording", "release_group", "artist"):
        votes = [(tag.tag, tag.count or 0) for tag in maybe_rows(_Tag, maybe_member(told, kind), 100)]
        most = max((count for _, count in votes), default=0)
        for name, count in votes:
            if count > 0:
                weights[name] = max(weights.get(name, 0.0), count / most)
    strongest = sorted(weights.items(), key=lambda tag: -tag[1])
    return tuple(Tag(name, weight) for name, weight in strongest[:MOST_TAGS])
