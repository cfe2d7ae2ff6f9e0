"""Whatever the moment of a kill -9: what a member saw counted, counts."""

from __future__ import annotations

from pathlib import Path

from tests.wire.killing import kill_rounds


async def test_no_acknowledged_tap_is_lost_to_kill_9(database: Path) -> None:
    tally = await kill_rounds(database, rounds=4, seed=2026)
    assert tally.rounds == 4
    assert tally.well, tally
    assert tally.found == tally.acknowledged > 0
    assert tally.cut > 0, "every kill came too late to cut anything off"
