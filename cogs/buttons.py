"""What happens when something on a card is pressed. All state is in the store, so old cards keep working."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Self

from discord import ui

from bot.cards import ids
from bot.cards.blocks import blocked_text
from bot.cards.listen import listen_card
from bot.cards.reasons import reasons_card, reasons_picture
from bot.cards.recommend import recommend_card
from bot.client import Interaction, Segue, bind
from bot.errors import NotYours, Refused, UnknownPost
from bot.store.records import BlockKind, ItemKind, MemberId, Post, PostId, PostKind, Slot, Verb
from bot.store.wishes import Wish
from bot.text import say
from bot.usecases.reasoning import reasoning
from cogs.asking import SERVER, named_among, think, where
from cogs.playing import heeded, play_on
from cogs.showing import NUMBERED, Refresher, answers, draw, private, redrawn, said, show, whole
from recommender import Dial


class Touched(ui.DynamicItem[ui.Item[Any]], template=r"(?!)"):
    """Base of everything that can be pressed: lets no exception pass.

    discord.py only logs what a dynamic item raises; the member would see "This interaction failed".
    """

    def __init__(self, item: ui.Item[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.match = match

    @classmethod
    async def from_custom_id(  # pyright: ignore[reportIncompatibleMethodOverride]
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild from the id alone."""
        del interaction
        return cls(item, match)

    async def callback(self, interaction: Interaction) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Answer, whatever happens."""
        bind(interaction)
        if interaction.client.too_late(interaction):
            return
        try:
            interaction.client.admit(interaction, ids.command_of(self.custom_id))
            await self.answer(interaction)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it is, the member is answered
            await interaction.client.tell(interaction, error)

    async def answer(self, interaction: Interaction) -> None:
        """Do what this item is for."""
        raise NotImplementedError

    def values(self, interaction: Interaction) -> list[str]:
        """What was chosen in a menu."""
        return interaction.data.get("values", []) if interaction.data else []


class Pressed(Touched, template=r"(?!)"):
    """Base of what belongs to a post: finds it by its number."""

    async def answer(self, interaction: Interaction) -> None:
        """Find the post first."""
        await self.pressed(interaction, await self._post(interaction))

    async def _post(self, interaction: Interaction) -> Post:
        post = await interaction.client.app.picker.post(PostId(int(self.match["post"])))
        if post is not None and interaction.guild_id is None and post.member == interaction.user.id:
            # A member's own mix came as a direct message; what they answer counts where they asked for it.
            interaction.extras[SERVER] = post.server
            interaction.client.app.switches.admit(post.server, ids.command_of(self.custom_id))
        if post is None or post.server != where(interaction).server:
            raise UnknownPost("That card is no longer known.")
        return post

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Do what this item is for."""
        raise NotImplementedError

    def slot(self, post: Post) -> Slot:
        """The slot that the id names.

        Raises:
            UnknownPost: the post has no such slot.
        """
        found = post.slot(int(self.match["slot"]))
        if found is None:
            raise UnknownPost("That card is no longer known.")
        return found


class FeedbackButton(Pressed, template=ids.FEEDBACK):
    """❤️ ⏭️ 👎 and Listen."""

    refresher: ClassVar[Refresher]

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Write the answer down, then show it."""
        slot = self.slot(post)
        app = interaction.client.app
        if self.match["verb"] == "listen":
            song = app.library.songs[slot.song]
            sung = song.kind is ItemKind.SONG
            link = None if sung else (await app.store.catalog.about(song.id)).link
            card = listen_card(post, slot, song, link)
            await interaction.response.send_message(view=card.view, ephemeral=True)
            return
        verb = Verb(self.match["verb"])
        # On a private card of its song an answer is an answer: the radio plays on in its own message.
        alone = private(interaction)
        steering = post.kind is PostKind.RADIO and not post.closed and verb is not Verb.LIKE and not alone
        # Where no radio plays on for now, an answer is only an answer.
        steering = steering and not app.switches.command_off("radio play")
        await app.feedback.tap(
            server=post.server,
            member=where(interaction).member,
            post=post,
            slot=slot.number,
            verb=verb,
            cause=str(interaction.id),
            toggle=not steering,
        )
        # Others may have moved a radio on meanwhile.
        post = await app.picker.post(post.id) or post
        if steering:
            await play_on(interaction, app, post, slot, steered=True)
            return
        if post.kind is PostKind.RADIO and post.slots[-1].number != slot.number and not alone:
            await interaction.response.defer()
            return
        if post.kind is PostKind.RADIO:
            post = await heeded(app, post, where(interaction).member)
        about = await app.store.catalog.about(slot.song) if alone else None
        shown = answers(app, post)
        await interaction.response.edit_message(view=redrawn(app, post, slot, interaction, about).view)
        elsewhere = alone and interaction.message is not None and post.message != interaction.message.id
        if post.kind in NUMBERED or elsewhere:
            await self.refresher.refresh(interaction, post, slot)
        elif post.kind is not PostKind.RADIO:
            await self.refresher.catch_up(interaction, post, slot, shown, about)


class PageButton(Pressed, template=ids.PAGE):
    """Turn a page of one's own answer."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Show another page in the same message."""
        if interaction.user.id != post.member:
            raise NotYours("Only who asked turns the pages.")
        card = whole(interaction.client.app, post, int(self.match["page"]))
        await interaction.response.edit_message(view=card.view, attachments=card.files)


