"""Turning a post into a message, and a message into its newer state."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
import discord
import structlog

from bot.app import App
from bot.cards import lists
from bot.cards.asks import ask_card
from bot.cards.brought import brought_card
from bot.cards.daily import daily_card
from bot.cards.found import artist_card
from bot.cards.found import list_card as found_card
from bot.cards.lists import list_card
from bot.cards.own import own_card
from bot.cards.playing import playing_card
from bot.cards.radio import radio_card
from bot.cards.recommend import PER_PAGE, page_of, recommend_card
from bot.cards.song import Card, one, picture
from bot.cards.weekly import week_picture, weekly_card
from bot.client import FOUND, SHOWN, Interaction
from bot.errors import StoreError
from bot.store.records import About, ChannelId, Counts, MemberId, MessageId, Post, PostId, PostKind, Slot
from bot.text import say

log = structlog.get_logger(__name__)

# Posts that list their songs; one is chosen, and answered to on a private card.
NUMBERED = frozenset({PostKind.WEEKLY, PostKind.LIST, PostKind.ASK})


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
    # A private copy does not take the place of the message that everybody sees, such as of a day's mix.
    if not (message.flags.ephemeral and post.message is not None):
        await remember(interaction.client.app, post, message)
    return message


async def remember(app: App, post: Post, message: discord.Message) -> None:
    """Write down which message a post became."""
    try:
        await app.picker.sent(post, ChannelId(message.channel.id), MessageId(message.id))
    except StoreError as error:
        # The card is there and its buttons work; only reactions to it will not be understood.
        log.warning("message not remembered", post=post.id, error=str(error))


def said(
    app: App,
    post: Post,
    slot: Slot,
    interaction: Interaction,
    *,
    fresh: bool = False,
    about: About | None = None,
) -> Card:
    """A private card of one song: what the member thinks of it, and the buttons to change that.

    Args:
        fresh: the member has only just opened it, so that no opinion is none yet, and not one taken back.
        about: what is told of the song, for the small print.
    """
    verb = app.tastes.opinion(post.server, MemberId(interaction.user.id), slot.song).verb
    nothing = "open" if fresh else "none"
    return one(post, slot, app.shelf, say(f"card.said.{nothing if verb is None else verb.value}"), about)


def private(interaction: Interaction) -> bool:
    """Whether the pressed message is seen by the member alone."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def redrawn(app: App, post: Post, slot: Slot, interaction: Interaction, about: About | None = None) -> Card:
    """The card that a pressed message shows now."""
    message = interaction.message
    if message is not None and message.flags.ephemeral and not _shows_whole(message):
        return said(app, post, slot, interaction, about=about)
    return whole(app, post, page_with(post, slot))


def whole(app: App, post: Post, page: int = 0) -> Card:
    """A page of the message that a post became, as it is now."""
    match post.kind:
        case PostKind.RADIO:
            return radio_card(post, app.shelf)
        case PostKind.PLAYING:
            return playing_card(post, app.shelf)
        case PostKind.WEEKLY:
            return weekly_card(post, app.shelf)
        case PostKind.DAILY:
            return daily_card(post, app.shelf, page)
        case PostKind.OWN:
            return own_card(post, app.shelf, page)
        case PostKind.LIST:
            return list_card(post, app.shelf, page)
        case PostKind.ASK:
            return ask_card(post, app.shelf)
        case PostKind.FOUND:
            return brought_card(post, app.shelf)
        case PostKind.SEARCH:
            return found_card(post, app.shelf, page)
        case PostKind.ARTIST:
            return artist_card(post, app.shelf)
        case PostKind.RECOMMEND | PostKind.SONG:
            return recommend_card(post, app.shelf, page)


def page_with(post: Post, slot: Slot) -> int:
    """The page of a post's message that a slot is on."""
    return lists.page_of(slot.number) if post.kind is PostKind.LIST else page_of(slot.number)


def _shows_whole(message: discord.Message) -> bool:
    """Whether a private message shows a post, not one song of it: then there is something to turn or to ask again."""
    view = discord.ui.LayoutView.from_message(message, timeout=None)
    turning = ("pg:", "more:", "pick:")
    return any((getattr(part, "custom_id", None) or "").startswith(turning) for part in view.walk_children())


Answers = tuple[Counts, ...]


def answers(app: App, post: Post) -> Answers:
    """What a post's message shows of its answers when it is drawn now."""
    return tuple(app.tastes.counts(post.server, slot.song) for slot in post.slots)


class Refresher:
    """Brings messages up to date after the acknowledgement; taps in the meantime share one edit."""

    def __init__(self) -> None:
        self._drawing: set[PostId] = set()
        self._stale: set[PostId] = set()

    async def refresh(self, interaction: Interaction, post: Post, slot: Slot) -> None:
        """Redraw the public message of a post that was answered in private, at the page with the slot."""
        if post.channel is None or post.message is None or post.query.get("private"):
            return
        if post.kind is PostKind.RADIO and post.slots[-1].number != slot.number:
            return  # it has moved on
        app = interaction.client.app
        if post.kind is PostKind.WEEKLY:
            await asyncio.to_thread(week_picture, post, app.shelf)
        channel = interaction.client.get_partial_messageable(post.channel, guild_id=post.server)
        message = channel.get_partial_message(post.message)
        page = page_with(post, slot)

        def edit() -> Awaitable[object]:
            card = whole(app, app.picker.newest(post), page)
            if post.kind in NUMBERED:
                return message.edit(view=card.view)
            # The message may show another page, with other covers.
            return message.edit(view=card.view, attachments=card.files)

        await self.until_fresh(app, post, edit)

    async def catch_up(
        self, interaction: Interaction, post: Post, slot: Slot, shown: Answers, about: About | None = None
    ) -> None:
        """Redraw a pressed message if answers came in while its edit was on the way: edits may overtake each other."""
        app = interaction.client.app
        if answers(app, post) != shown:
            await self.until_fresh(
                app,
                post,
                lambda: interaction.edit_original_response(
                    view=redrawn(app, post, slot, interaction, about).view
                ),
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
