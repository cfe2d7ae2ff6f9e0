"""ReccoBeats: how songs sound in Spotify's terms, by Spotify id or ISRC, without a key.

It knows about 60 to 80 % of songs and leaves the others out of its answers, which come in an order of its own. How
many calls it takes is not told; a pause that it asks for is kept. Its terms leave open who may keep its figures:
`Policy.enabled` switches it off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.sources.batches import in_batches
from bot.sources.errors import SourceNotFound
from bot.sources.links import Kind, Service, read_link
from bot.sources.outbound import Metrics, Outbound, Policy
from bot.sources.protocol import AudioFeatures, FoundSong, SourceName
from bot.sources.reading import (
    Answer,
    Bpm,
    Decibels,
    MaybeIsrc,
    MaybeLink,
    Pitch,
    Share,
    isrc,
    member,
    rows,
    whole,
)

NAME = SourceName("reccobeats")
LABEL = "ReccoBeats"
POLICY = Policy(
    name=NAME,
    label=LABEL,
    base="https://api.reccobeats.com/v1",
    calls=2,
    per_seconds=1.0,
    seconds=15.0,
    call_seconds=8.0,
)
AT_ONCE = 40
SPOTIFY = SourceName("spotify")


class _Features(Answer):
    href: MaybeLink = None
    isrc: MaybeIsrc = None
    tempo: Bpm = None
    key: Pitch = None  # -1 where it was not heard
    mode: object = None
    loudness: Decibels = None
    energy: Share = None
    danceability: Share = None
    valence: Share = None
    acousticness: Share = None
    instrumentalness: Share = None
    liveness: Share = None
    speechiness: Share = None


class ReccoBeats:
    """Asks ReccoBeats' catalogue."""

    name = NAME

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def audio_features(self, songs: Sequence[FoundSong]) -> tuple[AudioFeatures | None, ...]:
        """How songs sound, of those with a Spotify id (theirs or in their link) or an ISRC; forty a call.

        An ISRC may mean several tracks there: the first one is taken.
        """
        until = self._outbound.deadline()

        async def ask(some: tuple[str, ...]) -> Mapping[str, AudioFeatures]:
            return await self._outbound.get(
                "audio-features", _features, query={"ids": ",".join(some)}, until=until
            )

        asked = [_known_as(song) for song in songs]
        found = await in_batches([each for each in asked if each], AT_ONCE, ask)
        return tuple(found.get(each) if each else None for each in asked)


def _known_as(song: FoundSong) -> str | None:
    """What ReccoBeats knows a song by: Spotify's id, else the ISRC."""
    if song.source == SPOTIFY and (track := _track(f"https://open.spotify.com/track/{song.id}")):
        return track
    return _track(song.link) or isrc(song.isrc)


def _track(address: str | None) -> str | None:
    link = read_link(address) if address else None
    is_track = link is not None and link.service is Service.SPOTIFY and link.kind is Kind.TRACK
    return link.id if link is not None and is_track else None


def _features(answer: object) -> Mapping[str, AudioFeatures]:
    """Features by Spotify id and, as well, by ISRC."""
    content = member(answer, "content")
    if content == []:
        raise SourceNotFound(LABEL, "empty list")
    found: dict[str, AudioFeatures] = {}
    for row in rows(_Features, content):
        features = _features_of(row)
        for known_as in (_track(row.href), row.isrc):
            if known_as and features != AudioFeatures(NAME):
                found.setdefault(known_as, features)
    if not found:
        raise ValueError("features of nothing")
    return found


def _features_of(row: _Features) -> AudioFeatures:
    mode = whole(row.mode, 0, 1)
    return AudioFeatures(
        source=NAME,
        bpm=row.tempo,
        key=row.key,
        major=None if mode is None else mode == 1,
        loudness=row.loudness,
        energy=row.energy,
        danceability=row.danceability,
        valence=row.valence,
        acousticness=row.acousticness,
        instrumentalness=row.instrumentalness,
        liveness=row.liveness,
        speechiness=row.speechiness,
    )
