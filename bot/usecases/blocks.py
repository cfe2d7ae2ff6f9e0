"""``/block`` and ``/unblock``: songs, artists and genres that a member does not want to meet, for a while or for good."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable

from bot.errors import NotBlocked
from bot.folding import fold
from bot.store import Store
from bot.store.records import Block, BlockKind, MemberId, ServerId, SongId
from bot.usecases.library import Library

MOST = 500
"""Blocks that a member keeps in a server; the oldest gives way."""

_Key = tuple[BlockKind, str]


class Blocks:
    """What members of a server do not want to meet, in memory and in the store."""

    def __init__(self, store: Store, library: Library, clock: Callable[[], float]) -> None:
        self._store = store
        self._library = library
        self._clock = clock
        self._of: defaultdict[tuple[ServerId, MemberId], dict[_Key, Block]] = defaultdict(dict)
        # What is written and what is read anew take turns, so that neither overlooks the other.
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """Read all of them; until they are there, what was known holds."""
        async with self._turn:
            found: defaultdict[tuple[ServerId, MemberId], dict[_Key, Block]] = defaultdict(dict)
            for block in await self._store.blocks.all():
                found[block.server, block.member][block.kind, block.value] = block
            self._of = found

    async def add(
        self, server: ServerId, member: MemberId, kind: BlockKind, name: str, *, seconds: float | None = None
    ) -> Block:
        """Block something, for so many seconds or for good; written before it is felt.

        Args:
            name: a song's id, or an artist or genre as it is written.
        """
        now = self._clock()
        value = name if kind is BlockKind.SONG else fold(name)
        block = Block(server, member, kind, value, None if seconds is None else now + seconds, now)
        async with self._turn:
            await self._store.blocks.put(block)
            kept = self._of[server, member]
            kept.pop((kind, value), None)
            kept[kind, value] = block
            while len(kept) > MOST:
                oldest = next(iter(kept.values()))
                await self._store.blocks.remove(oldest)
                kept.pop((oldest.kind, oldest.value), None)
        return block

    async def remove(self, server: ServerId, member: MemberId, kind: BlockKind, value: str) -> Block:
        """Take a block back.

        Raises:
            NotBlocked: there is none.
        """
        async with self._turn:
            block = self._of.get((server, member), {}).get((kind, value))
            if block is None:
                raise NotBlocked("That is not blocked.")
            await self._store.blocks.remove(block)
            self._of[server, member].pop((kind, value), None)
        return block

    def of(self, server: ServerId, member: MemberId) -> list[Block]:
        """What holds now, newest first."""
        now = self._clock()
        kept = self._of.get((server, member), {})
        return [block for block in reversed(kept.values()) if block.until is None or block.until > now]

    def songs(self, server: ServerId, member: MemberId) -> set[SongId]:
        """Every song of the catalogue that is blocked for a member."""
        found: set[SongId] = set()
        for block in self.of(server, member):
            match block.kind:
                case BlockKind.SONG:
                    found.add(SongId(int(block.value)))
                case BlockKind.ARTIST:
                    found.update(self._library.with_artist(block.value))
                case BlockKind.GENRE:
                    found.update(self._library.of_genre(block.value))
        return found

    def named(self, block: Block) -> str:
        """What is blocked, as members call it."""
        match block.kind:
            case BlockKind.SONG:
                song = self._library.songs.get(SongId(int(block.value)))
                return block.value if song is None else f"{song.title} · {song.artist}"
            case BlockKind.ARTIST:
                return self._library.spelled(block.value)
            case BlockKind.GENRE:
                return block.value
