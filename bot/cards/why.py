"""Reasons in words: the largest true parts of a pick's score, two at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.cards.plain import safe
from bot.store.records import Song, StoredReason
from bot.text import say

MOST = 2
# Characters of a song's or an artist's name.
LONGEST_NAME = 40
# Below this part of the score, a reason is true but not telling.
TELLING = 0.08
# What speaks of the member is worth saying sooner.
TELLING_PERSONAL = 0.03
# Nearly every song shares its years with something that was liked: that is said only where it weighs a lot.
TELLING_ERA = 0.3

# These speak of whoever asked; the others of the song alone.
PERSONAL = frozenset({"seed", "liked", "members", "tags", "artist", "era", "audio"})

# Why a song has its place whatever its score.
GIVEN = frozenset({"explore", "registered", "little_known", "familiar_liked", "familiar_heard"})

Finder = Callable[[int], Song | None]


def _titles(reason: StoredReason, find: Finder, limit: int) -> list[str]:
    return [safe(song.title, limit) for item in reason.items if (song := find(item)) is not None]


def _tags(reason: StoredReason) -> str:
    return ", ".join(safe(tag, 30) for tag in reason.tags[:3])


def phrase(
    reason: StoredReason,
    song: Song,
    find: Finder,
    *,
    everybody: bool,
    asked: bool = False,
    radio: bool = False,
    limit: int = LONGEST_NAME,
) -> str | None:
    """One reason in words; None when it cannot be said (its song is gone)."""
    titles = _titles(reason, find, limit)
    whose = ".server" if everybody else ""
    # A radio wishes for what its anchor has, whether or not who asked has ever said so.
    wanted = ".radio" if radio else ".asked" if asked else whose
    match reason.kind:
        case "seed" if titles:
            if reason.tags:
                return say("why.seed.tags", song=titles[0], tags=_tags(reason))
            return say("why.seed", song=titles[0])
        case "liked" if titles:
            key = f"why.liked{whose}"
            if len(titles) > 1:
                return say(f"{key}.two", song=titles[0], other=titles[1])
            return say(key, song=titles[0])
        case "members" if reason.members:
            return say(f"why.members{whose}", n=reason.members)
        case "tags" if reason.tags:
            return say(f"why.tags{wanted}", tags=_tags(reason))
        case "artist":
            return say("why.artist", artist=safe(song.artist, limit))
        case "audio" if reason.feature:
            return say(f"why.audio{wanted}", feature=say(f"feature.{reason.feature}"))
        case "era":
            return say(f"why.era{wanted}")
        case "server" | "popular" | "new" | "next" | "explore" | "little_known":
            return say(f"why.{reason.kind}")
        case "familiar_liked" | "familiar_heard" | "registered":
            return say(f"why.{reason.kind}")
        case "part_all" | "part_members" | "part_releases" | "part_little_known" | "part_finds":
            return say(f"why.{reason.kind}")
        case _:
            return None


def why(
    reasons: Sequence[StoredReason],
    song: Song,
    find: Finder,
    *,
    everybody: bool = False,
    asked: bool = False,
    radio: bool = False,
    most: int = MOST,
    limit: int = LONGEST_NAME,
) -> str:
    """The telling reasons of a pick in one line, largest first; empty when there are none.

    Where the two largest are about the song alone, the largest that is about the member comes second.

    Args:
        everybody: whether it was chosen for several, so that nobody is spoken to as "you".
        asked: whether tags, sound or years were asked for in words; then these are what the reasons speak of.
        most: how many reasons are told.
        limit: characters of a name in them.
    """
    said: list[str] = []
    named: set[frozenset[str]] = set()
    for reason in _telling(reasons):
        if frozenset(reason.tags) in named:
            reason = replace(reason, tags=())  # noqa: PLW2901 - the same words twice say no more
        named.add(frozenset(reason.tags))
        words = phrase(reason, song, find, everybody=everybody, asked=asked, radio=radio, limit=limit)
        if words and words not in said:
            said.append(words)
    return " · ".join(said[:most])


def why_in_full(
    reasons: Sequence[StoredReason], song: Song, find: Finder, *, everybody: bool = False
) -> list[str]:
    """Every reason that can be said, largest first, what gives the song its place before them."""
    ordered = sorted(reasons, key=lambda reason: (reason.kind not in GIVEN, -reason.share))
    said = (phrase(reason, song, find, everybody=everybody) for reason in ordered)
    return list(dict.fromkeys(words for words in said if words))


def _telling(reasons: Sequence[StoredReason]) -> list[StoredReason]:
    given = [reason for reason in reasons if reason.kind in GIVEN]
    parts = [reason for reason in reasons if reason.kind not in GIVEN]
    largest = [r for r in parts if r.share >= (TELLING_ERA if r.kind == "era" else TELLING)] or parts[:1]
    personal = [r for r in reasons if r.kind in PERSONAL and r.kind != "era" and r.share >= TELLING_PERSONAL]
    if personal and not any(reason in personal for reason in largest[:MOST]):
        largest = [*largest[: MOST - 1], personal[0]]
    return [*given, *largest]
