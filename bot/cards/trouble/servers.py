"""Why something is not arranged in a server, not for this member to arrange, or not there at all."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards.permissions import permission_names
from bot.errors import (
    AdminsOnly,
    ChannelClosed,
    ChannelGone,
    DiscoveryNotSet,
    Elsewhere,
    LinksOff,
    NotReadHere,
    StoreError,
    SwitchedOff,
)
from bot.text import say


def told(error: Exception, command: Callable[[str], str]) -> str | None:
    """What admins, or whoever runs Segue, have to do with it."""
    match error:
        case SwitchedOff(command=None):
            return say("error.switched_off")
        case SwitchedOff():
            return say("error.switched_off.command")
        case LinksOff():
            return say("error.links_off")
        case NotReadHere(what=what):
            return say(f"error.not_read_here.{what}", settings=command("settings"))
        case Elsewhere(channels=channels) if channels:
            return say("error.elsewhere", channels=" ".join(f"<#{each}>" for each in channels))
        case Elsewhere():
            return say("error.elsewhere.unseen")
        case AdminsOnly():
            return say("error.admins_only", start=command("taste start"), recommend=command("recommend"))
        case ChannelGone():
            return say("error.channel_gone")
        case ChannelClosed(channel=channel, missing=missing):
            lacking = permission_names(missing)
            return say("error.channel_permissions", channel=f"<#{channel}>", permissions=lacking)
        case DiscoveryNotSet():
            return say("error.discovery_not_set", command=command("discovery channel"))
        case StoreError():
            return say("error.store")
        case _:
            return None
