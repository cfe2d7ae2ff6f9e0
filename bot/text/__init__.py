"""Every word a member reads, by key and language."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from babel import Locale

from bot.text import de, en, es, fr, ja, pt

Sentences = Mapping[str, str | Mapping[str, str]]

CATALOGUES: Mapping[str, Sentences] = {
    "en": en.SENTENCES,
    "de": de.SENTENCES,
    "es": es.SENTENCES,
    "fr": fr.SENTENCES,
    "pt": pt.SENTENCES,
    "ja": ja.SENTENCES,
}
DEFAULT = "en"
_PLURALS = {language: Locale.parse(language).plural_form for language in CATALOGUES}
_spoken: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language_of(locale: object) -> str:
    """The language of a Discord locale such as ``pt-BR``, English where it is none of ours."""
    code = str(locale).partition("-")[0].lower()
    return code if code in CATALOGUES else DEFAULT


def spoken() -> str:
    """The language of this task."""
    return _spoken.get()


def speak(language: str) -> None:
    """Say everything in this language from now on, in this task and in what it starts."""
    _spoken.set(language if language in CATALOGUES else DEFAULT)


@contextmanager
def speaking(language: str) -> Generator[None]:
    """Say everything in this language for the length of the block."""
    before = _spoken.set(language if language in CATALOGUES else DEFAULT)
    try:
        yield
    finally:
        _spoken.reset(before)


def say(key: str, language: str | None = None, **values: object) -> str:
    """The sentence of a key with its values filled in; ``n`` chooses the plural where there is one.

    Args:
        language: that of the task (see `speak`) unless another is named.

    Raises:
        KeyError: there is no such sentence, or a value is missing.
    """
    language = language or _spoken.get()
    sentence = CATALOGUES[language][key]
    if not isinstance(sentence, str):
        amount = values["n"]
        category = _PLURALS[language](amount if isinstance(amount, int) else 0)
        sentence = sentence.get(category, sentence["other"])
    return sentence.format(**values)
