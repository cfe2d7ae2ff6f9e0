"""``/playlist``: lists of one's own and of the server, and Save."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import structlog
from discord import app_commands
from discord.ext import commands

from bot.cards import ids
from bot.cards.lists import (
    NEW,
    deleting_card,
    list_card,
    overview_card,
    saving_card,
    told_card,
)
from bot.cards.plain import clean, safe
from bot.cards.recommend import recommend_card
from bot.client import Interaction, Segue
from bot.errors import SegueError, UnknownPost
from bot.store.records import ListId, Post, Song
from bot.text import CATALOGUES, say
from bot.usecases.lists import CHOSEN, LONGEST_NAME, Asking, Lists, Put
from bot.usecases.songs import CHOICE, label
from cogs.asking import LONGEST_LABEL, MOST_CHOICES, asked_song, songs, think, where
from cogs.buttons import Pressed, Touched
from cogs.showing import draw, show

log = structlog.get_logger(__name__)

# So many songs of a list say what it is about; the newest count.
MOST_SEEDS = 50
Name = app_commands.Range[str, 1, LONGEST_NAME]


def asking(interaction: Interaction) -> Asking:
    """Who asks, and whether they manage messages."""
    asked = where(interaction)
    return Asking(asked.server, asked.member, interaction.permissions.manage_messages)


async def names(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer lists while a member types; from memory only, and never an error."""
    if interaction.guild_id is None:
        return []
    found = interaction.client.app.lists.suggest(asking(interaction), current, MOST_CHOICES)
    return [
        app_commands.Choice(
            name=clean(
                say(f"lists.choice.{'shared' if each.shared else 'own'}", name=each.name), LONGEST_LABEL
            ),
            value=f"{CHOSEN}{each.id}",
        )
        for each in found
    ]


