"""Turning a post into a message, and a message into its newer state."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
import discord
import structlog

from bot.app import App
from bot.cards.playing import playing_card
from bot.cards.radio import radio_card
from bot.cards.recommend import PER_PAGE, page_of, recommend_card
from bot.cards.song import Card, one, picture
from bot.cards.weekly import week_picture, weekly_card
from bot.client import FOUND, SHOWN, Interaction
from bot.errors import StoreError
from bot.store.records import ChannelId, Counts, MemberId, MessageId, Post, PostId, PostKind, Slot
from bot.text import say

log = structlog.get_logger(__name__)


async def draw(app: App, slots: Sequence[Slot]) -> None:
    """Draw the covers of a page in a thread, so that the loop is free meanwhile and the card only looks them up.

    One thread: drawing holds Python's lock most of the time, and four threads took longer than one.
    """
    songs = [song for slot in slots[:PER_PAGE] if (song := app.shelf.song(slot.song)) is not None]
    await asyncio.to_thread(lambda: [picture(song) for song in songs])


async def show(interaction: Interaction, post: Post, card: Card) -> discord.Message:
    """Answer a deferred command with a post, and remember which message it became."""
    if (found := interaction.extras.get(FOUND)) is not None:
        await interaction.edit_original_response(content=found)
        interaction.extras[SHOWN] = True
        message = await interaction.followup.send(view=card.view, files=card.files, wait=True)
    else:
        message = await interaction.edit_original_response(view=card.view, attachments=card.files)
        interaction.extras[SHOWN] = True
    try:
        await interaction.client.app.picker.sent(post, ChannelId(message.channel.id), MessageId(message.id))
    except StoreError as error:
        # The card is there and its buttons work; only reactions to it will not be understood.
        log.warning("message not remembered", post=post.id, error=str(error))
    return message


def said(app: App, post: Post, slot: Slot, interaction: Interaction, *, fresh: bool = False) -> Card:
    """A private card of one song: what the member thinks of it, and the buttons to change that.

    Args:
        fresh: the member has only just opened it, so that no opinion is none yet, and not one taken back.
    """
    verb = app.tastes.opinion(post.server, MemberId(interaction.user.id), slot.song).verb
    nothing = "open" if fresh else "none"
    return one(post, slot, app.shelf, say(f"card.said.{nothing if verb is None else verb.value}"))


def on_private(interaction: Interaction) -> bool:
    """Whether what was pressed is on a message that the member alone sees: then nobody else sees the answer either."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def redrawn(app: App, post: Post, slot: Slot, interaction: Interaction) -> Card:
    """The card that a pressed message shows now."""
    if post.kind in (PostKind.WEEKLY, PostKind.SONG) and on_private(interaction):
        return said(app, post, slot, interaction)
    match post.kind:
        case PostKind.RADIO:
            return radio_card(post, app.shelf)
        case PostKind.PLAYING:
            return playing_card(post, app.shelf)
        case PostKind.WEEKLY:
            return weekly_card(post, app.shelf)
        case PostKind.RECOMMEND | PostKind.SONG:
            return recommend_card(post, app.shelf, page_of(slot.number))


Answers = tuple[Counts, ...]


def answers(app: App, post: Post) -> Answers:
    """What a post's message shows of its answers when it is drawn now."""
    return tuple(app.tastes.counts(post.server, slot.song) for slot in post.slots)


class Refresher:
    """Brings messages up to date after the acknowledgement; taps in the meantime share one edit."""

    def __init__(self) -> None:
        self._drawing: set[PostId] = set()
        self._stale: set[PostId] = set()

    async def refresh(self, interaction: Interaction, post: Post) -> None:
        """Redraw the public message of a post that was answered in private."""
        if post.channel is None or post.message is None:
            return
        app = interaction.client.app
        await asyncio.to_thread(week_picture, post, app.shelf)
        channel = interaction.client.get_partial_messageable(post.channel, guild_id=post.server)
        message = channel.get_partial_message(post.message)
        await self.until_fresh(app, post, lambda: message.edit(view=weekly_card(post, app.shelf).view))

    async def catch_up(self, interaction: Interaction, post: Post, slot: Slot, shown: Answers) -> None:
        """Redraw a pressed message if answers came in while its edit was on the way: edits may overtake each other."""
        app = interaction.client.app
        if answers(app, post) != shown:
            await self.until_fresh(
                app,
                post,
                lambda: interaction.edit_original_response(view=redrawn(app, post, slot, interaction).view),
            )

    async def until_fresh(self, app: App, post: Post, edit: Callable[[], Awaitable[object]]) -> None:
        """Edit until the message shows every answer; a second call while one edits only says that there is more."""
        self._stale.add(post.id)
        if post.id in self._drawing:
            return
        self._drawing.add(post.id)
        shown: Answers | None = None
        try:
            while post.id in self._stale or answers(app, post) != shown:
                self._stale.discard(post.id)
                shown = answers(app, post)
                await edit()
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("post not redrawn", post=post.id, error=str(error))
        finally:
            self._drawing.discard(post.id)
            self._stale.discard(post.id)
