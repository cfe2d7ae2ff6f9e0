"""Who brought what first: a page of songs with who brought them and how they were taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from discord import ui

from bot.cards import ids
from bot.cards.charts import song_menu
from bot.cards.numbered import fitting
from bot.cards.paging import turning
from bot.cards.song import Card, Item, accent, layout, name
from bot.store.records import MemberId, Song
from bot.text import say


class Find(Protocol):
    """A song and through whom it came (`bot.usecases.finds.Find`)."""

    @property
    def song(self) -> Song: ...
    @property
    def member(self) -> MemberId | None: ...
    @property
    def at(self) -> float: ...
    @property
    def likes(self) -> int: ...
    @property
    def shown(self) -> int: ...


class Page(Protocol):
    """A page of finds (`bot.usecases.finds.FindsPage`)."""

    @property
    def finds(self) -> Sequence[Find]: ...
    @property
    def total(self) -> int: ...
    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...
    @property
    def member(self) -> MemberId | None: ...


def finds_card(page: Page, *, owner: int, ask: str, add: str) -> Card:
    """One page; ``owner`` is who turns it, ``ask`` and ``add`` the commands by which songs are brought."""
    if page.member is None:
        title, none = say("finds.title", n=page.total), say("finds.none", ask=ask, add=add)
    else:
        who = f"<@{page.member}>"
        title = say("finds.title.member", n=page.total, name=who)
        none = say("finds.none.member", name=who, ask=ask, add=add)
    if not page.finds:
        return layout(ui.TextDisplay(none))
    text = fitting(lambda limit: [_line(each, limit, named=page.member is None) for each in page.finds])
    items: list[Item] = [
        ui.TextDisplay(title),
        ui.TextDisplay(text),
        ui.ActionRow(song_menu([each.song for each in page.finds])),
        ui.TextDisplay(say("finds.footer", page=page.page + 1, pages=page.pages)),
    ]
    items += turning(
        lambda number, arrow: ids.finds(page.member or 0, number, owner, arrow), page.page, page.pages
    )
    return layout(*items, accent=accent(page.finds[0].song))


def _line(find: Find, limit: int, *, named: bool) -> str:
    """A song in one line, and beneath it who brought it when, and how the others took it."""
    when = f"<t:{int(find.at)}:d>"
    if not named:
        small = say("finds.line", when=when, likes=find.likes)
    elif find.member is None:
        small = say("finds.line.hidden", when=when, likes=find.likes)
    else:
        small = say("finds.line.by", name=f"<@{find.member}>", when=when, likes=find.likes)
    cards = " · " + say("finds.cards", n=find.shown) if find.shown else ""
    return f"{name(find.song, limit)}\n-# {small}{cards}"
