"""What only apps from before 2024 and 2026 may still ask Spotify: found out once an app, and remembered.

Spotify's terms allow none of it for training models; whoever runs Segue decides whether these sources are used at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.errors import SegueError
from bot.sources.errors import SourceError, SourceNotFound, SourceRefused
from bot.sources.found import AudioFeatures, FoundArtist, FoundSong, SourceId
from bot.sources.memory import Memory
from bot.sources.outbound import Metrics, Outbound
from bot.sources.reading import known
from bot.sources.spotify import shapes, spoken_shapes
from bot.sources.spotify.calls import Legacy
from bot.sources.spotify.config import LABEL, NAME, SpotifyApp, SpotifyConfig

log = structlog.get_logger(__name__)
_KNOWN = TypeAdapter(dict[Legacy, bool])


class NotForThisApp(SourceRefused):
    """The app is too young for the call."""

    sentence = "{source} does not offer that to Segue any more."


class Access:
    """Which legacy calls an app may make: each is tried once, and the answer kept in ``memory`` for that app."""

    def __init__(
        self, outbound: Outbound, memory: Memory, app: SpotifyApp, config: SpotifyConfig | None = None
    ) -> None:
        self._outbound = outbound
        self._memory = memory
        self._config = config or SpotifyConfig()
        self._key = f"{NAME}.legacy.{app.mark}"
        self._answers: dict[Legacy, bool] | None = None
        self._lock = asyncio.Lock()

    async def may(self, what: Legacy) -> bool:
        """Whether the app may; no while Spotify does not say, and then it is asked again next time."""
        async with self._lock:
            if self._answers is None:
                self._answers = await self._recalled()
            if what not in self._answers:
                said = await self._tried(what)
                if said is None:
                    return False
                await self._keep(self._answers, what, said)
            return self._answers[what]

    async def withdraw(self, what: Legacy) -> None:
        """Remember that the app may not any more."""
        async with self._lock:
            await self._keep(self._answers or await self._recalled(), what, False)

    async def check(self, what: Legacy) -> None:
        """Let pass what the app may.

        Raises:
            NotForThisApp: it may not.
        """
        if not await self.may(what):
            raise NotForThisApp(LABEL, f"no {what}")

    async def _tried(self, what: Legacy) -> bool | None:
        path, query = _probe(what, self._config)
        try:
            await self._outbound.get(path, _whatever, query=query, background=True)
        except SourceError as error:
            return False if _is_closed(error) else None
        return True

    async def _recalled(self) -> dict[Legacy, bool]:
        try:
            text = await self._memory.get(self._key)
            return _KNOWN.validate_json(text) if text else {}
        except (SegueError, ValidationError) as error:
            log.warning("legacy access not recalled", source=NAME, why=type(error).__name__)
        return {}

    async def _keep(self, answers: dict[Legacy, bool], what: Legacy, said: bool) -> None:
        self._answers = answers | {what: said}
        try:
            await self._memory.set(self._key, _KNOWN.dump_json(self._answers).decode())
        except SegueError as error:
            log.warning("legacy access not kept", source=NAME, why=type(error).__name__)


class _LegacySource:
    name = NAME

    def __init__(self, outbound: Outbound, access: Access, config: SpotifyConfig | None = None) -> None:
        self._outbound = outbound
        self._access = access
        self._config = config or SpotifyConfig()

    def metrics(self) -> Metrics:
        """What was asked of Spotify so far, by all its sources, and how that went."""
        return self._outbound.metrics()


class SpotifyAudioFeatures(_LegacySource):
    """Says how songs sound, while the app may ask."""

    async def audio_features(self, songs: Sequence[FoundSong]) -> tuple[AudioFeatures | None, ...]:
        """As many answers as songs, in the same order; None for other sources' songs and for what is not known.

        Raises:
            NotForThisApp: the app may not ask, or not any more.
        """
        await self._access.check(Legacy.AUDIO_FEATURES)
        ids = [song.id if song.source == NAME and shapes.base62(song.id) else None for song in songs]
        asked = list(dict.fromkeys(each for each in ids if each is not None))
        found: dict[SourceId, AudioFeatures] = {}
        until = self._outbound.deadline()
        for start in range(0, len(asked), self._config.features_page):
            page = asked[start : start + self._config.features_page]
            found |= await self._page(page, until)
        return tuple(None if each is None else found.get(each) for each in ids)

    async def _page(self, ids: list[SourceId], until: float) -> dict[SourceId, AudioFeatures]:
        query = {"ids": ",".join(ids)}
        try:
            return await self._outbound.get(
                "audio-features", spoken_shapes.audio_features, query=query, until=until
            )
        except SourceError as error:
            if not _is_closed(error):
                raise
        await self._access.withdraw(Legacy.AUDIO_FEATURES)
        raise NotForThisApp(LABEL, f"no {Legacy.AUDIO_FEATURES}")


class SpotifyRelatedArtists(_LegacySource):
    """Names artists near another one, while the app may ask."""

    async def related_artists(self, artist_id: SourceId, *, limit: int = 20) -> tuple[FoundArtist, ...]:
        """Artists near this one, nearest first.

        Raises:
            NotForThisApp: the app may not ask, or not any more.
        """
        await self._access.check(Legacy.RELATED_ARTISTS)
        path = f"artists/{known(shapes.base62(artist_id), LABEL)}/related-artists"
        try:
            found = await self._outbound.get(path, shapes.related_artists)
        except SourceRefused as error:
            if not _is_closed(error):
                raise
        else:
            return found[: max(limit, 0)]
        await self._access.withdraw(Legacy.RELATED_ARTISTS)
        raise NotForThisApp(LABEL, f"no {Legacy.RELATED_ARTISTS}")


async def legacy_sources(
    outbound: Outbound, access: Access, config: SpotifyConfig | None = None
) -> tuple[SpotifyAudioFeatures | SpotifyRelatedArtists, ...]:
    """Those of the legacy sources that the app may use; asks Spotify where that is not known yet."""
    found: list[SpotifyAudioFeatures | SpotifyRelatedArtists] = []
    if await access.may(Legacy.AUDIO_FEATURES):
        found.append(SpotifyAudioFeatures(outbound, access, config))
    if await access.may(Legacy.RELATED_ARTISTS):
        found.append(SpotifyRelatedArtists(outbound, access, config))
    return tuple(found)


def _probe(what: Legacy, config: SpotifyConfig) -> tuple[str, dict[str, str | int]]:
    """The smallest question that tells whether an app may ask."""
    track, artist = config.probe_track, config.probe_artist
    match what:
        case Legacy.AUDIO_FEATURES:
            return "audio-features", {"ids": track}
        case Legacy.RELATED_ARTISTS:
            return f"artists/{artist}/related-artists", {}
        case Legacy.RECOMMENDATIONS:
            return "recommendations", {"seed_tracks": track, "limit": 1}
        case Legacy.TOP_TRACKS:
            return f"artists/{artist}/top-tracks", {"market": config.market}
        case Legacy.BATCH_READS:
            return "tracks", {"ids": track}


def _whatever(answer: object) -> bool:
    return isinstance(answer, dict)


def _is_closed(error: SourceError) -> bool:
    """Whether the call is closed to the app; a refused token or secret says nothing of that."""
    return isinstance(error, SourceNotFound) or error.detail == "status 403"
