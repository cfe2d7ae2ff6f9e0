"""The menu of time zones: one for most of the world's clocks, each with its time now."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.cards.menus import MOST, Line
from bot.text import say

OFFERED = (
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Mexico_City",
    "America/Bogota",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "UTC",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Athens",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Africa/Lagos",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)


def zone_lines(chosen: str, now: float) -> list[Line]:
    """The zones that a menu offers, with the chosen one among them.

    Args:
        now: unix time.
    """
    zones = OFFERED if chosen in OFFERED else (chosen, *OFFERED)
    moment = datetime.fromtimestamp(now, UTC)
    return [
        Line(zone, zone, say("zone.now", time=f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"))
        for zone in zones[:MOST]
    ]
