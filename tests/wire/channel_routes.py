"""Routes of a channel: its messages, their reactions."""

from __future__ import annotations

from typing import Any

from tests.wire.messages import Message
from tests.wire.postbox import Postbox
from tests.wire.rest import ApiError, Call, Router
from tests.wire.world import Json

CHANNEL = "/channels/{}"
MESSAGES = "/channels/{}/messages"
ONE = "/channels/{}/messages/{}"
REACTION = "/channels/{}/messages/{}/reactions/{}"


class ChannelRoutes:
    def __init__(self, postbox: Postbox, router: Router) -> None:
        self.postbox = postbox
        self.world = postbox.world
        router.add("GET", CHANNEL, lambda call: self.postbox.channel(call.arguments[0]).payload())
        router.add("POST", f"{CHANNEL}/typing", lambda call: None)
        router.add("GET", MESSAGES, self.history)
        router.add("POST", MESSAGES, self.post)
        router.add("GET", ONE, lambda call: self._seen(self.postbox.find(call)))
        router.add("PATCH", ONE, self.edit)
        router.add("DELETE", ONE, lambda call: self.postbox.delete(self.postbox.find(call)))
        router.add("GET", REACTION, self.reactions)
        router.add("DELETE", REACTION, self.clear_one)
        router.add("DELETE", f"{ONE}/reactions", self.clear)
        router.add("PUT", f"{REACTION}/@me", self.react)
        router.add("DELETE", f"{REACTION}/@me", self.unreact)
        router.add("DELETE", f"{REACTION}/{{}}", self.unreact)

    def _seen(self, message: Message) -> Json:
        return message.payload(self.world.bot.id)

    def post(self, call: Call) -> Json:
        channel = self.postbox.channel(call.arguments[0])
        message = self.postbox.create(channel, self.world.bot, call.json, call.uploads)
        return self._seen(message)

    def edit(self, call: Call) -> Json:
        message = self.postbox.find(call)
        if message.author is not self.world.bot:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        self.postbox.edit(message, call.json, call.uploads)
        return self._seen(message)

    def history(self, call: Call) -> list[Json]:
        """Newest first, whatever was asked, as Discord does."""
        posted = self.postbox.channel(call.arguments[0]).posted
        limit = int(call.query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise ApiError(400, 50035, "Invalid Form Body")
        return [self._seen(message) for message in reversed(_part(posted, call.query, limit))]

    def react(self, call: Call) -> None:
        message = self.postbox.find(call)
        self.postbox.react(message, message.channel.guild.me, call.arguments[2])

    def unreact(self, call: Call) -> None:
        message = self.postbox.find(call)
        guild = message.channel.guild
        member = guild.members.get(int(call.arguments[3])) if len(call.arguments) > 3 else guild.me
        if member is not None:
            self.postbox.unreact(message, member, call.arguments[2])

    def reactions(self, call: Call) -> list[Json]:
        users = self.postbox.find(call).reactions.get(call.arguments[2], [])
        after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 25))
        return [self.world.users[user].payload() for user in sorted(users) if user > after][:limit]

    def clear_one(self, call: Call) -> None:
        self._clear(self.postbox.find(call), [call.arguments[2]])

    def clear(self, call: Call) -> None:
        message = self.postbox.find(call)
        self._clear(message, list(message.reactions))

    def _clear(self, message: Message, emojis: list[str]) -> None:
        members = message.channel.guild.members
        for emoji in emojis:
            for user in list(message.reactions.get(emoji, ())):
                self.postbox.unreact(message, members[user], emoji)


def _part(posted: list[Message], query: dict[str, Any], limit: int) -> list[Message]:
    """Oldest first."""
    if "before" in query:
        return [message for message in posted if message.id < int(query["before"])][-limit:]
    if "after" in query:
        return [message for message in posted if message.id > int(query["after"])][:limit]
    if "around" in query:
        middle = int(query["around"])
        older = [message for message in posted if message.id < middle][-(limit // 2) :]
        return (older + [message for message in posted if message.id >= middle])[:limit]
    return posted[-limit:]
