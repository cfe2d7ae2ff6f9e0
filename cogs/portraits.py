"""What `/taste start`, `show`, `compare`, `server` and `visible` do: a taste begun, seen, and shared by consent."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import structlog

from bot.cards.plain import safe
from bot.cards.portraits import (
    agreement_card,
    agreement_picture,
    map_card,
    map_picture,
    portrait_card,
    portrait_picture,
)
from bot.cards.tasting import STEPS, step_card
from bot.client import Interaction
from bot.errors import Refused
from bot.store.records import MemberId
from bot.text import say
from bot.usecases.portraits import FEWEST_ON_MAP, MOST_ON_MAP
from cogs.asking import Where, think, where

log = structlog.get_logger(__name__)


async def show(interaction: Interaction, member: discord.User | discord.Member | None) -> None:
    """Show a taste to whoever asks: their own, or that of a member who lets others see it."""
    asked = where(interaction)
    await think(interaction, private=True)
    if member is not None and member.id != asked.member:
        await may_see(interaction, asked, member)
    await show_taste(interaction, asked, member or interaction.user)


async def compare(interaction: Interaction, member: discord.User | discord.Member) -> None:
    """Lay two tastes beside each other, where the other one agreed."""
    asked, app = where(interaction), interaction.client.app
    await think(interaction, private=True)
    if member.id == asked.member:
        mention = interaction.client.command_mention("taste show")
        raise Refused(say("taste.compare.yourself", show=mention))
    await may_see(interaction, asked, member)
    if await app.portraits.of(asked.server, asked.member) is None:
        raise _nothing_to_show(interaction)
    compared = await app.portraits.compare(asked.server, asked.member, MemberId(member.id))
    if compared is None:
        raise Refused(say("taste.show.nothing.other", name=safe(member.display_name)))
    post = await app.portraits.given(asked.server, asked.member, asked.channel, compared.for_asker)
    names = interaction.user.display_name, member.display_name
    picture = await asyncio.to_thread(agreement_picture, names, compared, app.shelf)
    card = agreement_card(member.display_name, compared, post, app.shelf, picture)
    await interaction.edit_original_response(view=card.view, attachments=card.files)


async def server_map(interaction: Interaction) -> None:
    """Draw the map of those who agreed, to whoever asks."""
    asked, app = where(interaction), interaction.client.app
    await think(interaction, private=True)
    names = await _named(interaction, await app.portraits.agreed(asked.server))
    visible = interaction.client.command_mention("taste visible")
    if len(names) < FEWEST_ON_MAP:
        raise Refused(say("taste.server.few", n=len(names), visible=visible))
    mapped = await app.portraits.map(asked.server, names)
    title = interaction.guild.name if interaction.guild else ""
    picture = await asyncio.to_thread(map_picture, title, names, mapped)
    card = map_card(names, mapped, picture, visible)
    await interaction.edit_original_response(view=card.view, attachments=card.files)


async def set_visible(interaction: Interaction, *, visible: bool) -> None:
    """Let others see one's taste, or no longer."""
    asked = where(interaction)
    await think(interaction, private=True)
    await interaction.client.app.portraits.show(asked.server, asked.member, visible=visible)
    mention = interaction.client.command_mention("taste visible")
    told = say("taste.visible.on", visible=mention) if visible else say("taste.visible.off")
    await interaction.edit_original_response(content=told)


async def start(interaction: Interaction) -> None:
    """Begin to ask what the member likes, step by step, in a private answer."""
    asked, choosing = where(interaction), interaction.client.app.choosing
    await think(interaction, private=True)
    card = step_card(STEPS[0], await choosing.offer(), choosing.of(asked.server, asked.member))
    await interaction.edit_original_response(view=card.view)


def _nothing_to_show(interaction: Interaction) -> Refused:
    """That nothing is known of whoever asks, and how to begin."""
    return Refused(say("taste.show.nothing", start=interaction.client.command_mention("taste start")))


async def show_taste(
    interaction: Interaction, asked: Where, member: discord.User | discord.Member, *, share: bool = True
) -> None:
    """Show a taste in the answer that was announced.

    Args:
        share: offer to show it to everybody, if it is one's own.
    """
    own = member.id == asked.member
    shown = await interaction.client.app.portraits.of(asked.server, MemberId(member.id))
    if shown is None and own:
        raise _nothing_to_show(interaction)
    if shown is None:
        raise Refused(say("taste.show.nothing.other", name=safe(member.display_name)))
    picture = await asyncio.to_thread(portrait_picture, member.display_name, shown)
    card = portrait_card(member.display_name, shown, picture, share=own and share)
    await interaction.edit_original_response(view=card.view, attachments=card.files)


async def may_see(interaction: Interaction, asked: Where, member: discord.User | discord.Member) -> None:
    """Refuse what is no member of this server, and who keeps their taste to themselves."""
    name = safe(member.display_name)
    if member.bot:
        raise Refused(say("taste.bot", name=name))
    if not isinstance(member, discord.Member):
        raise Refused(say("taste.gone", name=name))
    if not await interaction.client.app.portraits.visible(asked.server, MemberId(member.id)):
        visible = interaction.client.command_mention("taste visible")
        raise Refused(say("taste.hidden", name=name, visible=visible))


async def _named(interaction: Interaction, members: list[MemberId]) -> dict[MemberId, str]:
    """The names of those who are still here, longest agreed first; Discord is asked, as Segue keeps no names."""
    guild, names = interaction.guild, dict[MemberId, str]()
    if guild is None:
        return names
    for member in members:
        if len(names) == MOST_ON_MAP:
            break
        try:
            names[member] = (await guild.fetch_member(member)).display_name
        except discord.NotFound:
            log.debug("not on the map: left the server")
        except (discord.HTTPException, aiohttp.ClientError) as error:
            log.info("not on the map: name not known", error=str(error))
    return names
