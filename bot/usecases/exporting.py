"""A posted list out: as entries of a file, or once into a member's own account at a service."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

import structlog

from bot.errors import (
    ExportUnsure,
    LinkingOff,
    NobodyReached,
    NotLinked,
    SegueError,
    TokenMissing,
    UnknownPost,
)
from bot.sources.errors import SourceDown, SourceNotUnderstood
from bot.sources.links import read_link
from bot.sources.links.songs import SONG_PAGES
from bot.sources.playlists import Entry
from bot.sources.protocol import PlaylistWriting
from bot.sources.together import Sources
from bot.store import Store
from bot.store.accounts import AccountService, Status
from bot.store.exports import Export, Offer, Sent, Written
from bot.store.records import MemberId, Post, Song
from bot.usecases.accounts import Accounts
from bot.usecases.finding import Finder, Named
from bot.usecases.library import Library
from bot.usecases.linked import Linked

log = structlog.get_logger(__name__)

MOST_LOOKED_UP = 12
"""Songs of one list that are looked for because the service's id for them is not known …"""
LONGEST_LOOK = 20.0
"""… and the seconds that may take altogether."""
ASKED: Mapping[AccountService, tuple[str, ...]] = {
    AccountService.SPOTIFY: ("spotify",),
    AccountService.LISTENBRAINZ: ("musicbrainz", "listenbrainz"),
}
"""The sources that tell what a service calls a song."""
IDS: Mapping[AccountService, tuple[str, ...]] = {
    AccountService.SPOTIFY: ("spotify",),
    AccountService.LISTENBRAINZ: ("mbid", "musicbrainz"),
}
"""Under which names the catalogue has a service's id."""
PLAYLISTS_ALLOWED = "playlist-modify-private"


