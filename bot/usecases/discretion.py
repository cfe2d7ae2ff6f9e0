"""What others may read: no reason names a song that only a member's own account tells of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.store.records import Slot, SongId


def discreet(slots: Sequence[Slot], untold: Collection[SongId]) -> list[Slot]:
    """The slots with reasons that leave these songs unnamed; what such a song brought still has its share."""
    if not untold:
        return list(slots)
    return [
        replace(
            slot,
            reasons=tuple(
                reason
                if reason.kind == "whom"  # places of members, no songs
                else replace(reason, items=tuple(item for item in reason.items if item not in untold))
                for reason in slot.reasons
            ),
        )
        for slot in slots
    ]
