"""From free text to wishes: tags, audio features and decades, and the words that were not understood.

The text is cut into words; from left to right the longest phrase that means something is read: a tag of the catalogue,
a mood from `moods.csv`, or a decade. A phrase may stand under a negation ("no", "without") and a degree ("very").
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from recommender.config import MoodConfig

_Name = TypeVar("_Name", str, int)

_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_TOKEN = re.compile(r"[^\W_]+|[,.;:!?()\n]")
_BREAKS = frozenset(",.;:!?()\n")
_DECADE = re.compile(r"(?:(1[89]|20)?(\d)0s?|(1[89]|20)(\d)\d)")
_SPELLED = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960, "seventies": 1970,
    "eighties": 1980, "nineties": 1990, "noughties": 2000, "aughts": 2000,
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOT = _words("not never dont doesnt isnt arent aint cant wont nothing")
_WITHOUT = _words("no without zero sans avoid avoiding except excluding minus neither nor")
_LESS = _words("less fewer")
_MORE = _words("very really super extremely so too quite lots much extra totally proper properly more most")
_LITTLE = _words("bit little slightly somewhat kinda kindof sorta fairly rather mildly")
_OR = frozenset({"or", "nor"})
_TURN = frozenset({"and", "but", "yet", "though", "although", "however", "plus", "instead"})
_FILLERS = _words(
    "a about all also am an any anything are artist artists as at band bands be by can could do during else etc even "
    "feel feeling feels feelings find for from get gets getting give go goes going gonna good great had has have hear "
    "i if im in into is it its ive just kind let lets like list listen listening ll make makes making maybe me mood "
    "moods music my need now of on one ones only our out pick picks play playing playlist please put recommend s "
    "radio show some someone something sometimes song songs sort sound sounding sounds stuff suggest surprise t than "
    "that the their them then there these they thing things this those time to today tonight track tracks tune tunes "
    "type up us ve vibe vibes vibing want wanna was way we were what whatever when where which while who will with "
    "would you your"
)
_RESERVED = frozenset({*_NOT, *_WITHOUT, *_LESS, *_MORE, *_LITTLE, *_OR, *_TURN, *_FILLERS})
_PATIENCE = 2
"""So many words that mean nothing may stand between a negation and what it negates."""


@dataclass(frozen=True, slots=True)
class Mood:
    """What a text asks for; weights are of the order of one, and below 0 for what is unwanted."""

    tags: Mapping[str, float]
    """By tag of the catalogue."""
    audio: Mapping[str, float]
    """By audio feature: 1 is much more than the average song has, -1 much less."""
    decades: Mapping[int, float]
    """By first year of a decade."""
    understood: tuple[str, ...]
    """Phrases that count, with their negations and degrees, in order."""
    unknown: tuple[str, ...]
    """Words that mean nothing here, each once, in order."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    tags: Mapping[str, float] = field(default_factory=dict[str, float])
    audio: Mapping[str, float] = field(default_factory=dict[str, float])
    decades: Mapping[int, float] = field(default_factory=dict[int, float])


@dataclass(slots=True)
class _Scope:
    """What stands before a phrase and bears on it."""

    words: list[str] = field(default_factory=list[str])
    tags: float = 1.0
    audio: float = 1.0
    patience: int = _PATIENCE


