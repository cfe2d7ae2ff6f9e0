"""What iTunes answers, and what is made of it."""

from __future__ import annotations

import re

from pydantic import Field

from bot.sources.errors import SourceNotFound
from bot.sources.found import FoundSong, FoundSpoken, SourceName, SpokenKind, Tag
from bot.sources.reading import (
    Answer,
    Day,
    Ident,
    MaybeIdent,
    MaybeLink,
    MaybeName,
    Milliseconds,
    Name,
    Prose,
    distinct,
    elements,
    member,
    rows,
    text,
)

NAME = SourceName("itunes")
LABEL = "iTunes"
MOST_GENRES = 8
# The answer has small pictures only; the same address with another size has a larger one.
_SIZE = re.compile(r"/\d+x\d+bb(?=[.-])")
_LARGE = "/600x600bb"
# Every podcast has this genre.
_NO_GENRE = "Podcasts"


class _Song(Answer):
    id: Ident = Field(alias="trackId")
    title: Name = Field(alias="trackName")
    artist: Name = Field(alias="artistName")
    kind: MaybeName = None
    artist_id: MaybeIdent = Field(default=None, alias="artistId")
    album: MaybeName = Field(default=None, alias="collectionName")
    album_id: MaybeIdent = Field(default=None, alias="collectionId")
    duration_ms: Milliseconds = Field(default=None, alias="trackTimeMillis")
    released: Day = Field(default=None, alias="releaseDate")
    explicitness: MaybeName = Field(default=None, alias="trackExplicitness")
    genre: MaybeName = Field(default=None, alias="primaryGenreName")
    artwork: MaybeLink = Field(default=None, alias="artworkUrl100")
    link: MaybeLink = Field(default=None, alias="trackViewUrl")


class _Spoken(Answer):
    id: Ident = Field(alias="collectionId")
    title: Name = Field(alias="collectionName")
    creator: MaybeName = Field(default=None, alias="artistName")
    description: Prose = None
    genre: MaybeName = Field(default=None, alias="primaryGenreName")
    genres: object = None
    released: Day = Field(default=None, alias="releaseDate")
    explicitness: MaybeName = Field(default=None, alias="collectionExplicitness")
    artwork: MaybeLink = Field(default=None, alias="artworkUrl100")
    large_artwork: MaybeLink = Field(default=None, alias="artworkUrl600")
    link: MaybeLink = Field(default=None, alias="collectionViewUrl")


def songs(answer: object) -> tuple[FoundSong, ...]:
    """The songs of a result, each once; music videos are left out."""
    found = distinct(_song_of(song) for song in rows(_Song, _results(answer)) if song.kind == "song")
    if not found:
        raise SourceNotFound(LABEL, "no songs")
    return found


def podcasts(answer: object) -> tuple[FoundSpoken, ...]:
    """The podcasts of a result, each once."""
    return _spoken(answer, SpokenKind.PODCAST)


def audiobooks(answer: object) -> tuple[FoundSpoken, ...]:
    """The audiobooks of a result, each once."""
    return _spoken(answer, SpokenKind.AUDIOBOOK)


def _results(answer: object) -> object:
    results = member(answer, "results")
    if results == []:
        raise SourceNotFound(LABEL, "empty list")
    return results


def _song_of(song: _Song) -> FoundSong:
    return FoundSong(
        source=NAME,
        id=song.id,
        title=song.title,
        artists=(song.artist,),
        artist_id=song.artist_id,
        album=song.album,
        album_id=song.album_id,
        duration_ms=song.duration_ms,
        released=song.released,
        artwork=_large(song.artwork),
        link=song.link,
        explicit=_explicit(song.explicitness),
        tags=(Tag(song.genre),) if song.genre else (),
    )


def _spoken(answer: object, kind: SpokenKind) -> tuple[FoundSpoken, ...]:
    return distinct(
        FoundSpoken(
            source=NAME,
            id=row.id,
            kind=kind,
            title=row.title,
            creator=row.creator,
            description=row.description,
            genres=_genres(row),
            released=row.released,
            explicit=_explicit(row.explicitness),
            artwork=row.large_artwork or _large(row.artwork),
            link=row.link,
        )
        for row in rows(_Spoken, _results(answer))
    )


def _genres(row: _Spoken) -> tuple[str, ...]:
    names = dict.fromkeys(filter(None, (row.genre, *map(text, elements(row.genres, MOST_GENRES)))))
    names.pop(_NO_GENRE, None)
    return tuple(names)


def _explicit(said: str | None) -> bool | None:
    return {"explicit": True, "cleaned": False, "notExplicit": False}.get(said or "")


def _large(artwork: str | None) -> str | None:
    return None if artwork is None else _SIZE.sub(_LARGE, artwork)
