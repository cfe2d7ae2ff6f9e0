"""One of two processes that race for the same posts: ``python -m tests.usecases.racing database posts-file``.

It says how many posts are due, waits for a line, tries to make every one of them, and says how many it made. What it
sends becomes a line of a file that both append to; nothing there drops a second copy.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.errors import DiscoveryDone, StoreBusy
from bot.store.records import ChannelId, MemberId, MessageId, Notice, Post, PostId, ServerId
from bot.usecases.posting import LEASE, LeaseLost
from bot.usecases.weeks import Due
from tests.usecases.year import Process, process

NOW = 1_795_194_000.0  # a Friday evening in 2026
AT_ONCE = 8
ROUNDS = 8


@dataclass
class Wall:
    """Channels that are one file, in which every message is a line."""

    file: Path

    def here(self, _server: ServerId, _member: MemberId | None = None) -> bool:
        """In every server."""
        return True

    def channel(self, server: ServerId, _channel: ChannelId, _member: MemberId | None) -> Line:
        """The lines of a server."""
        return Line(self.file, server)

    async def tell(self, notice: Notice) -> bool:
        """Nobody is to be told anything."""
        raise AssertionError(notice)


@dataclass
class Line:
    """The lines of one server."""

    file: Path
    server: ServerId

    async def send(self, post: Post, nonce: str) -> MessageId:
        """Append a line, in one write."""
        await asyncio.sleep(0)
        with self.file.open("ab", buffering=0) as wall:
            wall.write(f"{self.server} {nonce} {post.id}\n".encode())
        return MessageId(post.id)

    async def find(self, post: PostId, _since: float) -> MessageId | None:
        """Read what was written."""
        lines = self.file.read_text().splitlines()
        return MessageId(post) if any(line.endswith(f" {post}") for line in lines) else None


async def race(running: Process, wall: Wall, due: list[Due]) -> int:
    """Try to make every post; how many were made here."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(each: Due) -> int:
        async with places:
            try:
                await running.clockwork.make(each, wall)
            except (DiscoveryDone, LeaseLost, StoreBusy):
                return 0
            return 1

    return sum(await asyncio.gather(*(one(each) for each in due)))


async def main(database: str, posts: str) -> None:
    """Take part in the race, then stay until nothing is due or cut off any more."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    now, wall = NOW, Wall(Path(posts))
    async with process(f"sqlite+aiosqlite:///{database}", lambda: now, lambda _: None) as running:
        due = await running.weekly.due()
        print(len(due), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        made = await race(running, wall, due)
        for _ in range(ROUNDS):
            # Whoever found the database locked left a lease behind.
            now += LEASE + 1.0
            await running.clockwork.turn(wall)
        print(made, os.getpid(), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
