"""A radio in its message: moving on, and drawing it anew."""

from __future__ import annotations

import discord
import structlog

from bot.app import App
from bot.cards.radio import radio_card
from bot.client import Interaction
from bot.errors import RadioGone, StoreError
from bot.store.records import MemberId, Post, Slot
from cogs.asking import where
from cogs.showing import draw

log = structlog.get_logger(__name__)


async def play_on(
    interaction: Interaction,
    app: App,
    post: Post,
    slot: Slot,
    *,
    like_this: bool = False,
    steered: bool = False,
) -> None:
    """Play the next song of a radio in its message."""
    await interaction.response.defer()
    longer = await app.radio.next(
        post, slot.number, member=where(interaction).member, like_this=like_this, steered=steered
    )
    await redraw(interaction, app, longer)


async def heeded(app: App, post: Post, member: MemberId) -> Post:
    """A radio that has taken an answer into account; the answer itself is saved by then, whatever happens here."""
    try:
        return await app.radio.answered(post, member)
    except StoreError as error:
        log.warning("what comes next not saved", post=post.id, error=str(error))
        return post


async def redraw(interaction: Interaction, app: App, post: Post) -> None:
    """Show a radio as it is now, after the press was acknowledged.

    Raises:
        RadioGone: somebody deleted the message meanwhile, or its channel.
    """
    await draw(app, post.slots[-1:])
    card = radio_card(post, app.shelf)
    try:
        await interaction.edit_original_response(view=card.view, attachments=card.files)
    except discord.NotFound as error:
        raise RadioGone("The message of that radio is gone.") from error
