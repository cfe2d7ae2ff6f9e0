"""How often what members write is taken for the right song: of free text, and of artist and title."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.sources.found import FoundSong, SourceId, SourceName
from bot.sources.matching import best
from bot.store.records import Song
from bot.store.search import SearchIndex
from tests.sources.written import Written

LISTED = 8
"""Songs that a service lists for a question."""
Judge = Callable[[Written], Song | None]


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares, 0 to 1.

    Attributes:
        missed: songs of the catalogue that do not come first.
        wrong: songs of the catalogue for which another one is believed …
        unsure: … or none, so that others are asked who know it too.
        taken: songs that the catalogue does not have for which another one is believed.
        examples: a few of what went wrong: what was written, and what it was taken for.
    """

    missed: float
    wrong: float
    unsure: float
    taken: float
    examples: tuple[str, ...]


def rates(songs: Sequence[Song], known: Sequence[Written], unknown: Sequence[Written]) -> dict[str, Rates]:
    """The rates of ``text`` (the catalogue's own search) and ``line`` (which song of a service's list is meant)."""
    index = SearchIndex(songs)
    by_id = {song.id: song for song in songs}

    def first(one: Written) -> Song | None:
        found = index.find(one.text, 1)
        return by_id[found[0].song_id] if found else None

    def believed(one: Written) -> Song | None:
        found = index.best(one.text)
        return None if found is None else by_id[found.song_id]

    def of_a_list(one: Written) -> Song | None:
        listed = [by_id[each.song_id] for each in index.find(f"{one.artist} {one.title}", LISTED)]
        chosen = best(one.artist, one.title, [_told(song) for song in listed])
        return None if chosen is None else next(song for song in listed if str(song.id) == chosen.id)

    return {
        "text": _rates(first, believed, known, unknown),
        "line": _rates(of_a_list, of_a_list, known, unknown),
    }


def _rates(first: Judge, believed: Judge, known: Sequence[Written], unknown: Sequence[Written]) -> Rates:
    missed = [(one, song) for one in known if not one.is_meant(song := first(one))]
    told = [(one, song) for one in known if not one.is_meant(song := believed(one))]
    wrong = [(one, song) for one, song in told if song is not None]
    taken = [(one, song) for one in unknown if (song := believed(one)) is not None]
    return Rates(
        missed=len(missed) / len(known),
        wrong=len(wrong) / len(known),
        unsure=(len(told) - len(wrong)) / len(known),
        taken=len(taken) / len(unknown),
        examples=tuple(
            f"{name}: {one.text!r} ({one.meant.artist} - {one.meant.title}) → {_named(song)}"
            for name, pairs in (("missed", missed), ("wrong", wrong), ("taken", taken))
            for one, song in pairs
        ),
    )


def _named(song: Song | None) -> str:
    return "nobody" if song is None else f"{song.artist} - {song.title}"


def _told(song: Song) -> FoundSong:
    """The song as a service lists it."""
    return FoundSong(SourceName("test"), SourceId(str(song.id)), song.title, tuple(song.artist.split(", ")))
