"""Segue, the discord.py bot: intents, cogs, command sync, and the boundary that no error passes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.allowed import check_channel
from bot.cards.trouble import trouble
from bot.errors import Elsewhere, SegueError, SwitchedOff
from bot.localising import Translator
from bot.pace import Pace
from bot.sources.together import leave_out
from bot.store.records import ServerId
from bot.text import language_of, speak, speaking
from bot.usecases.switches import COMMAND_NAMES

if TYPE_CHECKING:
    from bot.app import App
    from bot.settings import Settings

log = structlog.get_logger(__name__)

COGS = (
    "cogs.discover",
    "cogs.mix",
    "cogs.radio",
    "cogs.feedback",
    "cogs.blocking",
    "cogs.buttons",
    "cogs.search",
    "cogs.opening",
    "cogs.radio_buttons",
    "cogs.reactions",
    "cogs.weekly",
    "cogs.clock",
    "cogs.own",
    "cogs.taste",
    "cogs.tasting",
    "cogs.accounts",
    "cogs.exports",
    "cogs.messages",
    "cogs.links",
    "cogs.daily",
    "cogs.history",
    "cogs.playlists",
    "cogs.asks",
    "cogs.nowplaying",
    "cogs.privacy",
    "cogs.leaving",
    "cogs.charts",
    "cogs.insights",
    "cogs.help",
    "cogs.arriving",
    "cogs.setting_up",
    "cogs.settings",
    "cogs.artist",
)

MENUS = (discord.AppCommandType.message, discord.AppCommandType.user)

# Discord gives up on an interaction after 3 seconds; whoever waited longer has pressed again already.
TOO_OLD = 2.8
# Seconds by which the host's clock may drift between two interactions before it counts as having been set.
CLOCK_STEP = 0.5

Interaction = discord.Interaction["Segue"]

# Marks, in an interaction's extras, an answer that only the member will see.
PRIVATE = "private"
# … what was found outside, to be told to the member alone before the card comes …
FOUND = "found"
# … and one that is on the screen already, and stays whatever goes wrong after it.
SHOWN = "shown"

# Segue never speaks in voice channels: that the libraries for it are missing is no news.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


PRIVILEGED = {
    "SEGUE_LINKS": ("links", "Message Content Intent"),
    "SEGUE_PRESENCE": ("presence", "Presence Intent"),
    "SEGUE_MEMBERS": ("members", "Server Members Intent"),
}
"""Settings that need an intent which has to be granted in the developer portal: the setting's field, the intent's name."""


def granted_for(settings: Settings) -> dict[str, str]:
    """The privileged intents that are asked for, by the setting that asks."""
    return {name: intent for name, (field, intent) in PRIVILEGED.items() if getattr(settings, field)}


def intents(*, links: bool = False, presence: bool = False, members: bool = False) -> discord.Intents:
    """What Segue listens to. None of these is privileged but for what the operator turned on.

    Args:
        links: whether members' links are answered (``SEGUE_LINKS``), which needs a privileged one.
        presence: whether listening is read from presences (``SEGUE_PRESENCE``), which needs another.
        members: whether Discord tells who leaves (``SEGUE_MEMBERS``), which needs a third.
    """
    wanted = discord.Intents.none()
    wanted.guilds = True  # servers, channels and our permissions in them
    wanted.guild_reactions = True  # a reaction to a song is an answer
    wanted.voice_states = True  # who sits in a voice channel, when songs are asked for them
    # A member's message in a channel whose links are answered; without this none comes, mentioned or not.
    wanted.guild_messages = links
    wanted.message_content = links  # privileged: the link in it, and the title that Discord shows for that
    # Privileged: the songs of members who agreed (/nowplaying). Their updates are read raw, so that neither the
    # members intent nor a cache of members is needed; see cogs.nowplaying.
    wanted.presences = presence
    wanted.members = members  # privileged: a member has left, and what is kept of them goes after a while
    return wanted


def bind(interaction: Interaction) -> None:
    """Put server, interaction and command into every log line of this task, and speak the member's language in it.

    No names, no content. Music services that the server's admins switched off are not asked in it.
    """
    structlog.contextvars.bind_contextvars(
        server=interaction.guild_id,
        interaction=interaction.id,
        command=interaction.command.qualified_name if interaction.command else None,
    )
    speak(language_of(interaction.locale))
    if interaction.guild_id is not None:
        leave_out(interaction.client.app.choices.server(ServerId(interaction.guild_id)).sources_off)


class Tree(app_commands.CommandTree["Segue"]):
    """Commands behind one error boundary."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Drop what Discord has given up on; a late answer would only fail."""
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        bind(interaction)
        if interaction.client.too_late(interaction):
            return False
        try:
            interaction.client.admit(
                interaction, interaction.command.qualified_name if interaction.command else ""
            )
        except SwitchedOff as error:
            await interaction.client.tell(interaction, error)
            return False
        interaction.client.pace.step(interaction.user.id, interaction.created_at.timestamp())
        try:
            check_channel(interaction, interaction.client.app.choices)
        except Elsewhere as error:
            await interaction.client.tell(interaction, error)
            return False
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the member what to do."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await interaction.client.tell(interaction, cause)


