"""What settings are called, and what their values are, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

import discord
from babel import Locale
from babel.numbers import format_percent

from bot.cards.plain import safe
from bot.sources.opening import LABELS
from bot.store.arranged import FOREVER, WEEKLY
from bot.store.records import Part
from bot.text import CATALOGUES, say, spoken


def named(setting: str) -> str:
    """What a setting is called; one that this version does not know, by its own name."""
    return say(f"setting.{setting}") if setting in _TOLD else safe(setting, 40)


def told(setting: str, value: object) -> str:
    """A value as members read it; what another version wrote, as it is."""
    try:
        return _TOLD[setting](value)
    except (KeyError, TypeError, ValueError):
        return safe(str(value), 80)


def share(value: float) -> str:
    """A part of one, such as 0.1, in hundredths as the language writes them."""
    return format_percent(value, "#,##0%", locale=spoken())


def language(code: str) -> str:
    """A language in its own words."""
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


def languages() -> list[str]:
    """The codes of those that Segue speaks."""
    return list(CATALOGUES)


def _date(value: object) -> str:
    if value is None:
        return say("settings.not_paused")
    if float(cast("float", value)) >= FOREVER:
        return say("settings.pause.open")
    moment = datetime.fromtimestamp(float(cast("float", value)), UTC)
    return say("settings.paused", when=discord.utils.format_dt(moment, "D"))


def _channels(value: object) -> str:
    numbers = cast("Sequence[int]", value)
    return " ".join(f"<#{int(each)}>" for each in numbers) if numbers else say("settings.everywhere")


def _parts(value: object) -> str:
    parts = [Part(part) for part in cast("Sequence[str]", value)]
    return ", ".join(say(f"settings.part.{part.value}") for part in parts) or say("settings.part.every")


def _sources(value: object) -> str:
    names = cast("Sequence[str]", value)
    return ", ".join(LABELS.get(each, safe(each, 40)) for each in names) or say("settings.sources.none_off")


def _switch(value: object) -> str:
    return say("settings.on" if value else "settings.off")


def _songs(value: object) -> str:
    return say("settings.songs", n=int(cast("int", value)))


def _dial(value: object) -> str:
    return say(f"dial.{value}")


def _tongue(value: object) -> str:
    return say("settings.language.discord") if value is None else language(str(value))


def _channel(value: object) -> str:
    return say("settings.nothing") if value is None else f"<#{int(cast('int', value))}>"


def _weekday(value: object) -> str:
    return say("settings.nothing") if value is None else say(f"weekday.{value}")


def _hour(value: object) -> str:
    return say("settings.nothing") if value is None else f"{int(cast('int', value)):02d}:00"


def _zone(value: object) -> str:
    return say("settings.nothing") if value is None else safe(str(value), 60)


def _days(value: object) -> str:
    return say("settings.forever") if value is None else say("settings.days", n=int(cast("int", value)))


_TOLD: Mapping[str, Callable[[object], str]] = {
    WEEKLY + "channel": _channel,
    WEEKLY + "weekday": _weekday,
    WEEKLY + "hour": _hour,
    WEEKLY + "timezone": _zone,
    WEEKLY + "paused_until": _date,
    WEEKLY + "count": _songs,
    WEEKLY + "dial": _dial,
    WEEKLY + "parts": _parts,
    WEEKLY + "language": lambda value: say("settings.language.server") if value is None else _tongue(value),
    WEEKLY + "poll": _switch,
    "dial": _dial,
    "length": _songs,
    "little_known": lambda value: share(float(cast("float", value))),
    "sources_off": _sources,
    "channels": _channels,
    "retention_days": _days,
    "presence": _switch,
    "links": _switch,
    "language": _tongue,
}
