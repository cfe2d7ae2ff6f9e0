"""Menus of a card: one row each, with what is chosen already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.cards.plain import clean

MOST = 25
"""Lines of a menu, and channels that can be chosen in one, as Discord allows."""
_LABEL, _PLACEHOLDER = 100, 150
POSTED_IN = (discord.ChannelType.text, discord.ChannelType.news)
"""Channels in which a weekly post can come."""
TYPED_IN = (
    *POSTED_IN,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
)
"""Channels in which, or in whose threads, commands can be typed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a menu: what it stands for, what it says, and in small print what else."""

    value: str
    label: str
    small: str | None = None


def menu(
    custom_id: str,
    lines: Sequence[Line],
    chosen: Collection[str],
    placeholder: str | None = None,
    *,
    least: int = 1,
    most: int = 1,
) -> ui.ActionRow[ui.LayoutView]:
    """A menu of words.

    What is chosen is its placeholder as well: some clients forget which lines are chosen when a card is edited.
    """
    options = [
        discord.SelectOption(
            value=line.value,
            label=clean(line.label, _LABEL),
            description=None if line.small is None else clean(line.small, _LABEL),
            default=line.value in chosen,
        )
        for line in lines[:MOST]
    ]
    most = min(most, len(options))
    shown = ", ".join(option.label for option in options if option.default)
    return ui.ActionRow(
        ui.Select(
            custom_id=custom_id,
            options=options,
            placeholder=clean(placeholder or shown, _PLACEHOLDER) if placeholder or shown else None,
            min_values=min(least, most),
            max_values=most,
        )
    )


def channel_menu(
    custom_id: str,
    kinds: Sequence[discord.ChannelType],
    chosen: Sequence[int],
    placeholder: str | None = None,
    *,
    least: int = 1,
    most: int = 1,
) -> ui.ActionRow[ui.LayoutView]:
    """A menu of the server's channels; ``chosen`` ones have to exist."""
    channel = discord.SelectDefaultValueType.channel
    return ui.ActionRow(
        ui.ChannelSelect(
            custom_id=custom_id,
            channel_types=list(kinds),
            placeholder=placeholder,
            min_values=least,
            max_values=most,
            default_values=[discord.SelectDefaultValue(id=each, type=channel) for each in chosen[:most]],
        )
    )


def button(
    label: str, custom_id: str, *, green: bool = False, disabled: bool = False
) -> ui.Button[ui.LayoutView]:
    """A button; a green one is the way on."""
    style = discord.ButtonStyle.success if green else discord.ButtonStyle.secondary
    return ui.Button(style=style, label=label, custom_id=custom_id, disabled=disabled)
