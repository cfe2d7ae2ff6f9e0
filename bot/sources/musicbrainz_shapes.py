"""What MusicBrainz answers, and what is made of it."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from bot.sources.errors import SourceNotFound
from bot.sources.found import FoundArtist, FoundSong, SourceId, SourceName, Tag
from bot.sources.reading import (
    LONGEST_TAG,
    Answer,
    Count,
    Day,
    MaybeName,
    Milliseconds,
    Name,
    NeededMbid,
    TagName,
    distinct,
    elements,
    isrc,
    maybe,
    maybe_member,
    maybe_rows,
    member,
    rows,
    text,
)

NAME = SourceName("musicbrainz")
LABEL = "MusicBrainz"
PAGES = "https://musicbrainz.org"
MOST_TAGS = 20
MOST_RELATIONS = 200
# How works name those who made them.
WRITING = frozenset({"writer", "composer", "lyricist"})
# What else a relation to an instrument's player may say.
NO_INSTRUMENT = frozenset({"additional", "guest", "solo", "minor", "executive"})
MOST_INSTRUMENTS = 20
# What a work's language says where there is none, or not one.
NO_LANGUAGE = frozenset({"zxx", "mul", "und"})


class _Credited(Answer):
    id: NeededMbid
    name: Name


class _Credit(Answer):
    artist: _Credited
    name: MaybeName = None  # as it is written on the cover


class _Release(Answer):
    id: NeededMbid
    title: Name
    status: MaybeName = None
    date: Day = None


class _Tag(Answer):
    name: TagName
    count: Count = None


class _Recording(Answer):
    id: NeededMbid
    title: Name
    length: Milliseconds = None
    disambiguation: MaybeName = None
    first_release_date: Day = Field(default=None, alias="first-release-date")
    artist_credit: object = Field(default=None, alias="artist-credit")
    releases: object = None
    isrcs: object = None
    genres: object = None
    tags: object = None
    relations: object = None


class _Artist(Answer):
    id: NeededMbid
    name: Name
    disambiguation: MaybeName = None
    country: MaybeName = None
    genres: object = None
    tags: object = None


class _Relation(Answer):
    type: Name
    artist: object = None
    work: object = None
    attributes: object = None


def songs(answer: object) -> tuple[FoundSong, ...]:
    """The recordings of a search, each once."""
    listed = member(answer, "recordings")
    if listed == []:
        raise SourceNotFound(LABEL, "empty list")
    found = distinct(_song_of(recording) for recording in rows(_Recording, listed) if _credits(recording))
    if not found:
        raise ValueError("recordings of nobody")
    return found


def songs_of_isrc(answer: object) -> tuple[FoundSong, ...]:
    """The recordings that an ISRC was given to; a recording may have several, and is told with this one."""
    code = isrc(member(answer, "isrc"))
    return tuple(replace(song, isrc=code) for song in songs(answer))


def song(answer: object) -> FoundSong:
    """One recording."""
    return _song_of(_Recording.model_validate(answer))


def artists(answer: object) -> tuple[FoundArtist, ...]:
    """The artists of a search, each once."""
    listed = member(answer, "artists")
    if listed == []:
        raise SourceNotFound(LABEL, "empty list")
    return distinct(_artist_of(each) for each in rows(_Artist, listed))


def artist(answer: object) -> FoundArtist:
    """One artist."""
    return _artist_of(_Artist.model_validate(answer))


def _song_of(recording: _Recording) -> FoundSong:
    credited = _credits(recording)
    if not credited:
        raise ValueError("a recording of nobody")
    release = _first_release(recording)
    writers, language = _work(recording)
    return FoundSong(
        source=NAME,
        id=SourceId(recording.id),
        title=recording.title,
        artists=tuple(dict.fromkeys(each.name or each.artist.name for each in credited)),
        artist_id=SourceId(credited[0].artist.id),
        album=release.title if release else None,
        album_id=SourceId(release.id) if release else None,
        duration_ms=recording.length,
        isrc=next(filter(None, map(isrc, elements(recording.isrcs))), None),
        mbid=recording.id,
        released=recording.first_release_date or (release.date if release else None),
        link=f"{PAGES}/recording/{recording.id}",
        tags=_tags(recording.genres, recording.tags),
        writers=writers,
        players=_players(recording),
        language=language,
        version=recording.disambiguation,
    )


def _artist_of(artist: _Artist) -> FoundArtist:
    return FoundArtist(
        source=NAME,
        id=SourceId(artist.id),
        name=artist.name,
        mbid=artist.id,
        note=artist.disambiguation,
        country=_code(artist.country, 2, upper=True),
        tags=_tags(artist.genres, artist.tags),
        link=f"{PAGES}/artist/{artist.id}",
    )


def _credits(recording: _Recording) -> tuple[_Credit, ...]:
    return maybe_rows(_Credit, recording.artist_credit)


def _first_release(recording: _Recording) -> _Release | None:
    """The official release with the earliest date; other ones only where there is none."""
    releases = maybe_rows(_Release, recording.releases, 100)
    return min(releases, key=lambda each: (each.status != "Official", each.date or "9999"), default=None)


def _tags(genres: object, tags: object) -> tuple[Tag, ...]:
    """Genres and tags, each once, by how many voted for them; what was voted down is left out."""
    votes: dict[str, int] = {}
    for tag in (*maybe_rows(_Tag, genres, 100), *maybe_rows(_Tag, tags, 100)):
        votes[tag.name] = max(votes.get(tag.name, 0), tag.count or 0)
    most = max(votes.values(), default=0)
    heard = sorted((-count, name) for name, count in votes.items() if count > 0)
    return tuple(Tag(name, -count / most) for count, name in heard[:MOST_TAGS])


def _work(recording: _Recording) -> tuple[tuple[str, ...], str | None]:
    """Who wrote the work that is performed, and in which language its words are."""
    writers: dict[str, None] = {}
    language = None
    for performance in maybe_rows(_Relation, recording.relations, MOST_RELATIONS):
        if performance.type != "performance" or performance.work is None:
            continue
        said = maybe_member(performance.work, "language")
        language = language or _code(said if isinstance(said, str) else None, 3)
        for relation in maybe_rows(_Relation, maybe_member(performance.work, "relations"), MOST_RELATIONS):
            writer = maybe(_Credited, relation.artist)
            if relation.type in WRITING and writer is not None:
                writers[writer.name] = None
    return tuple(writers), language if language not in NO_LANGUAGE else None


def _players(recording: _Recording) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who played which instrument on the recording."""
    found: dict[str, dict[str, None]] = {}
    for relation in maybe_rows(_Relation, recording.relations, MOST_RELATIONS):
        player = maybe(_Credited, relation.artist)
        if relation.type != "instrument" or player is None:
            continue
        for instrument in filter(None, (text(each, LONGEST_TAG) for each in elements(relation.attributes))):
            if instrument not in NO_INSTRUMENT and (instrument in found or len(found) < MOST_INSTRUMENTS):
                found.setdefault(instrument.lower(), {})[player.name] = None
    return tuple((instrument, tuple(names)) for instrument, names in found.items())


def _code(given: str | None, letters: int, *, upper: bool = False) -> str | None:
    if given is None or len(given) != letters or not (given.isascii() and given.isalpha()):
        return None
    return given.upper() if upper else given.lower()
