"""What Discord refuses, or refuses to let a member or Segue do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
from discord import app_commands

from bot.cards.permissions import permission_names
from bot.cards.plain import safe
from bot.text import say


def told(error: Exception, _command: Callable[[str], str]) -> str | None:
    """What is missing, or how long to wait."""
    match error:
        case app_commands.CommandOnCooldown(retry_after=wait):
            when = datetime.now(UTC) + timedelta(seconds=wait)
            return say("error.cooldown", when=discord.utils.format_dt(when, "R"))
        case app_commands.MissingPermissions(missing_permissions=missing):
            return say("error.permission", n=len(missing), permissions=permission_names(missing))
        case app_commands.BotMissingPermissions(missing_permissions=missing):
            return say("error.bot_permission", n=len(missing), permissions=permission_names(missing))
        case app_commands.NoPrivateMessage():
            return say("error.guild_only")
        case discord.Forbidden():
            return say("error.discord.forbidden")
        case discord.HTTPException():
            return say("error.discord", reason=safe(error.text or str(error.status), 80))
        case aiohttp.ClientError() | ConnectionError() | TimeoutError():
            return say("error.discord.silent")
        case _:
            return None
