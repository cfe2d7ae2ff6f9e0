"""What is held in memory of members and servers, so that it goes with what is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store import Store
from bot.store.records import MemberId, ServerId
from bot.usecases.blocks import Blocks
from bot.usecases.bringing import Bringing
from bot.usecases.choices import Choices
from bot.usecases.choosing import Choosing
from bot.usecases.claims import Claims
from bot.usecases.histories import Histories
from bot.usecases.lists import Lists
from bot.usecases.nowplaying import NowPlaying
from bot.usecases.own import OwnMixes
from bot.usecases.picking import Picker
from bot.usecases.taste import Tastes, load_listened


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything outside the engine that remembers rows of the store."""

    store: Store
    tastes: Tastes
    choices: Choices
    choosing: Choosing
    blocks: Blocks
    claims: Claims
    picker: Picker
    lists: Lists
    histories: Histories
    nowplaying: NowPlaying
    own: OwnMixes
    bringing: Bringing

    def drop(self, server: ServerId | None, member: MemberId | None) -> None:
        """Drop what was deleted just now, of one server or all, of one member or all, before anybody else reads it."""
        self.tastes.forget(server, member)
        self.store.feedback.forget(server, member)
        self.store.posts.forget_servers()
        self.picker.drop(server, member)

    async def read_again(self) -> None:
        """Read anew what members chose, blocked and listed, which is little, and how often songs were shown.

        Raises:
            StoreError: some of it is as it was before.
        """
        await self.choices.load()
        await self.choosing.load()
        await self.blocks.load()
        await self.claims.load()
        await self.lists.load()
        await self.own.load()
        await self.bringing.load()
        await self.picker.count_again()

    async def listen_again(self) -> None:
        """Read anew what everybody listened to.

        Raises:
            StoreError: it is as it was before.
        """
        await load_listened(self.store, self.tastes, anew=True)
