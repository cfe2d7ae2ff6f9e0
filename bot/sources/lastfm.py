"""Last.fm: similar songs and artists, tags, and a listener's plays, with a free key.

For non-commercial use, at most 100 MB of it stored, and with credit and the link that comes with everything. Reading
needs the key alone: its shared secret signs calls on behalf of listeners, of which there are none here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from random import Random
from typing import TypeVar

import aiohttp
from pydantic import SecretStr

from bot.sources import lastfm_plays as plays
from bot.sources import lastfm_shapes as shapes
from bot.sources.errors import SourceNotFound
from bot.sources.found import FoundArtist, FoundSong, ListensPage, SimilarSong, SourceId, Tag
from bot.sources.lastfm_errors import told
from bot.sources.lastfm_plays import PLAYS_PAGE, Bookmark, Listener, PlaysPage
from bot.sources.outbound import Clock, Metrics, Outbound, Policy, Secrets
from bot.sources.reading import known, question

# Five calls a second are allowed; the rest is for clocks that differ.
POLICY = Policy(
    name=shapes.NAME,
    label=shapes.LABEL,
    base="https://ws.audioscrobbler.com/2.0",
    calls=5,
    per_seconds=1.1,
    quota_seconds=30.0,
)
PAGE = 100
T = TypeVar("T")
_USER = re.compile(r"[A-Za-z0-9_-]{1,32}")


def open_outbound(
    api_key: SecretStr,
    session: aiohttp.ClientSession,
    policy: Policy = POLICY,
    *,
    clock: Clock | None = None,
    rng: Random | None = None,
) -> Outbound:
    """The way out to Last.fm, with the key in every query."""
    secrets = Secrets({"api_key": api_key})
    return Outbound(policy, session, secrets=secrets, told=told, clock=clock, rng=rng)


class Lastfm:
    """Asks Last.fm. It knows songs and artists by their names: an id is ``Artist/_/Title``, or the artist's name.

    Args:
        outbound: made by `open_outbound`.
    """

    name = shapes.NAME

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def search_songs(self, text: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Songs for free text, best first."""
        words = question(text)
        return await self._listed("track.search", shapes.searched_songs, limit, track=words) if words else ()

    async def songs_named(self, artist: str, title: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Songs by artist and title, best first."""
        by, words = question(artist), question(title)
        if not words:
            return ()
        more = {"artist": by} if by else {}
        return await self._listed("track.search", shapes.searched_songs, limit, track=words, **more)

    async def song(self, song_id: SourceId) -> FoundSong:
        """The song with this id, with its length, tags and listeners; Last.fm may tell of it by a better spelling."""
        artist, title = _names(song_id)
        return await self._ask("track.getInfo", shapes.song, artist=artist, track=title)

    async def similar_songs(self, song: FoundSong, *, limit: int = 25) -> tuple[SimilarSong, ...]:
        """Songs that the same people hear, nearest first."""
        artist, title = _asked(song)
        given = {"artist": artist, "track": title, "autocorrect": "1"}
        found = await self._listed("track.getSimilar", shapes.similar_songs, limit + 1, **given)
        same = shapes.id_of(artist, title).casefold()
        return tuple(each for each in found if each.song.id.casefold() != same)[: max(limit, 0)]

    async def related_artists(self, artist_id: SourceId, *, limit: int = 20) -> tuple[FoundArtist, ...]:
        """Artists that the same people hear, nearest first."""
        artist = _artist(artist_id)
        return await self._listed(
            "artist.getSimilar", shapes.similar_artists, limit, artist=artist, autocorrect="1"
        )

    async def top_songs(self, artist_id: SourceId, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """An artist's songs that are heard most."""
        artist = _artist(artist_id)
        return await self._listed(
            "artist.getTopTracks", shapes.top_songs, limit, artist=artist, autocorrect="1"
        )

    async def song_tags(self, song: FoundSong) -> tuple[Tag, ...]:
        """The words that listeners use for a song, strongest first."""
        artist, title = _asked(song)
        return await self._tags("track.getTopTags", artist=artist, track=title)

    async def artist_tags(self, artist_id: SourceId) -> tuple[Tag, ...]:
        """The words that listeners use for an artist, strongest first."""
        return await self._tags("artist.getTopTags", artist=_artist(artist_id))

    async def listener(self, user: str) -> Listener:
        """Somebody at Last.fm, by name."""
        return await self._ask("user.getInfo", plays.listener, user=_user(user))

    async def recent_plays(self, bookmark: Bookmark) -> PlaysPage:
        """One page of a listener's plays, newest first; what is playing now is left out.

        Raises:
            Hidden: the listener keeps them to themselves.
        """
        query = {"user": _user(bookmark.user), "limit": str(PLAYS_PAGE), "page": str(bookmark.page)}
        query["to"] = str(bookmark.until)
        if bookmark.since is not None:
            query["from"] = str(bookmark.since)
        return plays.following(await self._ask("user.getRecentTracks", plays.page, **query), bookmark)

    async def listens(
        self,
        account: str,
        *,
        before: float | None,
        after: float | None,
        limit: int = PLAYS_PAGE,  # noqa: ARG002 - a page is as long as the service makes it
    ) -> ListensPage:
        """A page of what somebody listened to, at most `PLAYS_PAGE`; the plays of one second are never torn apart.

        Raises:
            Hidden: the listener keeps them to themselves.
        """
        until = math.ceil(self._outbound.now().timestamp() + 1 if before is None else before)
        since = None if after is None else math.floor(after) + 1
        page = await self.recent_plays(Bookmark(account, until, since))
        if page.following is None or not page.plays:
            return ListensPage(page.plays, None)
        oldest = page.plays[-1].at
        # The oldest second of a page may go on in the next one, unless it is all that there is.
        sure = tuple(play for play in page.plays if play.at > oldest) or page.plays
        return ListensPage(sure, float(sure[-1].at))

    async def has_account(self, account: str) -> bool:
        """Whether there is a listener of that name."""
        try:
            await self.listener(account)
        except SourceNotFound:
            return False
        return True

    async def _tags(self, method: str, **query: str) -> tuple[Tag, ...]:
        return await self._listed(method, shapes.tags, PAGE, autocorrect="1", **query)

    async def _listed(
        self, method: str, read: Callable[[object], tuple[T, ...]], limit: int, **query: str
    ) -> tuple[T, ...]:
        most = str(min(max(limit, 1), PAGE))
        try:
            found = await self._ask(method, read, limit=most, **query)
        except SourceNotFound as error:
            if error.detail == shapes.NOTHING_LISTED:
                return ()
            raise
        return found[: max(limit, 0)]

    async def _ask(self, method: str, read: Callable[[object], T], **query: str) -> T:
        return await self._outbound.get("", read, query={"method": method, "format": "json", **query})


def _names(song_id: SourceId) -> tuple[str, str]:
    names = shapes.names_of(song_id)
    if names is None:
        raise SourceNotFound(shapes.LABEL, "not an id")
    return question(names[0]), question(names[1])


def _asked(song: FoundSong) -> tuple[str, str]:
    """What a song of any source is asked for by."""
    artist, title = question(song.artist), question(song.title)
    if not artist or not title:
        raise SourceNotFound(shapes.LABEL, "no name")
    return artist, title


def _artist(artist_id: SourceId) -> str:
    return known(question(artist_id) or None, shapes.LABEL)


def _user(name: str) -> str:
    return known(name if _USER.fullmatch(name) else None, shapes.LABEL)
