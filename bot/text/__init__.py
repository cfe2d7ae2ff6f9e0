"""Every word a member reads, by key and language."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale

from bot.text import en

CATALOGUES: Mapping[str, Mapping[str, str | Mapping[str, str]]] = {"en": en.SENTENCES}
_PLURALS = {language: Locale.parse(language).plural_form for language in CATALOGUES}


def say(key: str, language: str = "en", **values: object) -> str:
    """The sentence of a key with its values filled in; ``n`` chooses the plural where there is one.

    Raises:
        KeyError: there is no such sentence, or a value is missing.
    """
    sentence = CATALOGUES[language][key]
    if not isinstance(sentence, str):
        amount = values["n"]
        sentence = sentence[_PLURALS[language](amount if isinstance(amount, int) else 0)]
    return sentence.format(**values)
