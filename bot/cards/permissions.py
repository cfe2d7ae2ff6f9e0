"""Permissions, in the words of Discord's own settings."""

from __future__ import annotations

from collections.abc import Sequence

from bot.text import say

_PERMISSIONS = frozenset(
    {
        "add_reactions",
        "attach_files",
        "create_public_threads",
        "manage_guild",
        "manage_messages",
        "read_message_history",
        "send_messages",
        "send_messages_in_threads",
        "send_polls",
        "view_channel",
    }
)
"""Those that Segue asks for; their names are in the catalogues."""


def permission_names(names: Sequence[str]) -> str:
    """Permissions as Discord's settings call them."""
    return ", ".join(f"**{_permission(name)}**" for name in names)


def _permission(name: str) -> str:
    if name in _PERMISSIONS:
        return say(f"permission.{name}")
    # What the library calls a guild is a server to everybody else.
    return name.replace("_", " ").replace("guild", "server").title()
