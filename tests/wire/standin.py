"""Discord for a test: one server on 127.0.0.1, and what its members do."""

from __future__ import annotations

import re
import uuid
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Literal, Self

from aiohttp import web

from tests.openapi import Judge, Refused
from tests.wire.application_routes import ApplicationRoutes
from tests.wire.channel_routes import ChannelRoutes
from tests.wire.commands import menu_data, slash_data
from tests.wire.faults import Fault, too_many
from tests.wire.gateway import Gateway
from tests.wire.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL,
    Interaction,
    Interactions,
    modal_values,
)
from tests.wire.limits import listed
from tests.wire.messages import Message
from tests.wire.postbox import Postbox
from tests.wire.pulse import Pulse
from tests.wire.rest import PREFIX, Call, Rest
from tests.wire.routed import routed
from tests.wire.webhook_routes import WebhookRoutes
from tests.wire.world import Channel, Guild, Intent, Json, Member, World

Until = Literal["answered", "acknowledged"] | None
PATIENCE = 20.0


class WireDiscord:
    """`async with WireDiscord(judge=...) as discord_`, build a server, then start a bot within `discord_.routed()`.

    What members do returns an `Interaction`: once it is answered, once acknowledged (`until="acknowledged"`), or at
    once (`until=None`).
    """

    def __init__(self, judge: Judge | None = None) -> None:
        self.judge = judge
        self.pulse = Pulse()
        self.gateway = Gateway(self.pulse)
        self.world = self.gateway.world = World(self.gateway.emit)
        self.rest = Rest(self.pulse)
        self.postbox = Postbox(self.world)
        self.interactions = Interactions()
        self.application = ApplicationRoutes(self.world, self.gateway, self.rest.router)
        self.webhooks = WebhookRoutes(self.postbox, self.interactions, self.rest.router)
        ChannelRoutes(self.postbox, self.rest.router)
        self.api = self.url = ""
        self._judged = 0
        self._refusals: list[str] = []
        self._runner: web.ServerRunner | None = None

    # --- being there ---

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=1.0)
        await self._runner.setup()
        # A short backlog would make many presses at once wait a second for their connection.
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=4096)
        await site.start()
        port: int = self._runner.addresses[0][1]
        self.postbox.base = f"http://127.0.0.1:{port}"
        self.api = self.postbox.base + PREFIX
        self.url = self.gateway.url = f"ws://127.0.0.1:{port}/gateway"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rest.faults.clear()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith(PREFIX):
            return await self.rest.handle(request)
        if request.path.startswith("/gateway"):
            return await self.gateway.handle(request)
        file = self.postbox.files.get(
            int(next(iter(re.findall(r"/attachments/\d+/(\d+)/", request.path)), 0))
        )
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file.data, content_type=file.content_type)

    def routed(self) -> AbstractContextManager[None]:
        return routed(self.api, self.url)

    # --- what there is ---

    def add_guild(self, name: str, locale: str = "en-US") -> Guild:
        return self.world.add_guild(name, locale)

    @property
    def requests(self) -> list[Call]:
        return self.rest.calls

    @property
    def refusals(self) -> list[str]:
        """What the judge says to everything sent so far. Judged here, not while the bot waits."""
        while self.judge is not None and self._judged < len(self.requests):
            call = self.requests[self._judged]
            self._judged += 1
            try:
                self.judge.check(call.method, call.path, call.body, call.query)
            except Refused as refused:
                self._refusals.append(str(refused))
        return [*self._refusals, *self.postbox.complaints]

    def sent(self, method: str, path: str) -> list[Call]:
        """Requests that match; `*` is one segment, `**` any number."""
        pattern = Fault(method, path)
        return [call for call in self.requests if pattern.fits(call.method, call.path)]

    def fault(self, method: str, path: str, **how: Any) -> Fault:
        """Plan something that goes wrong, see `Fault`."""
        planned = Fault(method, path, **how)
        self.rest.faults.planned.append(planned)
        return planned

    def rate_limit(
        self, method: str, path: str, retry_after: float, times: int = 1, *, everywhere: bool = False
    ) -> Fault:
        planned = too_many(method, path, retry_after, times, everywhere=everywhere)
        self.rest.faults.planned.append(planned)
        return planned

    # --- waiting ---

    async def until(self, true: Any, timeout: float = PATIENCE, what: str = "it did not come true") -> None:
        """Until the predicate holds; it is asked again at every request and gateway event."""
        await self.pulse.until(true, timeout, what)

    async def ready(self, times: int = 1, timeout: float = PATIENCE) -> None:
        """The bot has identified (for the `times`th time) and got READY and its servers."""
        await self.until(
            lambda: self.gateway.identified >= times and self.gateway.live, timeout, "bot not ready"
        )

    async def requested(
        self, method: str, path: str, times: int = 1, timeout: float = PATIENCE
    ) -> list[Call]:
        await self.until(lambda: len(self.sent(method, path)) >= times, timeout, f"no {method} {path}")
        return self.sent(method, path)

    # --- the connection ---

    async def drop_connection(self, *, wait: bool = True) -> None:
        """Cut the wire; with `wait`, until the bot has resumed."""
        before = self.gateway.resumed
        self.gateway.drop()
        if wait:
            await self.resumed(before + 1)

    async def ask_to_reconnect(self) -> None:
        """Opcode 7, until the bot has resumed."""
        before = self.gateway.resumed
        self.gateway.ask_to_reconnect()
        await self.resumed(before + 1)

    async def invalidate_session(self, *, resumable: bool = False) -> None:
        """Opcode 9, until the bot is back. Not resumable, discord.py waits 5 s before it identifies again."""
        identified, resumed = self.gateway.identified, self.gateway.resumed
        self.gateway.invalidate(resumable=resumable)
        if resumable:
            await self.resumed(resumed + 1)
        else:
            await self.ready(identified + 1)

    async def resumed(self, times: int) -> None:
        await self.until(lambda: self.gateway.resumed >= times, what="bot has not resumed")

    # --- what members do ---

    async def slash(
        self,
        member: Member,
        channel: Channel,
        command: str,
        options: Json | None = None,
        *,
        until: Until = "answered",
        timeout: float = PATIENCE,
    ) -> Interaction:
        data = slash_data(self.application.known(channel.guild.id), command, options or {})
        return await self._done(self.dispatch(COMMAND, member, channel, data), until, timeout)

    async def menu(
        self,
        member: Member,
        channel: Channel,
        name: str,
        target: Member | Message,
        *,
        until: Until = "answered",
        timeout: float = PATIENCE,
    ) -> Interaction:
        """A context menu on a member or a message."""
        data = menu_data(self.application.known(channel.guild.id), name, target, self.world.bot.id)
        return await self._done(self.dispatch(COMMAND, member, channel, data), until, timeout)

    async def autocomplete(
        self,
        member: Member,
        channel: Channel,
        command: str,
        option: str,
        typed: str,
        options: Json | None = None,
        *,
        timeout: float = PATIENCE,
    ) -> list[Json]:
        values = {**(options or {}), option: typed}
        data = slash_data(self.application.known(channel.guild.id), command, values, option)
        done = await self._done(self.dispatch(AUTOCOMPLETE, member, channel, data), "answered", timeout)
        return done.choices

    async def press(
        self,
        member: Member,
        message: Message,
        custom_id: str,
        values: list[str] | None = None,
        *,
        until: Until = "answered",
        timeout: float = PATIENCE,
    ) -> Interaction:
        """A button; with `values`, a choice in a select."""
        control = message.control(custom_id)
        if control.get("disabled"):
            raise LookupError(f"{custom_id!r} is disabled")
        data: Json = {"custom_id": custom_id, "component_type": control["type"], "id": control["id"]}
        if values is not None:
            data["values"] = values
        done = self.dispatch(COMPONENT, member, message.channel, data, message)
        return await self._done(done, until, timeout)

    async def submit(
        self,
        member: Member,
        asked: Interaction,
        values: dict[str, Any],
        *,
        until: Until = "answered",
        timeout: float = PATIENCE,
    ) -> Interaction:
        """Fill the modal that `asked` was answered with, by the custom ids of its fields."""
        if asked.modal is None:
            raise LookupError("not answered by a modal")
        data: Json = {"custom_id": asked.modal["custom_id"], "resolved": {}}
        data["components"] = modal_values(listed(asked.modal, "components"), values)
        done = self.dispatch(MODAL, member, asked.channel, data, asked.message)
        return await self._done(done, until, timeout)

    async def react(self, member: Member, message: Message, emoji: str) -> None:
        self.postbox.react(message, member, emoji)

    async def unreact(self, member: Member, message: Message, emoji: str) -> None:
        self.postbox.unreact(message, member, emoji)

    async def say(self, member: Member, channel: Channel, content: str) -> Message:
        """A member's message; its content reaches the bot whatever its intents."""
        return self.postbox.create(channel, member.user, {"content": content}, {})

    async def presence(self, member: Member, activities: list[Json]) -> None:
        event: Json = {
            "user": {"id": str(member.id)},
            "guild_id": str(member.guild.id),
            "status": "online",
            "client_status": {"desktop": "online"},
            "activities": activities,
        }
        self.world.emit("PRESENCE_UPDATE", event, Intent.PRESENCES)

    def dispatch(
        self, kind: int, member: Member, channel: Channel, data: Json, message: Message | None = None
    ) -> Interaction:
        token = uuid.uuid4().hex
        interaction = Interaction(self.world.ids.new(), token, kind, member, channel, data, message)
        self.interactions.add(interaction)
        self.gateway.emit("INTERACTION_CREATE", interaction.payload(self.world.bot.id))
        return interaction

    async def _done(self, interaction: Interaction, until: Until, timeout: float) -> Interaction:
        if until is None:
            return interaction
        await interaction.wait(until, timeout)
        return interaction