def asked_by(wish: Wish) -> str:
    """The command that asks for the like."""
    if wish.of_list is not None:
        return "playlist recommend"
    if wish.of_ask is not None:
        return "ask"
    return "mix" if wish.room is not None or len(wish.people) > 1 else "recommend"


class MoreButton(Pressed, template=ids.MORE):
    """The same question again, for whoever presses."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Answer with a new message."""
        app, asked = interaction.client.app, where(interaction)
        wish = Wish.of(post.query)
        interaction.client.admit(interaction, asked_by(wish))
        named = await self._still_named(interaction, wish)
        await think(interaction, private=bool(post.query.get("private")) or private(interaction))
        dial = Dial.ADVENTUROUS if self.match["dial"] == "adventurous" else None
        fresh = await app.recommend.again(
            post,
            member=asked.member,
            channel=asked.channel,
            named=named,
            dial=dial,
            beside=partial(draw, app),
        )
        await show(interaction, fresh, recommend_card(fresh, app.shelf))

    async def _still_named(self, interaction: Interaction, wish: Wish) -> tuple[MemberId, ...]:
        """Who may be named by now: others may have changed their mind since the card was asked for.

        Raises:
            Refused: the one whose taste it was asked with keeps it to themselves now.
        """
        agreed = await named_among(interaction, wish.people)
        if len(wish.people) == 1 and not agreed:
            visible = interaction.client.command_mention("taste visible")
            raise Refused(say("taste.hidden", name=f"<@{wish.people[0]}>", visible=visible))
        return agreed


class FromButton(Pressed, template=ids.FROM):
    """Songs from the one on the card, for whoever presses."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Answer with a new message, as ``/recommend`` does; from a private card, to the member alone."""
        app, asked, slot = interaction.client.app, where(interaction), self.slot(post)
        await think(interaction, private=private(interaction))
        fresh = await app.recommend.ask(
            server=asked.server,
            member=asked.member,
            channel=asked.channel,
            wish=replace(app.recommend.usual(asked.server), seed=slot.song, private=private(interaction)),
            beside=partial(draw, app),
        )
        await show(interaction, fresh, recommend_card(fresh, app.shelf))


class HideButton(Pressed, template=ids.HIDE):
    """Hide the artist of a song, for whoever presses."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Block, and tell how to take it back; pressed again, the same."""
        app, asked, slot = interaction.client.app, where(interaction), self.slot(post)
        await think(interaction, private=True)
        artist = app.library.main_artist(slot.song)
        block = await app.blocks.add(asked.server, asked.member, BlockKind.ARTIST, artist)
        told = blocked_text([block], app.blocks.named, interaction.client.command_mention)
        await interaction.edit_original_response(content=told)


class ChooseMenu(Pressed, template=ids.CHOOSE):
    """One song of a long post, shown to the member alone."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Answer privately with the song's card."""
        values = self.values(interaction)
        slot = post.slot(int(values[0])) if values and values[0].isdecimal() else None
        if slot is None:
            raise UnknownPost("That card is no longer known.")
        app = interaction.client.app
        about = await app.store.catalog.about(slot.song)
        card = said(app, post, slot, interaction, fresh=True, about=about)
        await interaction.response.send_message(view=card.view, files=card.files, ephemeral=True)


class WhyButton(Pressed, template=ids.WHY):
    """Why a song was chosen, to whoever asks."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Answer privately with the parts of the score."""
        slot, app = self.slot(post), interaction.client.app
        await think(interaction, private=True)
        reasoned = reasoning(app.picker, post, slot)
        picture = await asyncio.to_thread(reasons_picture, reasoned.parts) if reasoned.parts else None
        card = reasons_card(post, slot, app.shelf, reasoned, picture)
        await interaction.edit_original_response(view=card.view, attachments=card.files)


ITEMS = (FeedbackButton, PageButton, MoreButton, FromButton, HideButton, ChooseMenu, WhyButton)


async def setup(bot: Segue) -> None:
    """Let the bot answer everything on its cards."""
    FeedbackButton.refresher = Refresher()
    bot.add_dynamic_items(*ITEMS)


async def teardown(bot: Segue) -> None:
    """Answer nothing any more."""
    bot.remove_dynamic_items(*ITEMS)
