"""Playlists as Spotify answers them, where it does."""

from __future__ import annotations

from bot.sources.found import FoundPlaylist, FoundSong
from bot.sources.reading import Answer, Count, Ident, Name, Prose, distinct, maybe, maybe_member, member, rows
from bot.sources.spotify.config import NAME
from bot.sources.spotify.shapes import Address, Named, maybe_song, picture


class PlaylistHead(Answer):
    id: Ident
    name: Name
    description: Prose = None
    owner: object = None
    images: object = None
    external_urls: Address = None


class _Item(Answer):
    item: object = None
    track: object = None  # its name until 2026


def playlist_head(answer: object) -> PlaylistHead:
    """A playlist without its songs."""
    return PlaylistHead.model_validate(answer)


class Page(Answer):
    """A page of a playlist: what of it can be read, and how many songs there are in all."""

    songs: tuple[FoundSong, ...]
    total: int | None


class _Total(Answer):
    total: Count = None


def playlist_page(answer: object) -> Page:
    """Songs of a page of a playlist; episodes, local files and what is gone are left out."""
    listed = member(answer, "items")
    given = rows(_Item, listed) if listed != [] else ()
    read = (maybe_song(row.item or row.track) for row in given)
    found = distinct(song for song in read if song is not None)
    total = maybe(_Total, answer)
    return Page(songs=found, total=total.total if total else None)


def playlist(head: PlaylistHead, found: tuple[FoundSong, ...], total: int | None) -> FoundPlaylist:
    """A playlist of its head and its songs."""
    owner = maybe_member(head.owner, "display_name")
    named = maybe(Named, {"name": owner})
    return FoundPlaylist(
        source=NAME,
        id=head.id,
        title=head.name,
        creator=named.name if named else None,
        songs=found,
        total=total,
        description=head.description,
        artwork=picture(head.images),
        link=head.external_urls,
    )
