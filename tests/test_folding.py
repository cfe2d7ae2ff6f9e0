"""Names and what members type are compared by one rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.folding import fold, written


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Beyoncé", "beyonce"),
        ("Don’t Stop", "dont stop"),
        ("R.E.M.", "rem"),
        ("AC/DC", "ac dc"),
        ("Simon & Garfunkel", "simon and garfunkel"),
        ("Ke$ha", "kesha"),
        ("P!nk", "pink"),
        ("Группа крови", "gruppa krovi"),
        ("ＮＵＭＢＥＲ  １", "number 1"),
        ("!!!", "!!!"),
        (" \t", ""),
    ],
)
def test_accents_scripts_and_signs_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_text_can_also_be_compared_in_its_own_script() -> None:
    assert written("Don’t, СТОЙ! 宇多田") == "dont стой 宇多田"
    assert written("!!!") == ""


@given(st.text())
def test_folding_settles_and_keeps_something_of_every_visible_text(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert bool(folded) == bool(text.strip())


@given(st.text())
def test_its_own_script_settles(text: str) -> None:
    assert written(written(text)) == written(text)
