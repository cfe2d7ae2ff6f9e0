"""Moods in the languages that members speak: their words are put into English, which the engine reads.

`bot/text/moods.csv` has the words: a line for each English one, a column for each language. An empty English word says
that its line means nothing here, such as articles. A text is read as it stands and in each language, and the reading
that leaves the fewest words over counts; where two are equal, English.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from recommender.moods import Mood

LANGUAGES = ("de", "es", "fr", "pt", "ja")
# What may follow a word that is listed without it; a German adjective has six endings.
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "de": ("e", "er", "es", "en", "em", "n", "s"),
    "es": ("s", "es"),
    "fr": ("s", "e", "es"),
    "pt": ("s", "es"),
}
_STEM = 4
"""Letters that are left at least when an ending is taken off."""
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_DECADE = re.compile(
    r"\b(?:(?:años|anos|années|annees)\s+(?P<years>(?:19|20)?\d0)\b|(?P<er>(?:19|20)?\d0)ern?\b)"
    r"|(?P<nendai>(?:19|20)?\d0)年代",
    re.IGNORECASE,
)
# Japanese has no spaces, says "without" behind the word, and ties words by particles.
_WITHOUT = re.compile(r"[のがは]?(?:なし|無し|ナシ|ない|抜き|以外|じゃない|ではない)(?:で|の)?")
_PARTICLES = re.compile(r"(?:だけ|のみ|[のなにでがはをもとめや])+")


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """One language: what its phrases are in English, and the words or letters of its longest one."""

    language: str
    english: Mapping[str, str]
    longest: int

    def put(self, text: str) -> str:
        """Put what is known of a text into English; the rest stays where it is."""
        text = _DECADE.sub(lambda found: f" {''.join(each or '' for each in found.groups())}s ", text)
        return self._signs(text) if self.language == "ja" else self._words(text)

    def _words(self, text: str) -> str:
        words = list(_WORD.finditer(text))
        done, place, said = 0, 0, list[str]()
        while place < len(words):
            length, meaning = self._longest(words[place : place + self.longest])
            if meaning is not None:
                said += [text[done : words[place].start()], meaning]
                done = words[place + length - 1].end()
            place += length
        return "".join([*said, text[done:]])

    def _longest(self, words: list[re.Match[str]]) -> tuple[int, str | None]:
        for length in range(len(words), 0, -1):
            for form in self._forms(" ".join(_plain(word.group()) for word in words[:length])):
                if form in self.english:
                    return length, self.english[form]
        return 1, None

    def _forms(self, phrase: str) -> Iterator[str]:
        yield phrase
        for ending in _ENDINGS[self.language]:
            if phrase.endswith(ending) and len(phrase) - len(ending) >= _STEM:
                yield phrase[: -len(ending)]

    def _signs(self, text: str) -> str:
        place, said = 0, list[str]()
        while place < len(text):
            for length in range(min(self.longest, len(text) - place), 0, -1):
                meaning = self.english.get(text[place : place + length])
                if meaning is not None:
                    break
            else:
                said.append(text[place])
                place += 1
                continue
            place += length
            if without := _WITHOUT.match(text, place):
                meaning, place = f"without {meaning}", without.end()
            elif particles := _PARTICLES.match(text, place):
                place = particles.end()
            said.append(f" {meaning} ")
        return "".join(said)


def read_mood(read: Callable[[str], Mood], text: str) -> Mood:
    """Read what free text asks for, in whichever language it is written.

    Args:
        read: reads English, as the engine does.

    Returns:
        The reading; words that mean nothing stand in it as they were written.
    """
    text = unicodedata.normalize("NFKC", text)
    best = read(text)
    left = _left_over(best, text)
    for lexicon in _lexicons():
        if left == 0:
            break
        put = lexicon.put(text)
        mood = read(put)
        if (fewer := _left_over(mood, put)) < left:
            best, left = mood, fewer
    written = {_plain(part): part for word in _WORD.findall(text) for part in [word, *word.split("-")]}
    return replace(best, unknown=tuple(written.get(word, word) for word in best.unknown))


def _left_over(mood: Mood, text: str) -> int:
    """Count the words that mean nothing, and those that were taken for another one that is spelt like them."""
    words = set(_PART.findall(_plain(text)))
    guessed = {word for phrase in mood.understood for word in phrase.split()} - words
    return len(mood.unknown) + len(guessed)


def _plain(text: str) -> str:
    """Lower-case and without accents, as the engine reads it."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


@cache
def _lexicons() -> tuple[_Lexicon, ...]:
    written = resources.files("bot.text").joinpath("moods.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(written.splitlines()))
    return tuple(_lexicon(language, rows) for language in LANGUAGES)


def _lexicon(language: str, rows: list[dict[str, str]]) -> _Lexicon:
    english: dict[str, str] = {}
    for row in rows:
        for phrase in row[language].split("|"):
            key = phrase if language == "ja" else " ".join(_plain(each) for each in _WORD.findall(phrase))
            if key:
                english.setdefault(key, row["english"])
    longest = max(len(key) if language == "ja" else key.count(" ") + 1 for key in english)
    return _Lexicon(language, english, longest)
