"""Songs that members bring: a link of theirs, in a channel that an admin chose, becomes a post."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.errors import EmptyCatalog, UnknownLink, UnknownSong
from bot.sources.links import Link
from bot.store import Store
from bot.store.records import ChannelId, MemberId, Post, PostKind, ServerId, Song
from bot.usecases.finding import Finder
from bot.usecases.picking import Picker, numbered

log = structlog.get_logger(__name__)

REST = 30.0
"""Seconds for which a member's further links in a channel are passed over."""
A_MINUTE = 6
"""Links that are answered in one channel within a minute."""
MINUTE = 60.0
MOST_TRIED = 3
"""Links of one message that are looked into."""
MOST_RESTING = 1_000


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link to a song, with what its service shows of it: the title, and whose it is."""

    link: Link
    title: str = ""
    author: str = ""


class Bringing:
    """Knows where links are answered, and turns them into posts. What a message says is never kept."""

    def __init__(self, store: Store, finder: Finder, picker: Picker, clock: Callable[[], float]) -> None:
        self._store = store
        self._finder = finder
        self._picker = picker
        self._clock = clock
        self._channels: set[tuple[ServerId, ChannelId]] = set()
        self._answered: dict[ChannelId, deque[float]] = {}
        self._resting: dict[tuple[ChannelId, MemberId], float] = {}

    async def load(self) -> None:
        """Read where links are answered."""
        self._channels = await self._store.link_channels.all()

    def channels(self, server: ServerId) -> list[ChannelId]:
        """Where links are answered in a server."""
        return sorted(channel for each, channel in self._channels if each == server)

    def listens(self, server: ServerId, channel: ChannelId) -> bool:
        """Whether links in a channel are answered."""
        return (server, channel) in self._channels

    async def listen(self, server: ServerId, channel: ChannelId) -> None:
        """Answer links in a channel from now on."""
        await self._store.link_channels.add(server, channel, self._clock())
        self._channels.add((server, channel))

    async def stop(self, server: ServerId, channel: ChannelId) -> bool:
        """Answer them no more; whether they were answered."""
        was = self.listens(server, channel)
        await self._store.link_channels.remove(server, channel)
        self._channels.discard((server, channel))
        return was

    def turn(self, channel: ChannelId, member: MemberId) -> bool:
        """Whether a member's link is answered now; if so, their next ones there are passed over for a while."""
        now = self._clock()
        answered = self._answered.setdefault(channel, deque())
        while answered and answered[0] <= now - MINUTE:
            answered.popleft()
        if len(answered) >= A_MINUTE or self._resting.get((channel, member), now - REST) > now - REST:
            return False
        if len(self._resting) >= MOST_RESTING:
            self._resting = {who: at for who, at in self._resting.items() if at > now - REST}
        answered.append(now)
        self._resting[channel, member] = now
        return True

    async def bring(
        self, *, server: ServerId, channel: ChannelId, member: MemberId, links: Sequence[ShownLink]
    ) -> Post | None:
        """A post of the first of these links that leads to a song, with the member's id; None where none does."""
        for shown in links[:MOST_TRIED]:
            song = await self._song(shown)
            if song is not None:
                return await self._picker.named(
                    PostKind.FOUND, server=server, member=member, slots=numbered([song.id]), channel=channel
                )
        return None

    async def songs(self, links: Sequence[ShownLink]) -> list[Song]:
        """The songs that links lead to, each once; those that nobody knows are passed over."""
        found = [song for shown in links if (song := await self._song(shown)) is not None]
        return list({song.id: song for song in found}.values())

    async def _song(self, shown: ShownLink) -> Song | None:
        try:
            return await self._finder.song(shown.link.url, title=shown.title, author=shown.author)
        except (UnknownLink, UnknownSong, EmptyCatalog):
            log.info("link leads to no song", service=shown.link.service.value)
            return None
