"""What Spotify answers in a member's name, and what is made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast

from pydantic import SecretStr

from bot.sources.errors import SourceError, SourceNotUnderstood, SourceRefused
from bot.sources.outbound.answer import Reply
from bot.sources.reading import (
    Answer,
    Ident,
    MaybeName,
    Milliseconds,
    Name,
    elements,
    ident,
    isrc,
    maybe,
    maybe_member,
    member,
    whole,
)

LABEL = "Spotify"
LONGEST_TOKEN = 4_000
_TOKEN = re.compile(r"[\x21-\x7e]+")


class Span(StrEnum):
    """Over how long Spotify counts what was heard most: about a month, half a year, a year."""

    SHORT = "short_term"
    MEDIUM = "medium_term"
    LONG = "long_term"


class Told(StrEnum):
    """What a service says of a member and a song."""

    PLAY = "play"
    LIKE = "like"
    TOP = "top"


@dataclass(frozen=True, slots=True)
class Heard:
    """A song that a member heard, saved or heard most.

    Attributes:
        ids: by service: ``spotify`` always, ``isrc`` where it is told.
        at: unix time of the play or the saving; None for what was heard most.
        own_only: it counts for this member's own taste alone. Spotify's developer policy lets nobody build profiles
            from its content or train on it, so this is never part of a fit that others are served by.
    """

    artist: str
    title: str
    ids: Mapping[str, str]
    at: float | None
    what: Told
    duration_ms: int | None = None
    own_only: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was heard; ``more`` is where the next one begins, None for the end."""

    heard: tuple[Heard, ...]
    more: int | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What opens a member's account; ``until`` is when ``access`` ends, unix time."""

    access: SecretStr
    refresh: SecretStr
    until: float
    scopes: tuple[str, ...] = field(default=())


class GrantRefused(SourceRefused):
    """The member's permission does not hold (any more), or the code for it is not good."""

    sentence = "{source} does not let Segue in any more."


class NotInvited(SourceRefused):
    """The operator's app is in development mode, and this person is not among its five users."""

    sentence = "{source} lets only the five people in whom the operator entered in the app's settings."


class ScopeMissing(SourceRefused):
    """The member allowed less than was asked for."""

    sentence = "{source} was allowed to tell less than this needs."


def refusal(reply: Reply) -> SourceError | None:
    """What Spotify means by refusing; None where its status says enough."""
    try:
        told: object = json.loads(reply.body or b"")
    except (ValueError, RecursionError):
        told = None
    error = maybe_member(told, "error")
    message = str(maybe_member(error, "message") or "").lower()
    if error == "invalid_client":  # the operator's app, not the member's permission
        return SourceRefused(LABEL, "invalid client")
    if reply.status == 401 or (reply.status == 400 and error == "invalid_grant"):
        return GrantRefused(LABEL, f"status {reply.status}")
    if reply.status == 403:
        return ScopeMissing(LABEL, "scope") if "scope" in message else NotInvited(LABEL, "status 403")
    if reply.status in {400, 405, 415, 422}:
        return SourceNotUnderstood(LABEL, f"status {reply.status}", unwell=False)
    return None


def tokens(answer: object, asked: float, old: Tokens | None) -> Tokens:
    """The tokens of an answer to a question of time ``asked``; what a refresh leaves out stays as it was."""
    seconds = whole(member(answer, "expires_in"), 1, 86_400)
    kind = member(answer, "token_type")
    if seconds is None or not isinstance(kind, str) or kind.lower() != "bearer":
        raise ValueError("no bearer token")
    fresh = maybe_member(answer, "refresh_token")
    said = maybe_member(answer, "scope")
    if fresh is None and old is None:
        raise ValueError("no refresh token")
    return Tokens(
        access=_token(member(answer, "access_token")),
        refresh=old.refresh if fresh is None and old is not None else _token(fresh),
        until=asked + seconds,
        scopes=tuple(said.split()) if isinstance(said, str) else (old.scopes if old else ()),
    )


def _token(value: object) -> SecretStr:
    if not isinstance(value, str) or len(value) > LONGEST_TOKEN or not _TOKEN.fullmatch(value):
        raise ValueError("no token")
    return SecretStr(value)


class _Artist(Answer):
    name: Name


class _Track(Answer):
    id: Ident
    name: Name
    artists: object = None
    duration_ms: Milliseconds = None
    external_ids: object = None


class _Play(Answer):
    track: _Track
    played_at: str


class _Saved(Answer):
    track: _Track
    added_at: str


class _Me(Answer):
    id: Name
    display_name: MaybeName = None


def name(answer: object) -> str:
    """What the member is called."""
    me = _Me.model_validate(answer)
    return me.display_name or me.id


def made(answer: object) -> str:
    """The id of what was made."""
    found = ident(member(answer, "id"))
    if found is None:
        raise ValueError("no id")
    return found


def plays(answer: object) -> Page:
    """A page of plays."""
    rows = (maybe(_Play, each) for each in _items(answer))
    heard = [_heard(row.track, Told.PLAY, _time(row.played_at)) for row in rows if row is not None]
    before = maybe_member(maybe_member(answer, "cursors"), "before")
    return Page(_named(heard), whole(before, 1, 10**14) if maybe_member(answer, "next") else None)


def saved(answer: object) -> Page:
    """A page of saved songs."""
    rows = (maybe(_Saved, each) for each in _items(answer))
    heard = [_heard(row.track, Told.LIKE, _time(row.added_at)) for row in rows if row is not None]
    return Page(_named(heard), _more(answer))


def tops(answer: object) -> Page:
    """A page of songs that were heard most."""
    rows = (maybe(_Track, each) for each in _items(answer))
    return Page(_named([_heard(row, Told.TOP, None) for row in rows if row is not None]), _more(answer))


def _items(answer: object) -> list[object]:
    items = member(answer, "items")
    if not isinstance(items, list):
        raise ValueError("no items")
    return elements(cast("object", items), 50)


def _more(answer: object) -> int | None:
    start = whole(maybe_member(answer, "offset"), 0, 1_000_000)
    size = len(_items(answer))
    return start + size if maybe_member(answer, "next") and size and start is not None else None


def _named(heard: Sequence[Heard | None]) -> tuple[Heard, ...]:
    return tuple(each for each in heard if each is not None)


def _heard(track: _Track, what: Told, at: float | None) -> Heard | None:
    """A song as it was heard; None where nobody is named, as with files of the member's own."""
    artists = [artist for each in elements(track.artists) if (artist := maybe(_Artist, each)) is not None]
    if not artists or (what is not Told.TOP and at is None):
        return None
    code = isrc(maybe_member(track.external_ids, "isrc"))
    ids = {"spotify": str(track.id), **({"isrc": str(code)} if code else {})}
    return Heard(artists[0].name, track.name, ids, at, what, track.duration_ms)


def _time(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo is not None else None
