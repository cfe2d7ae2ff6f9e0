"""Routes of an interaction: the first callback, the original answer, followups."""

from __future__ import annotations

import time

from tests.wire.interactions import Interaction, Interactions
from tests.wire.messages import EPHEMERAL, LOADING, Message
from tests.wire.postbox import Postbox
from tests.wire.rest import ApiError, Call, Router
from tests.wire.world import Json

WEBHOOK = "/webhooks/{}/{}"
ORIGINAL = f"{WEBHOOK}/messages/@original"
FOLLOWUP = f"{WEBHOOK}/messages/{{}}"

PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
ANSWER_TO_COMMAND = 20


class WebhookRoutes:
    def __init__(self, postbox: Postbox, interactions: Interactions, router: Router) -> None:
        self.postbox = postbox
        self.interactions = interactions
        self.deadline = 3.0  # seconds to acknowledge, then the interaction is unknown
        router.add("POST", "/interactions/{}/{}/callback", self.callback)
        router.add("POST", WEBHOOK, self.follow_up)
        for template in (ORIGINAL, FOLLOWUP):
            router.add("GET", template, lambda call: self._seen(self._message(call)))
            router.add("PATCH", template, self.edit)
            router.add("DELETE", template, self.delete)

    def callback(self, call: Call) -> Json | None:
        interaction = self.interactions.by_token.get(call.arguments[1])
        if interaction is None or time.monotonic() - interaction.dispatched_at > self.deadline:
            raise ApiError(404, 10062, "Unknown interaction")
        if interaction.acknowledged:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        kind: int = call.body["type"]
        data: Json = call.body["data"] if call.body.get("data") else {}
        if kind in (DEFER_UPDATE, UPDATE) and interaction.message is None:
            raise ApiError(400, 50035, "Invalid Form Body")
        interaction.note_acknowledged(call.body)
        if kind == MESSAGE:
            interaction.response_message = self._create(interaction, data, call)
        elif kind == DEFER:
            flags: int = LOADING | (data.get("flags") or 0) & EPHEMERAL
            interaction.response_message = self._create(interaction, {}, call, flags)
        elif kind in (DEFER_UPDATE, UPDATE):
            interaction.response_message = interaction.message
        if kind == UPDATE and interaction.message is not None:
            self.postbox.edit(interaction.message, data, call.uploads)
        if kind in (MESSAGE, UPDATE, CHOICES, MODAL):
            interaction.note_answered()
        if call.query.get("with_response") in ("1", "true", "True"):
            return self._described(interaction, kind)
        return None

    def follow_up(self, call: Call) -> Json:
        interaction = self._interaction(call)
        original = interaction.response_message
        if original is not None and original.loading:
            self.postbox.edit(original, _without_flags(call.json), call.uploads)
            message = original
        else:
            message = self._create(interaction, call.json, call)
            interaction.followups.append(message)
        interaction.note_answered()
        return self._seen(message)

    def edit(self, call: Call) -> Json:
        message = self._message(call)
        self.postbox.edit(message, call.json, call.uploads)
        self._interaction(call).note_answered()
        return self._seen(message)

    def delete(self, call: Call) -> None:
        self.postbox.delete(self._message(call))

    def _interaction(self, call: Call) -> Interaction:
        interaction = self.interactions.by_token.get(call.arguments[1])
        if interaction is None or not interaction.acknowledged:
            raise ApiError(404, 10015, "Unknown Webhook")
        return interaction

    def _message(self, call: Call) -> Message:
        interaction = self._interaction(call)
        message = interaction.response_message
        if len(call.arguments) > 2:
            mine = [one for one in (message, *interaction.followups) if one is not None]
            message = next((one for one in mine if str(one.id) == call.arguments[2]), None)
        if message is None or message.deleted:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    def _create(self, interaction: Interaction, data: Json, call: Call, flags: int = 0) -> Message:
        application = str(self.postbox.world.bot.id)
        more = {"application_id": application, "webhook_id": application}
        return self.postbox.create(
            interaction.channel,
            self.postbox.world.bot,
            {**data, "flags": data.get("flags") or 0},
            call.uploads,
            kind=ANSWER_TO_COMMAND,
            flags=flags,
            more={**more, "interaction_metadata": interaction.metadata()},
        )

    def _seen(self, message: Message) -> Json:
        return message.payload(self.postbox.world.bot.id)

    def _described(self, interaction: Interaction, kind: int) -> Json:
        message = interaction.response_message
        described: Json = {"id": str(interaction.id), "type": interaction.kind}
        resource: Json = {"type": kind}
        if message is not None:
            described["response_message_id"] = str(message.id)
            described["response_message_loading"] = message.loading
            described["response_message_ephemeral"] = message.ephemeral
            if kind in (MESSAGE, UPDATE):
                resource["message"] = self._seen(message)
        return {"interaction": described, "resource": resource}


def _without_flags(body: Json) -> Json:
    """A followup that fills a deferred answer cannot change who sees it."""
    return {**body, "flags": (body.get("flags") or 0) & ~EPHEMERAL}
