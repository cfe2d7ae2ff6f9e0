"""What is wrong with a linked account, with the service that it is at, or with a file that was brought."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards.plain import safe
from bot.errors import (
    ExportUnsure,
    ImportCancelled,
    ImportDropped,
    LinkingOff,
    LinkLost,
    NoSecrecy,
    NotLinked,
    StaleLink,
    TokenMissing,
    TooLarge,
    UnknownAccount,
)
from bot.sources.errors import SourceError, TokenRefused
from bot.sources.histories import HistoryError
from bot.sources.playlists import PlaylistError
from bot.sources.spotify_accounts import PEOPLE
from bot.sources.spotify_accounts_shapes import NotInvited, ScopeMissing
from bot.store.accounts import AccountService
from bot.text import say


def told(error: Exception, command: Callable[[str], str]) -> str | None:
    """Why something of a member's could not be read or written elsewhere."""
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
        case ImportDropped():
            return say("import.dropped")
        case ImportCancelled():
            return say("import.cancelled")
        case TokenRefused(source=source):
            return say("error.source.token", source=_service(source))
        case SourceError(kind=kind, source=source):
            return say(f"error.source.{kind.name.casefold()}", source=_service(source))
        case HistoryError(reason=reason, most=most):
            return say(f"error.history.{reason}", most=most, send=say("history.send"))
        case PlaylistError(reason=reason):
            return say(f"error.playlist.{reason}", send=say("playlist.send"))
        case TooLarge():
            return str(error)
        case _:
            return None


def _service(source: str) -> str:
    """A service by its name; those at which accounts are linked may be told by their id."""
    return say(f"service.{source}") if source in set(AccountService) else safe(source, 40)
