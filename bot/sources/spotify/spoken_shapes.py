"""Podcasts, episodes and audiobooks as Spotify answers them, and audio features where an app may have them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from bot.sources.found import AudioFeatures, FoundSpoken, SourceId, SpokenKind
from bot.sources.reading import (
    Answer,
    Bpm,
    Day,
    Flag,
    Ident,
    MaybeName,
    Name,
    Prose,
    distinct,
    elements,
    maybe_rows,
    member,
    number,
    rows,
    whole,
)
from bot.sources.spotify.config import NAME
from bot.sources.spotify.shapes import Address, credited, items, picture


def _share(value: object) -> float | None:
    return number(value, 0, 1)


def _decibels(value: object) -> float | None:
    return number(value, -100, 20)


def _pitch(value: object) -> int | None:
    return whole(value, 0, 11)  # -1 is how Spotify writes "unknown"


def _mode(value: object) -> bool | None:
    mode = whole(value, 0, 1)
    return None if mode is None else mode == 1


Share = Annotated[float | None, BeforeValidator(_share)]


class _Spoken(Answer):
    id: Ident
    name: Name
    publisher: MaybeName = None
    authors: object = None
    show: object = None
    description: Prose = None
    languages: object = None
    language: object = None
    release_date: Day = None
    explicit: Flag = None
    images: object = None
    external_urls: Address = None


class _Features(Answer):
    id: Ident
    tempo: Bpm = None
    key: Annotated[int | None, BeforeValidator(_pitch)] = None
    mode: Annotated[bool | None, BeforeValidator(_mode)] = None
    loudness: Annotated[float | None, BeforeValidator(_decibels)] = None
    energy: Share = None
    danceability: Share = None
    valence: Share = None
    acousticness: Share = None
    instrumentalness: Share = None
    liveness: Share = None
    speechiness: Share = None


def podcasts(answer: object) -> tuple[FoundSpoken, ...]:
    """The podcasts of a search, each once."""
    return _listed(items(answer, "shows"), SpokenKind.PODCAST)


def episodes(answer: object) -> tuple[FoundSpoken, ...]:
    """The episodes of a search, each once; they do not say of which podcast."""
    return _listed(items(answer, "episodes"), SpokenKind.EPISODE)


def audiobooks(answer: object) -> tuple[FoundSpoken, ...]:
    """The audiobooks of a search, each once."""
    return _listed(items(answer, "audiobooks"), SpokenKind.AUDIOBOOK)


def podcast(answer: object) -> FoundSpoken:
    """One podcast."""
    return _spoken(_Spoken.model_validate(answer), SpokenKind.PODCAST)


def episode(answer: object) -> FoundSpoken:
    """One episode."""
    return _spoken(_Spoken.model_validate(answer), SpokenKind.EPISODE)


def audiobook(answer: object) -> FoundSpoken:
    """One audiobook."""
    return _spoken(_Spoken.model_validate(answer), SpokenKind.AUDIOBOOK)


def audio_features(answer: object) -> dict[SourceId, AudioFeatures]:
    """What is known of songs, by their ids."""
    listed = member(answer, "audio_features")
    known = maybe_rows(_Features, listed, most=100)
    if not isinstance(listed, list):
        raise ValueError("not a list")
    return {
        each.id: AudioFeatures(
            NAME,
            bpm=each.tempo,
            key=each.key,
            major=each.mode,
            loudness=each.loudness,
            energy=each.energy,
            danceability=each.danceability,
            valence=each.valence,
            acousticness=each.acousticness,
            instrumentalness=each.instrumentalness,
            liveness=each.liveness,
            speechiness=each.speechiness,
        )
        for each in known
    }


def _listed(listed: object, kind: SpokenKind) -> tuple[FoundSpoken, ...]:
    return distinct(_spoken(row, kind) for row in rows(_Spoken, listed))


def _spoken(row: _Spoken, kind: SpokenKind) -> FoundSpoken:
    return FoundSpoken(
        source=NAME,
        id=row.id,
        kind=kind,
        title=row.name,
        creator=_creator(row),
        description=row.description,
        language=_language(row),
        released=row.release_date,
        explicit=row.explicit,
        artwork=picture(row.images),
        link=row.external_urls,
    )


def _creator(row: _Spoken) -> str | None:
    """An audiobook's author, an episode's podcast, a podcast's publisher."""
    named = credited(row.authors) or credited([row.show])
    return named[0] if named else row.publisher


def _language(row: _Spoken) -> str | None:
    """``en`` of ``en-US``; languages written out are left out."""
    for said in [*elements(row.languages), row.language]:
        if isinstance(said, str) and (code := re.match(r"([a-z]{2,3})(?:-|$)", said[:20])):
            return code[1]
    return None
