"""The charts of a server: a collage, a numbered list, a menu to choose a song, and buttons for view and period."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

import discord
from discord import ui

from bot.cards import ids
from bot.cards.art import Cover, collage
from bot.cards.numbered import fitting
from bot.cards.paging import turning
from bot.cards.plain import clean
from bot.cards.song import Card, Item, accent, layout, name, sleeve
from bot.store.records import MemberId, Song
from bot.text import say

PICTURE = "charts.jpg"
VIEWS = ("liked", "rising", "fresh")
PERIODS = ("week", "month", "all")


class Line(Protocol):
    """A song of a chart (`bot.usecases.charts.Line`)."""

    @property
    def song(self) -> Song: ...
    @property
    def likes(self) -> int: ...
    @property
    def answers(self) -> int: ...
    @property
    def before(self) -> int: ...
    @property
    def last(self) -> float: ...


class Charted(Protocol):
    """A page of a chart (`bot.usecases.charts.Chart`)."""

    @property
    def view(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def member(self) -> MemberId | None: ...
    @property
    def lines(self) -> Sequence[Line]: ...
    @property
    def begun(self) -> bool: ...
    @property
    def first(self) -> int: ...
    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...


def charts_picture(chart: Charted) -> Cover | None:
    """The covers of a page in one picture; tens of milliseconds, so draw it in a thread. None without a song."""
    drawn = tuple(sleeve(line.song).data for line in chart.lines)
    return Cover(collage(drawn), PICTURE) if drawn else None


def charts_card(chart: Charted, picture: Cover | None, *, owner: int, recommend: str) -> Card:
    """One page; ``owner`` is who turns it, ``recommend`` the command by which a server begins."""
    if not chart.begun:
        return layout(ui.TextDisplay(say("charts.none", recommend=recommend)))
    items: list[Item] = [ui.TextDisplay(f"{_title(chart)}\n{say(f'charts.{chart.period}')}")]
    if chart.lines:
        if picture is not None:
            gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
            alt = say("charts.collage", n=len(chart.lines))
            gallery.add_item(media=f"attachment://{picture.filename}", description=alt)
            items.append(gallery)
        text = fitting(
            lambda limit: [_line(chart, each, line, limit) for each, line in enumerate(chart.lines)]
        )
        items += [ui.TextDisplay(text), ui.ActionRow(song_menu([line.song for line in chart.lines]))]
    else:
        items.append(ui.TextDisplay(say("charts.empty")))
    if chart.view in VIEWS:
        items.append(ui.ActionRow(*(_choice(chart, owner, view=view) for view in VIEWS)))
    items.append(ui.ActionRow(*(_choice(chart, owner, period=period) for period in PERIODS)))
    items.append(ui.TextDisplay(say(f"charts.footer.{chart.view}", page=chart.page + 1, pages=chart.pages)))
    items += turning(
        lambda page, arrow: ids.charts(chart.view, chart.period, chart.member or 0, page, owner, arrow),
        chart.page,
        chart.pages,
    )
    colour = accent(chart.lines[0].song) if chart.lines else None
    return layout(*items, covers=[picture] if picture else [], accent=colour)


def song_menu(songs: Sequence[Song]) -> ui.Select[Any]:
    """The menu that opens one of these songs, for whoever chooses it alone."""
    return ui.Select(
        custom_id=ids.history_song(),
        placeholder=say("weekly.choose"),
        options=[
            discord.SelectOption(
                label=clean(song.title, 100), description=clean(song.artist, 100), value=str(song.id)
            )
            for song in songs
        ],
    )


def _title(chart: Charted) -> str:
    if chart.member is not None:
        return say("charts.member", name=f"<@{chart.member}>")
    return say(f"charts.{chart.view}")


def _line(chart: Charted, place: int, line: Line, limit: int) -> str:
    text = say("weekly.line", number=chart.first + place, song=name(line.song, limit))
    if chart.view == "member":
        return f"{text} · <t:{int(line.last)}:R>"
    if chart.view == "rising":
        return f"{text} · ❤️\u00a0{line.likes} · +{line.likes - line.before}"
    return f"{text} · ❤️\u00a0{line.likes}/{line.answers}"


def _choice(
    chart: Charted, owner: int, *, view: str | None = None, period: str | None = None
) -> ui.Button[Any]:
    """A button to another view, or to another period; the one that is shown stands out."""
    shown = chart.view if view is not None else chart.period
    chosen = view or period or ""
    made = partial(ids.charts, member=chart.member or 0, page=0, owner=owner)
    return ui.Button(
        style=discord.ButtonStyle.primary if chosen == shown else discord.ButtonStyle.secondary,
        label=say(f"charts.choose.{chosen}"),
        custom_id=made(view or chart.view, period or chart.period, arrow="p" if view is None else "v"),
        # Before everything there is nothing to compare with.
        disabled=chart.view == "rising" and period == "all",
    )