class Exporting:
    """Takes lists out for whoever sees them."""

    def __init__(
        self,
        store: Store,
        library: Library,
        sources: Sources,
        finder: Finder,
        accounts: Accounts,
        linked: Linked,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._library = library
        self._sources = sources
        self._finder = finder
        self._accounts = accounts
        self._linked = linked
        self._clock = clock
        self._turns: WeakValueDictionary[Export, asyncio.Lock] = WeakValueDictionary()

    def songs(self, post: Post) -> list[Song]:
        """The songs of a post, each once; of a radio all that it has played so far.

        Raises:
            UnknownPost: none of them is in the catalogue any more.
        """
        numbers = dict.fromkeys(slot.song for slot in post.slots)
        songs = [song for number in numbers if (song := self._library.songs.get(number)) is not None]
        if not songs:
            raise UnknownPost("No song of that card is known any more.")
        return songs

    async def offers(self, member: MemberId) -> Mapping[AccountService, Offer]:
        """Into which accounts a member can have lists."""
        known = {status.account.service: status for status in await self._accounts.of(member)}
        return {service: self._offer(service, known.get(service)) for service in ASKED}

    def _offer(self, service: AccountService, status: Status | None) -> Offer:
        holds = status is not None and status.holds
        if service is AccountService.SPOTIFY:
            offered = service in self._accounts.offered
            ready = status is not None and PLAYLISTS_ALLOWED in status.account.scopes
        else:
            offered = self._accounts.keeps_secrets and self._writing(service) is not None
            ready = status is not None and status.account.secret is not None
        if not offered:
            return Offer.OFF
        return Offer.READY if holds and ready else Offer.LINK

    async def send(self, post: Post, member: MemberId, service: AccountService, title: str) -> Sent:
        """Make a private playlist of a post in a member's account; of the same list only one, however often it is asked.

        Raises:
            UnknownPost: none of its songs is known any more.
            LinkingOff, NotLinked, TokenMissing, LinkLost, ScopeMissing: the member has to link (again), or cannot.
            NobodyReached: the service's id is known for none of its songs, and nobody could be asked for one.
            ExportUnsure: an earlier attempt was cut off; the next one writes.
            SourceError: the service cannot be asked just now.
            StoreError: nothing was written.
        """
        songs = self.songs(post)
        export = Export(member, post.id, service, len(songs))
        async with self._turns.setdefault(export, asyncio.Lock()):
            before = await self._store.exports.get(export)
            if before is not None and before.link is not None:
                return Sent(before.link, before.added, len(songs) - before.added, again=True)
            if before is not None:
                await self._store.exports.release(export)
                raise ExportUnsure(service)
            await self._check(member, service)
            known = await self._known_there(service, songs)
            if not known:
                return Sent(None, 0, len(songs))
            written = await self._written(export, title, known)
        return Sent(written.link, written.added, len(songs) - written.added)

    async def forget(self, member: MemberId, service: AccountService) -> int:
        """Forget which lists went into an account that is being unlinked; no song was read for them."""
        await self._store.exports.forget(member, service)
        return 0

    async def _check(self, member: MemberId, service: AccountService) -> None:
        offer = (await self.offers(member))[service]
        if offer is Offer.OFF:
            raise LinkingOff(service, self._accounts.offered)
        if offer is Offer.LINK:
            raise TokenMissing(service) if service is AccountService.LISTENBRAINZ else NotLinked(service)

    async def _known_there(self, service: AccountService, songs: Sequence[Song]) -> list[Song]:
        """The songs that the service has an id for, with that id; some others are looked for first."""
        found = {song.id: number for song in songs if (number := _id_at(service, song))}
        lacking = [song for song in songs if song.id not in found][:MOST_LOOKED_UP]
        names = [name for name in ASKED[service] if self._sources.named(name) is not None]
        time = asyncio.get_running_loop().time
        until = time() + LONGEST_LOOK
        for song in lacking if names else ():
            if time() >= until:
                log.info("songs not looked for any longer", service=service.value)
                break
            other, reached = await self._finder.sought(
                Named(song.artist, song.title, song.duration_ms), only=names
            )
            if other is not None and (number := _id_at(service, other)):
                found[song.id] = number
            if not reached:
                if not found:
                    raise NobodyReached(f"{song.artist} {song.title}")
                break
        return [
            replace(song, links={**song.links, IDS[service][0]: found[song.id]})
            for song in songs
            if song.id in found
        ]

    async def _written(self, export: Export, title: str, songs: Sequence[Song]) -> Written:
        if not await self._store.exports.claim(export, self._clock()):
            raise ExportUnsure(export.service)
        try:
            written = await self._write(export, title, songs)
        except (SourceDown, SourceNotUnderstood):
            raise  # perhaps it was made all the same: the claim stays, and the next press is told
        except SegueError:
            await self._store.exports.release(export)
            raise
        if written.link is None:
            await self._store.exports.release(export)
        else:
            await self._store.exports.finish(export, written)
        return written

    async def _write(self, export: Export, title: str, songs: Sequence[Song]) -> Written:
        if export.service is AccountService.SPOTIFY:
            exported = await self._linked.export_playlist(export.member, title, songs)
            return Written(exported.link, exported.added)
        writing = self._writing(export.service)
        token = await self._accounts.token(export.member, export.service)
        if writing is None or token is None:
            raise TokenMissing(export.service)
        made = await writing.create_playlist(token, title, entries(songs))
        return Written(made.link, made.songs)

    def _writing(self, service: AccountService) -> PlaylistWriting | None:
        source = self._sources.named(service)
        return source if isinstance(source, PlaylistWriting) else None


def entries(songs: Sequence[Song]) -> list[Entry]:
    """The songs as a playlist has them, each with one link where one is known."""
    return [
        Entry(
            artist=song.artist,
            title=song.title,
            album=song.album,
            isrc=song.links.get("isrc"),
            duration_ms=song.duration_ms,
            mbid=_id_at(AccountService.LISTENBRAINZ, song),
            link=next(
                (
                    link
                    for service, page in SONG_PAGES.items()
                    if service in song.links and (link := read_link(page.format(song.links[service])))
                ),
                None,
            ),
        )
        for song in songs
    ]


def _id_at(service: AccountService, song: Song) -> str | None:
    return next((song.links[name] for name in IDS[service] if song.links.get(name)), None)
