"""What members see of their linked accounts; all of it is for them alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import discord
from discord import ui

from bot.cards.help import ACCENT
from bot.cards.plain import safe
from bot.cards.song import Card, layout
from bot.sources.spotify_accounts import PEOPLE
from bot.store.accounts import Account, AccountService, Status, Unlinked
from bot.text import say

Mention = Callable[[str], str]


def service_name(service: AccountService) -> str:
    """The service as members call it."""
    return say(f"service.{service.value}")


def offer_card(url: str, until: float, mention: Mention) -> Card:
    """What linking Spotify means, and the button that begins it at ``url``, which works until then (unix time)."""
    button: ui.Button[ui.LayoutView] = ui.Button(label=say("link.offer.button"), url=url)
    return layout(
        ui.TextDisplay(say("link.offer", unlink=mention("unlink"))),
        ui.ActionRow(button),
        ui.TextDisplay(say("link.offer.people", people=PEOPLE)),
        ui.TextDisplay(say("link.offer.until", until=_date(until, "t"))),
        accent=ACCENT,
    )


def linked_text(account: Account, mention: Mention) -> str:
    """That an account is linked by its name."""
    key = "link.linked" if account.secret is None else "link.linked.token"
    return say(key, name=safe(account.name), service=service_name(account.service), unlink=mention("unlink"))


def status_text(statuses: Sequence[Status], mention: Mention) -> str:
    """The member's accounts, one a line."""
    if not statuses:
        return say("link.status.none", link=mention("link spotify"))
    return "\n".join(line for status in statuses for line in _status(status, mention))


def lost_text(services: Sequence[AccountService], mention: Mention) -> str:
    """Which links hold no more, and how to make new ones."""
    return "\n".join(
        say("link.lost", service=service_name(each), link=mention(f"link {each.value}")) for each in services
    )


def unlinked_text(unlinked: Unlinked, apps: str) -> str:
    """What was removed, and what is left to do at the service.

    Args:
        apps: where members take a permission back at Spotify.
    """
    account = unlinked.account
    service = service_name(account.service)
    secret = account.scopes or account.secret is not None
    removed = say("unlink.secret" if secret else "unlink.name")
    if unlinked.songs:
        removed = say("unlink.songs", n=unlinked.songs, account=removed)
    lines = [say("unlink.done", name=safe(account.name), service=service, removed=removed)]
    if unlinked.revoked:
        lines.append(say("unlink.revoked", service=service))
    elif account.service is AccountService.SPOTIFY:
        lines.append(say("unlink.apps", service=service, url=apps))
    return "\n".join(lines)


def _status(status: Status, mention: Mention) -> list[str]:
    account = status.account
    service, name = service_name(account.service), safe(account.name)
    if not status.holds:
        link = mention(f"link {account.service.value}")
        return [say("link.status.lost", service=service, name=name, link=link)]
    lines = [say("link.status.line", service=service, name=name, since=_date(account.at, "D"))]
    if account.expires_at is not None:
        lines.append(say("link.status.until", until=_date(account.expires_at, "D")))
    return lines


def _date(moment: float, style: discord.utils.TimestampStyle) -> str:
    return discord.utils.format_dt(datetime.fromtimestamp(moment, UTC), style)
