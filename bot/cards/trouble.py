"""Errors in a member's words: what happened and what to do, never a traceback."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
from discord import app_commands

from bot.cards.plain import safe
from bot.errors import (
    AdminsOnly,
    ArtistLeft,
    AskEnded,
    AskHas,
    ChannelClosed,
    ChannelGone,
    ClaimantHidden,
    ClaimGone,
    ClaimRefused,
    DiscoveryNotSet,
    Elsewhere,
    EmptyCatalog,
    EmptyList,
    ExportUnsure,
    ImportCancelled,
    KeptToThemselves,
    LearningPaused,
    LinkingOff,
    LinkLost,
    LinksOff,
    ListeningNotRead,
    ListeningOff,
    ListFull,
    ListNameTaken,
    NameHidden,
    NobodyReached,
    NobodyThere,
    NoName,
    NoSecrecy,
    NoSongThere,
    NotACard,
    NotAdmin,
    NotASong,
    NotBlocked,
    NotClaimed,
    NotHere,
    NothingFound,
    NothingLeft,
    NothingPlaying,
    NothingSpoken,
    NotInList,
    NotLinked,
    NotReadHere,
    NotYourCard,
    NotYourList,
    NotYours,
    OwnClaim,
    OwnSong,
    RadioGone,
    RadioOver,
    Refused,
    SongClaimed,
    StaleChoice,
    StaleLink,
    StoreError,
    SwitchedOff,
    TokenMissing,
    TooLarge,
    TooManyClaims,
    TooManyLists,
    UnclearMood,
    UnknownAccount,
    UnknownArtist,
    UnknownGenre,
    UnknownLink,
    UnknownList,
    UnknownMood,
    UnknownPost,
    UnknownSong,
    UnknownTaste,
)
from bot.sources.errors import SourceError, TokenRefused
from bot.sources.histories import HistoryError
from bot.sources.playlists import PlaylistError
from bot.sources.spotify_accounts import PEOPLE
from bot.sources.spotify_accounts_shapes import NotInvited, ScopeMissing
from bot.store.accounts import AccountService
from bot.text import say

_PERMISSIONS = frozenset(
    {
        "add_reactions",
        "attach_files",
        "create_public_threads",
        "manage_guild",
        "manage_messages",
        "read_message_history",
        "send_messages",
        "send_messages_in_threads",
        "send_polls",
        "view_channel",
    }
)
"""Those that Segue asks for; their names are in the catalogues."""


def permission_names(names: Sequence[str]) -> str:
    """Permissions as Discord's settings call them."""
    return ", ".join(f"**{_permission(name)}**" for name in names)


def _permission(name: str) -> str:
    if name in _PERMISSIONS:
        return say(f"permission.{name}")
    # What the library calls a guild is a server to everybody else.
    return name.replace("_", " ").replace("guild", "server").title()


def _service(source: str) -> str:
    """A service by its name; those at which accounts are linked may be told by their id."""
    return say(f"service.{source}") if source in set(AccountService) else source


def _known(error: Exception, command: Callable[[str], str]) -> str | None:
    match error:
        case UnknownSong(text=text) | UnknownMood(text=text) | NothingFound(text=text) if not text.strip():
            return say("error.no_name")
        case UnknownSong(text=text, suggestions=suggestions):
            return _unknown(error, text, suggestions)
        case SwitchedOff(command=None):
            return say("error.switched_off")
        case SwitchedOff():
            return say("error.switched_off.command")
        case UnknownMood(text=text):
            return say("error.unknown_mood", text=safe(text, 80))
        case NobodyThere():
            return say("error.nobody_there", mix=command("mix"))
        case NotBlocked():
            return say("error.not_blocked", block=command("block"))
        case UnknownLink(service=service, unreached=True):
            return say("error.link.unreached", service=service)
        case UnknownLink(service=service, song=song):
            return say("error.link.song" if song else "error.link", service=service)
        case ImportCancelled():
            return say("import.cancelled")
        case HistoryError() | PlaylistError() | TooLarge() | Refused():
            return str(error)
        case EmptyCatalog():
            return say("error.empty_catalog")
        case NothingLeft():
            return say("error.nothing_left")
        case UnknownPost():
            return say("error.unknown_post")
        case LearningPaused():
            return say("error.learning_paused", command=command("privacy"))
        case NameHidden():
            return say("error.name_hidden", command=command("privacy"))
        case NotACard():
            return say("error.not_a_card")
        case NotYourCard():
            return say("error.not_your_card")
        case NotYours(command=own):
            return say("error.not_yours", command=command(own))
        case NoSongThere(link=link, command=other):
            return say("error.no_song.link" if link else "error.no_song", command=command(other))
        case LinksOff():
            return say("error.links_off")
        case DiscoveryNotSet():
            return say("error.discovery_not_set", command=command("discovery channel"))
        case StoreError():
            return say("error.store")
        case _:
            return None


_UNKNOWN: Mapping[type[UnknownSong], str] = {
    UnknownArtist: "error.unknown_artist",
    UnknownGenre: "error.unknown_genre",
    NobodyReached: "error.nobody_reached",
}


def _unknown(error: UnknownSong, text: str, near: Sequence[str]) -> str:
    """What a typed name is not, and what is like it."""
    key = _UNKNOWN.get(type(error), "error.unknown_song")
    if not near:
        return say(key, text=safe(text, 80))
    offered = " / ".join(safe(each, 80) for each in near)
    return say(f"{key}.near", text=safe(text, 80), suggestions=offered)


