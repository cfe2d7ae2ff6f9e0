"""Picks of the engine, and songs that were named, as the slots of a post."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.store.records import MemberId, Slot, SongId, StoredReason
from recommender import MemberId as Asker
from recommender import Pick, Reason

# Of several listeners a song is for those with at least this part of what its first one wants of it, three at most.
FOR_TOO, MOST_NAMED = 0.5, 3


def slot(pick: Pick, number: int, together: tuple[MemberId, ...] = ()) -> Slot:
    """A pick in its place; of several listeners it says whom it is for."""
    return Slot(
        number=number,
        song=SongId(pick.item),
        score=pick.score,
        propensity=pick.propensity,
        explored=pick.explored,
        reasons=stored(pick.reasons) + _whom(pick, together),
    )


def numbered(songs: Sequence[SongId]) -> list[Slot]:
    """Slots of songs that were named."""
    return [Slot(number, song) for number, song in enumerate(songs, start=1)]


def stored(reasons: Iterable[Reason]) -> tuple[StoredReason, ...]:
    """Reasons of the engine, small enough to be kept."""
    return tuple(
        StoredReason(
            kind=reason.kind.value,
            share=round(reason.share, 4),
            items=tuple(int(item) for item in reason.items[:3]),
            tags=reason.tags[:3],
            members=reason.people,
            feature=reason.feature,
        )
        for reason in reasons
    )


def _whom(pick: Pick, together: tuple[MemberId, ...]) -> tuple[StoredReason, ...]:
    """For whom of several listeners a pick is, by their places among them."""
    most = max(pick.listeners.values(), default=0.0)
    named = [Asker(member) for member in together]
    places = [named.index(member) for member, part in pick.listeners.items() if part >= FOR_TOO * most]
    return (StoredReason("whom", 0.0, items=tuple(places[:MOST_NAMED])),) if places else ()
