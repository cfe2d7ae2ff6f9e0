"""What a source is asked about one song: which one it is, its tags, how it sounds, how well known it is, what is near."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.sources.errors import SourceDown, SourceError, SourceNotFound
from bot.sources.found import (
    AudioFeatures,
    FoundSong,
    Isrc,
    Mbid,
    Popularity,
    SimilarSong,
    SourceId,
    SourceName,
    Tag,
)
from bot.sources.matching import best
from bot.sources.protocol import (
    AudioFeaturesOf,
    IsrcLookup,
    NamedSongs,
    SimilarSongs,
    SongLookup,
    SongPopularity,
    SongTags,
    Source,
)
from bot.store.enriching import Due

T = TypeVar("T")
IDENTIFIES = (SongLookup, IsrcLookup, NamedSongs)
DESCRIBES = (SongTags, AudioFeaturesOf, SongPopularity, SimilarSongs)
NEAR = 25
"""Similar songs that a source is asked for."""
LISTED = 8
LONGEST = 60.0
"""Seconds after which a question is given up, whatever the source promised."""
_KNOWN_AS = {"musicbrainz": "mbid", "listenbrainz": "mbid"}


@dataclass(slots=True)
class Told:
    """What one source has said of a song so far.

    Attributes:
        song: what the source takes it for, once it is sure.
        trouble: why it was not asked to the end; None where it was.
    """

    source: SourceName
    song: FoundSong | None = None
    tags: tuple[Tag, ...] = ()
    features: AudioFeatures | None = None
    popularity: Popularity | None = None
    near: tuple[SimilarSong, ...] = ()
    trouble: SourceError | None = field(default=None, repr=False)

    @property
    def found(self) -> bool:
        """Whether it knew anything."""
        return any((self.song, self.tags, self.features, self.popularity, self.near))


def can_be_asked(source: Source) -> bool:
    """Whether a source can say anything of a song."""
    return isinstance(source, (*IDENTIFIES, *DESCRIBES))


async def identify(source: Source, song: Due, ids: Mapping[str, str], told: Told) -> None:
    """Have a source say which of its songs this is: by its own id, by ISRC, by names; it must be sure.

    Args:
        ids: those of the song, with what other sources have said of it just now.
    """
    own = ids.get(_KNOWN_AS.get(source.name, source.name))
    isrc = ids.get("isrc")
    if isinstance(source, SongLookup) and own:
        looked_up = source.song
        told.song = await _asked(told, lambda: looked_up(SourceId(own)), None)
    if isinstance(source, IsrcLookup) and isrc and not (told.song or told.trouble):
        by_isrc = source.songs_by_isrc
        told.song = _meant(song, await _asked(told, lambda: by_isrc(Isrc(isrc)), ()))
    if isinstance(source, NamedSongs):
        named = source.songs_named
        for artist in dict.fromkeys((song.artist, song.artist.partition(", ")[0])):
            if not (told.song or told.trouble):
                found = await _asked(told, lambda artist=artist: named(artist, song.title, limit=LISTED), ())
                told.song = _meant(song, found)


async def describe(source: Source, song: FoundSong, told: Told) -> None:
    """Have a source say what it knows of a song: tags, audio features, popularity, similar songs."""
    if isinstance(source, SongTags) and not told.trouble:
        song_tags = source.song_tags
        told.tags = await _asked(told, lambda: song_tags(song), ()) or told.tags
    if isinstance(source, AudioFeaturesOf) and not told.trouble:
        audio_features = source.audio_features
        told.features = _first(await _asked(told, lambda: audio_features((song,)), ())) or told.features
    if isinstance(source, SongPopularity) and not told.trouble:
        song_popularity = source.song_popularity
        told.popularity = _first(await _asked(told, lambda: song_popularity((song,)), ())) or told.popularity
    if isinstance(source, SimilarSongs) and not told.trouble:
        similar = source.similar_songs
        told.near = await _asked(told, lambda: similar(song, limit=NEAR), ()) or told.near


def as_known_to(name: SourceName, song: Due, ids: Mapping[str, str], told: FoundSong | None) -> FoundSong:
    """The song as a source can recognise it: by its own id where it has one, and by those that all share."""
    own = told or FoundSong(
        name,
        SourceId(ids.get(name, "")),
        song.title,
        tuple(dict.fromkeys((song.artist.partition(", ")[0], song.artist))),
        duration_ms=song.duration_ms,
    )
    isrc, mbid = ids.get("isrc"), ids.get("mbid")
    track = ids.get("spotify")
    return replace(
        own,
        isrc=own.isrc or (Isrc(isrc) if isrc else None),
        mbid=own.mbid or (Mbid(mbid) if mbid else None),
        # By this ReccoBeats knows songs; a source's own link is of no use to the source itself.
        link=f"https://open.spotify.com/track/{track}" if track else own.link,
    )


async def _asked(told: Told, question: Callable[[], Awaitable[T]], nothing: T) -> T:
    """The answer, ``nothing`` where the source does not know or fails; a failure is its trouble."""
    try:
        async with asyncio.timeout(LONGEST):
            return await question()
    except SourceNotFound:
        pass
    except SourceError as error:
        told.trouble = error
    except TimeoutError:
        told.trouble = SourceDown(told.source, "too slow")
    return nothing


def _meant(song: Due, found: Sequence[FoundSong]) -> FoundSong | None:
    return best(song.artist, song.title, found, duration_ms=song.duration_ms)


def _first(found: Sequence[T | None]) -> T | None:
    return next(iter(found), None)