def _list(error: Exception, command: Callable[[str], str]) -> str | None:
    """What is wrong with a list, or with what was brought to an ask."""
    match error:
        case UnknownList(text=text, suggestions=suggestions) if suggestions:
            offered = " / ".join(safe(each, 60) for each in suggestions)
            return say("error.list.near", name=safe(text, 60), suggestions=offered)
        case UnknownList(text=text):
            return say("error.list", name=safe(text, 60), lists=command("playlist list"))
        case ListNameTaken(name=name):
            return say("error.list.taken", name=safe(name, 60))
        case TooManyLists(most=most):
            return say("error.list.many", n=most, delete=command("playlist delete"))
        case ListFull(most=most):
            return say("error.list.full", n=most)
        case EmptyList(name=name):
            return say("error.list.empty", name=safe(name, 60), add=command("playlist add"))
        case NotInList(song=song, name=name):
            return say("error.list.not_in", song=safe(song, 80), name=safe(name, 60))
        case NotYourList():
            return say("error.list.not_yours")
        case NoName():
            return say("error.no_name")
        case AskEnded():
            return say("error.ask.ended", ask=command("ask"))
        case AskHas(song=song, member=None):
            return say("error.ask.has", song=safe(song, 120))
        case AskHas(song=song, member=member):
            return say("error.ask.has.by", song=safe(song, 120), member=f"<@{member}>")
        case OwnSong():
            return say("error.own_song", like=command("like"))
        case UnclearMood():
            return say("error.mood")
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
        case TokenMissing():
            return say("error.token_missing", link=command("link listenbrainz"))
        case ExportUnsure(service=service):
            return say("error.export_unsure", service=say(f"service.{service}"))
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
        case TokenRefused(source=source):
            return say("error.source.token", source=source)
        case SourceError(kind=kind, source=source):
            return say(f"error.source.{kind.name.lower()}", source=_service(source))
        case _:
            return None


def _found(error: Exception, command: Callable[[str], str]) -> str | None:
    """Why nothing was found outside songs."""
    match error:
        case NothingFound(what="related", text=text, down=()):
            return say("error.nothing_related", text=safe(text, 80))
        case NothingFound(text=text, down=down) if down:
            services = ", ".join(safe(each, 30) for each in down)
            return say("error.nothing_found.down", text=safe(text, 80), services=services)
        case NothingFound(what=what, text=text, asked=False):
            return say(f"error.unasked.{what}", text=safe(text, 80))
        case NothingFound(text=text):
            return say("error.nothing_found", text=safe(text, 80))
        case NothingSpoken(kind=kind):
            return say(f"error.nothing_spoken.{kind}", command=command("search"))
        case _:
            return None


def _radio(error: Exception, command: Callable[[str], str]) -> str | None:
    """Why a radio does not play, or not on."""
    match error:
        case UnknownTaste(member=member):
            brought = command("taste import playlist")
            return say("error.unknown_taste", name=f"<@{member}>", import_=brought)
        case NotHere():
            return say("error.not_here")
        case RadioOver():
            return say("error.radio_over", command=command("radio play"))
        case RadioGone():
            return say("error.radio_gone", command=command("radio play"))
        case _:
            return None


def _listening(error: Exception, command: Callable[[str], str]) -> str | None:
    """Why nobody can be told what a member plays."""
    match error:
        case ListeningOff():
            brought, linked = command("taste import history"), command("link status")
            return say("error.listening_off", import_=brought, link=linked, like=command("like"))
        case ListeningNotRead():
            return say("error.listening_not_read", command=command("nowplaying"))
        case KeptToThemselves():
            return say("error.kept_to_themselves")
        case NothingPlaying(own=own):
            return say("error.nothing_playing.own" if own else "error.nothing_playing")
        case _:
            return None


def _arranged(error: Exception, command: Callable[[str], str]) -> str | None:
    """Why something is not arranged in a server, or not for it."""
    match error:
        case Elsewhere(channels=channels) if channels:
            return say("error.elsewhere", channels=" ".join(f"<#{each}>" for each in channels))
        case Elsewhere():
            return say("error.elsewhere.unseen")
        case AdminsOnly():
            return say("error.admins_only", start=command("taste start"), recommend=command("recommend"))
        case ChannelGone():
            return say("error.channel_gone")
        case ChannelClosed(channel=channel, missing=missing):
            lacking = permission_names(missing)
            return say("error.channel_permissions", channel=f"<#{channel}>", permissions=lacking)
        case NotReadHere(what=what):
            return say(f"error.not_read_here.{what}", settings=command("settings"))
        case StaleChoice():
            return say("error.stale_choice", settings=command("settings"))
        case _:
            return None


def _claim(error: Exception, command: Callable[[str], str]) -> str | None:
    """Why a song cannot be registered, settled or rated."""
    match error:
        case OwnClaim():
            return say("error.claim.own", remove=command("artist remove"))
        case NotASong():
            return say("error.claim.kind")
        case SongClaimed():
            return say("error.claim.taken")
        case ClaimRefused():
            return say("error.claim.refused")
        case TooManyClaims(most=most, waiting=True):
            return say("error.claim.waiting", n=most, remove=command("artist remove"))
        case TooManyClaims(most=most):
            return say("error.claim.many", n=most, remove=command("artist remove"))
        case ClaimantHidden():
            return say("error.claim.hidden", privacy=command("privacy"))
        case NotClaimed(elsewhere=True):
            return say("error.claim.elsewhere")
        case NotClaimed():
            return say("error.claim.not", list=command("artist list"))
        case ClaimGone():
            return say("error.claim.gone")
        case NotAdmin():
            return say("error.claim.admin")
        case ArtistLeft():
            return say("error.claim.left")
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
    readers = (_radio, _known, _list, _account, _found, _listening, _arranged, _claim)
    sentence = next((said for read in readers if (said := read(error, command))), None) or _refused(error)
    if sentence is not None:
        return sentence, None
    error_id = secrets.token_hex(4)
    return say("error.unexpected", error_id=error_id), error_id
