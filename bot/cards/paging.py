"""The arrows of a card with several pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from discord import ui

# With more pages than these, first and last are offered as well.
FEW = 3


def arrows(identify: Callable[[int, str], str], page: int, pages: int) -> list[ui.Button[Any]]:
    """Back and next, on long cards first and last too; none where there is one page.

    Args:
        identify: the id of a button that leads to a page; the letter tells buttons to the same page apart.
    """
    if pages < 2:
        return []

    def button(emoji: str, letter: str, target: int) -> ui.Button[Any]:
        reachable = min(max(target, 0), pages - 1)
        return ui.Button(
            style=discord.ButtonStyle.secondary,
            emoji=emoji,
            custom_id=identify(reachable, letter),
            disabled=reachable == page,
        )

    turning = [button("◀️", "b", page - 1), button("▶️", "n", page + 1)]
    if pages <= FEW:
        return turning
    return [button("⏮️", "a", 0), *turning, button("⏭️", "z", pages - 1)]
