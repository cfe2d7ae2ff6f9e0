"""Every word a member reads: it exists, its blanks are filled, it fits, and nobody has stopped saying it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import discord
import pytest

from bot.cards import ids
from bot.cards.charts import PERIODS, VIEWS
from bot.cards.insights import SOURCES
from bot.cards.why import GIVEN
from bot.store import Store
from bot.store.radio_query import Toward, Whose
from bot.store.records import Verb
from bot.store.tastes import ChoiceKind
from bot.text import CATALOGUES, language_of, say
from bot.text.en import SENTENCES
from bot.usecases.charts import View
from bot.usecases.reasoning import PARTS
from recommender import Dial, ReasonKind

ROOT = Path(__file__).parents[1]
FILES = [path for folder in ("bot", "cogs") for path in sorted((ROOT / folder).rglob("*.py"))]
CODE = [path for path in FILES if path.parent.name != "text"]
LOOKED_UP = (
    "command.",
    "dial.",
    "for.",
    "weekday.",
    "block.for.",
    "what.",
    "radio.for.",
    "taste.visible.choice.",
)
SAYING = {"say", "choice"}
# The kinds of reason that are said as they are; the others have words of their own.
PLAIN_KINDS = ("server", "popular", "new", "explore")


@dataclass(frozen=True)
class Saying:
    """One call of `say` in the code: its key as a pattern, and the values that it is given."""

    place: str
    pattern: str
    literal: bool
    given: frozenset[str]
    spread: bool


def _patterns(node: ast.expr) -> Iterator[tuple[str, bool]]:
    match node:
        case ast.Constant(value=str(key)):
            yield re.escape(key), True
        case ast.IfExp(body=one, orelse=other):
            yield from _patterns(one)
            yield from _patterns(other)
        case ast.JoinedStr(values=parts):
            texts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".*" for p in parts]
            yield "".join(texts), False
        case _:
            # A name: its constants are found wherever they are written.
            pass


def sayings() -> Iterator[Saying]:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                given = frozenset(word.arg for word in node.keywords if word.arg is not None)
                spread = any(word.arg is None for word in node.keywords)
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                for pattern, literal in _patterns(node.args[0]):
                    yield Saying(place, pattern, literal, given, spread)


SAYINGS = list(sayings())


def forms(key: str, language: str = "en") -> list[str]:
    """The sentence of a key, in all its plurals."""
    sentence = CATALOGUES[language][key]
    return [sentence] if isinstance(sentence, str) else list(sentence.values())


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_scan_sees_the_code() -> None:
    assert len(SAYINGS) > 60
    assert sum(not saying.literal for saying in SAYINGS) >= 6


def test_every_sentence_that_the_code_says_exists() -> None:
    missing = [
        f"{saying.place}: {saying.pattern}"
        for saying in SAYINGS
        if not any(re.fullmatch(saying.pattern, key) for key in SENTENCES)
    ]
    assert not missing


@pytest.mark.parametrize(
    ("family", "members"),
    [
        ("dial.{}", [dial.value for dial in Dial]),
        ("card.said.{}", ["none", *(verb.value for verb in Verb if verb is not Verb.UNDO)]),
        ("radio.{}", re.findall(r"next|like_this|stop", ids.RADIO)),
        ("radio.toward.{}", [toward.value for toward in Toward]),
        ("radio.source.{}", [whose.value for whose in Whose]),
        ("radio.for.{}", ["me", "server"]),
        ("radio.history.{}", ["me", "server"]),
        ("weekday.{}", list(range(7))),
        ("part.{}", ["seed", "wish", "other", *PARTS.values()]),
        ("part.{}", [kind.value for kind in ReasonKind if kind.value not in GIVEN]),
        ("taste.start.{}", list(ChoiceKind)),
        ("insights.source.{}", sorted(SOURCES)),
        ("charts.choose.{}", [*VIEWS, *PERIODS]),
        ("charts.{}", [*(view.value for view in View), *PERIODS]),
        ("charts.footer.{}", [view.value for view in View]),
        ("why.{}", [kind.value for kind in ReasonKind if kind.value in PLAIN_KINDS]),
    ],
)
def test_every_member_of_a_family_exists(family: str, members: list[str]) -> None:
    assert members
    assert all(say(family.format(member), page=1, pages=1, name="") for member in members)


async def test_every_audio_feature_has_a_name(tmp_path: Path) -> None:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as store:
        features = list((await store.catalog.frames()).audio.columns)
    assert features
    assert all(say(f"feature.{feature}") for feature in features)


def test_every_blank_is_filled_by_whoever_says_it() -> None:
    wrong: list[str] = []
    for saying in SAYINGS:
        if saying.spread:
            continue
        for key in SENTENCES:
            if not re.fullmatch(saying.pattern, key) or not (saying.literal or saying.given):
                continue
            for text in forms(key):
                empty = blanks(text) - saying.given
                if empty and saying.literal:
                    wrong.append(f"{saying.place}: {key} lacks {sorted(empty)}")
            if saying.literal and not isinstance(SENTENCES[key], str) and "n" not in saying.given:
                wrong.append(f"{saying.place}: {key} has plurals and no n")
    assert not wrong


def test_no_value_is_given_in_vain() -> None:
    vain = [
        f"{saying.place}: {sorted(unused)}"
        for saying in SAYINGS
        if (
            unused := saying.given
            - {"n", "language"}
            - {
                name
                for key in SENTENCES
                if re.fullmatch(saying.pattern, key)
                for text in forms(key)
                for name in blanks(text)
            }
        )
    ]
    assert not vain


def test_no_sentence_is_left_unsaid() -> None:
    constants = {
        node.value
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    families = [saying.pattern for saying in SAYINGS if not saying.literal]
    unsaid = [
        key
        for key in SENTENCES
        if key not in constants and not any(re.fullmatch(family, key) for family in families)
    ]
    assert not unsaid


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_language_says_the_same(language: str) -> None:
    assert CATALOGUES[language].keys() == SENTENCES.keys()
    for key in SENTENCES:
        ours, theirs = (set[str]().union(*map(blanks, forms(key, each))) for each in ("en", language))
        assert ours - {"n"} == theirs - {"n"}, key


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_plural_has_a_form_for_any_number(language: str) -> None:
    for key, sentence in CATALOGUES[language].items():
        if not isinstance(sentence, str):
            assert "other" in sentence, key
            values = dict.fromkeys(set[str]().union(*map(blanks, sentence.values())), "x")
            assert all(say(key, language, **{**values, "n": n}) for n in (0, 1, 2, 5, 11, 100)), key


def test_plurals_are_chosen_by_the_number() -> None:
    assert say("radio.ended", n=1) == "-# ended after 1 song"
    assert say("radio.ended", n=2) == "-# ended after 2 songs"


@pytest.mark.parametrize("language", CATALOGUES)
def test_descriptions_of_commands_fit(language: str) -> None:
    described = {key: text for key, text in CATALOGUES[language].items() if key.startswith("command.")}
    assert len(described) > 10
    assert [
        key for key, text in described.items() if not isinstance(text, str) or not 1 <= len(text) <= 100
    ] == []


async def test_the_same_english_is_translated_alike() -> None:
    """Descriptions and choices of commands are looked up by what they say in English."""
    by_english: dict[str, list[str]] = {}
    for key, text in SENTENCES.items():
        if isinstance(text, str) and key.startswith(LOOKED_UP):
            by_english.setdefault(text, []).append(key)
    for language, sentences in CATALOGUES.items():
        for keys in by_english.values():
            assert len({str(sentences[key]) for key in keys}) == 1, (language, keys)


def test_a_locale_of_discords_is_one_of_our_languages_or_english() -> None:
    for locale in discord.Locale:
        known = language_of(locale)
        assert known == (str(locale)[:2] if str(locale)[:2] in CATALOGUES else "en")


def test_what_is_not_there_is_an_error_not_an_empty_sentence() -> None:
    with pytest.raises(KeyError):
        say("card.no_such")
    with pytest.raises(KeyError):
        say("card.like")
