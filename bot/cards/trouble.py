"""Errors in a member's words: what happened and what to do, never a traceback."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
from discord import app_commands

from bot.cards.plain import safe
from bot.errors import (
    DiscoveryNotSet,
    EmptyCatalog,
    ImportCancelled,
    LinkingOff,
    LinkLost,
    NoSecrecy,
    NotHere,
    NothingLeft,
    NotLinked,
    NotYours,
    RadioGone,
    RadioOver,
    StaleLink,
    StoreError,
    TooLarge,
    UnknownAccount,
    UnknownArtist,
    UnknownLink,
    UnknownMood,
    UnknownPost,
    UnknownSong,
    UnknownTaste,
)
from bot.sources.errors import SourceError
from bot.sources.histories import HistoryError
from bot.sources.playlists import PlaylistError
from bot.sources.spotify_accounts import PEOPLE
from bot.sources.spotify_accounts_shapes import NotInvited, ScopeMissing
from bot.text import say


def permission_names(names: Sequence[str]) -> str:
    """Permissions as Discord's settings call them."""
    # What the library calls a guild is a server to everybody else.
    words = (name.replace("_", " ").replace("guild", "server").title() for name in names)
    return ", ".join(f"**{each}**" for each in words)


def _known(error: Exception, command: Callable[[str], str]) -> str | None:
    match error:
        case UnknownSong(text=text, suggestions=suggestions) if suggestions:
            offered = " / ".join(safe(each, 80) for each in suggestions)
            return say("error.unknown_song.near", text=safe(text, 80), suggestions=offered)
        case UnknownSong(text=text):
            return say("error.unknown_song", text=safe(text, 80))
        case UnknownArtist(text=text):
            return say("error.unknown_artist", text=safe(text, 80))
        case UnknownMood(text=text):
            return say("error.unknown_mood", text=safe(text, 80))
        case UnknownTaste(member=member):
            brought = command("taste import playlist")
            return say("error.unknown_taste", name=f"<@{member}>", import_=brought)
        case NotHere():
            return say("error.not_here")
        case RadioOver():
            return say("error.radio_over", command=command("radio play"))
        case RadioGone():
            return say("error.radio_gone", command=command("radio play"))
        case UnknownLink(service=service, song=song):
            return say("error.link.song" if song else "error.link", service=service)
        case ImportCancelled():
            return say("import.cancelled")
        case HistoryError() | PlaylistError() | TooLarge():
            return str(error)
        case EmptyCatalog():
            return say("error.empty_catalog")
        case NothingLeft():
            return say("error.nothing_left")
        case UnknownPost():
            return say("error.unknown_post")
        case NotYours(command=own):
            return say("error.not_yours", command=command(own))
        case DiscoveryNotSet():
            return say("error.discovery_not_set", command=command("discovery channel"))
        case StoreError():
            return say("error.store")
        case _:
            return None


def _account(error: Exception, command: Callable[[str], str]) -> str | None:
    """What is wrong with a linked account, or with the service that it is at."""
    match error:
        case LinkingOff(service=service, others=others) if others:
            named = " / ".join(command(f"link {each}") for each in others)
            return say("error.linking_off", service=say(f"service.{service}"), others=named)
        case LinkingOff(service=service):
            return say("error.linking_off.none", service=say(f"service.{service}"), like=command("like"))
        case NotLinked(service=service):
            return say("error.not_linked", service=say(f"service.{service}"), link=command(f"link {service}"))
        case LinkLost(service=service):
            return say("error.link_lost", service=say(f"service.{service}"), link=command(f"link {service}"))
        case StaleLink():
            return say("error.stale_link", link=command("link spotify"))
        case UnknownAccount(service=service, name=name):
            return say("error.unknown_account", service=say(f"service.{service}"), name=safe(name, 80))
        case NoSecrecy():
            return say("error.no_secrecy", link=command("link listenbrainz"))
        case NotInvited():
            return say("error.not_invited", people=PEOPLE)
        case ScopeMissing():
            return say("error.scope_missing", link=command("link spotify"))
        case SourceError():
            return str(error)
        case _:
            return None


def _refused(error: Exception) -> str | None:
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


def trouble(error: Exception, *, command: Callable[[str], str]) -> tuple[str, str | None]:
    """The sentence for an error, and an id to find it by in the log when nobody expected it."""
    sentence = _known(error, command) or _account(error, command) or _refused(error)
    if sentence is not None:
        return sentence, None
    error_id = secrets.token_hex(4)
    return say("error.unexpected", error_id=error_id), error_id