class Moods:
    """Reads moods in the words of one catalogue.

    Args:
        tags: the catalogue's tags.
        features: its audio features; what a mood says of others is left out.
        eras: whether release years are known.
    """

    def __init__(
        self,
        tags: Iterable[str],
        features: Iterable[str] = (),
        *,
        eras: bool = True,
        config: MoodConfig | None = None,
    ) -> None:
        self._config = config or MoodConfig()
        self._eras = eras
        self._tags = _by_key(tags)
        self._meanings = {key: _Meaning(dict.fromkeys(names, 1.0)) for key, names in self._tags.items()}
        self._add_moods(frozenset(features))
        self._by_letter: dict[str, list[str]] = {}
        for key in sorted(self._meanings):
            if len(key) >= self._config.guess_letters and key not in _RESERVED:
                self._by_letter.setdefault(key[0], []).append(key)

    def read(self, text: str) -> Mood:
        """Read `text`; any text is fine, and what is beyond the longest one is not read."""
        return _Reading(self._config, self._known, self._guess).of(_tokens(text, self._config.letters))

    def _known(self, words: Sequence[str]) -> _Meaning | None:
        """Find what a phrase means, singular and plural alike, and written in one word as in two."""
        if len(words) == 1 and words[0] in _RESERVED:
            return None
        if len(words) == 1 and (decade := _decade(words[0])) is not None:
            return self._in_decade(decade)
        spaced, joined = " ".join(words), "".join(words)
        forms = [spaced, joined] if len(words) > 1 and len(joined) >= self._config.join_letters else [spaced]
        for form in forms:
            for key in _numbers(form):
                if key in self._meanings:
                    return self._meanings[key]
        return None

    def _guess(self, word: str) -> str | None:
        """Find the phrase that a misspelt word is nearest to, if it is near enough."""
        if len(word) < self._config.guess_letters or word in _RESERVED:
            return None
        allowed = 1 if len(word) < self._config.long_letters else 2
        choices = self._by_letter.get(word[0], [])
        near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=5)
        for key, _, _ in near:
            # In a short word another letter is another word: only one too many, one missing, or two swapped.
            if (
                len(word) > self._config.guess_letters + 1
                or len(key) != len(word)
                or sorted(key) == sorted(word)
            ):
                return key
        return None

    def _in_decade(self, decade: int) -> _Meaning | None:
        """Read a decade from release years and from tags that name it."""
        names = [name for name, year in _SPELLED.items() if year == decade]
        names += [f"{decade}s", f"{decade % 100:02d}s", f"{decade % 100:02d}"]
        tags = [tag for name in names for tag in self._tags.get(name, [])]
        if not tags and not self._eras:
            return None
        return _Meaning(
            dict.fromkeys(tags, 0.5 if self._eras else 1.0), decades={decade: 1.0} if self._eras else {}
        )

    def _add_moods(self, features: frozenset[str]) -> None:
        for words, audio, tags in _lexicon():
            heard = {name: weight for name, weight in audio.items() if name in features}
            said = {tag: weight for name, weight in tags.items() for tag in self._tags.get(_key(name), [])}
            for word in words:
                own = self._meanings.get(word, _Meaning())
                others = {tag: weight for tag, weight in said.items() if tag not in own.tags}
                if heard or said or own.tags:
                    self._meanings[word] = _Meaning({**own.tags, **_level(others, self._config.alike)}, heard)


class _Reading:
    """One text on its way to a mood."""

    def __init__(
        self,
        config: MoodConfig,
        known: Callable[[Sequence[str]], _Meaning | None],
        guess: Callable[[str], str | None],
    ) -> None:
        self._config = config
        self._known = known
        self._guess = guess
        self._guesses: dict[str, str | None] = {}
        self._tags: dict[str, float] = {}
        self._audio: dict[str, float] = {}
        self._decades: dict[int, float] = {}
        self._understood: dict[str, None] = {}
        self._unknown: dict[str, None] = {}
        self._scope = _Scope()

    def of(self, tokens: Sequence[str]) -> Mood:
        place = 0
        while place < len(tokens):
            length, phrase, meaning = self._longest(tokens, place)
            place += length
            if meaning is None:
                self._word(phrase)
            else:
                self._apply(phrase, meaning)
                if tokens[place : place + 1] and tokens[place] in _OR:
                    place += 1
                else:
                    self._scope = _Scope()
        most = self._config.most
        return Mood(
            _held(self._tags, most),
            _held(self._audio, most),
            _held(self._decades, most),
            tuple(self._understood),
            tuple(self._unknown),
        )

    def _longest(self, tokens: Sequence[str], place: int) -> tuple[int, str, _Meaning | None]:
        """Find the longest phrase from `place` on: how many words it has, how it is written, and what it means."""
        window = tokens[place : place + self._config.phrase]
        reach = next((k for k, token in enumerate(window) if token in _BREAKS), len(window))
        for length in range(reach, 0, -1):
            if (meaning := self._known(window[:length])) is not None:
                return length, " ".join(window[:length]), meaning
        word = window[0]
        if word not in self._guesses and len(self._guesses) < self._config.guesses:
            self._guesses[word] = self._guess(word)
        guessed = self._guesses.get(word)
        return (1, word, None) if guessed is None else (1, guessed, self._known(guessed.split()))

    def _apply(self, phrase: str, meaning: _Meaning) -> None:
        scope = self._scope
        self._understood.setdefault(" ".join([*scope.words, phrase]))
        _add(self._tags, meaning.tags, scope.tags)
        _add(self._audio, meaning.audio, scope.audio)
        _add(self._decades, meaning.decades, scope.tags)

    def _word(self, word: str) -> None:
        """Take in a word that is no phrase of its own."""
        scope, config = self._scope, self._config
        if word in _BREAKS or word in _TURN:
            self._scope = _Scope()
        elif word in _NOT:
            self._scope = _Scope([word], -1.0, -config.opposite)
        elif word in _WITHOUT:
            self._scope = _Scope([word], -1.0, -1.0)
        elif word in _LESS:
            self._scope = _Scope([word], -config.bit, -config.bit)
        elif word in _MORE or word in _LITTLE:
            # "not very sad" is a little of the opposite, not much of it.
            factor = config.very if word in _MORE and scope.tags > 0 else config.bit
            self._scope = _Scope([*scope.words, word], scope.tags * factor, scope.audio * factor)
        else:
            if word not in _FILLERS and word not in _OR:
                self._unknown.setdefault(word)
            scope.patience -= 1
            if scope.patience < 0:
                self._scope = _Scope()


