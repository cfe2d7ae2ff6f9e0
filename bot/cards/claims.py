"""Songs that members registered as their own: what an admin confirms, what an artist sees of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import discord
from discord import ui

from bot.cards import ids
from bot.cards.figures import Counted
from bot.cards.plain import safe
from bot.cards.reasons import percent
from bot.cards.song import Card, Item, Shelf, accent, layout, name, picture
from bot.store.records import Claim, ClaimState, ServerId, Song
from bot.text import say

MOST_LISTED = 20
"""Songs of one's own in a list."""
MOST_TO_SETTLE = 6
"""Songs that an admin can settle in one list: each is four components."""

Command = Callable[[str], str]


class Welcome(Counted, Protocol):
    """How one server answered to a song, or several together (`bot.usecases.reception.Tally`)."""

    @property
    def welcome(self) -> int: ...
    @property
    def interval(self) -> tuple[float, float] | None: ...


class Received(Protocol):
    """How a song was received (`bot.usecases.reception.Reception`)."""

    @property
    def claim(self) -> Claim: ...
    @property
    def here(self) -> Welcome: ...
    @property
    def elsewhere(self) -> Welcome | None: ...
    @property
    def servers(self) -> int: ...
    @property
    def shown_elsewhere(self) -> int: ...


def registered_text(claim: Claim, song: Song, server: ServerId, *, beyond: bool, command: Command) -> str:
    """What a member is told who registers a song: what happens now, what does not, and how to take it back."""
    named = safe(song.title, 60)
    if claim.server != server:
        return say("claim.known.elsewhere", song=named)
    if claim.state is ClaimState.CONFIRMED:
        return say("claim.known", song=named, report=command("artist report"))
    return "\n".join(
        [
            say("claim.registered", song=named),
            say("claim.how", remove=command("artist remove")),
            say("claim.how.beyond" if beyond else "claim.how.home"),
        ]
    )


def claim_card(claim: Claim, song: Song) -> Card:
    """A member's word that a song is theirs, for an admin to confirm."""
    said = [say("claim.card", member=f"<@{claim.member}>", song=name(song)), say("claim.card.hint")]
    section, covers = _section(song, "\n".join(said))
    return layout(section, _controls(claim), covers=covers, accent=accent(song))


def settled_card(claim: Claim, song: Song, shelf: Shelf) -> Card:
    """What an admin said of it; either of them may hide their name by now."""
    key = "claim.confirmed" if claim.state is ClaimState.CONFIRMED else "claim.refused"
    admin, artist = (shelf.called(claim.server, each) for each in (claim.by, claim.member))
    text = say(key, admin=admin, member=artist, song=name(song))
    return layout(ui.TextDisplay(text), accent=accent(song))


def claims_card(
    own: Sequence[Claim],
    waiting: Sequence[Claim],
    shelf: Shelf,
    server: ServerId,
    *,
    beyond: bool,
    register: str,
) -> Card:
    """A member's songs, and for an admin those that wait in this server."""
    lines = [
        say(f"claim.list.{_state(claim, server, beyond=beyond)}", song=name(song))
        for claim in own[:MOST_LISTED]
        if (song := shelf.song(claim.song)) is not None
    ]
    head = [say("claim.list.title"), *lines] if lines else [say("claim.list.none", register=register)]
    items: list[Item] = [ui.TextDisplay("\n".join(head))]
    settled = [
        (claim, song) for claim in waiting[:MOST_TO_SETTLE] if (song := shelf.song(claim.song)) is not None
    ]
    if settled:
        items.append(ui.TextDisplay(say("claim.list.admin")))
    for claim, song in settled:
        said = say("claim.list.word", member=f"<@{claim.member}>", song=name(song))
        items += [ui.TextDisplay(said), _controls(claim)]
    return layout(*items)


def reception_card(received: Received, song: Song, *, beyond: bool) -> Card:
    """How a song was received, in counts."""
    claim = received.claim
    rows = [
        say("claim.report.title", song=safe(song.title, 60)),
        say("claim.report.since", when=f"<t:{int(claim.at)}:D>"),
        "",
        say("claim.report.here", times=received.here.shown),
        *_answers(received.here),
        "",
        *_beyond(received, beyond=beyond),
    ]
    if claim.state is ClaimState.WAITING:
        rows.append(say("claim.report.waiting"))
    section, covers = _section(song, "\n".join(rows))
    return layout(section, covers=covers, accent=accent(song))


def _state(claim: Claim, server: ServerId, *, beyond: bool) -> str:
    if claim.server != server:
        return "elsewhere"
    return (
        "allowed" if claim.state is ClaimState.CONFIRMED and claim.allowed and beyond else claim.state.value
    )


def _answers(tally: Welcome) -> list[str]:
    rows = [
        say(
            "claim.report.answers",
            liked=tally.liked,
            skipped=tally.skipped,
            disliked=tally.disliked,
            ignored=tally.ignored,
        )
    ]
    if tally.interval is not None:
        low, high = tally.interval
        share = percent(tally.welcome / tally.shown)
        rows.append(say("claim.report.share", share=share, low=percent(low), high=percent(high)))
    return rows


def _beyond(received: Received, *, beyond: bool) -> list[str]:
    if received.elsewhere is not None:
        head = say("claim.report.elsewhere", n=received.servers, times=received.elsewhere.shown)
        return [head, *_answers(received.elsewhere)]
    if received.servers:
        return [say("claim.report.few", n=received.servers, times=received.shown_elsewhere)]
    return [say("claim.report.nowhere" if received.claim.allowed and beyond else "claim.report.home")]


def _section(song: Song, text: str) -> tuple[Item, list[Any]]:
    address, drawn = picture(song)
    alt = say("card.cover", title=song.title, artist=song.artist)[:256]
    thumbnail: ui.Thumbnail[Any] = ui.Thumbnail(address, description=alt)
    section: ui.Section[Any] = ui.Section(text, accessory=thumbnail)
    return section, [drawn] if drawn else []


def _controls(claim: Claim) -> Item:
    def button(action: str, style: discord.ButtonStyle) -> ui.Button[Any]:
        return ui.Button(
            style=style, label=say(f"claim.{action}"), custom_id=ids.claim(claim.song, claim.member, action)
        )

    row: ui.ActionRow[Any] = ui.ActionRow(
        button("confirm", discord.ButtonStyle.success), button("refuse", discord.ButtonStyle.secondary)
    )
    return row
