"""What sources say of songs, in the words of the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.sources.found import AudioFeatures, FoundSong, Tag
from bot.sources.matching import merge
from bot.store.enriching import Due, Find
from bot.store.records import NewSong
from bot.usecases.finding import new_songs
from bot.usecases.questions import Told

_COLUMNS = {
    "bpm": "tempo",
    "key": "key",
    "major": "mode",
    "loudness": "loudness",
    "energy": "energy",
    "danceability": "danceability",
    "valence": "valence",
    "acousticness": "acousticness",
    "instrumentalness": "instrumentalness",
    "liveness": "liveness",
    "speechiness": "speechiness",
}


def find_of(song: Due, told: Told, *, lends: bool = False) -> Find:
    """What one source said of a song, to be written.

    Args:
        lends: it allows no more than its ids and pictures to be kept.
    """
    named = None if told.song is None else new_song(told.song)
    if lends:
        kept = None if named is None else _bare(song, told, named)
        return Find(told.source, told.found, kept)
    tags = _weighed((*(told.song.tags if told.song else ()), *told.tags))
    popularity = told.popularity or (told.song.popularity if told.song else None)
    if named is not None or tags or popularity:
        named = replace(
            named or _bare(song, told, None),
            source=told.source,
            tags=tags,
            popularity=None if popularity is None else 100 * popularity.share,
        )
    return Find(
        told.source,
        told.found,
        named,
        _features(told),
        tuple(new_song(near.song) for near in told.near),
    )


def new_song(found: FoundSong) -> NewSong:
    """A song as a source tells of it."""
    return new_songs(merge([found])[0])[0]


def ids_of(found: FoundSong) -> dict[str, str]:
    """The ids of a song by service."""
    return new_song(found).ids


def _bare(song: Due, told: Told, named: NewSong | None) -> NewSong:
    return NewSong(
        key=song.key,
        title=song.title,
        artist=song.artist,
        source=told.source,
        artwork_url=named.artwork_url if named else None,
        ids=named.ids if named else {},
        listed=named is not None,
    )


def _weighed(tags: Iterable[Tag]) -> tuple[tuple[str, str, float], ...]:
    """Each tag once, with the most that it weighs."""
    weights: dict[str, float] = {}
    for tag in tags:
        name = tag.name.lower()
        weights[name] = max(weights.get(name, 0.0), tag.weight)
    return tuple(("genre", name, weight) for name, weight in weights.items())


def _features(told: Told) -> dict[str, float]:
    features = told.features or AudioFeatures(told.source)
    if features.bpm is None and told.song is not None:
        features = replace(features, bpm=told.song.bpm)
    values = {column: getattr(features, name) for name, column in _COLUMNS.items()}
    return {column: float(value) for column, value in values.items() if value is not None}
