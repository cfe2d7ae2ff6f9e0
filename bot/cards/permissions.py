"""Permissions, in the words of Discord's own settings."""

from __future__ import annotations

from collections.abc import Sequence

from bot.text import say

PERMISSIONS = frozenset(
    {
        "view_channel",
        "send_messages",
        "attach_files",
        "read_message_history",
        "add_reactions",
        "create_public_threads",
        "send_messages_in_threads",
        "send_polls",
        "manage_guild",
    }
)
"""Those that Segue needs, wishes for or asks for."""


def permission_names(names: Sequence[str]) -> str:
    """Permissions as Discord's settings call them in the language that is spoken; rare ones in English."""
    return ", ".join(f"**{_named(name)}**" for name in names)


def _named(name: str) -> str:
    if name in PERMISSIONS:
        return say(f"permission.{name}")
    # What the library calls a guild is a server to everybody else.
    return name.replace("_", " ").replace("guild", "server").title()
