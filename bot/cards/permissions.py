"""Permissions, in the words of Discord's own settings."""

from __future__ import annotations

from collections.abc import Sequence


def permission_names(names: Sequence[str]) -> str:
    """Permissions as Discord's settings call them."""
    # What the library calls a guild is a server to everybody else.
    words = (name.replace("_", " ").replace("guild", "server").title() for name in names)
    return ", ".join(f"**{each}**" for each in words)
