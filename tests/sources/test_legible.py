"""Text that a file has mangled is repaired for reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.legible import legible


@pytest.mark.parametrize(
    ("mangled", "shown"),
    [
        ("BeyoncÃ©", "Beyoncé"),
        ("Donâ€™t Stop", "Don’t Stop"),
        ("SENTADÃO", "SENTADÃO"),
        ("Ã\u00a0", "à"),
        ("Be Your Friend\u202c\u202c", "Be Your Friend"),
        (" a\u00a0 b\x00\tc ", "a b c"),
        ("Cafe\u0301", "Café"),
        ("👩\u200d🎤", "👩\u200d🎤"),
        ("宇多田ヒカル", "宇多田ヒカル"),
        ("half \ud83d a pair", "half a pair"),
        ("BeyoncÃ\u0083Â©", "Beyoncé"),
    ],
)
def test_titles_are_repaired_for_reading(mangled: str, shown: str) -> None:
    assert legible(mangled) == shown


@given(st.text())
def test_repairing_a_title_settles_and_can_be_stored(text: str) -> None:
    shown = legible(text)
    assert legible(shown) == shown
    assert shown.encode().decode() == shown.strip()
