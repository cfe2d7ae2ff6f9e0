"""Text from elsewhere: whatever it holds, it stays words."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.plain import clean, safe

NASTY = (
    "@everyone", "@here", "<@1>", "<@!123456789012345678>", "<@&123456789012345678>", "<#1>", "</like:1>", "<t:1:R>",
    "<:x:1>", "<id:home>", "[a](http://x)", "[*a*](http://x)", "[a](<http://x>)", "https://x.y", "discord://x",
    "||spoiler||", "**bold**", "__u__", "_i_", "~~s~~", "`code`", "```py\nx\n```", "# heading", "## h", "-# small",
    "- list", "* list", "1. list", "> quote", ">>> quote", "\\", "\\*", "\\\\*", "\n", "\r\n", "\t", "\0", "\u2028",
    "\u200b", "\u200d", "\ufeff", "\u00ad", "\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "🎉", "👩‍👩‍👧‍👦", "é", "e\u0301",
    "שלום", "مرحبا", " ", "   ", "a", "Z", "{0}", "{song}", "%s", ":heart:", "…",
)  # fmt: skip
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
ISOLATES = "\u2068\u2069"
ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")

texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(NASTY), max_size=30).map("".join))


def seen(text: str) -> str:
    """What a reader sees of escaped text, zero-width spaces and direction marks aside."""
    shown = ESCAPED.sub(r"\1", text)
    return "".join(char for char in shown if char not in "\u200b" + ISOLATES)


@given(texts, st.integers(1, 100))
def test_clean_text_is_one_visible_line_that_fits(text: str, limit: int) -> None:
    line = clean(text, limit)
    assert 1 <= len(line) <= limit
    assert line == line.strip()
    assert not any(unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"} for char in line)
    assert not set(line) & set(TURNING)
    assert any(unicodedata.category(char)[0] in "LNPS" for char in line)


@given(texts, st.integers(1, 100))
def test_safe_text_neither_pings_nor_formats_nor_links(text: str, limit: int) -> None:
    line = safe(text, limit)
    bare = ESCAPED.sub("", line)
    assert not set(bare) & set("*_~|`<>[]#-\\"), bare
    assert "://" not in line
    assert not re.search(r"@(everyone|here|[!&]?\d{17,20})", line)
    assert not re.match(r"\s*(\d+\.\s|>)", line)
    assert not set(line.removeprefix("\u2068").removesuffix("\u2069")) & set(TURNING)


@given(texts, st.integers(1, 100))
def test_safe_text_reads_as_it_was_written(text: str, limit: int) -> None:
    assert seen(safe(text, limit)) == clean(text, limit).replace("\u200b", "")


@given(texts, st.integers(1, 100))
def test_safe_text_is_at_most_twice_as_long(text: str, limit: int) -> None:
    extra = 5 * safe(text, limit).count("\u200b")
    assert len(safe(text, limit)) <= 2 * limit + 2 + extra


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Teardrop", "Teardrop"),
        ("Jay-Z", r"Jay\-Z"),
        ("# heading", r"\# heading"),
        ("- list", r"\- list"),
        ("-# small", r"\-\# small"),
        ("> quote", r"\> quote"),
        ("1. song", r"1\. song"),
        ("1.5 songs", r"1\.5 songs"),
        ("[a](http://x)", "\\[a\\](http:\u200b//x)"),
        ("||spoiler||", r"\|\|spoiler\|\|"),
        (r"AC\DC", r"AC\\DC"),
        ("@everyone", "@\u200beveryone"),
        ("<@1>", r"\<@1\>"),
        ("<#1>", r"\<\#1\>"),
        ("line\r\nbreak\ttab", "line break tab"),
        ("שלום", "\u2068שלום\u2069"),
        ("evil \u202egnp.exe", "evil gnp.exe"),
        ("", "?"),
        (" \n ", "?"),
        ("\u200b\u200b", "?"),
        ("🎉", "🎉"),
    ],
)
def test_what_is_sent_for_what_was_written(written: str, sent: str) -> None:
    assert safe(written) == sent


def test_long_text_ends_in_an_ellipsis() -> None:
    assert clean("x" * 4000, 10) == "x" * 9 + "…"
    assert clean("x" * 10, 10) == "x" * 10
    assert safe("*" * 4000, 3) == r"\*\*…"
