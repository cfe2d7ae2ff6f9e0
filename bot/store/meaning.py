"""Whether a song that fits what somebody typed is the one that is meant: nothing of it may be left unsaid by the song."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bot.folding import fold, written
from bot.store.records import Song

_BEGINNING = 2
"""Letters by which the last word may begin one of the song's; three elsewhere."""
_FILLERS = frozenset(
    {"by", "feat", "ft", "featuring", "with", "the", "and", "vs", "a", "of", "song", "from", "on", "in"}
)
_MOST_OF_A_GUEST = 2
_YEAR = re.compile(r"(19|20)\d\d")
GUESTS = re.compile(r"\b(?:feat|ft|featuring)\b\.?", re.IGNORECASE)
_VERSION = re.compile(
    r"\b(?:remix|remixed|rmx|rework|bootleg|mashup|acoustic|unplugged|acapella|a cappella|instrumental|karaoke|demo|reprise"
    r"|live|cover|mix|edit|session|sessions|version|dub|vip|flip|piano|orchestral|stripped|slowed|sped up)\b"
)
_AS_SOLD = re.compile(
    r"\b(?:radio|single|album|original|extended|full|main|short|video) (?:edit|mix|version|cut)\b"
)


def meant(text: str, song: Song) -> bool:
    """Whether every word of the text stands in the song's names, slips forgiven, and it is no version that was not named.

    The year may be said beside them, and so may a guest whom the catalogue does not name, if the artist is named.
    """
    asked, names = fold(text), fold(f"{song.artist} {song.title}")
    if not asked:
        return False
    if not written(text):  # signs alone are no words, whatever they are called: "🎉" is not "tada"
        said = " ".join(text.split())
        return said in (song.title, song.artist, f"{song.artist} {song.title}", f"{song.title} {song.artist}")
    squeezed = asked.replace(" ", "")
    if len(squeezed) >= 4 and squeezed in names.replace(" ", ""):  # "acdc", "blink182"
        return _same_version(asked, song)
    words, known = asked.split(), set(names.split())
    if not (song.title.isascii() and song.artist.isascii()):
        known |= set(written(f"{song.artist} {song.title}").split())
    unsaid = [
        word
        for place, word in enumerate(words)
        if not (
            word in _FILLERS or _is_year(word, song) or _stands(word, known, last=place == len(words) - 1)
        )
    ]
    if not unsaid:
        return _same_version(asked, song)
    guests = len(unsaid) <= _MOST_OF_A_GUEST and set(unsaid) <= _guests(text)
    return guests and _named(song.artist, words) and _same_version(asked, song)


def _is_year(word: str, song: Song) -> bool:
    """Whether the word says when the song came out, as far as that is known."""
    return bool(_YEAR.fullmatch(word)) and (song.released is None or song.released.startswith(word))


def _named(artist: str, words: list[str]) -> bool:
    """Whether the artist is among the words."""
    return any(_stands(name, set(words), last=False) for name in fold(artist).split() if name not in _FILLERS)


def _stands(word: str, known: set[str], *, last: bool) -> bool:
    """Whether a word is one of these, the beginning of one, or one with a slip; a number is exact."""
    if word in known:
        return True
    if word.isdecimal():
        return False
    if len(word) >= (_BEGINNING if last else 3) and any(name.startswith(word) for name in known):
        return True
    return any(slipped(word, name) for name in known)


def slipped(word: str, name: str) -> bool:
    """Whether one word is the other with one slip (swapped, left out, put in or mistaken), or two in a long one."""
    shorter = min(len(word), len(name))
    return shorter >= 3 and OSA.distance(word, name) <= (1 if shorter < 8 else 2)


def _guests(text: str) -> set[str]:
    """The words that come after "feat."."""
    return set(fold(" ".join(GUESTS.split(text)[1:])).split())


def _same_version(asked: str, song: Song) -> bool:
    """Whether a remix, a live recording and the like was asked for where the song is one."""
    marks = set(_VERSION.findall(_AS_SOLD.sub("", fold(song.title))))
    return not marks or any(fuzz.partial_ratio(mark, asked) >= 80 for mark in marks)
