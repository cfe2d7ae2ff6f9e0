"""No type, size or character that a service sends is trusted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import reading
from bot.sources.legible import legible

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_readers_take_anything(value: object) -> None:
    for read in (reading.text, reading.prose):
        shown = read(value)
        assert shown is None or (shown == legible(shown) and len(shown) <= reading.LONGEST_PROSE)
    for each in (reading.flag, reading.ident, reading.isrc, reading.mbid, reading.link, reading.day):
        each(value)
    number = reading.number(value, 0, 10)
    assert number is None or 0 <= number <= 10
    assert reading.elements(value) is not None
    reading.maybe_member(value, "id")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Teardrop", "Teardrop"),
        ("  Tear\x00 drop ", "Tear drop"),
        ("x" * 301, "x" * 299 + "…"),
        ("\u200b", None),
        ("\u0301", None),
        ("\u200b" * 2_000 + "x", None),
        ("", None),
        (1999, None),
        ("1999", "1999"),
        ("💔", "💔"),
        ("!!!", "!!!"),
    ],
)
def test_texts(value: object, shown: str | None) -> None:
    assert reading.text(value) == shown


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5.0),
        (5.5, 5.5),
        ("5", 5.0),
        (" 5.5 ", 5.5),
        (11, None),
        (-1, None),
        (10**400, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        ("1_0", None),
        ("nan", None),
        ("٥", None),
        (None, None),
    ],
)
def test_numbers(value: object, number: float | None) -> None:
    assert reading.number(value, 0, 10) == number


@pytest.mark.parametrize(
    "address",
    [
        "https://www.deezer.com/track/3129775",
        "http://is1-ssl.mzstatic.com/image/thumb/cover/600x600bb.jpg?x=1",
        "https://xn--bcher-kva.example:443/",
    ],
)
def test_addresses_that_may_be_shown(address: str) -> None:
    assert reading.link(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)//example.com",
        "ftp://example.com/file",
        "//example.com/x.jpg",
        "https://user:secret@example.com/",
        "https://example.com:8080/",
        "https://localhost/cover",
        "https://127.0.0.1/cover",
        "https://[::1]/cover",
        "https://169.254.169.254/latest",
        "https://example.com/a b",
        "https://example.com/<script>",
        "https://example.com/\u202egnp",
        "https://example.com:99999/",
        "https://example.com/" + "x" * 600,
        None,
        5,
    ],
)
def test_addresses_that_may_not(address: object) -> None:
    assert reading.link(address) is None


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("1998-04-20", "1998-04-20"),
        ("1998-04-20T07:00:00Z", "1998-04-20"),
        ("1998", "1998"),
        ("0000-00-00", None),
        ("9998-01-01", None),
        ("", None),
        (1998, None),
    ],
)
def test_days(value: object, day: str | None) -> None:
    assert reading.day(value) == day


def test_ids() -> None:
    assert reading.isrc(" gb-aaa-98-00322 ") == "GBAAA9800322"
    assert reading.isrc("GBAAA980032") is reading.isrc("GBAAA98٠٠٣٢٢") is None
    assert reading.ident(5) == reading.ident("5") == "5"
    assert [reading.ident(wrong) for wrong in (0, -1, True, "0", "a/b", "", "ä", 10**30, 1.5)] == [None] * 9
    upper = "5ACDF1A3-B4D0-4AE5-A4F5-8AA5A6F1B3CD"
    assert reading.mbid(upper) == upper.lower()
    assert reading.mbid(upper.replace("-", "") + "    ") is None


class Row(reading.Answer):
    id: reading.Ident
    title: reading.Name
    bpm: reading.Bpm = None


def test_a_bad_row_is_left_out_and_a_bad_field_is_unknown() -> None:
    good = {"id": 1, "title": "Teardrop", "bpm": "fast"}
    assert reading.rows(Row, [None, 5, {"id": 2}, good]) == (Row(id=reading.SourceId("1"), title="Teardrop"),)
    assert reading.rows(Row, []) == ()
    assert reading.maybe_rows(Row, "nothing") == ()
    assert len(reading.rows(Row, [good] * 1_000)) == reading.MOST_ROWS
    for wrong in ("null", "{}", '"rows"', "[null]", "[[]]"):
        with pytest.raises(ValueError, match=r"list|row"):
            reading.rows(Row, json.loads(wrong))


def test_the_first_of_each_id_is_kept_in_order() -> None:
    rows = [
        Row.model_validate({"id": number, "title": title}) for number, title in ((2, "a"), (1, "b"), (2, "c"))
    ]
    assert [row.title for row in reading.distinct(rows)] == ["a", "b"]


@given(st.text())
def test_questions_are_one_short_line(words: str) -> None:
    asked = reading.question(words)
    assert len(asked) <= reading.LONGEST_QUESTION
    asked.encode()
    assert "\n" not in asked
