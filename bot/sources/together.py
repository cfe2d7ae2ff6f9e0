"""All sources at once: each question goes to everybody who can answer it, and nobody who is slow is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.sources.errors import SourceDown, SourceError, SourceNotFound, Trouble
from bot.sources.protocol import Source, SourceName, Sparing

Capability = TypeVar("Capability")
Answer = TypeVar("Answer")

_left_out: ContextVar[frozenset[str]] = ContextVar("left_out", default=frozenset())

PATIENCE = 3.0
"""Seconds that a member waits for what sources say, unless a caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Answers(Generic[Answer]):
    """What came back in time, in the order of the sources, and what went wrong with the others."""

    found: tuple[tuple[SourceName, Answer], ...]
    troubles: tuple[SourceError, ...]

    @property
    def each(self) -> list[Answer]:
        """The answers alone."""
        return [answer for _, answer in self.found]

    @property
    def down(self) -> tuple[str, ...]:
        """The services that gave no answer, by name; not to know something is an answer."""
        failed = (error.source for error in self.troubles if not isinstance(error, SourceNotFound))
        return tuple(dict.fromkeys(failed))

    @property
    def asked(self) -> bool:
        """Whether there was anybody to ask."""
        return bool(self.found or self.troubles)

    @property
    def nobody(self) -> bool:
        """Whether somebody was asked and nobody could say anything, not even that there is nothing."""
        kinds = {each.kind for each in self.troubles} - {Trouble.OFF, Trouble.REFUSED}
        return bool(kinds) and not self.found and Trouble.NOT_FOUND not in kinds


def leave_out(names: Collection[str]) -> None:
    """Ask none of these sources from now on, in this task and in what it starts: a server's admins switched them off."""
    _left_out.set(frozenset(names))


class Sources:
    """The sources that are switched on, in the order in which they are believed.

    Questions pass over those that are left out where they are asked from (see `leave_out`). What a member brings or
    takes out by the name of a service is theirs: `named` finds every one.
    """

    def __init__(self, sources: Sequence[Source] = ()) -> None:
        self._sources = tuple(sources)

    def __iter__(self) -> Iterator[Source]:
        return iter([source for source in self._sources if source.name not in _left_out.get()])

    def named(self, name: str) -> Source | None:
        """The source of that name, if it is switched on."""
        return next((source for source in self._sources if source.name == name), None)

    def in_background(self) -> Sources:
        """The same sources for work that no member waits for: it leaves them a part of what a day allows."""
        everybody = self._sources
        return Sources([each.in_background() if isinstance(each, Sparing) else each for each in everybody])

    @property
    def names(self) -> tuple[SourceName, ...]:
        """Everybody's name, left out or not."""
        return tuple(source.name for source in self._sources)

    @property
    def turns(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names of those with plenty of calls, and of those with few a day, who are best asked after them."""
        few = frozenset(each.name for each in self if isinstance(each, Sparing))
        return frozenset(each.name for each in self) - few, few

    def able(self, capability: type[object]) -> bool:
        """Whether anybody can be asked so (see `capabilities`)."""
        return any(isinstance(source, capability) for source in self)

    async def ask(
        self,
        capability: type[Capability],
        question: Callable[[Capability, SourceName], Awaitable[Answer]],
        *,
        seconds: float = PATIENCE,
        only: Collection[str] = (),
    ) -> Answers[Answer]:
        """Put one question to all that can answer it at the same time; whoever is too slow is left behind.

        Args:
            question: puts it, knowing whom it asks by name.
            only: the names of those who are asked; everybody by default.
        """
        asked = [
            source for source in self if isinstance(source, capability) and (not only or source.name in only)
        ]
        tasks = [asyncio.ensure_future(_asked(source, source, question)) for source in asked]
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=seconds)
            told = [
                task.result() if task.done() else SourceDown(source.name, "too slow")
                for source, task in zip(asked, tasks, strict=True)
            ]
        finally:
            for task in tasks:
                task.cancel()
        pairs = list(zip(asked, told, strict=True))
        return Answers(
            tuple((source.name, each) for source, each in pairs if not isinstance(each, SourceError)),
            tuple(each for each in told if isinstance(each, SourceError)),
        )


async def _asked(
    source: Source, capability: Capability, question: Callable[[Capability, SourceName], Awaitable[Answer]]
) -> Answer | SourceError:
    try:
        return await question(capability, source.name)
    except SourceError as error:
        return error