class Segue(commands.Bot):
    """The bot. What it can do is in ``app``; what members see of it is in ``bot.cards``."""

    tree: Tree  # pyright: ignore[reportIncompatibleMethodOverride]

    def __init__(self, app: App, *, always_sync: bool = False) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents(
                links=app.settings.links, presence=app.settings.presence, members=app.settings.members
            ),
            tree_cls=Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
        )
        self.app = app
        self._always_sync = always_sync
        self._translator = Translator()
        self.pace = Pace(app.settings.commands_a_minute)
        self._ages: deque[float] = deque(maxlen=100)
        self._offset: float | None = None
        self.connected = False

    async def setup_hook(self) -> None:
        """Load the cogs by name and sync the commands when they have changed."""
        await self.tree.set_translator(self._translator)
        for cog in COGS:
            await self.load_extension(cog)
        await self._sync()
        names = {command.qualified_name for command in self.tree.walk_commands()}
        names |= {menu.name for kind in MENUS for menu in self.tree.get_commands(type=kind)}
        await self.app.store.meta.set(COMMAND_NAMES, json.dumps(sorted(names)))

    async def _sync(self) -> None:
        payload = [
            await command.get_translated_payload(self.tree, self._translator)
            for command in self.tree.get_commands()
        ]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        key = f"commands:{self.application_id}"
        if self._always_sync or await self.app.store.meta.get(key) != digest:
            await self.tree.sync()
            await self.app.store.meta.set(key, digest)
            log.info("commands synced", count=len(payload))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Learn which language a server speaks."""
        self.app.languages[ServerId(guild.id)] = language_of(guild.preferred_locale)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The same for a new one."""
        await self.on_guild_available(guild)

    async def on_guild_update(self, _before: discord.Guild, after: discord.Guild) -> None:
        """The same for one that has changed."""
        await self.on_guild_available(after)

    async def on_message(self, message: discord.Message, /) -> None:
        """Look for no commands in what members write: there are none."""

    async def on_disconnect(self) -> None:
        """Not well while the gateway is away."""
        self.connected = False

    async def on_resumed(self) -> None:
        """Well again."""
        self.connected = True

    async def on_ready(self) -> None:
        """Say that members can be answered."""
        self.connected = True
        log.info("ready", servers=len(self.guilds))

    def admit(self, interaction: Interaction, command: str) -> None:
        """Let a command through, or what is pressed on its cards.

        Raises:
            SwitchedOff: the operator does not want it for now.
        """
        server = None if interaction.guild_id is None else ServerId(interaction.guild_id)
        self.app.switches.admit(server, command)

    def too_late(self, interaction: Interaction) -> bool:
        """Whether an interaction is older than Discord waits for.

        Ages are taken against the youngest of the last ones, so that a host whose clock is off answers all the same;
        when that clock is set, earlier ages mean nothing any more.
        """
        now = discord.utils.utcnow()
        offset = now.timestamp() - time.monotonic()
        if self._offset is not None and abs(offset - self._offset) > CLOCK_STEP:
            self._ages.clear()
        self._offset = offset
        self._ages.append((now - interaction.created_at).total_seconds())
        late = self._ages[-1] - min(self._ages) > TOO_OLD
        if late:
            log.warning("interaction dropped: too old", age=round(self._ages[-1], 2))
        return late

    async def tell(self, interaction: Interaction, error: Exception) -> None:
        """Answer the member privately with one helpful sentence; what is unexpected is logged under an id."""
        with speaking(language_of(interaction.locale)):
            sentence, error_id = trouble(error, command=self.command_mention)
        if error_id is not None:
            log.error(
                "unexpected error",
                error_id=error_id,
                exc_info=error,
            )
        elif not isinstance(error, SegueError | app_commands.AppCommandError):
            log.warning("discord refused", error=str(error))
        try:
            await self._answer_privately(interaction, sentence)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as gone:
            log.warning("could not tell the member", error=str(gone))

    async def _answer_privately(self, interaction: Interaction, sentence: str) -> None:
        if not interaction.response.is_done():
            await interaction.response.send_message(sentence, ephemeral=True)
            return
        thinking = interaction.response.type is discord.InteractionResponseType.deferred_channel_message
        if thinking and not interaction.extras.get(SHOWN):
            if interaction.extras.get(PRIVATE):
                # Whatever stood there, such as the button that breaks an import off, leads nowhere now.
                await interaction.edit_original_response(content=sentence, view=None)
                return
            # The public "thinking…" goes away, and only the member is told.
            with contextlib.suppress(discord.NotFound):
                await interaction.delete_original_response()
        await interaction.followup.send(sentence, ephemeral=True)

    def command_mention(self, name: str) -> str:
        """A command as members type it."""
        return f"`/{name}`"

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what a listener did not catch."""
        del args, kwargs
        log.error("listener failed", event_name=event_method, exc_info=sys.exc_info())
