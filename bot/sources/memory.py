"""What a source keeps across restarts: a few short texts."""

from __future__ import annotations

from typing import Protocol


class Memory(Protocol):
    """Texts by key; what was set is there after a restart. It may raise `SegueError`."""

    async def get(self, key: str) -> str | None:
        """The text, or None."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Keep a text, over an earlier one."""
        ...
