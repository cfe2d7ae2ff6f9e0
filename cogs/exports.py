"""``Export`` under every list: links, files, or a playlist in the member's own account, seen by the member alone."""

from __future__ import annotations

import re
from io import BytesIO

import discord

from bot.cards import ids
from bot.cards.exporting import export_card, links_card, links_text, list_name, sent_text
from bot.client import Interaction, Segue
from bot.folding import fold
from bot.sources.playlists import csv_file, jspf_file, m3u8_file
from bot.store.accounts import AccountService
from bot.store.records import Post, Song
from bot.text import say
from bot.usecases.exporting import entries
from cogs.asking import think, where
from cogs.buttons import Pressed

LONGEST_NAME = 60
ENDINGS = {"csv": "csv", "m3u": "m3u8", "jspf": "jspf", "text": "txt"}


class ExportButton(Pressed, template=ids.EXPORT):
    """Shows what a list can become, to whoever presses."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Answer with the choices."""
        await think(interaction, private=True)
        client = interaction.client
        offers = await client.app.exporting.offers(where(interaction).member)
        count = len(client.app.exporting.songs(post))
        card = export_card(post, count, offers, client.app.shelf, client.command_mention)
        await interaction.edit_original_response(view=card.view)


class ExportAs(Pressed, template=ids.EXPORT_AS):
    """Takes a list out in one form."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Answer with links, with a file, or with where the playlist is."""
        app, form = interaction.client.app, self.match["form"]
        songs = app.exporting.songs(post)
        title = list_name(post, app.shelf)
        if form == "links":
            await interaction.response.send_message(view=links_card(post, songs).view, ephemeral=True)
        elif form in ENDINGS:
            data = written(form, songs, title)
            file = discord.File(BytesIO(data), filename=f"{file_name(title)}.{ENDINGS[form]}")
            told = say("export.file", n=len(songs))
            await interaction.response.send_message(told, file=file, ephemeral=True)
        else:
            await think(interaction, private=True)
            service = AccountService(form)
            sent = await app.exporting.send(post, where(interaction).member, service, title)
            await interaction.edit_original_response(content=sent_text(sent, service))


class LinksPage(Pressed, template=ids.EXPORT_LINKS):
    """Turns a page of links."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Show another page in the same private message."""
        songs = interaction.client.app.exporting.songs(post)
        card = links_card(post, songs, int(self.match["page"]))
        await interaction.response.edit_message(view=card.view)


def written(form: str, songs: list[Song], title: str) -> bytes:
    """The songs as a file."""
    match form:
        case "csv":
            return csv_file(entries(songs))
        case "m3u":
            return m3u8_file(entries(songs), title)
        case "jspf":
            return jspf_file(entries(songs), title)
        case _:
            return links_text(songs).encode()


def file_name(title: str) -> str:
    """A name that every system takes."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title))[:LONGEST_NAME].strip("-") or "segue"


async def setup(bot: Segue) -> None:
    """Answer the buttons."""
    bot.add_dynamic_items(ExportButton, ExportAs, LinksPage)


async def teardown(bot: Segue) -> None:
    """Answer nothing any more."""
    bot.remove_dynamic_items(ExportButton, ExportAs, LinksPage)
