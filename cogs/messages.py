"""Commands on messages: like or recommend from any that holds a song or a link to one, delete a card of one's own."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards import ids
from bot.cards.meant import MOST_CHOICES, meant_card
from bot.cards.plain import safe
from bot.client import FOUND, Interaction, Segue
from bot.errors import NoSongThere, NotACard, NotYourCard, UnknownPost
from bot.store.records import MessageId, Post, PostKind, Slot, SongId, Verb
from bot.text import say
from bot.usecases.picking import numbered
from bot.usecases.songs import label
from cogs.asking import think, where
from cogs.buttons import Pressed
from cogs.discover import answer
from cogs.reading import links_of, post_in
from cogs.showing import Refresher, said

# Links of one message that are looked into.
MOST_LINKS = 5


class Messages(commands.Cog):
    """The commands; Discord allows an app five of this kind."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot
        self._menus = (
            app_commands.ContextMenu(name=app_commands.locale_str(say("menu.like")), callback=self.like),
            app_commands.ContextMenu(
                name=app_commands.locale_str(say("menu.recommend")), callback=self.recommend
            ),
            app_commands.ContextMenu(name=app_commands.locale_str(say("menu.delete")), callback=self.delete),
        )

    async def cog_load(self) -> None:
        """Add the commands."""
        for menu in self._menus:
            menu.guild_only = True
            self.bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take them away again."""
        for menu in self._menus:
            self.bot.tree.remove_command(menu.name, type=menu.type)

    async def delete(self, interaction: Interaction, message: discord.Message) -> None:
        """Delete a card that the member asked for; whoever manages messages deletes any."""
        await think(interaction, private=True)
        post = await posted(interaction, message)
        if post is None:
            raise NotACard("That message holds no post.")
        theirs = interaction.user.id in (post.member, asker(message))
        if not theirs and not interaction.permissions.manage_messages:
            raise NotYourCard("Somebody else asked for it.")
        with contextlib.suppress(discord.NotFound):
            await message.delete()
        await interaction.edit_original_response(content=say("menu.deleted"))

    async def like(self, interaction: Interaction, message: discord.Message) -> None:
        """Like the song of a message, or choose which one."""
        await think(interaction, private=True)
        post = await posted(interaction, message) or await linked(interaction, message, "like")
        slots = current(post)
        if len(slots) > 1:
            card = meant_card(post, slots, self.bot.app.shelf, "like")
            await interaction.edit_original_response(view=card.view)
            return
        await liked(interaction, post, slots[0])
        shown = said(self.bot.app, post, slots[0], interaction)
        await interaction.edit_original_response(view=shown.view, attachments=shown.files)
        await MeantMenu.refresher.refresh(interaction, post, slots[0])

    async def recommend(self, interaction: Interaction, message: discord.Message) -> None:
        """Songs like the one of a message, for everybody; or choose which one."""
        post = await posted(interaction, message)
        if post is not None and len(current(post)) == 1:
            await think(interaction)
            await recommended(interaction, current(post)[0].song)
            return
        await think(interaction, private=True)
        post = post or await linked(interaction, message, "recommend")
        slots = current(post)
        if len(slots) > 1:
            card = meant_card(post, slots, self.bot.app.shelf, "recommend")
            await interaction.edit_original_response(view=card.view)
            return
        song = self.bot.app.library.songs[slots[0].song]
        interaction.extras[FOUND] = say("menu.from", song=safe(label(song), 200))
        await recommended(interaction, song.id)


async def posted(interaction: Interaction, message: discord.Message) -> Post | None:
    """The post that a message of Segue's own shows; None for everybody else's messages."""
    app = interaction.client.app
    if interaction.client.user is None or message.author.id != interaction.client.user.id:
        return None
    post = await app.store.posts.by_message(MessageId(message.id))
    if post is None and (number := post_in(message)) is not None:  # private cards are not remembered
        post = await app.picker.post(number)
    if post is None or post.server != where(interaction).server:
        return None
    return await app.picker.post(post.id)


def asker(message: discord.Message) -> int | None:
    """Whose command a message answers, as Discord tells: a card may be of another member than who asked for it."""
    told = message.interaction_metadata
    if told is None or told.type is not discord.InteractionType.application_command:
        return None
    return told.user.id


async def linked(interaction: Interaction, message: discord.Message, command: str) -> Post:
    """A private post of the songs that a message links to: only their ids are kept, and nothing of what it says.

    Raises:
        NoSongThere: it holds no link to a song that anybody knows.
    """
    asked, app = where(interaction), interaction.client.app
    links = links_of(message)[:MOST_LINKS]
    songs = await app.bringing.songs(links)
    if not songs:
        raise NoSongThere(link=bool(links), command=command)
    numbers = [song.id for song in songs]
    return await app.picker.named(
        PostKind.SONG, server=asked.server, member=asked.member, slots=numbered(numbers)
    )


def current(post: Post) -> list[Slot]:
    """The songs of a post that can be meant: of a radio the one that plays."""
    return [post.slots[-1]] if post.single else list(post.slots[:MOST_CHOICES])


async def liked(interaction: Interaction, post: Post, slot: Slot) -> None:
    """Like a slot of a post; saying so again changes nothing."""
    app, asked = interaction.client.app, where(interaction)
    if app.tastes.opinion(asked.server, asked.member, slot.song).verb is not Verb.LIKE:
        await app.feedback.tap(
            server=asked.server,
            member=asked.member,
            post=post,
            slot=slot.number,
            verb=Verb.LIKE,
            cause=str(interaction.id),
        )


async def recommended(interaction: Interaction, song: SongId) -> None:
    """Answer with songs like one, for everybody."""
    usual = interaction.client.app.recommend.usual(where(interaction).server)
    await answer(interaction, replace(usual, seed=song))


class MeantMenu(Pressed, template=ids.MEANT):
    """Which song of several is meant."""

    refresher: ClassVar[Refresher]

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Like it, or answer with songs like it."""
        values = interaction.data.get("values", []) if interaction.data else []
        slot = post.slot(int(values[0])) if values and values[0].isdecimal() else None
        if slot is None:
            raise UnknownPost("That card is no longer known.")
        if self.match["wish"] == "recommend":
            await think(interaction)
            await recommended(interaction, slot.song)
            return
        await liked(interaction, post, slot)
        card = said(interaction.client.app, post, slot, interaction)
        await interaction.response.edit_message(view=card.view, attachments=card.files)
        await self.refresher.refresh(interaction, post, slot)


async def setup(bot: Segue) -> None:
    """Add the commands and the menu that they may answer with."""
    MeantMenu.refresher = Refresher()
    bot.add_dynamic_items(MeantMenu)
    await bot.add_cog(Messages(bot))


async def teardown(bot: Segue) -> None:
    """Answer the menu no more; the cog goes by itself."""
    bot.remove_dynamic_items(MeantMenu)
