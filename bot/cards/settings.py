"""The panel of ``/settings``: a menu of pages, and on each its settings as they are now, with what they may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from discord import ui

from bot.cards import ids
from bot.cards.help import ACCENT
from bot.cards.menus import MOST, POSTED_IN, TYPED_IN, Line, button, channel_menu, menu
from bot.cards.setting_up import hours, weekdays
from bot.cards.setting_words import language, languages, named, share, told
from bot.cards.song import Card, Item, layout
from bot.cards.zones import zone_lines
from bot.sources.opening import LABELS
from bot.store.arranged import (
    EVER,
    LONGEST,
    NONE,
    OFF,
    ON,
    PAGES,
    PAUSES,
    RESET,
    RETENTION,
    SHARES,
    SHORTEST,
    WEEKLY,
    Arranged,
)
from bot.store.records import Part, SettingChange
from bot.store.wishes import MOST as LONGEST_ANSWER
from bot.text import say
from recommender import Dial

MOST_LOGGED = 15
"""Changes that the log shows."""
MOST_TEXT = 3_000
# 26 lengths, and a menu has 25 lines.
LENGTHS = [*range(SHORTEST, 26), 28, LONGEST]


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows.

    Attributes:
        there: the channels that exist, of those that are chosen.
        sources: the music services that the operator has switched on.
        reading: what the operator lets be read at all: ``presence``, ``links``.
        now: unix time.
        log: the last changes, on the page that shows them.
        note: what has just happened, or went wrong.
    """

    arranged: Arranged
    there: frozenset[int]
    sources: Sequence[str]
    reading: frozenset[str]
    now: float
    log: Sequence[SettingChange] = ()
    note: str = ""

    def value(self, setting: str) -> object:
        """What a setting is now."""
        return self.arranged.value(setting)


def changed_text(changes: Sequence[SettingChange]) -> str:
    """What was changed, and what it was before; or that nothing was."""
    if not changes:
        return say("settings.same")
    return "\n".join(
        say(
            "settings.changed",
            setting=named(each.setting),
            after=told(each.setting, each.after),
            before=told(each.setting, each.before),
        )
        for each in changes
    )


def settings_card(page: str, panel: Panel, mention: Callable[[str], str]) -> Card:
    """One page of the panel."""
    items: list[Item] = [ui.TextDisplay(say("settings.title", page=say(f"settings.page.{page}")))]
    if page in _EXPLAINED:
        names = {each: mention(each) for each in _EXPLAINED[page]}
        items.append(ui.TextDisplay(say(f"settings.text.{page}", **names)))
    if panel.note:
        items.append(ui.TextDisplay(panel.note))
    items.append(ui.Separator(visible=False))
    if page in _WEEKLY and panel.arranged.discovery is None:
        items += _begin(mention)
    else:
        items += _DRAWN[page](panel)
        if page != "log":
            items.append(ui.ActionRow(button(say("settings.defaults"), ids.settings_reset(page))))
    lines = [Line(each, say(f"settings.page.{each}")) for each in PAGES]
    items += [ui.Separator(), menu(ids.settings_page(), lines, [page])]
    return layout(*items, accent=ACCENT)


def _begin(mention: Callable[[str], str]) -> list[Item]:
    """There is no weekly post: a channel is all that it needs."""
    channel = ids.setting(WEEKLY + "channel")
    return [
        ui.TextDisplay(say("settings.none_yet", setup=mention("setup"))),
        channel_menu(channel, POSTED_IN, [], say("setup.menu.channel")),
    ]


def _when(panel: Panel) -> list[Item]:
    channel = cast("int", panel.value(WEEKLY + "channel"))
    zone = str(panel.value(WEEKLY + "timezone"))
    until = panel.value(WEEKLY + "paused_until")
    paused = until is not None and cast("float", until) > panel.now
    told_pause = told(WEEKLY + "paused_until", until if paused else None)
    pauses = [Line(NONE, say("settings.not_paused"))]
    pauses += [Line(str(weeks), say("settings.pause", n=weeks)) for weeks in PAUSES]
    pauses.append(Line(EVER, say("settings.pause.open")))
    there = [channel] if channel in panel.there else []
    items = _headed(WEEKLY + "channel", channel_menu(ids.setting(WEEKLY + "channel"), POSTED_IN, there))
    if not there:
        items.insert(0, ui.TextDisplay(say("settings.channel_gone")))
    return [
        *items,
        *_chosen(WEEKLY + "weekday", weekdays(), str(panel.value(WEEKLY + "weekday"))),
        *_chosen(WEEKLY + "hour", hours(), str(panel.value(WEEKLY + "hour"))),
        *_chosen(WEEKLY + "timezone", zone_lines(zone, panel.now), zone),
        *_headed(
            WEEKLY + "paused_until",
            menu(
                ids.setting(WEEKLY + "paused_until"),
                pauses,
                [] if paused else [NONE],
                say("settings.pause.now"),
            ),
            f" · {told_pause}" if paused else "",
        ),
    ]


