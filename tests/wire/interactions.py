"""Interactions: what a member did, what the bot answered, and when."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tests.wire.limits import walk
from tests.wire.messages import EPHEMERAL, Message
from tests.wire.world import Channel, Json, Member

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 1, 2, 3, 4, 5


@dataclass(eq=False)
class Interaction:
    """One interaction and its timeline, all by `time.monotonic()`."""

    id: int
    token: str
    kind: int
    member: Member
    channel: Channel
    data: Json
    message: Message | None = None  # the one whose button was pressed
    dispatched_at: float = field(default_factory=time.monotonic)
    acknowledged_at: float | None = None  # the first callback
    answered_at: float | None = None  # the first message with content
    callback: Json | None = None
    response_message: Message | None = None
    followups: list[Message] = field(default_factory=list[Message])
    acknowledgement: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acknowledged(self) -> bool:
        return self.acknowledged_at is not None

    @property
    def answered(self) -> bool:
        return self.answered_at is not None

    @property
    def callback_type(self) -> int | None:
        return self.callback["type"] if self.callback else None

    @property
    def response(self) -> Json:
        """The `data` of the first callback."""
        return (self.callback or {}).get("data") or {}

    @property
    def ephemeral(self) -> bool:
        """Was the answer for this member only?"""
        if self.response_message is not None and self.response_message is not self.message:
            return self.response_message.ephemeral
        if self.followups:
            return self.followups[0].ephemeral
        return bool((self.response.get("flags") or 0) & EPHEMERAL)

    @property
    def components(self) -> list[Json]:
        """Every component of the answer, nested ones too, in order."""
        top = self.response_message.components if self.response_message else []
        return [component for _, component in walk(top, "$")]

    @property
    def text(self) -> str:
        return self.response_message.text if self.response_message else ""

    @property
    def choices(self) -> list[Json]:
        return self.response.get("choices") or []

    @property
    def modal(self) -> Json | None:
        return self.response if self.callback_type == 9 else None

    @property
    def seconds_to_acknowledge(self) -> float:
        return (self.acknowledged_at or float("inf")) - self.dispatched_at

    @property
    def seconds_to_answer(self) -> float:
        return (self.answered_at or float("inf")) - self.dispatched_at

    def note_acknowledged(self, callback: Json) -> None:
        self.callback = callback
        self.acknowledged_at = time.monotonic()
        self.acknowledgement.set()

    def note_answered(self) -> None:
        if self.answered_at is None:
            self.answered_at = time.monotonic()
            self.answer.set()

    async def wait(self, until: str, timeout: float) -> None:
        event = self.answer if until == "answered" else self.acknowledgement
        try:
            await asyncio.wait_for(event.wait(), timeout)
        except TimeoutError:
            what = {key: self.data.get(key) for key in ("name", "custom_id") if key in self.data}
            reached = (
                f"acknowledged by type {self.callback_type}" if self.acknowledged else "not even acknowledged"
            )
            raise TimeoutError(
                f"{what} of {self.member.user.name}: not {until} in {timeout} s, {reached}"
            ) from None

    def payload(self, application: int) -> Json:
        guild = self.channel.guild
        sent: Json = {
            "id": str(self.id),
            "application_id": str(application),
            "type": self.kind,
            "token": self.token,
            "version": 1,
            "data": self.data,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "channel_id": str(self.channel.id),
            "channel": {**self.channel.payload(), "permissions": str(self.member.permissions)},
            "member": {**self.member.payload(), "permissions": str(self.member.permissions)},
            "app_permissions": str(guild.me.permissions),
            "locale": "en-US",
            "guild_locale": guild.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
            "attachment_size_limit": 10_485_760,
        }
        if self.message is not None:
            sent["message"] = self.message.payload(application)
        return sent

    def metadata(self) -> Json:
        return {
            "id": str(self.id),
            "type": self.kind,
            "user": self.member.user.payload(),
            "authorizing_integration_owners": {"0": str(self.channel.guild.id)},
        }


class Interactions:
    def __init__(self) -> None:
        self.all: list[Interaction] = []
        self.by_token: dict[str, Interaction] = {}

    def add(self, interaction: Interaction) -> Interaction:
        self.all.append(interaction)
        self.by_token[interaction.token] = interaction
        return interaction


def modal_values(components: list[Json], values: dict[str, Any]) -> list[Json]:
    """A modal's components as they come back, filled in."""
    filled: list[Json] = []
    for component in components:
        back: Json = {"type": component["type"], "id": component.get("id", len(filled) + 1)}
        if "components" in component:
            back["components"] = modal_values(component["components"], values)
        elif "component" in component:
            back["component"] = modal_values([component["component"]], values)[0]
        elif "custom_id" in component:
            back["custom_id"] = component["custom_id"]
            value = values.get(component["custom_id"], component.get("value") or "")
            back["values" if isinstance(value, list) else "value"] = value
        filled.append(back)
    return filled
