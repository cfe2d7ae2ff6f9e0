"""``/link`` and ``/unlink``: accounts at music services, answered to the member alone."""

from __future__ import annotations

import aiohttp
import discord
import structlog
from discord import app_commands, ui
from discord.ext import commands
from pydantic import SecretStr

from bot.cards.accounts import linked_text, lost_text, offer_card, service_name, status_text, unlinked_text
from bot.client import Interaction, Segue, bind
from bot.errors import NoSecrecy, StoreError
from bot.sources.errors import SourceError
from bot.sources.spotify_accounts import Addresses
from bot.store.accounts import AccountService
from bot.store.records import MemberId
from bot.text import say
from cogs.asking import think, where

log = structlog.get_logger(__name__)

SERVICES = [app_commands.Choice(name=service_name(each), value=each.value) for each in AccountService]
LONGEST_NAME = 64
Name = app_commands.Range[str, 1, LONGEST_NAME]


class TokenWindow(ui.Modal):
    """Asks for a ListenBrainz token: what is typed here is shown to nobody and stands in no channel."""

    def __init__(self, name: str) -> None:
        super().__init__(title=say("link.token.title"))
        self._name = name
        self._token: ui.TextInput[TokenWindow] = ui.TextInput(min_length=8, max_length=100)
        self.add_item(
            ui.Label(text=say("link.token.label"), description=say("link.token.hint"), component=self._token)
        )

    async def on_submit(self, interaction: Interaction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Link, whatever happens."""
        bind(interaction)
        if interaction.client.too_late(interaction):
            return
        try:
            token = SecretStr(self._token.value.strip())
            await link_name(interaction, AccountService.LISTENBRAINZ, self._name, token)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it is, the member is answered
            await interaction.client.tell(interaction, error)


async def link_name(
    interaction: Interaction, service: AccountService, name: str, token: SecretStr | None = None
) -> None:
    """Link an account by its name, once the service knows it."""
    asked = where(interaction)
    await think(interaction, private=True)
    app = interaction.client.app
    account = await app.accounts.link_name(asked.member, service, name.strip(), token=token)
    await interaction.edit_original_response(content=linked_text(account, interaction.client.command_mention))
    try:
        await app.histories.follow(
            server=asked.server, member=asked.member, source=service.value, account=account.name
        )
    except SourceError as error:
        # What was read so far is in; the next round goes on there.
        log.info("history not read", service=service.value, why=error.detail)


@app_commands.guild_only()
class LinkGroup(app_commands.Group):
    """Everything below ``/link``."""

    @app_commands.command(description=say("command.link.status"))
    async def status(self, interaction: Interaction) -> None:
        """List what is linked."""
        asked = where(interaction)
        await think(interaction, private=True)
        statuses = await interaction.client.app.accounts.of(asked.member)
        told = status_text(statuses, interaction.client.command_mention)
        await interaction.edit_original_response(content=told)

    @app_commands.command(description=say("command.link.spotify"))
    async def spotify(self, interaction: Interaction) -> None:
        """Explain, and offer the sign-in; from memory, so that the answer comes at once."""
        asked = where(interaction)
        accounts = interaction.client.app.accounts
        invitation = accounts.invite(asked.member, asked.server, interaction.user.name)
        card = offer_card(invitation.url, invitation.until, interaction.client.command_mention)
        await interaction.response.send_message(view=card.view, ephemeral=True)

    @app_commands.command(description=say("command.link.listenbrainz"))
    @app_commands.describe(name=say("command.link.name"), token=say("command.link.token"))
    async def listenbrainz(self, interaction: Interaction, name: Name, token: bool = False) -> None:
        """Link by name; a token is asked for in a window, never as an option that Discord would show."""
        if not token:
            await link_name(interaction, AccountService.LISTENBRAINZ, name)
            return
        if not interaction.client.app.accounts.keeps_secrets:
            raise NoSecrecy("There is no key to seal a token with.")
        await interaction.response.send_modal(TokenWindow(name))

    @app_commands.command(description=say("command.link.lastfm"))
    @app_commands.describe(name=say("command.link.name"))
    async def lastfm(self, interaction: Interaction, name: Name) -> None:
        """Link by name."""
        await link_name(interaction, AccountService.LASTFM, name)


class AccountsCog(commands.Cog, name="Accounts"):
    """Links, unlinks, and tells members whose link was lost."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.unlink"))
    @app_commands.describe(service=say("command.unlink.service"))
    @app_commands.choices(service=SERVICES)
    @app_commands.guild_only()
    async def unlink(self, interaction: Interaction, service: str) -> None:
        """Delete an account at once and say what went."""
        asked = where(interaction)
        await think(interaction, private=True)
        unlinked = await self.bot.app.accounts.unlink(asked.member, AccountService(service))
        await interaction.edit_original_response(content=unlinked_text(unlinked, Addresses().apps))

    @commands.Cog.listener()
    async def on_app_command_completion(self, interaction: Interaction, _command: object) -> None:
        """After any command of theirs, tell a member privately which links hold no more."""
        if interaction.response.type is discord.InteractionResponseType.modal:
            return  # nothing can follow a window; the next command comes
        try:
            lost = await self.bot.app.accounts.told(MemberId(interaction.user.id))
            if lost:
                text = lost_text(lost, self.bot.command_mention)
                await interaction.followup.send(text, ephemeral=True)
        except (StoreError, discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("lost link not told", error=str(error))


async def setup(bot: Segue) -> None:
    """Add the cog and the group."""
    await bot.add_cog(AccountsCog(bot))
    bot.tree.add_command(LinkGroup(name="link", description=say("command.link")))


async def teardown(bot: Segue) -> None:
    """Take the group away again; the cog goes by itself."""
    bot.tree.remove_command("link")
