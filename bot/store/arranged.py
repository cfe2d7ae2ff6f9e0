"""What admins can arrange in a server, and within which limits: known to what they see and to what is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.store.records import ChannelId, DiscoverySettings, Part, ServerSettings

WEEKLY = "discovery."
"""Before the names of settings of the weekly discovery."""
FRIDAY, EVENING = 4, 18
SHORTEST, LENGTH, LONGEST = 5, 10, 30
"""Songs of a weekly discovery."""
RETENTION = (30, 90, 180, 365, 730)
"""Days."""
PAUSES = (1, 2, 4, 8)
"""Weeks."""
FOREVER = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
"""Until somebody resumes it: a moment that never comes, the last that a date can tell."""
EVER = "ever"
"""What a menu says for that."""
SHARES = (0, 5, 10, 15, 20, 25, 30, 40, 50)
"""Hundredths of what is shown that little-known artists have at least."""
ON, OFF = "on", "off"
RESET = "reset"
"""What the log calls it that everything in a server was deleted."""
NONE = "none"
"""What a menu says for a setting that is left to what it is by default."""

PAGES: Mapping[str, tuple[str, ...]] = {
    "when": tuple(WEEKLY + name for name in ("channel", "weekday", "hour", "timezone", "paused_until")),
    "what": tuple(WEEKLY + name for name in ("count", "dial", "parts", "language", "poll")),
    "answers": ("dial", "length", "little_known"),
    "sources": ("sources_off",),
    "channels": ("channels",),
    "privacy": ("retention_days", "presence", "links"),
    "languages": ("language",),
    "log": (),
}
"""The pages of the panel, and the settings on each."""

DEFAULTS: Mapping[str, object] = {
    WEEKLY + "weekday": FRIDAY,
    WEEKLY + "hour": EVENING,
    WEEKLY + "count": LENGTH,
    WEEKLY + "dial": "balanced",
    WEEKLY + "parts": list[str](),
    WEEKLY + "poll": False,
    WEEKLY + "language": None,
    WEEKLY + "paused_until": None,
    **{name: getattr(ServerSettings(), name) for page in PAGES.values() for name in page if "." not in name},
}
"""What a setting is where nobody has changed it; where a post goes, and in which zone, has to be said."""


def page_of(setting: str) -> str:
    """The page that a setting is on; the first one for what is none."""
    return next((page for page, settings in PAGES.items() if setting in settings), next(iter(PAGES)))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where and when a weekly discovery could come; ``channel`` is None where none is known to be right."""

    channel: ChannelId | None
    weekday: int = FRIDAY
    hour: int = EVENING
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Arranged:
    """Everything that is arranged in a server; ``discovery`` is None where there is none."""

    chosen: ServerSettings
    discovery: DiscoverySettings | None

    def value(self, setting: str) -> object:
        """What a setting is now, as JSON has it."""
        name = setting.removeprefix(WEEKLY)
        if name == setting:
            return getattr(self.chosen, name)
        if self.discovery is None:
            return DEFAULTS.get(setting)
        value = getattr(self.discovery, name)
        return [Part(part).value for part in value] if name == "parts" else value
