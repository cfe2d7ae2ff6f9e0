"""What is blocked, in one message however much it is."""

from __future__ import annotations

from bot.cards.blocks import SHOWN, blocks_text
from bot.store.records import Block, BlockKind, MemberId, ServerId


def test_many_long_names_stay_within_a_message_and_are_counted() -> None:
    held = [
        Block(ServerId(1), MemberId(2), BlockKind.ARTIST, f"{number:03} {'_' * 90}", 1.79e9, 0.0)
        for number in range(30)
    ]
    told = blocks_text(held, lambda block: block.value, lambda name: f"`/{name}`")
    shown = told.count("everything with")
    assert len(told.encode("utf-16-le")) // 2 <= 2_000
    assert 0 < shown < SHOWN
    assert f"and {30 - shown} more" in told
