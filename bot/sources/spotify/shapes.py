"""What Spotify answers, and what is made of it: names, links and artwork, nothing to learn from."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from bot.sources.errors import SourceError, SourceNotFound, SourceQuota
from bot.sources.found import FoundAlbum, FoundArtist, FoundSong
from bot.sources.outbound.answer import Told
from bot.sources.reading import (
    Answer,
    Count,
    Day,
    Flag,
    Ident,
    MaybeIdent,
    MaybeLink,
    MaybeName,
    Milliseconds,
    Name,
    distinct,
    isrc,
    maybe,
    maybe_member,
    maybe_rows,
    member,
    rows,
)
from bot.sources.spotify.config import LABEL, NAME

NOTHING_LISTED = "empty list"


def _address(urls: object) -> object:
    return maybe_member(urls, "spotify")


Address = Annotated[MaybeLink, BeforeValidator(_address)]


class Named(Answer):
    name: Name
    id: MaybeIdent = None


class _Picture(Answer):
    url: MaybeLink = None
    width: Count = None


class _Artist(Answer):
    id: Ident
    name: Name
    images: object = None
    external_urls: Address = None


class _AlbumOfTrack(Answer):
    id: MaybeIdent = None
    name: MaybeName = None
    release_date: Day = None
    images: object = None


class _Track(Answer):
    id: Ident
    name: Name
    artists: object
    album: object = None
    duration_ms: Milliseconds = None
    explicit: Flag = None
    external_ids: object = None
    external_urls: Address = None


class _Album(Answer):
    id: Ident
    name: Name
    artists: object
    album_type: MaybeName = None
    release_date: Day = None
    total_tracks: Count = None
    label: MaybeName = None
    images: object = None
    external_urls: Address = None


def told(seconds: float) -> Told:
    """Knows the end of the day's quota, a 429 like any other but for its reason; ``seconds`` where it says no pause."""

    def error(answer: object) -> SourceError | None:
        reason = maybe_member(maybe_member(answer, "error"), "reason")
        return SourceQuota(LABEL, "QUOTA_EXCEEDED", seconds=seconds) if reason == "QUOTA_EXCEEDED" else None

    return error


def items(answer: object, of: str | None = None) -> object:
    """The elements of a page: of the answer itself, or of its part ``of``."""
    listed = member(answer if of is None else member(answer, of), "items")
    if listed == []:
        raise SourceNotFound(LABEL, NOTHING_LISTED)
    return listed


def searched_songs(answer: object) -> tuple[FoundSong, ...]:
    """The songs of a search, each once."""
    return _songs(items(answer, "tracks"))


def songs(answer: object) -> tuple[FoundSong, ...]:
    """The songs of an album, each once; they do not say which album."""
    return _songs(items(answer))


def song(answer: object) -> FoundSong:
    """One song."""
    return _song_of(_Track.model_validate(answer))


def maybe_song(answer: object) -> FoundSong | None:
    """One song, or None where it is none or cannot be read."""
    track = maybe(_Track, answer)
    return _song_of(track) if track is not None and credited(track.artists) else None


def searched_artists(answer: object) -> tuple[FoundArtist, ...]:
    """The artists of a search, each once."""
    return distinct(_artist_of(artist) for artist in rows(_Artist, items(answer, "artists")))


def related_artists(answer: object) -> tuple[FoundArtist, ...]:
    """The artists of a legacy answer, each once."""
    return distinct(_artist_of(artist) for artist in rows(_Artist, member(answer, "artists")))


def artist(answer: object) -> FoundArtist:
    """One artist."""
    return _artist_of(_Artist.model_validate(answer))


def albums(answer: object) -> tuple[FoundAlbum, ...]:
    """The albums of an artist, each once."""
    found = distinct(_album_of(album) for album in rows(_Album, items(answer)) if credited(album.artists))
    if not found:
        raise ValueError("albums of nobody")
    return found


def album(answer: object) -> FoundAlbum:
    """One album."""
    return _album_of(_Album.model_validate(answer))


def credited(artists: object) -> tuple[str, ...]:
    """The names of artists, each once, the main one first."""
    return tuple(dict.fromkeys(each.name for each in maybe_rows(Named, artists)))


def picture(images: object) -> str | None:
    """The largest picture."""
    known = [each for each in maybe_rows(_Picture, images) if each.url]
    return max(known, key=lambda each: each.width or 0).url if known else None


def base62(source_id: str) -> str | None:
    """An id of Spotify's, or None; nothing else may get into a path."""
    return source_id if re.fullmatch(r"[0-9A-Za-z]{1,64}", source_id) else None


def _songs(listed: object) -> tuple[FoundSong, ...]:
    found = distinct(_song_of(track) for track in rows(_Track, listed) if credited(track.artists))
    if not found:
        raise ValueError("songs of nobody")
    return found


def _song_of(track: _Track) -> FoundSong:
    album = maybe(_AlbumOfTrack, track.album) or _AlbumOfTrack()
    artists = credited(track.artists)
    if not artists:
        raise ValueError("a song of nobody")
    return FoundSong(
        source=NAME,
        id=track.id,
        title=track.name,
        artists=artists,
        artist_id=maybe_rows(Named, track.artists)[0].id,
        album=album.name,
        album_id=album.id,
        duration_ms=track.duration_ms,
        isrc=isrc(maybe_member(track.external_ids, "isrc")),
        released=album.release_date,
        artwork=picture(album.images),
        link=track.external_urls,
        explicit=track.explicit,
    )


def _artist_of(artist: _Artist) -> FoundArtist:
    return FoundArtist(
        NAME, artist.id, artist.name, artwork=picture(artist.images), link=artist.external_urls
    )


def _album_of(album: _Album) -> FoundAlbum:
    artists = credited(album.artists)
    if not artists:
        raise ValueError("an album of nobody")
    return FoundAlbum(
        source=NAME,
        id=album.id,
        title=album.name,
        artists=artists,
        kind=album.album_type,
        released=album.release_date,
        songs=album.total_tracks,
        label=album.label,
        artwork=picture(album.images),
        link=album.external_urls,
    )
