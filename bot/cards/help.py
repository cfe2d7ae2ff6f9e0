"""The card of ``/help``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from discord import ui

from bot.cards.song import Card, Item, layout
from bot.text import say

ACCENT = 0x5B8DEF
_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "start": {"recommend": "recommend"},
    "hear": {
        "radio": "radio play",
        "daily": "daily",
        "mix": "mix",
        "search": "search",
        "related": "related",
    },
    "tell": {
        "start": "taste start",
        "like": "like",
        "skip": "skip",
        "dislike": "dislike",
        "block": "block",
        "history": "history",
        "undo": "undo",
        "import_": "taste import playlist",
        "link": "link status",
        "nowplaying": "nowplaying",
    },
    "here": {
        "ask": "ask",
        "playlist": "playlist list",
        "charts": "charts",
        "finds": "finds",
        "show": "taste show",
        "compare": "taste compare",
        "map": "taste server",
        "own": "mydiscovery start",
        "register": "artist register",
    },
    "admins": {
        "setup": "setup",
        "settings": "settings",
        "discovery": "discovery channel",
        "links": "links on",
    },
}
"""What each section names: commands, by the words that stand for them in its text."""


def help_card(mention: Callable[[str], str], *, admin: bool = False) -> Card:
    """What Segue does, in one glance; `/unblock`, `/unlink` and the rest are told by the commands that stand here.

    Args:
        admin: whether it is for somebody who manages the server.
    """

    def section(name: str) -> Item:
        commands = {word: mention(command) for word, command in _SECTIONS[name].items()}
        return ui.TextDisplay(say(f"help.{name}", **commands))

    small = (
        say("help.taps"),
        say("help.out", like=say("menu.like"), recommend=say("menu.recommend")),
        say("help.privacy", privacy=mention("privacy")),
    )
    sections: list[Item] = []
    for name in ("hear", "tell", "here", "admins") if admin else ("hear", "tell", "here"):
        sections += [ui.Separator(visible=False), section(name)]
    return layout(
        section("start"),
        *sections,
        ui.Separator(),
        ui.TextDisplay("\n".join(small)),
        accent=ACCENT,
    )
