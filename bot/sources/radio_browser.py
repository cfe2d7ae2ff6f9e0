"""Radio Browser: live radio stations from a public directory that listeners keep, without a key.

It asks for a User-Agent that says who asks, and documents no limit; two calls a second are polite.
"""

from __future__ import annotations

from bot.sources import radio_browser_shapes as shapes
from bot.sources.errors import SourceNotFound
from bot.sources.found import FoundSpoken, SpokenKind
from bot.sources.outbound import Metrics, Outbound, Policy
from bot.sources.reading import question

POLICY = Policy(
    name=shapes.NAME,
    label=shapes.LABEL,
    base="https://de1.api.radio-browser.info",
    calls=2,
    per_seconds=1.0,
)
PAGE = 100


class RadioBrowser:
    """Asks one server of the directory; all of them hold the same."""

    name = shapes.NAME
    spoken_kinds = frozenset({SpokenKind.RADIO})

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def search_spoken(self, kind: SpokenKind, text: str, *, limit: int = 10) -> tuple[FoundSpoken, ...]:
        """Stations by name, those that are heard most first; by tag where no name fits."""
        words = question(text)
        if kind is not SpokenKind.RADIO or not words:
            return ()
        return await self._listed("name", words, limit) or await self._listed("tag", words.lower(), limit)

    async def _listed(self, field: str, words: str, limit: int) -> tuple[FoundSpoken, ...]:
        query = {field: words, "hidebroken": "true", "order": "clickcount", "reverse": "true"}
        most = min(max(limit, 1), PAGE)
        try:
            found = await self._outbound.get(
                "json/stations/search", shapes.stations, query={**query, "limit": most}
            )
        except SourceNotFound:
            return ()
        return found[: max(limit, 0)]
