"""Errors in a member's words: what happened and what to do, never a traceback.

One file for each thing that errors speak of; each says its own and leaves the others alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from bot.cards.trouble import accounts, cards, claims, from_discord, lists, members, servers, songs
from bot.text import say

_TELLING = (songs, cards, lists, accounts, members, servers, claims, from_discord)


def trouble(error: Exception, *, command: Callable[[str], str]) -> tuple[str, str | None]:
    """The sentence for an error, and an id to find it by in the log when nobody expected it.

    Args:
        command: a command by its name, as members can press it.
    """
    for each in _TELLING:
        sentence = each.told(error, command)
        if sentence is not None:
            return sentence, None
    error_id = secrets.token_hex(4)
    return say("error.unexpected", error_id=error_id), error_id