def _tokens(text: str, letters: int) -> list[str]:
    """Cut into words, lower-case and without accents, and the signs that end a clause."""
    folded = unicodedata.normalize("NFKD", text[:letters]).casefold()
    # One sign may fold into many.
    plain = "".join(letter for letter in folded[: 2 * letters] if not unicodedata.combining(letter))
    plain = _APOSTROPHES.sub("", plain).replace("&", " and ").replace("w/o ", "without ")
    return _TOKEN.findall(plain)


def _key(tag: str) -> str:
    return " ".join(token for token in _tokens(tag, len(tag)) if token not in _BREAKS)


def _by_key(tags: Iterable[str]) -> dict[str, list[str]]:
    """Collect the tags of each key; a tag of several words has a key in one word too."""
    found: dict[str, list[str]] = {}
    for tag in sorted(set(tags)):
        spaced = _key(tag)
        for key in dict.fromkeys([spaced, spaced.replace(" ", "")]):
            if key:
                found.setdefault(key, []).append(tag)
    return found


def _numbers(form: str) -> Iterator[str]:
    """Give a phrase and its likely singulars and plurals."""
    yield form
    if len(form) > 3:
        yield from (form[: -len(end)] for end in ("s", "es") if form.endswith(end))
        if form.endswith("ies"):
            yield form[:-3] + "y"
    if len(form) > 2:
        yield from (form + end for end in ("s", "es"))
        if form.endswith("y"):
            yield form[:-1] + "ies"


def _decade(word: str) -> int | None:
    """Read "80s", "1980s", "1984", "eighties" or "00s"; a number of two figures needs its s."""
    if word in _SPELLED:
        return _SPELLED[word]
    match = _DECADE.fullmatch(word) if word.isascii() else None
    if match is None or (len(word) == 2):
        return None
    century, ten = match[1] or match[3], int(match[2] or match[4] or 0)
    if century is None:
        century = "20" if ten < 3 else "19"
    return int(century) * 100 + ten * 10


def _lexicon() -> Iterator[tuple[list[str], dict[str, float], dict[str, float]]]:
    """Read the words of each mood, what they say of audio, and the tags that name them."""
    written = resources.files("recommender").joinpath("moods.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(written.splitlines()):
        yield row["words"].split("|"), _weights(row["audio"].split()), _weights(row["tags"].split("|"))


def _weights(entries: Iterable[str]) -> dict[str, float]:
    named = (entry.partition(":") for entry in entries if entry)
    return {name: float(weight or 1) for name, _, weight in named}


def _level(weights: Mapping[str, float], length: float) -> dict[str, float]:
    """Scale several names of one mood to a common length, so that they do not outweigh a tag that was named."""
    norm = sum(weight**2 for weight in weights.values()) ** 0.5
    return {name: weight * min(length / norm, 1.0) for name, weight in weights.items()} if norm else {}


def _add(total: dict[_Name, float], weights: Mapping[_Name, float], by: float) -> None:
    for name, weight in weights.items():
        total[name] = total.get(name, 0.0) + by * weight


def _held(weights: Mapping[_Name, float], most: float) -> dict[_Name, float]:
    held = {name: round(min(max(weight, -most), most), 4) for name, weight in weights.items()}
    return {name: weight for name, weight in held.items() if weight}
