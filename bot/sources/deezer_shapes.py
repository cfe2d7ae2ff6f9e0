"""What Deezer answers, and what is made of it."""

from __future__ import annotations

import re

from pydantic import Field

from bot.sources.errors import SourceDown, SourceNotFound, SourceNotUnderstood, SourceQuota, SourceRefused
from bot.sources.found import (
    FoundAlbum,
    FoundArtist,
    FoundPlaylist,
    FoundSong,
    Popularity,
    SourceName,
    Tag,
)
from bot.sources.reading import (
    Answer,
    Bpm,
    Count,
    Day,
    Flag,
    Ident,
    MaybeIdent,
    MaybeIsrc,
    MaybeLink,
    MaybeName,
    Name,
    Prose,
    Seconds,
    TagName,
    distinct,
    maybe,
    maybe_member,
    maybe_rows,
    member,
    rows,
)

NAME = SourceName("deezer")
LABEL = "Deezer"
NOTHING_LISTED = "empty list"
MOST_FANS = 20_000_000
MOST_RANK = 1_000_000


class _Artist(Answer):
    id: Ident
    name: Name
    link: MaybeLink = None
    picture_xl: MaybeLink = None
    nb_fan: Count = None


class _Album(Answer):
    id: MaybeIdent = None
    title: MaybeName = None
    cover_xl: MaybeLink = None


class _Genre(Answer):
    name: TagName


class BareAlbum(Answer):
    id: Ident
    title: Name
    artist: object = None
    contributors: object = None
    record_type: MaybeName = None
    release_date: Day = None
    nb_tracks: Count = None
    label: MaybeName = None
    genres: object = None
    cover_xl: MaybeLink = None
    link: MaybeLink = None


class _Track(Answer):
    id: Ident
    title: Name
    artist: _Artist
    album: object = None
    contributors: object = None
    duration: Seconds = None
    isrc: MaybeIsrc = None
    release_date: Day = None
    rank: Count = None
    explicit_lyrics: Flag = None
    bpm: Bpm = None  # 0 is how Deezer writes "unknown"
    link: MaybeLink = None


class _Creator(Answer):
    name: Name


class PlaylistHead(Answer):
    id: Ident
    title: Name
    description: Prose = None
    nb_tracks: Count = None
    creator: object = None
    picture_xl: MaybeLink = None
    link: MaybeLink = None


class _Error(Answer):
    code: int = Field(strict=True)


def _sound(answer: object) -> object:
    """The answer, unless it tells of an error."""
    said = maybe_member(answer, "error")
    if said is None:
        return answer
    error = maybe(_Error, said)
    code = error.code if error else 0
    detail = f"error {code}"
    if code == 4:
        raise SourceQuota(LABEL, detail)
    if code == 700:
        raise SourceDown(LABEL, detail)
    if code == 800:
        raise SourceNotFound(LABEL, detail)
    if code in {200, 300}:
        raise SourceRefused(LABEL, detail)
    raise SourceNotUnderstood(LABEL, detail, unwell=code == 0)


def _listing(answer: object) -> object:
    data = member(_sound(answer), "data")
    if data == []:
        raise SourceNotFound(LABEL, NOTHING_LISTED)
    return data


def songs(answer: object) -> tuple[FoundSong, ...]:
    """The songs of a listing, each once."""
    return distinct(_song_of(track) for track in rows(_Track, _listing(answer)))


def song(answer: object) -> FoundSong:
    """One song."""
    return _song_of(_Track.model_validate(_sound(answer)))


def artists(answer: object) -> tuple[FoundArtist, ...]:
    """The artists of a listing, each once."""
    return distinct(_artist_of(artist) for artist in rows(_Artist, _listing(answer)))


def artist(answer: object) -> FoundArtist:
    """One artist."""
    return _artist_of(_Artist.model_validate(_sound(answer)))


def bare_albums(answer: object) -> tuple[BareAlbum, ...]:
    """The albums of a listing, which do not say whose they are."""
    return distinct(rows(BareAlbum, _listing(answer)))


def album(answer: object) -> FoundAlbum:
    """One album."""
    album = BareAlbum.model_validate(_sound(answer))
    artist = maybe(_Artist, album.artist)
    credited = _credited(artist, album.contributors)
    if not credited:
        raise ValueError("an album of nobody")
    return album_of(album, credited)


def playlist_head(answer: object) -> PlaylistHead:
    """A playlist without its songs."""
    return PlaylistHead.model_validate(_sound(answer))


def playlist(head: PlaylistHead, found: tuple[FoundSong, ...]) -> FoundPlaylist:
    """A playlist of its head and its songs."""
    creator = maybe(_Creator, head.creator)
    return FoundPlaylist(
        source=NAME,
        id=head.id,
        title=head.title,
        creator=creator.name if creator else None,
        songs=found,
        total=head.nb_tracks,
        description=head.description,
        artwork=_picture(head.picture_xl),
        link=head.link,
    )


def _credited(artist: _Artist | None, contributors: object) -> tuple[str, ...]:
    """The main artist, then the others, each once."""
    others = [each.name for each in maybe_rows(_Artist, contributors)]
    return tuple(dict.fromkeys(([artist.name] if artist else []) + others))


def _song_of(track: _Track) -> FoundSong:
    album = maybe(_Album, track.album) or _Album()
    return FoundSong(
        source=NAME,
        id=track.id,
        title=track.title,
        artists=_credited(track.artist, track.contributors),
        artist_id=track.artist.id,
        album=album.title,
        album_id=album.id,
        duration_ms=track.duration * 1_000 if track.duration else None,
        isrc=track.isrc,
        released=track.release_date,
        artwork=_picture(album.cover_xl),
        link=track.link,
        popularity=_share(track.rank, MOST_RANK, "Deezer rank"),
        explicit=track.explicit_lyrics,
        bpm=track.bpm,
    )


def _artist_of(artist: _Artist) -> FoundArtist:
    return FoundArtist(
        source=NAME,
        id=artist.id,
        name=artist.name,
        popularity=_share(artist.nb_fan, MOST_FANS, "Deezer fans"),
        artwork=_picture(artist.picture_xl),
        link=artist.link,
    )


def album_of(album: BareAlbum, artists: tuple[str, ...]) -> FoundAlbum:
    """An album of these artists."""
    return FoundAlbum(
        source=NAME,
        id=album.id,
        title=album.title,
        artists=artists,
        kind=album.record_type,
        released=album.release_date,
        songs=album.nb_tracks,
        label=album.label,
        tags=tuple(Tag(genre.name) for genre in maybe_rows(_Genre, maybe_member(album.genres, "data"))),
        artwork=_picture(album.cover_xl),
        link=album.link,
    )


def _share(count: int | None, most: int, measure: str) -> Popularity | None:
    return None if count is None else Popularity(min(count / most, 1.0), measure)


def _picture(address: str | None) -> str | None:
    """The picture, unless it is the empty one (an address with nothing where the picture's name should be)."""
    return None if address is None or re.search(r"/(?:cover|artist|playlist|misc)//", address) else address