def _what(panel: Panel) -> list[Item]:
    parts = cast("list[str]", panel.value(WEEKLY + "parts")) or [part.value for part in Part]
    lines = [Line(part.value, say(f"settings.part.{part.value}")) for part in Part]
    setting = WEEKLY + "parts"
    return [
        *_chosen(WEEKLY + "count", _songs(LENGTHS), str(panel.value(WEEKLY + "count"))),
        *_chosen(WEEKLY + "dial", _dials(), str(panel.value(WEEKLY + "dial"))),
        *_headed(setting, menu(ids.setting(setting), lines, parts, most=len(lines))),
        *_chosen(
            WEEKLY + "language",
            _languages("settings.language.server"),
            str(panel.value(WEEKLY + "language") or NONE),
        ),
        _switch(WEEKLY + "poll", on=bool(panel.value(WEEKLY + "poll"))),
    ]


def _answers(panel: Panel) -> list[Item]:
    percent = str(round(100 * cast("float", panel.value("little_known"))))
    shares = [Line(str(each), share(each / 100)) for each in SHARES]
    return [
        *_chosen("dial", _dials(), str(panel.value("dial"))),
        *_chosen("length", _songs(range(1, LONGEST_ANSWER + 1)), str(panel.value("length"))),
        *_chosen("little_known", shares, percent),
    ]


def _sources(panel: Panel) -> list[Item]:
    if not panel.sources:
        return [ui.TextDisplay(say("settings.sources.nobody"))]
    off = cast("Sequence[str]", panel.value("sources_off"))
    lines = [Line(each, LABELS.get(each, each)) for each in panel.sources]
    asked = [each for each in panel.sources if each not in off]
    none = say("settings.sources.all_off")
    return [
        menu(ids.setting("sources_off"), lines, asked, none, least=0, most=len(lines)),
    ]


def _channels(panel: Panel) -> list[Item]:
    chosen = [each for each in cast("Sequence[int]", panel.value("channels")) if each in panel.there]
    everywhere = say("settings.everywhere")
    return [
        channel_menu(ids.setting("channels"), TYPED_IN, chosen, everywhere, least=0, most=MOST),
    ]


def _privacy(panel: Panel) -> list[Item]:
    days = [Line(NONE, say("settings.forever"))]
    days += [Line(str(each), say("settings.days", n=each)) for each in RETENTION]
    read = ("presence", "links")
    return [
        *_chosen("retention_days", days, str(panel.value("retention_days") or NONE)),
        *(_switch(what, on=bool(panel.value(what)), known=what in panel.reading) for what in read),
    ]


def _tongues(panel: Panel) -> list[Item]:
    return [
        *_chosen("language", _languages("settings.language.discord"), str(panel.value("language") or NONE)),
    ]


def _log(panel: Panel) -> list[Item]:
    text = ""
    for each in panel.log[:MOST_LOGGED]:
        line = _logged(each)
        if len(text) + len(line) > MOST_TEXT:
            break
        text += line + "\n"
    return [ui.TextDisplay(text or say("settings.log.none"))]


def _logged(change: SettingChange) -> str:
    member = say("settings.log.forgotten") if change.member is None else f"<@{change.member}>"
    when = f"<t:{int(change.at)}:R>"
    if change.setting == RESET:
        return say("settings.log.reset", member=member, when=when)
    return say(
        "settings.log.line",
        setting=named(change.setting),
        before=told(change.setting, change.before),
        after=told(change.setting, change.after),
        member=member,
        when=when,
    )


def _headed(setting: str, row: Item, more: str = "") -> list[Item]:
    """A row below the name of what it changes."""
    return [ui.TextDisplay(f"**{named(setting)}**{more}"), row]


def _chosen(setting: str, lines: Sequence[Line], value: str) -> list[Item]:
    """The menu of a setting that has one value."""
    return _headed(setting, menu(ids.setting(setting), lines, [value]))


def _switch(setting: str, *, on: bool, known: bool = True) -> Item:
    """A setting that is on or off; its button says what a press makes of it, so that a second press changes nothing.

    Args:
        known: whether the operator has switched it on at all.
    """
    turned = button(
        say("settings.turn_off" if on else "settings.turn_on"), ids.setting(setting, OFF if on else ON)
    )
    text = say(f"settings.switch.{setting}", state=told(setting, on))
    if not known:
        text += "\n" + say("settings.operator_off")
    return ui.Section(text, accessory=turned)


def _songs(lengths: Sequence[int]) -> list[Line]:
    return [Line(str(each), say("settings.songs", n=each)) for each in lengths]


def _dials() -> list[Line]:
    return [Line(dial.value, say(f"dial.{dial.value}")) for dial in Dial]


def _languages(otherwise: str) -> list[Line]:
    return [Line(NONE, say(otherwise)), *(Line(code, language(code)) for code in languages())]


_WEEKLY = ("when", "what")
_EXPLAINED: Mapping[str, Sequence[str]] = {
    "answers": ("recommend", "mix", "daily"),
    "sources": (),
    "channels": (),
    "privacy": ("privacy",),
    "languages": (),
}
"""The pages that begin with what they are about, and the commands that are named there."""
_DRAWN: Mapping[str, Callable[[Panel], list[Item]]] = {
    "when": _when,
    "what": _what,
    "answers": _answers,
    "sources": _sources,
    "channels": _channels,
    "privacy": _privacy,
    "languages": _tongues,
    "log": _log,
}
