"""AcousticBrainz: tempo, key, loudness and moods by MBID, measured from sound until 2022 and frozen since; CC0.

What its two documents about a recording (the first that was submitted) say, as `AudioFeatures`:

- ``bpm``: low level, ``rhythm.bpm``. ``key`` and ``major``: ``tonal.key_key`` (either spelling) and ``key_scale``.
- ``loudness``: -18 - ``replay_gain``. A ReplayGain is how many dB a recording is below its reference loudness, which
  ReplayGain 2.0 puts at -18 LUFS. ``average_loudness`` is no loudness but a share without a unit: left out.
- ``danceability``, ``acousticness``, ``instrumentalness`` and ``valence``: high level, the probabilities of the
  classes "danceable", "acoustic", "instrumental" and "happy", each of a classifier with two classes. They are no
  measures of how much: most lie near 0 or 1.

Energy, liveness and speechiness have nothing there that means the same, so they are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from bot.sources.batches import in_batches
from bot.sources.errors import SourceNotFound
from bot.sources.outbound import Metrics, Outbound, Policy
from bot.sources.protocol import AudioFeatures, FoundSong, Mbid, SourceName
from bot.sources.reading import MOST_ROWS, maybe_member, mbid, number

NAME = SourceName("acousticbrainz")
LABEL = "AcousticBrainz"
# 10 calls in 10 seconds are allowed; the rest is for clocks that differ. A batch takes two calls.
POLICY = Policy(
    name=NAME,
    label=LABEL,
    base="https://acousticbrainz.org/api/v1",
    calls=9,
    per_seconds=10.0,
    seconds=15.0,
    call_seconds=8.0,
    quota_seconds=10.0,
    absent_seconds=86_400.0,
)
AT_ONCE = 25
WANTED = "rhythm.bpm;tonal.key_key;tonal.key_scale;metadata.audio_properties.replay_gain"
REFERENCE = -18.0
_PITCHES = {
    name: pitch
    for pitch, names in enumerate(
        ("C B#", "C# Db", "D", "D# Eb", "E Fb", "F E#", "F# Gb", "G", "G# Ab", "A", "A# Bb", "B Cb")
    )
    for name in names.split()
}


class AcousticBrainz:
    """Asks AcousticBrainz' interface, version 1."""

    name = NAME

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def audio_features(self, songs: Sequence[FoundSong]) -> tuple[AudioFeatures | None, ...]:
        """How songs sound, of those with an MBID that were measured by 2022; 25 with two calls."""
        until = self._outbound.deadline()

        async def ask(some: tuple[Mbid, ...]) -> Mapping[Mbid, AudioFeatures]:
            query = {"recording_ids": ";".join(some)}
            low = await self._outbound.get(
                "low-level", _low_level, query=query | {"features": WANTED}, until=until
            )
            try:
                high = await self._outbound.get("high-level", _high_level, query=query, until=until)
            except SourceNotFound:
                return low
            return {known: _joined(low[known], high.get(known)) for known in low}

        asked = [mbid(song.mbid) for song in songs]
        found = await in_batches([each for each in asked if each], AT_ONCE, ask)
        told = (found.get(each) if each else None for each in asked)
        return tuple(features if features != AudioFeatures(NAME) else None for features in told)


def _joined(low: AudioFeatures, high: AudioFeatures | None) -> AudioFeatures:
    if high is None:
        return low
    return replace(high, bpm=low.bpm, key=low.key, major=low.major, loudness=low.loudness)


def _low_level(answer: object) -> Mapping[Mbid, AudioFeatures]:
    return _documents(answer, _measured)


def _high_level(answer: object) -> Mapping[Mbid, AudioFeatures]:
    return _documents(answer, _classified)


def _documents(
    answer: object, read: Callable[[object], AudioFeatures | None]
) -> Mapping[Mbid, AudioFeatures]:
    """What the first document about each recording says; ``mbid_mapping`` in between is none."""
    if not isinstance(answer, dict):
        raise ValueError("no documents")
    given = {key: told for key, told in cast("dict[str, object]", answer).items() if key != "mbid_mapping"}
    if not given:
        raise SourceNotFound(LABEL, "no documents")
    found = {
        known: features
        for key, told in list(given.items())[:MOST_ROWS]
        if (known := mbid(key)) and (features := read(maybe_member(told, "0"))) is not None
    }
    if not found:
        raise ValueError("no document can be read")
    return found


def _measured(document: object) -> AudioFeatures | None:
    rhythm, tonal, metadata = (maybe_member(document, part) for part in ("rhythm", "tonal", "metadata"))
    if rhythm is None and tonal is None and metadata is None:
        return None
    gain = number(maybe_member(maybe_member(metadata, "audio_properties"), "replay_gain"), -60, 60)
    pitch, scale = maybe_member(tonal, "key_key"), maybe_member(tonal, "key_scale")
    return AudioFeatures(
        source=NAME,
        bpm=number(maybe_member(rhythm, "bpm"), 20, 400),
        key=_PITCHES.get(pitch) if isinstance(pitch, str) else None,
        major=scale == "major" if scale in ("major", "minor") else None,
        loudness=None if gain is None else number(REFERENCE - gain, -60, 5),
    )


def _classified(document: object) -> AudioFeatures | None:
    models = maybe_member(document, "highlevel")
    if models is None:
        return None
    return AudioFeatures(
        source=NAME,
        danceability=_probability(models, "danceability", "danceable"),
        acousticness=_probability(models, "mood_acoustic", "acoustic"),
        instrumentalness=_probability(models, "voice_instrumental", "instrumental"),
        valence=_probability(models, "mood_happy", "happy"),
    )


def _probability(models: object, model: str, of: str) -> float | None:
    return number(maybe_member(maybe_member(maybe_member(models, model), "all"), of), 0, 1)
