"""A long piece of work: its first word, and the button that breaks it off."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import discord
import pytest

from bot.client import Interaction
from bot.errors import ImportCancelled
from bot.text import say
from cogs import watching
from cogs.watching import Watched


@dataclass
class Answer:
    """A private answer that remembers what it said."""

    said: list[str] = field(default_factory=list[str])
    view: discord.ui.View | None = None

    async def edit_original_response(self, *, content: str, view: discord.ui.View) -> None:
        self.said.append(content)
        self.view = view


def watched(answer: Answer) -> Watched:
    return Watched(cast("Interaction", answer), asyncio.get_running_loop())


async def test_what_is_done_soon_needs_no_word() -> None:
    answer = Answer()
    work = watched(answer)
    work.begin()
    await work.end()
    assert answer.said == []


async def test_what_takes_longer_says_so_once_and_can_be_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "SOON", 0.0)
    answer = Answer()
    work = watched(answer)
    work.begin()
    for _ in range(5):
        await asyncio.sleep(0)
    assert answer.said == [say("import.begun")]
    assert answer.view is not None
    work.tell(1)
    [button] = cast("list[discord.ui.Button[Any]]", answer.view.children)
    pressed = cast("discord.Interaction[Any]", Press())
    await button.callback(pressed)
    with pytest.raises(ImportCancelled):
        work.tell(2)
    await work.end()


class Press:
    """A press on the button; its answer goes nowhere."""

    @property
    def response(self) -> Press:
        return self

    async def edit_message(self, **_: object) -> None:
        """Say that it is being broken off."""
