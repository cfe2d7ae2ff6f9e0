"""What Last.fm answers, and what is made of it. Its JSON is XML turned over: counts are text, lists of one are no lists."""

from __future__ import annotations

from functools import partial
from typing import Annotated, cast

from pydantic import BeforeValidator, Field

from bot.sources.errors import SourceNotFound
from bot.sources.found import FoundArtist, FoundSong, Popularity, SimilarSong, SourceId, SourceName, Tag
from bot.sources.legible import legible
from bot.sources.reading import (
    MOST_NAMES,
    MOST_ROWS,
    Answer,
    Count,
    MaybeLink,
    MaybeName,
    Milliseconds,
    Name,
    TagName,
    distinct,
    maybe,
    maybe_member,
    maybe_rows,
    mbid,
    member,
    number,
    rows,
)

NAME = SourceName("lastfm")
LABEL = "Last.fm"
NOTHING_LISTED = "empty list"
MOST_LISTENERS = 5_000_000
LONGEST_PART = 140
BETWEEN = "/_/"
# The picture of a star that stands for every artist since 2019.
_NO_PICTURE = "2a96cbd8b46e442fc41c2b86b821562f"

Share = Annotated[float | None, BeforeValidator(partial(number, low=0, high=1))]
Weight = Annotated[float | None, BeforeValidator(partial(number, low=0, high=10**6))]


class _Artist(Answer):
    name: Name
    mbid: object = None
    url: MaybeLink = None
    image: object = None
    listeners: Count = None
    match: Share = None


class _Track(Answer):
    name: Name
    artist: object
    mbid: object = None
    url: MaybeLink = None
    image: object = None
    listeners: Count = None
    match: Share = None
    album: object = None
    toptags: object = None


class _Length(Answer):
    duration: Milliseconds = None


class _Album(Answer):
    title: MaybeName = None
    image: object = None


class _Picture(Answer):
    url: MaybeLink = Field(default=None, alias="#text")


class _Tag(Answer):
    name: TagName
    count: Weight = None


def listed(answer: object, *names: str) -> list[object]:
    """The elements of a list deep in an answer: one alone is no list there, and none at all is a text.

    Raises:
        SourceNotFound: there are none.
        ValueError: it is something else.
    """
    found = answer
    for name in names:
        found = member(found, name)
    if isinstance(found, dict):
        return [cast("object", found)]
    if found == [] or (isinstance(found, str) and not found.strip()):
        raise SourceNotFound(LABEL, NOTHING_LISTED)
    if not isinstance(found, list):
        raise ValueError("not a list")
    return cast("list[object]", found)


def searched_songs(answer: object) -> tuple[FoundSong, ...]:
    """The songs of a search, each once."""
    return _songs(listed(answer, "results", "trackmatches", "track"))


def top_songs(answer: object) -> tuple[FoundSong, ...]:
    """An artist's best known songs, each once."""
    return _songs(listed(answer, "toptracks", "track"))


def song(answer: object) -> FoundSong:
    """One song, with its length and tags."""
    told_of = member(answer, "track")
    length = maybe(_Length, told_of)
    return song_of(_Track.model_validate(told_of), length.duration if length else None)


def similar_songs(answer: object) -> tuple[SimilarSong, ...]:
    """Songs near another one, each once, nearest first; lengths are in seconds there, so they are left out."""
    found = rows(_Track, listed(answer, "similartracks", "track"))
    likeness = {(one := song_of(track)).id: (one, track.match) for track in reversed(found) if _named(track)}
    similar = [SimilarSong(one, match) for one, match in reversed(likeness.values())]
    if not similar:
        raise ValueError("no song can be read")
    return tuple(sorted(similar, key=lambda one: -(one.likeness or 0.0)))


def similar_artists(answer: object) -> tuple[FoundArtist, ...]:
    """Artists near another one, each once, nearest first."""
    found = rows(_Artist, listed(answer, "similarartists", "artist"))
    return distinct(_artist_of(artist) for artist in sorted(found, key=lambda one: -(one.match or 0.0)))


def tags(answer: object) -> tuple[Tag, ...]:
    """The tags of a song or an artist, strongest first."""
    return tags_of(rows(_Tag, listed(answer, "toptags", "tag")))


def tags_of(given: tuple[_Tag, ...]) -> tuple[Tag, ...]:
    """The first of each name; weights against the strongest, 1 where there are none."""
    most = max((tag.count or 0.0 for tag in given), default=0.0)
    weighed: dict[str, float] = {}
    for tag in given:
        weight = (tag.count or 0.0) / most if most else 1.0
        if weight > 0:
            weighed.setdefault(legible(tag.name.lower()), weight)
    ordered = sorted(weighed.items(), key=lambda pair: -pair[1])
    return tuple(Tag(name, weight) for name, weight in ordered[:MOST_NAMES])


def artist_name(artist: object) -> str | None:
    """The name of an artist, who is told as a text, as ``name`` or as ``#text``."""
    for said in (artist, maybe_member(artist, "name"), maybe_member(artist, "#text")):
        named = maybe(_Artist, {"name": said})
        if named is not None:
            return named.name
    return None


def id_of(artist: str, title: str) -> SourceId:
    """``Artist/_/Title``, as in Last.fm's own addresses, which knows songs by nothing else; long names are cut."""
    return SourceId(f"{_cut(artist)}{BETWEEN}{_cut(title)}")


def names_of(song_id: SourceId) -> tuple[str, str] | None:
    """Artist and title of an id; None where it is none."""
    artist, _, title = song_id.partition(BETWEEN)
    return (artist, title) if artist.strip() and title.strip() else None


def song_of(track: _Track, duration_ms: int | None = None) -> FoundSong:
    """A song of what a listing says.

    Raises:
        ValueError: it is nobody's.
    """
    artist = artist_name(track.artist)
    if artist is None:
        raise ValueError("a song of nobody")
    album = maybe(_Album, track.album) or _Album()
    return FoundSong(
        source=NAME,
        id=id_of(artist, track.name),
        title=track.name,
        artists=(artist,),
        artist_id=SourceId(artist),
        album=album.title,
        duration_ms=duration_ms,
        mbid=mbid(track.mbid),
        artwork=_picture(album.image) or _picture(track.image),
        link=track.url,
        popularity=_share(track.listeners),
        tags=tags_of(maybe_rows(_Tag, maybe_member(track.toptags, "tag"))),
    )


def _songs(given: list[object]) -> tuple[FoundSong, ...]:
    found = distinct(song_of(track) for track in rows(_Track, given, MOST_ROWS) if _named(track))
    if not found:
        raise ValueError("no song can be read")
    return found


def _named(track: _Track) -> bool:
    return artist_name(track.artist) is not None


def _artist_of(artist: _Artist) -> FoundArtist:
    return FoundArtist(
        NAME,
        SourceId(artist.name),
        artist.name,
        mbid=mbid(artist.mbid),
        popularity=_share(artist.listeners),
        artwork=_picture(artist.image),
        link=artist.url,
    )


def _share(listeners: int | None) -> Popularity | None:
    if listeners is None:
        return None
    return Popularity(min(listeners / MOST_LISTENERS, 1.0), "Last.fm listeners")


def _picture(images: object) -> str | None:
    """The largest picture, which comes last."""
    known = [each.url for each in maybe_rows(_Picture, images) if each.url and _NO_PICTURE not in each.url]
    return known[-1] if known else None


def _cut(name: str) -> str:
    return legible(name.replace(BETWEEN, " ")[:LONGEST_PART])
