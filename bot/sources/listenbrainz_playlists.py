"""Playlists at ListenBrainz: read as JSPF, and written into a member's account with their own token.

ListenBrainz knows songs by MBID only. What changes something there is sent once: a playlist that was perhaps made is
not made again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import SecretStr

from bot.sources.errors import SourceError, SourceNotUnderstood, SourceRefused, TokenRefused
from bot.sources.identifiers import mbid_in
from bot.sources.listenbrainz_shapes import LABEL, NAME, PAGES, cover, first_id
from bot.sources.outbound import Outbound, Secrets
from bot.sources.playlists import Entry
from bot.sources.playlists.jspf import PLAYLIST_EXTENSION, TRACK_EXTENSION
from bot.sources.protocol import FoundPlaylist, FoundSong, Mbid, SourceId, WrittenPlaylist
from bot.sources.reading import (
    LONGEST_NAME,
    Answer,
    MaybeIdent,
    MaybeMbid,
    MaybeName,
    Milliseconds,
    Name,
    NeededMbid,
    Prose,
    distinct,
    elements,
    known,
    maybe,
    maybe_member,
    mbid,
    member,
    question,
    rows,
)

RECORDING = f"{PAGES}/recording/"
SITE = "https://listenbrainz.org/playlist/"
MOST_AT_ONCE = 100
MOST_TRACKS = 2_000
T = TypeVar("T")


class _Playlist(Answer):
    identifier: Name
    title: Name
    creator: MaybeName = None
    annotation: Prose = None
    track: object


class _Track(Answer):
    identifier: object
    title: Name
    creator: Name
    album: MaybeName = None
    duration: Milliseconds = None
    extension: object = None


class _Artist(Answer):
    artist_mbid: MaybeMbid = None


class _Cover(Answer):
    caa_id: MaybeIdent = None
    caa_release_mbid: MaybeMbid = None


class _Made(Answer):
    playlist_mbid: NeededMbid


class _Validity(Answer):
    valid: bool
    user_name: MaybeName = None


def playlist(answer: object) -> FoundPlaylist:
    """A playlist and its first 2,000 songs, those that have an MBID, a title and an artist."""
    told = _Playlist.model_validate(member(answer, "playlist"))
    listed = elements(told.track, MOST_TRACKS + 1)
    tracks = rows(_Track, told.track, MOST_TRACKS)
    found = mbid(told.identifier.removeprefix(SITE).strip("/"))
    if found is None:
        raise ValueError("a playlist without an id")
    return FoundPlaylist(
        source=NAME,
        id=SourceId(found),
        title=told.title,
        creator=told.creator,
        songs=distinct(song for track in tracks if (song := _song_of(track)) is not None),
        total=len(listed) if len(listed) <= MOST_TRACKS else None,
        description=told.annotation,
        link=f"{SITE}{found}",
    )


def token_of(token: SecretStr) -> Secrets:
    """A user token as ListenBrainz wants it, in the header ``Authorization``."""
    return Secrets(headers={"Authorization": SecretStr(f"Token {token.get_secret_value()}")})


async def account_of(outbound: Outbound, token: SecretStr) -> str:
    """Whose token this is."""
    owner = await _told(outbound, token, "validate-token", _owner)
    if owner is None:
        raise TokenRefused(LABEL, "token invalid")
    return owner


async def create(
    outbound: Outbound, token: SecretStr, title: str, entries: Sequence[Entry], *, public: bool
) -> WrittenPlaylist:
    """A new playlist of the entries that have an MBID, in their order, the first hundred with the first call."""
    mbids = _mbids(entries)
    body = {
        "title": question(title)[:LONGEST_NAME] or "Segue",
        "extension": {PLAYLIST_EXTENSION: {"public": public}},
        "track": _tracks(mbids[:MOST_AT_ONCE]),
    }
    made = await _told(outbound, token, "playlist/create", _made, {"playlist": body})
    written = min(len(mbids), MOST_AT_ONCE)
    try:
        for start in range(MOST_AT_ONCE, len(mbids), MOST_AT_ONCE):
            some = mbids[start : start + MOST_AT_ONCE]
            await _added(outbound, token, made, some)
            written += len(some)
    except SourceError:
        pass  # the playlist is there, and how much of it is missing is told
    return WrittenPlaylist(
        source=NAME,
        id=SourceId(made),
        link=f"{SITE}{made}",
        songs=written,
        unknown=len(entries) - len(mbids),
        missing=len(mbids) - written,
    )


async def add(outbound: Outbound, token: SecretStr, playlist_id: SourceId, entries: Sequence[Entry]) -> int:
    """Put the entries that have an MBID at the end of a playlist, a hundred a call; how many those are."""
    asked = known(mbid(playlist_id), LABEL)
    mbids = _mbids(entries)
    for start in range(0, len(mbids), MOST_AT_ONCE):
        await _added(outbound, token, asked, mbids[start : start + MOST_AT_ONCE])
    return len(mbids)


async def _added(outbound: Outbound, token: SecretStr, playlist_id: Mbid, mbids: Sequence[Mbid]) -> None:
    path = f"playlist/{playlist_id}/item/add"
    await _told(outbound, token, path, _accepted, {"playlist": {"track": _tracks(mbids)}})


async def _told(
    outbound: Outbound, token: SecretStr, path: str, read: Callable[[object], T], body: object | None = None
) -> T:
    """The answer to somebody with a token of their own."""
    given = token.get_secret_value().strip()
    if not re.fullmatch(r"[A-Za-z0-9-]{8,100}", given):  # nothing else may get into a header
        raise TokenRefused(LABEL, "not a token")
    try:
        return await outbound.send(path, read, own=token_of(SecretStr(given)), body=body)
    except SourceRefused as error:
        detail = error.detail
    raise TokenRefused(LABEL, detail)


def _song_of(track: _Track) -> FoundSong | None:
    addresses = elements(track.identifier) or [track.identifier]
    recording = next(filter(None, map(_recording, addresses)), None)
    if recording is None:
        return None
    told = maybe_member(maybe_member(track.extension, TRACK_EXTENSION), "additional_metadata")
    art = maybe(_Cover, told) or _Cover()
    artists = (maybe(_Artist, each) for each in elements(maybe_member(told, "artists")))
    return FoundSong(
        source=NAME,
        id=SourceId(recording),
        title=track.title,
        artists=(track.creator,),
        artist_id=first_id([artist.artist_mbid for artist in artists if artist]),
        album=track.album,
        duration_ms=track.duration,
        mbid=recording,
        artwork=cover(art.caa_id, art.caa_release_mbid),
        link=f"{RECORDING}{recording}",
    )


def _recording(address: object) -> Mbid | None:
    return mbid(address.removeprefix(RECORDING)) if isinstance(address, str) else None


def _mbids(entries: Sequence[Entry]) -> list[Mbid]:
    return [Mbid(read) for entry in entries if entry.mbid and (read := mbid_in(entry.mbid))]


def _tracks(mbids: Sequence[Mbid]) -> list[dict[str, str]]:
    """Tracks as ListenBrainz takes them: the identifier is one address, where JSPF has a list."""
    return [{"identifier": f"{RECORDING}{each}"} for each in mbids]


def _made(answer: object) -> Mbid:
    return _Made.model_validate(answer).playlist_mbid


def _accepted(answer: object) -> None:
    if maybe_member(answer, "status") != "ok":
        raise SourceNotUnderstood(LABEL, "not accepted", unwell=False)


def _owner(answer: object) -> str | None:
    """The account of a valid token, None for one that is not."""
    validity = _Validity.model_validate(answer)
    if validity.valid and validity.user_name is None:
        raise ValueError("a token of nobody")
    return validity.user_name if validity.valid else None
