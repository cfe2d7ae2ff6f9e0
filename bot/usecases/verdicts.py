"""What a server thought of a weekly post."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store.records import Post, Slot, SongId
from bot.store.verdicts import Verdict
from bot.usecases.taste import Tastes

POLLED = 4
"""Songs that a poll is on."""


def best(post: Post, tastes: Tastes) -> list[Slot]:
    """The songs of a post, the most liked first, of equally liked ones the less refused."""

    def rank(slot: Slot) -> tuple[int, int, int]:
        counts = tastes.counts(post.server, slot.song)
        return -counts.likes, counts.skips + counts.dislikes, slot.number

    return sorted(post.slots, key=rank)


def polled(post: Post, tastes: Tastes) -> tuple[SongId, ...]:
    """The songs that a poll is on: the best that somebody likes, none where there is no choice."""
    liked = [slot.song for slot in best(post, tastes) if tastes.counts(post.server, slot.song).likes]
    return tuple(liked[:POLLED]) if len(liked) > 1 else ()


def winner(songs: Sequence[SongId], votes: Sequence[int]) -> SongId | None:
    """What most voted for, of equals the first; None where nobody voted."""
    most = max(votes, default=0)
    return songs[votes.index(most)] if most else None


def verdict(post: Post, tastes: Tastes, voted: SongId | None = None) -> Verdict:
    """Sum up what a server thinks of a post; ``voted`` is what its poll has chosen."""
    ranked = best(post, tastes)
    liked = [slot for slot in ranked if tastes.counts(post.server, slot.song).likes]
    members = {event.member for slot in ranked for event in tastes.verdicts(post.server, slot.song)}
    favourite = liked[0].song if liked else None
    return Verdict(
        liked=len(liked),
        of=len(ranked),
        members=len(members),
        favourite=favourite if voted is None else voted,
        voted=voted is not None,
    )
