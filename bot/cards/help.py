"""The card of ``/help``."""

from __future__ import annotations

from collections.abc import Callable

from discord import ui

from bot.cards.song import Card, Item, layout
from bot.text import say

ACCENT = 0x5B8DEF


def help_card(mention: Callable[[str], str], *, admin: bool = False) -> Card:
    """What Segue does, in one glance; `/unblock`, `/unlink` and the rest are told by the commands that stand here.

    Args:
        admin: whether it is for somebody who manages the server.
    """
    told = say("help.admins", setup=mention("setup"), settings=mention("settings"))
    governing: list[Item] = [ui.TextDisplay(told)] if admin else []
    names = ("recommend", "search", "related", "like", "skip", "dislike", "discovery")
    names += ("daily", "ask", "history", "undo")
    brought = {
        "radio": mention("radio play"),
        "import_": mention("taste import playlist"),
        "link": mention("link status"),
        "playlist": mention("playlist list"),
        "nowplaying": mention("nowplaying"),
    }
    taste = {"start": mention("taste start"), "show": mention("taste show")}
    more = {"compare": mention("taste compare"), "map": mention("taste server"), "links": mention("links on")}
    here = {"own": mention("mydiscovery start")} | {
        each: mention(each) for each in ("charts", "finds", "privacy")
    }
    return layout(
        ui.TextDisplay(say("help.body", **{each: mention(each) for each in names}, **brought, **taste)),
        ui.TextDisplay(say("help.more", mix=mention("mix"), block=mention("block"), **more)),
        ui.TextDisplay(say("help.server", **here)),
        ui.TextDisplay(say("help.artists", register=mention("artist register"))),
        ui.Separator(),
        ui.TextDisplay(say("help.taps")),
        ui.TextDisplay(say("help.out", like=say("menu.like"), recommend=say("menu.recommend"))),
        *governing,
        ui.TextDisplay(say("help.privacy")),
        accent=ACCENT,
    )
