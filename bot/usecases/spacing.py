"""What keeps a radio varied: no version of a song twice, and no artist more than twice in ten songs, guests included."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from bot.folding import fold
from bot.sources.naming import work_key
from bot.store.records import Song

# In any so many songs an artist comes at most so often …
WINDOW, MOST = 10, 2
# … and, where there is a choice, not again within so many.
REST = 5

_BETWEEN = re.compile(r"\s*[,;&/+]\s*|\s+(?:x|vs\.?|feat\.?|ft\.?|featuring|with)\s+", re.IGNORECASE)
_GUESTS = re.compile(
    r"[(\[{]\s*(?:feat|ft|featuring|with)\b\.?\s*([^()\[\]{}]+)|\s(?:feat|ft|featuring)\b\.?\s+(.+)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=4_096)
def _names(artist: str, title: str) -> frozenset[str]:
    guests = [found[1] or found[2] for found in _GUESTS.finditer(title)]
    parts = [part for text in (artist, *guests) for part in _BETWEEN.split(text)]
    return frozenset(folded for part in (artist, *parts) if (folded := fold(part)))


@lru_cache(maxsize=4_096)
def _work(artist: str, title: str) -> str:
    return work_key(artist, title)


def names(song: Song) -> frozenset[str]:
    """Everybody who is heard on a song, folded: its artists, and the guests that its title names."""
    return _names(song.artist, song.title)


def work(song: Song) -> str:
    """What all versions of a song share."""
    return _work(song.artist, song.title)


class Spacing:
    """The songs of a session in order, and what may follow them."""

    def __init__(self, played: Iterable[Song], *, never: Iterable[Song] = ()) -> None:
        self._works = {work(song) for song in never}
        self._lineup: list[frozenset[str]] = []
        for song in played:
            self.add(song)

    def add(self, song: Song) -> None:
        """Play a song."""
        self._works.add(work(song))
        self._lineup.append(names(song))

    def allows(self, song: Song) -> bool:
        """Whether a song may come next."""
        if work(song) in self._works:
            return False
        lately = Counter(name for each in self._lineup[-(WINDOW - 1) :] for name in each)
        return all(lately[name] < MOST for name in names(song))

    def rested(self, song: Song) -> bool:
        """Whether nobody on a song was heard in the last few."""
        return not any(names(song) & each for each in self._lineup[-REST:])

    def choose(self, offered: Iterable[Song], count: int) -> list[Song]:
        """Take the best that may come, one after another; ``offered`` is best first. Fewer come where fewer may."""
        left, chosen = list(offered), list[Song]()
        while len(chosen) < count:
            open_ = [song for song in left if self.allows(song)]
            best = next((song for song in open_ if self.rested(song)), next(iter(open_), None))
            if best is None:
                break
            self.add(best)
            left.remove(best)
            chosen.append(best)
        return chosen
