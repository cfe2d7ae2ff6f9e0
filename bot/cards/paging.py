"""Cards with several pages: how many there are, and the arrows, which are alike on all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from discord import ui

# With more pages than these, first and last are offered as well.
FEW = 3


def paged(count: int, per_page: int, page: int) -> tuple[int, int]:
    """The page nearest to the wanted one, counted from 0, and how many there are: 1 where there is nothing."""
    pages = max(1, -(-count // per_page))
    return min(max(page, 0), pages - 1), pages


def turning(
    identify: Callable[[int, str], str], page: int, pages: int, *beside: ui.Button[Any]
) -> list[ui.ActionRow[Any]]:
    """A row with back and next, on long cards first and last too, and the buttons beside them; none without any.

    Args:
        identify: the id of a button that leads to a page; the letter tells buttons to the same page apart.
    """
    found = [*_arrows(identify, page, pages), *beside]
    return [ui.ActionRow(*found)] if found else []


def _arrows(identify: Callable[[int, str], str], page: int, pages: int) -> list[ui.Button[Any]]:
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

    arrows = [button("◀️", "b", page - 1), button("▶️", "n", page + 1)]
    if pages <= FEW:
        return arrows
    return [button("⏮️", "a", 0), *arrows, button("⏭️", "z", pages - 1)]
