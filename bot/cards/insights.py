"""What became of what was shown: a picture, the same in words, and a file of all figures."""

from __future__ import annotations

from collections.abc import Callable

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from discord import ui

from bot.cards.art import Cover
from bot.cards.figures import Insights, Tally, figures
from bot.cards.help import ACCENT
from bot.cards.pictures import Reach, Reaches, Stack, Stacks, Tile, draw_dashboard
from bot.cards.pictures.lettering import lettered
from bot.cards.plain import safe
from bot.cards.reasons import gallery, percent
from bot.cards.song import Card, Item, layout, name
from bot.store.records import Part, Song, SongId
from bot.text import say, spoken
from recommender import Dial

PICTURE, FILE = "insights.png", "insights.csv"
# What chooses songs, as far as it has a name; anything else is called what the store calls it.
SOURCES = frozenset({"blend", "explore", *(part.value for part in Part)})
DIALS = frozenset(dial.value for dial in Dial)


@lettered
def insights_picture(title: str, found: Insights) -> bytes:
    """The figures in one picture; tens of milliseconds, so call it in a thread. ``title`` is the server's name."""
    people = found.people
    tiles = [
        Tile(_between(found.total), say("insights.tile.accepted")),
        Tile(_number(found.total.shown), say("insights.tile.shown")),
        Tile(f"{_number(people.answered_ever)} / {_number(people.known)}", say("insights.tile.members")),
        Tile(_small(found.coverage), say("insights.tile.coverage")),
        Tile(_known(found.little_known), say("insights.tile.little_known")),
    ]
    rows = {
        "source": [_stack(source_name(each), tally) for each, tally in found.by_source.items()],
        "dial": [_stack(dial_name(each), tally) for each, tally in found.by_dial.items()],
    }
    stacks = [Stacks(say(f"insights.by_{kind}"), each) for kind, each in rows.items()]
    legend = say("insights.liked"), say("insights.refused"), say("insights.ignored")
    weeks = [
        _reach(format_skeleton("Md", day, locale=spoken()), tally)
        for day, tally in zip(found.weeks, found.by_week, strict=True)
    ]
    return draw_dashboard(
        title,
        tiles,
        stacks,
        legend,
        Reaches(say("insights.by_week"), weeks),
        Reaches(say("insights.exploring"), _exploring(found)),
    )


def insights_card(
    found: Insights, picture: bytes, song: Callable[[SongId], Song | None], *, recommend: str
) -> Card:
    """The picture, what it says in words, what was tried, how it is counted, and the file.

    Args:
        recommend: the command by which anything is shown at all.
    """
    weeks = len(found.weeks)
    if not found.total.shown:
        return layout(ui.TextDisplay(say("insights.none", n=weeks, recommend=recommend)), accent=ACCENT)
    said = say(
        "insights.alt",
        n=weeks,
        shown=_number(found.total.shown),
        liked=_number(found.total.liked),
        share=_between(found.total),
        members=found.people.answered_ever,
        coverage=_small(found.coverage),
        little=_known(found.little_known),
    )
    items: list[Item] = [
        ui.TextDisplay(say("insights.title", n=weeks)),
        gallery(PICTURE, said),
        ui.TextDisplay(said),
    ]
    lines = [
        say("insights.tried", n=each.shown, song=name(known, 50), liked=each.liked)
        for each in found.tried
        if (known := song(each.song)) is not None
    ]
    if lines:
        items.append(ui.TextDisplay("\n".join([say("insights.tried.title"), *lines])))
    items += [ui.TextDisplay(say("insights.note")), ui.File(f"attachment://{FILE}")]
    covers = [Cover(picture, PICTURE), Cover(figures(found).encode("utf-8-sig"), FILE)]
    return layout(*items, covers=covers, accent=ACCENT)


def source_name(source: str) -> str:
    """Who chose a song, in words."""
    return say(f"insights.source.{source}") if source in SOURCES else safe(source, 30)


def dial_name(dial: str) -> str:
    """How far it went, in words."""
    return say(f"dial.{dial}") if dial in DIALS else safe(dial, 30)


def _stack(label: str, tally: Tally) -> Stack:
    refused = (tally.skipped + tally.disliked) / tally.shown
    return Stack(label, tally.share, refused, _between(tally))


def _reach(label: str, tally: Tally) -> Reach:
    if not tally.shown:
        return Reach(label, None, 0.0, 0.0)
    return Reach(label, tally.share, *tally.interval, percent(tally.share))


def _exploring(found: Insights) -> list[Reach]:
    """What was chosen by score, what was tried as it was drawn, the same drawn evenly, and what is believed of it."""
    rows = [
        Reach(say(f"insights.source.{each}"), tally.share, *tally.interval, percent(tally.share))
        for each in ("blend", "explore")
        if (tally := found.by_source.get(each)) is not None
    ]
    believed = found.believed.get("explore")
    for label, each in (("evenly", found.evenly), ("believed", believed)):
        if each is not None:
            rows.append(Reach(say(f"insights.{label}"), each.share, each.low, each.high, percent(each.share)))
    return rows if found.evenly is not None else []


def _between(tally: Tally) -> str:
    """A share with its interval."""
    if not tally.shown:
        return "–"
    low, high = tally.interval
    return say(
        "insights.between", share=round(100 * tally.share), low=round(100 * low), high=round(100 * high)
    )


def _small(share: float) -> str:
    """A share that may be far below one in a hundred."""
    return say("picture.percent", share=_number(round(100 * share, 1 if share < 0.1 else None)))


def _number(value: float) -> str:
    """A number as the language writes it."""
    return format_decimal(value, locale=spoken())


def _known(share: float | None) -> str:
    return "–" if share is None else _small(share)
