"""ListenBrainz: what is known and heard of recordings and artists, what is new, and what members listened to.

Most of it needs no token. One of Segue's own (`secrets`) allows more calls and is wanted for an artist's top
recordings; members' tokens are given with the questions that need them and kept nowhere. Data is CC0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar
from urllib.parse import quote

from pydantic import SecretStr

from bot.sources import listenbrainz_heard as heard
from bot.sources import listenbrainz_listens as history
from bot.sources import listenbrainz_playlists as playlists
from bot.sources import listenbrainz_shapes as shapes
from bot.sources.batches import in_batches
from bot.sources.errors import SourceNotFound, SourceNotUnderstood
from bot.sources.outbound import Metrics, Outbound, Policy, Secrets
from bot.sources.playlists import Entry
from bot.sources.protocol import (
    FoundAlbum,
    FoundArtist,
    FoundPlaylist,
    FoundSong,
    ListensPage,
    Mbid,
    Popularity,
    SourceId,
    Tag,
    WrittenPlaylist,
)
from bot.sources.reading import known, mbid, member, question, same, text, whole

# 30 calls in 10 seconds are allowed; the rest is for clocks that differ. What the answers say of it is heeded too.
POLICY = Policy(
    name=shapes.NAME,
    label=shapes.LABEL,
    base="https://api.listenbrainz.org/1",
    calls=28,
    per_seconds=10.0,
    seconds=12.0,
    call_seconds=8.0,
    quota_seconds=10.0,
    largest_answer=8_000_000,  # a thousand listens, or the releases of three months
)
AT_ONCE = 50  # MBIDs in an address
COUNTED_AT_ONCE = 1_000
MOST_DAYS = 90
LONGEST_ACCOUNT = 100
EVERYTHING = "artist release tag"
T = TypeVar("T")


def secrets(token: SecretStr) -> Secrets:
    """Segue's own user token, for the `Outbound`."""
    return playlists.token_of(token)


