"""Reading a card the way a member does: its words, its songs, its buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import discord
import simcord

Message = simcord.ResponseMessage | discord.Message


def parts(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, nested ones too."""
    for component in components:
        yield component
        yield from parts(component.get("components", []))
        if "accessory" in component:
            yield component["accessory"]


@dataclass
class Shown:
    """A message on the screen."""

    message: Message
    raw: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    text: str = ""

    def __post_init__(self) -> None:
        """Keep what it shows now: the message may be edited later."""
        if isinstance(self.message, simcord.ResponseMessage):
            shown = self.message.components
        else:
            shown = [component.to_dict() for component in self.message.components]  # pyright: ignore[reportAssignmentType]
        self.raw = list(parts(shown))  # pyright: ignore[reportArgumentType]
        written = [part["content"] for part in self.raw if part.get("content")]
        self.text = "\n".join([self.message.content, *written])

    @property
    def alt(self) -> str:
        """What its pictures say in words."""
        items = [item for part in self.raw for item in part.get("items", [])]
        return " ".join(item.get("description") or "" for item in items)

    @property
    def ids(self) -> list[str]:
        """What can be pressed."""
        return [part["custom_id"] for part in self.raw if part.get("custom_id")]

    @property
    def titles(self) -> list[str]:
        """The songs, in order."""
        return re.findall(r"^(?:\*\*\d+\*\* )?\u2068?\*\*(.+?)\*\*\u2069? · ", self.text, re.MULTILINE)

    @property
    def private(self) -> bool:
        return self.message.flags.ephemeral

    def button_of(self, beginning: str) -> str:
        """The only button whose id begins so."""
        found = [custom_id for custom_id in self.ids if custom_id.startswith(beginning)]
        assert len(found) == 1, f"{beginning}: {self.ids}"
        return found[0]

    def button(self, ending: str) -> str:
        """The only button whose id ends so."""
        found = [custom_id for custom_id in self.ids if custom_id.endswith(ending)]
        assert len(found) == 1, f"{ending}: {self.ids}"
        return found[0]

    def label(self, ending: str) -> str | None:
        """What is written on it."""
        wanted = self.button(ending)
        return next(part.get("label") for part in self.raw if part.get("custom_id") == wanted)
