"""``/artist``: members register songs of their own, admins confirm them, artists see how they are received."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards import ids
from bot.cards.claims import claim_card, claims_card, reception_card, registered_text, settled_card
from bot.cards.plain import clean, safe
from bot.cards.song import Card
from bot.client import FOUND, Interaction, Segue
from bot.errors import AdminsOnly, ArtistLeft
from bot.store.records import Claim, ClaimState, MemberId, SongId
from bot.text import say, speaking
from bot.usecases.songs import CHOICE, label
from cogs.asking import LONGEST_LABEL, MOST_CHOICES, asked_song, songs, think, where
from cogs.buttons import Touched
from cogs.showing import private


def manages(interaction: Interaction) -> bool:
    """Whether a member may say whose song something is in their server."""
    return interaction.permissions.manage_guild


def _choices(interaction: Interaction, claims: list[Claim], current: str) -> list[app_commands.Choice[str]]:
    library = interaction.client.app.library
    named = [library.songs[claim.song] for claim in claims if claim.song in library.songs]
    found = {song.id: song for song in named if current.casefold() in label(song).casefold()}
    return [
        app_commands.Choice(name=clean(label(song), LONGEST_LABEL), value=f"{CHOICE}{song.id}")
        for song in list(found.values())[:MOST_CHOICES]
    ]


async def own(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer the songs that a member registered; from memory only, and never an error."""
    claims = interaction.client.app.registering.of(MemberId(interaction.user.id))
    return _choices(interaction, [claim for claim in claims if claim.holds], current)


async def removable(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer the same, and to an admin all of the server."""
    if interaction.guild_id is None:
        return []
    registering, asked = interaction.client.app.registering, where(interaction)
    claims = [claim for claim in registering.of(asked.member) if claim.holds]
    return _choices(
        interaction,
        [*claims, *(registering.of_server(asked.server) if manages(interaction) else ())],
        current,
    )


def overview(interaction: Interaction) -> Card:
    """A member's songs, and to an admin those that wait."""
    app, asked = interaction.client.app, where(interaction)
    return claims_card(
        app.registering.of(asked.member),
        app.registering.waiting(asked.server) if manages(interaction) else [],
        app.shelf,
        asked.server,
        beyond=app.settings.artists,
        register=interaction.client.command_mention("artist register"),
    )


class ClaimButton(Touched, template=ids.CLAIM):
    """An admin's word whose song it is."""

    async def answer(self, interaction: Interaction) -> None:
        """Settle it, and say so in the card's place; in a private list, show what is left of it."""
        if not manages(interaction):
            raise AdminsOnly("Only who manages the server confirms.")
        await interaction.response.defer()
        app, asked = interaction.client.app, where(interaction)
        artist, confirmed = MemberId(int(self.match["member"])), self.match["action"] == "confirm"
        if confirmed and not await _here(interaction, artist):
            raise ArtistLeft("Who registered it has left.")
        claim = await app.registering.settle(
            asked.server, SongId(int(self.match["song"])), artist, by=asked.member, confirmed=confirmed
        )
        if private(interaction):
            await interaction.edit_original_response(view=overview(interaction).view)
            return
        with speaking(app.shelf.language(asked.server)):
            card = settled_card(claim, app.library.songs[claim.song], app.shelf)
        await interaction.edit_original_response(view=card.view, attachments=[])


async def _here(interaction: Interaction, member: MemberId) -> bool:
    """Whether a member is in the server, by asking Discord: who left may still be remembered."""
    if interaction.guild is None:
        return False
    try:
        await interaction.guild.fetch_member(member)
    except discord.NotFound:
        return False
    return True


@app_commands.guild_only()
class ArtistCog(commands.GroupCog, name="artist", description=say("command.artist")):
    """Everything below ``/artist``."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.artist.register"))
    @app_commands.describe(song=say("command.artist.register.song"))
    @app_commands.autocomplete(song=songs)
    async def register(self, interaction: Interaction, song: str) -> None:
        """Take the member's word, and put it before the admins."""
        asked, app = where(interaction), self.bot.app
        found = await asked_song(interaction, song, private=True)
        claim = await app.registering.register(asked.server, asked.member, found)
        interaction.extras.pop(FOUND, None)
        told = registered_text(
            claim,
            found,
            asked.server,
            beyond=app.settings.artists,
            command=self.bot.command_mention,
        )
        await interaction.edit_original_response(content=told)
        if claim.server == asked.server and claim.state is ClaimState.WAITING:
            with speaking(app.shelf.language(asked.server)):
                card = claim_card(claim, found)
            await interaction.followup.send(view=card.view, files=card.files)

    @app_commands.command(description=say("command.artist.list"))
    async def list(self, interaction: Interaction) -> None:
        """Show what the member registered, and to an admin what waits."""
        await think(interaction, private=True)
        await self.bot.app.claims.catch_up()
        await interaction.edit_original_response(view=overview(interaction).view)

    @app_commands.command(description=say("command.artist.remove"))
    @app_commands.describe(song=say("command.artist.song"))
    @app_commands.autocomplete(song=removable)
    async def remove(self, interaction: Interaction, song: str) -> None:
        """End a registration."""
        asked, app = where(interaction), self.bot.app
        found = app.library.resolve(song)
        await think(interaction, private=True)
        claim = await app.registering.remove(asked.server, asked.member, found.id, admin=manages(interaction))
        key = "claim.removed" if claim.member == asked.member else "claim.removed.admin"
        await interaction.edit_original_response(content=say(key, song=safe(found.title, 60)))

    @app_commands.command(description=say("command.artist.report"))
    @app_commands.describe(song=say("command.artist.song"))
    @app_commands.autocomplete(song=own)
    async def report(self, interaction: Interaction, song: str) -> None:
        """Tell an artist alone how a song of theirs is received."""
        asked, app = where(interaction), self.bot.app
        found = app.library.resolve(song)
        await think(interaction, private=True)
        received = await app.registering.report(asked.server, asked.member, found.id)
        card = reception_card(received, found, beyond=app.settings.artists)
        await interaction.edit_original_response(view=card.view, attachments=card.files)


async def setup(bot: Segue) -> None:
    """Add the cog and let the bot answer its cards."""
    await bot.add_cog(ArtistCog(bot))
    bot.add_dynamic_items(ClaimButton)


async def teardown(bot: Segue) -> None:
    """Answer them no more; the cog goes by itself."""
    bot.remove_dynamic_items(ClaimButton)