class ListenBrainz:
    """Asks the interface of ListenBrainz, version 1."""

    name = shapes.NAME

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def song(self, song_id: SourceId) -> FoundSong:
        """The recording with this MBID, with its first release and its tags."""
        asked = known(mbid(song_id), shapes.LABEL)
        query = {"recording_mbids": asked, "inc": EVERYTHING}
        found = await self._outbound.get("metadata/recording/", shapes.recordings, query=query)
        if asked not in found:
            raise SourceNotUnderstood(shapes.LABEL, "another id than asked for", unwell=False)
        return found[asked]

    async def songs_by_mbid(self, mbids: Sequence[Mbid]) -> tuple[FoundSong | None, ...]:
        """Recordings by MBID, as `song`, fifty a call."""
        until = self._outbound.deadline()

        async def ask(some: tuple[Mbid, ...]) -> Mapping[Mbid, FoundSong]:
            query = {"recording_mbids": ",".join(some), "inc": EVERYTHING}
            return await self._outbound.get(
                "metadata/recording/", shapes.recordings, query=query, until=until
            )

        asked = [mbid(each) for each in mbids]
        found = await in_batches([each for each in asked if each], AT_ONCE, ask)
        return tuple(found.get(each) if each else None for each in asked)

    async def songs_named(self, artist: str, title: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """The one recording that these names mean most likely; both are needed."""
        names = {"artist_name": question(artist), "recording_name": question(title)}
        if limit < 1 or not all(names.values()):
            return ()
        query = {**names, "metadata": "true", "inc": EVERYTHING}
        try:
            return (await self._outbound.get("metadata/lookup/", shapes.match, query=query),)
        except SourceNotFound:
            return ()

    async def song_tags(self, song: FoundSong) -> tuple[Tag, ...]:
        """The tags of a song that has an MBID: its own, those of its release group and of its artists."""
        return (await self.song(SourceId(song.mbid or ""))).tags

    async def top_songs(self, artist_id: SourceId, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """An artist's recordings that are heard most; without a token of Segue's own this is refused."""
        path = f"popularity/top-recordings-for-artist/{known(mbid(artist_id), shapes.LABEL)}"
        return (await self._listed(path, heard.top_songs))[: max(limit, 0)]

    async def song_popularity(self, songs: Sequence[FoundSong]) -> tuple[Popularity | None, ...]:
        """How many listen to songs that have an MBID, see `listenbrainz_heard.listeners` for the scale."""
        return await self._popularity("recording", heard.song_popularity, [song.mbid for song in songs])

    async def artist_popularity(self, artists: Sequence[FoundArtist]) -> tuple[Popularity | None, ...]:
        """How many listen to artists that have an MBID, on the same scale."""
        return await self._popularity("artist", heard.artist_popularity, [each.mbid for each in artists])

    async def fresh_releases(
        self, *, limit: int = 25, days: int = 14, until: date | None = None, upcoming: bool = False
    ) -> tuple[FoundAlbum, ...]:
        """What came out in the ``days`` (1 to 90) up to a day, today by default, newest first.

        With ``upcoming`` also what is announced for as many days after it.
        """
        query: dict[str, str | int] = {
            "release_date": (until or self._outbound.now().date()).isoformat(),
            "days": min(max(days, 1), MOST_DAYS),
            "sort": "release_date",
            "past": "true",
            "future": str(upcoming).lower(),
        }
        return (await self._listed("explore/fresh-releases/", heard.fresh, query))[: max(limit, 0)]

    async def listens(
        self, account: str, *, before: float | None = None, after: float | None = None, limit: int = 1000
    ) -> ListensPage:
        """A page of what somebody listened to; ``limit`` is cut to 999, as a second must not be torn apart."""
        path = f"{_user(account)}/listens"

        async def ask(count: int, end: int | None) -> history.Heard:
            # Only one bound may be named: `after` is heeded by the page.
            query = {"count": count} | ({"max_ts": end} if end is not None else {})
            return await self._outbound.get(path, history.heard, query=query)

        latest = self._outbound.now().timestamp()
        return await history.page(ask, before=before, after=after, limit=limit, latest=latest)

    async def has_account(self, account: str) -> bool:
        """Whether there is a listener of that name."""
        try:
            await self._outbound.get(f"{_user(account)}/listen-count", _count)
        except SourceNotFound:
            return False
        return True

    async def playlist(self, playlist_id: SourceId, *, limit: int = 200) -> FoundPlaylist:
        """A public playlist with its first ``limit`` songs, each once."""
        asked, query = known(mbid(playlist_id), shapes.LABEL), {"fetch_metadata": "true"}
        found = await self._outbound.get(f"playlist/{asked}", playlists.playlist, query=query)
        return replace(same(found, asked, shapes.LABEL), songs=found.songs[: max(limit, 0)])

    async def account_of(self, token: SecretStr) -> str:
        """The name of whoever's token this is."""
        return await playlists.account_of(self._outbound, token)

    async def create_playlist(
        self, token: SecretStr, title: str, entries: Sequence[Entry], *, public: bool = False
    ) -> WrittenPlaylist:
        """A new playlist in the token's account."""
        return await playlists.create(self._outbound, token, title, entries, public=public)

    async def add_to_playlist(self, token: SecretStr, playlist_id: SourceId, entries: Sequence[Entry]) -> int:
        """More songs at the end of a playlist; how many were added."""
        return await playlists.add(self._outbound, token, playlist_id, entries)

    async def _popularity(
        self, kind: str, read: Callable[[object], Mapping[Mbid, Popularity]], mbids: Sequence[Mbid | None]
    ) -> tuple[Popularity | None, ...]:
        until = self._outbound.deadline()

        async def ask(some: tuple[Mbid, ...]) -> Mapping[Mbid, Popularity]:
            body = {f"{kind}_mbids": some}
            return await self._outbound.post(f"popularity/{kind}", read, body=body, until=until)

        asked = [mbid(each) for each in mbids]
        found = await in_batches([each for each in asked if each], COUNTED_AT_ONCE, ask)
        return tuple(found.get(each) if each else None for each in asked)

    async def _listed(
        self, path: str, read: Callable[[object], tuple[T, ...]], query: dict[str, str | int] | None = None
    ) -> tuple[T, ...]:
        try:
            return await self._outbound.get(path, read, query=query)
        except SourceNotFound as error:
            if error.detail == shapes.NOTHING_LISTED:
                return ()
            raise


def _user(account: str) -> str:
    """The path of a listener, whose name may hold any character that shows."""
    name = account.strip()
    fits = len(name) <= LONGEST_ACCOUNT and name.isprintable() and text(name) and name not in {".", ".."}
    return f"user/{quote(known(name if fits else None, shapes.LABEL), safe='')}"


def _count(answer: object) -> int:
    found = whole(member(member(answer, "payload"), "count"), 0, 10**12)
    if found is None:
        raise ValueError("no count")
    return found
