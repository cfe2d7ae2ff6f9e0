"""Why a song stands in a post: the parts of its score, as it was chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bot.store.records import Post, PostKind, Slot, SongId
from bot.usecases.picking import Picker, Question
from recommender import Dial

# What the engine calls the parts of a score, in the words that reasons have.
PARTS: Mapping[str, str] = {
    "taste.tags": "tags",
    "taste.audio": "audio",
    "taste.estimated": "audio",
    "taste.artist": "artist",
    "taste.album": "artist",
    "taste.era": "era",
    "taste.server": "members",
    "taste.elsewhere": "company",
    "around": "server",
    "liked_here": "server",
    "popular": "popular",
    "known": "popular",
    "new": "new",
    "following": "next",
    "against": "against",
}
# A score that is asked for again is the same one when it differs by no more than rounding does.
SAME = 1e-4
# What is smaller than this part of the whole is nothing to draw.
SMALLEST = 0.005


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A score taken apart.

    Attributes:
        parts: kind of reason → its part, in shares of all that speaks for the song; largest first, below 0 what speaks
            against it. ``other`` is what is left.
        complete: whether these are all parts, or the largest that were written down when the song was chosen.
    """

    parts: tuple[tuple[str, float], ...]
    complete: bool


def reasoning(picker: Picker, post: Post, slot: Slot) -> Reasoning:
    """Take a slot's score apart: by the engine where it comes to the same score again, or else as it was written down.

    Answers, a newer model, or what others like since then change scores; then only what was stored is true of the choice.
    """
    return _asked_again(picker, post, slot) or _stored(slot)


def _asked_again(picker: Picker, post: Post, slot: Slot) -> Reasoning | None:
    if post.kind is not PostKind.RECOMMEND or not slot.score:
        return None
    seed = post.query.get("seed")
    question = Question(
        server=post.server,
        member=post.member,
        count=1,
        dial=Dial(str(post.query.get("dial", Dial.BALANCED))),
        seeds={SongId(seed): 1.0} if isinstance(seed, int) else {},
    )
    explained = picker.explain(question, slot.song, post.at)
    if explained is None or not math.isclose(explained.score, slot.score, rel_tol=SAME):
        return None
    sums: dict[str, float] = {}
    for name, part in explained.parts.items():
        kind = PARTS.get(name) or name.partition(".")[0]
        sums[kind] = sums.get(kind, 0.0) + part
    whole = sum(part for part in sums.values() if part > 0)
    if whole <= 0:
        return None
    shares = {kind: part / whole for kind, part in sums.items() if abs(part) >= SMALLEST * whole}
    return Reasoning(tuple(sorted(shares.items(), key=lambda pair: -pair[1])), complete=True)


def _stored(slot: Slot) -> Reasoning:
    shares: dict[str, float] = {}
    for reason in slot.reasons:
        if reason.share > 0:
            shares[reason.kind] = shares.get(reason.kind, 0.0) + reason.share
    parts = sorted(shares.items(), key=lambda pair: -pair[1])
    rest = 1.0 - sum(shares.values())
    if shares and rest >= SMALLEST:
        parts.append(("other", rest))
    return Reasoning(tuple(parts), complete=False)