async def inside(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer the songs of the list that was chosen before; a quick look into the store, and never an error."""
    lists = interaction.client.app.lists
    try:
        chosen = lists.find(asking(interaction), str(getattr(interaction.namespace, "list", "")))
        found = await lists.within(chosen, current, MOST_CHOICES)
    except (SegueError, app_commands.NoPrivateMessage):
        return []
    return [
        app_commands.Choice(name=clean(label(song), LONGEST_LABEL), value=f"{CHOICE}{song.id}")
        for song in found
    ]


def put_text(put: Put, song: Song) -> str:
    """What became of a song for a list."""
    name, shown = safe(put.list.name, 60), safe(label(song), 120)
    if put.new:
        return say("list.added", n=put.count, name=name, song=shown)
    if put.list.shared and put.by is not None:
        return say("list.known.by", name=name, song=shown, member=f"<@{put.by}>")
    return say("list.known", name=name, song=shown)


def usual_names() -> list[str]:
    """What the list that *Save* makes is called in every language: members change theirs."""
    return [say("list.save.name", language) for language in CATALOGUES]


class SaveButton(Pressed, template=ids.SAVE):
    """Puts the song of a card into a list."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Ask which list; who has none gets one at once."""
        slot, app, asked = self.slot(post), interaction.client.app, asking(interaction)
        await think(interaction, private=True)
        lists = app.lists.visible(asked)
        if lists:
            new = app.lists.usual(asked, usual_names()) is None
            card = saving_card(post, slot, app.shelf, lists, new=new)
            await interaction.edit_original_response(view=card.view)
            return
        made = await app.lists.saving(asked, say("list.save.name"), usual_names())
        put = await app.lists.add(asked, made, slot.song)
        await interaction.edit_original_response(content=put_text(put, app.library.songs[slot.song]))


class SaveMenu(Pressed, template=ids.SAVE_TO):
    """The list that was chosen for it."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Put it there and say so in the menu's place."""
        slot, app, asked = self.slot(post), interaction.client.app, asking(interaction)
        values = interaction.data.get("values", []) if interaction.data else []
        if not values:
            raise UnknownPost("Nothing was chosen.")
        await interaction.response.defer()
        chosen = (
            await app.lists.saving(asked, say("list.save.name"), usual_names())
            if values[0] == NEW
            else app.lists.find(asked, f"{CHOSEN}{values[0]}")
        )
        put = await app.lists.add(asked, chosen, slot.song)
        card = told_card(put_text(put, app.library.songs[slot.song]))
        await interaction.edit_original_response(view=card.view)


class DeleteButton(Touched, template=ids.DELETE_LIST):
    """The answer to whether a list shall go."""

    async def answer(self, interaction: Interaction) -> None:
        """Delete it, or not."""
        await interaction.response.defer()
        sentence = say("list.kept")
        if self.match["action"] == "delete":
            number = ListId(int(self.match["list"]))
            gone, count = await interaction.client.app.lists.delete(asking(interaction), number)
            sentence = say("list.deleted", n=count, name=safe(gone.name, 60))
        await interaction.edit_original_response(view=told_card(sentence).view)


class ListsButton(Touched, template=ids.LISTS):
    """Turns the pages of one's lists."""

    async def answer(self, interaction: Interaction) -> None:
        """Show another page."""
        await interaction.response.defer()
        lists = interaction.client.app.lists
        card = overview_card(
            lists.visible(asking(interaction)), await lists.counts(), int(self.match["page"])
        )
        await interaction.edit_original_response(view=card.view)


@app_commands.guild_only()
class PlaylistCog(commands.GroupCog, name="playlist", description=say("command.playlist")):
    """Everything below ``/playlist``."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @property
    def lists(self) -> Lists:
        """The use-case."""
        return self.bot.app.lists

    @app_commands.command(description=say("command.playlist.make"))
    @app_commands.describe(name=say("command.playlist.make.name"), shared=say("command.playlist.make.shared"))
    async def make(self, interaction: Interaction, name: Name, shared: bool = False) -> None:
        """Make a list."""
        await think(interaction, private=True)
        made = await self.lists.make(asking(interaction), name, shared=shared)
        add = self.bot.command_mention("playlist add")
        told = say(f"list.made.{'shared' if made.shared else 'own'}", name=safe(made.name, 60), add=add)
        await interaction.edit_original_response(content=told)

    @app_commands.command(description=say("command.playlist.add"))
    @app_commands.describe(list=say("command.playlist.which"), song=say("command.playlist.song"))
    @app_commands.autocomplete(list=names, song=songs)
    async def add(self, interaction: Interaction, list: str, song: str) -> None:  # noqa: A002 - what members type
        """Put a song into a list."""
        asked = asking(interaction)
        chosen = self.lists.find(asked, list)
        found = await asked_song(interaction, song, private=True)
        put = await self.lists.add(asked, chosen, found.id)
        await interaction.edit_original_response(content=put_text(put, found))

    @app_commands.command(description=say("command.playlist.remove"))
    @app_commands.describe(list=say("command.playlist.which"), song=say("command.playlist.song"))
    @app_commands.autocomplete(list=names, song=inside)
    async def remove(self, interaction: Interaction, list: str, song: str) -> None:  # noqa: A002
        """Take a song out."""
        asked = asking(interaction)
        chosen = self.lists.find(asked, list)
        await think(interaction, private=True)
        gone = await self.lists.remove(asked, chosen, song)
        told = say("list.removed", name=safe(chosen.name, 60), song=safe(label(gone), 120))
        await interaction.edit_original_response(content=told)

    @app_commands.command(description=say("command.playlist.rename"))
    @app_commands.describe(list=say("command.playlist.which"), name=say("command.playlist.rename.name"))
    @app_commands.autocomplete(list=names)
    async def rename(self, interaction: Interaction, list: str, name: Name) -> None:  # noqa: A002
        """Give it another name."""
        asked = asking(interaction)
        chosen = self.lists.find(asked, list)
        await think(interaction, private=True)
        renamed = await self.lists.rename(asked, chosen, name)
        told = say("list.renamed", before=safe(chosen.name, 60), name=safe(renamed.name, 60))
        await interaction.edit_original_response(content=told)

    @app_commands.command(description=say("command.playlist.delete"))
    @app_commands.describe(list=say("command.playlist.which"))
    @app_commands.autocomplete(list=names)
    async def delete(self, interaction: Interaction, list: str) -> None:  # noqa: A002
        """Ask before it is deleted."""
        asked = asking(interaction)
        chosen = self.lists.find(asked, list)
        self.lists.may_change(asked, chosen)
        await think(interaction, private=True)
        counts = await self.lists.counts()
        card = deleting_card(chosen, counts.get(chosen.id, 0))
        await interaction.edit_original_response(view=card.view)

    @app_commands.command(description=say("command.playlist.show"))
    @app_commands.describe(list=say("command.playlist.which"))
    @app_commands.autocomplete(list=names)
    async def show(self, interaction: Interaction, list: str) -> None:  # noqa: A002
        """Show its songs: a list of one's own to oneself, the server's to everybody."""
        asked = asking(interaction)
        chosen = self.lists.find(asked, list)
        await think(interaction, private=not chosen.shared)
        post = await self.lists.show(asked, chosen, where(interaction).channel)
        await draw(self.bot.app, post.slots[:1])
        await show(interaction, post, list_card(post, self.bot.app.shelf))

    @app_commands.command(name="list", description=say("command.playlist.list"))
    async def list_(self, interaction: Interaction) -> None:
        """Show which lists there are."""
        await think(interaction, private=True)
        card = overview_card(self.lists.visible(asking(interaction)), await self.lists.counts())
        await interaction.edit_original_response(view=card.view)

    @app_commands.command(description=say("command.playlist.recommend"))
    @app_commands.describe(list=say("command.playlist.which"))
    @app_commands.autocomplete(list=names)
    async def recommend(self, interaction: Interaction, list: str) -> None:  # noqa: A002
        """Songs that go with it; as private as the list is."""
        asked, app = asking(interaction), self.bot.app
        chosen = self.lists.find(asked, list)
        await think(interaction, private=not chosen.shared)
        seeds = (await self.lists.songs(chosen))[-MOST_SEEDS:]
        usual = app.recommend.usual(asked.server)
        wish = replace(usual, seeds=tuple(seeds), of_list=chosen.id, private=not chosen.shared)
        post = await app.recommend.ask(
            server=asked.server,
            member=asked.member,
            channel=where(interaction).channel,
            wish=wish,
            beside=partial(draw, app),
        )
        await show(interaction, post, recommend_card(post, app.shelf))


ITEMS = (SaveButton, SaveMenu, DeleteButton, ListsButton)


async def setup(bot: Segue) -> None:
    """Add the group and let the bot answer its cards."""
    await bot.add_cog(PlaylistCog(bot))
    bot.add_dynamic_items(*ITEMS)


async def teardown(bot: Segue) -> None:
    """Answer them no more; the group goes by itself."""
    bot.remove_dynamic_items(*ITEMS)
