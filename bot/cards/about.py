"""The small print of a card that was opened: who made it, in which language, what it says of itself."""

from __future__ import annotations

from bot.cards.plain import safe
from bot.store.records import About
from bot.text import say
from bot.text.names import tongue

MOST_NAMES, MOST_OF_INSTRUMENT = 4, 2
MOST_PLAYERS = 6
LONGEST = 280
"""Characters of a description, and fewer of a name: together with the song they stay below Discord's 4,000."""
LONGEST_NAME = 32
_ROLES = ("writers", "featured")


def about_lines(about: About) -> list[str]:
    """What is known, one line each, small."""
    rows: list[str] = []
    if about.description:
        rows.append(say("about.description", text=safe(about.description, LONGEST)))
    rows += [
        say(f"about.{role}", names=_names(about.credits[role])) for role in _ROLES if role in about.credits
    ]
    players = [
        say(
            "about.player",
            instrument=safe(instrument, LONGEST_NAME),
            names=_names(named[:MOST_OF_INSTRUMENT]),
        )
        for instrument, named in about.credits.items()
        if instrument not in _ROLES
    ]
    if players:
        rows.append(say("about.players", players=" · ".join(players[:MOST_PLAYERS])))
    if about.language:
        rows.append(say("about.language", tongue=safe(tongue(about.language), 40)))
    return rows


def _names(named: tuple[str, ...]) -> str:
    return ", ".join(safe(each, LONGEST_NAME) for each in named[:MOST_NAMES])
