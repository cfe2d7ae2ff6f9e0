"""Eight weeks of a server for the pictures: what was shown, how it was taken, and what members brought."""

from __future__ import annotations

import random
from pathlib import Path

from bot.store import Store
from bot.store.records import EventId, FeedbackEvent, ItemKind, MemberId, PostKind, ServerId, Slot, Verb
from bot.usecases.picking import numbered
from recommender import Dial

DAY = 86_400.0
WEEKS, A_WEEK, SLOTS = 8, 9, 5
# How probable a like is at first and at the end, and of what is not liked a skip or a dislike.
FIRST, LAST, REFUSED = 0.22, 0.42, 0.3
DIALS = (Dial.BALANCED, Dial.BALANCED, Dial.FAMILIAR, Dial.ADVENTUROUS)


async def remember(folder: Path) -> None:
    """Write it into the preview's database, the same at every start."""
    dice = random.Random(47)
    async with Store(f"sqlite+aiosqlite:///{folder}/data/preview.db") as store:
        said = [event async for event in store.feedback.replay()]
        server, now = said[0].server, max(event.at for event in said)
        members = list(dict.fromkeys(event.member for event in said))
        songs = [song.id for song in await store.catalog.songs() if song.kind is ItemKind.SONG]
        for week in range(WEEKS):
            like = FIRST + (LAST - FIRST) * week / (WEEKS - 1)
            for _ in range(A_WEEK):
                at = now - (WEEKS - week - 1) * 7 * DAY - dice.random() * 3 * DAY
                dial, member = dice.choice(DIALS), dice.choice(members)
                tried = Slot(SLOTS, dice.choice(songs), propensity=dice.uniform(0.02, 0.3), explored=True)
                post = await store.posts.create(
                    kind=PostKind.RECOMMEND,
                    server=server,
                    channel=None,
                    member=member,
                    query={"dial": dial.value},
                    slots=[*numbered(dice.sample(songs, SLOTS - 1)), tried],
                    at=at,
                )
                for slot in post.slots:
                    verb = _verb(dice, like - 0.1 * slot.explored)
                    if verb is not None:
                        event = FeedbackEvent(
                            EventId(0), server, member, slot.song, verb, "button", post.id, slot.number, None, at
                        )  # fmt: skip
                        await store.feedback.append([event])
        liked = [(event.song, event.member) for event in said if event.verb is Verb.LIKE]
        for song, member in dice.sample(liked, 7):
            await _brings(store, server, member, numbered([song]), now - dice.uniform(60, 90) * DAY)


async def _brings(store: Store, server: ServerId, member: MemberId, slots: list[Slot], at: float) -> None:
    await store.posts.create(
        kind=PostKind.FOUND,
        server=server,
        channel=None,
        member=member,
        query={},
        slots=slots,
        at=at,
        shown=False,
    )


def _verb(dice: random.Random, like: float) -> Verb | None:
    if dice.random() < like:
        return Verb.LIKE
    if dice.random() < REFUSED:
        return dice.choice((Verb.SKIP, Verb.SKIP, Verb.DISLIKE))
    return None
