"""What members are owed when songs are chosen for several: who got little of a list counts more in the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import structlog

from bot.errors import StoreError
from bot.store import Store
from bot.store.records import MemberId, Post, PostId, ServerId
from bot.usecases.choices import Choices
from bot.usecases.picking.question import Asked, Question

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """What a list changes: what each of its listeners was owed when it was chosen, and is owed after it."""

    before: Mapping[MemberId, float]
    after: Mapping[MemberId, float]


class Debts:
    """Knows what everybody is owed; a list counts once it was shown."""

    def __init__(self, store: Store, choices: Choices, clock: Callable[[], float]) -> None:
        self._store = store
        self._choices = choices
        self._clock = clock
        self._owed: dict[tuple[ServerId, MemberId], float] = {}
        # What was chosen and never became a post goes with the question that asked for it.
        self._chosen: WeakKeyDictionary[Asked, Change] = WeakKeyDictionary()
        self._unsettled: dict[PostId, Change] = {}

    async def load(self) -> None:
        """Read what everybody is owed."""
        self._owed = await self._store.blocks.debts()

    def of(self, server: ServerId, member: MemberId) -> float:
        """What a member is owed; 1 is usual."""
        return self._owed.get((server, member), 1.0)

    def chosen(self, question: Question, before: Sequence[float], after: Sequence[float]) -> None:
        """Take in what a list for several changes, in the order of its listeners."""
        self._chosen[question.asked] = Change(
            dict(zip(question.together, before, strict=True)),
            dict(zip(question.together, after, strict=True)),
        )

    def written(self, question: Question, post: PostId) -> None:
        """The list has become a post."""
        change = self._chosen.pop(question.asked, None)
        if change is not None:
            self._unsettled[post] = change

    def withdrawn(self, post: PostId) -> None:
        """The post was never shown."""
        self._unsettled.pop(post, None)

    async def settle(self, post: Post) -> None:
        """The post was shown: write down what its listeners are owed from now on."""
        change = self._unsettled.pop(post.id, None)
        if change is None:
            return
        owed = {
            member: weight
            for member, weight in self._after(post.server, change).items()
            if not self._choices.member(post.server, member).paused
        }
        self._owed.update({(post.server, member): weight for member, weight in owed.items()})
        try:
            await self._store.blocks.owe(post.server, owed, self._clock())
        except StoreError as error:
            # The list stands; fairness goes on from what memory knows.
            log.warning("debts not kept", error=str(error))

    def _after(self, server: ServerId, change: Change) -> dict[MemberId, float]:
        """What is owed after a list, on top of what another one changed since it was chosen.

        Debts grow and fade by factors (`recommender.groups.carry_over`): the factors of both lists count, and the sum
        stays what it is after the list alone.
        """
        grown = {
            member: weight * (self.of(server, member) / change.before[member])
            for member, weight in change.after.items()
        }
        scale = sum(change.after.values()) / sum(grown.values())
        return {member: weight * scale for member, weight in grown.items()}

    def forget(self, theirs: Callable[[tuple[ServerId, MemberId]], bool]) -> None:
        """Drop what somebody is owed, and every list that is not settled yet."""
        self._owed = {key: weight for key, weight in self._owed.items() if not theirs(key)}
        self._chosen.clear()
        self._unsettled.clear()
