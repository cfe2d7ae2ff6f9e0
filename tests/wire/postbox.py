"""Creates, edits and deletes messages, keeps their files, and tells the gateway."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from tests.wire.limits import COMPONENTS_V2
from tests.wire.messages import Attachment, Message, write
from tests.wire.rest import ApiError, Call
from tests.wire.world import Channel, Intent, Json, Member, User, World


class Postbox:
    def __init__(self, world: World) -> None:
        self.world = world
        self.base = ""
        self.files: dict[int, Attachment] = {}
        self.nonces: dict[tuple[int, int, str], Message] = {}
        self.complaints: list[str] = []  # what Discord would refuse knowing the message that is edited

    def create(
        self, channel: Channel, author: User, body: Json, uploads: dict[int, bytes], **given: object
    ) -> Message:
        key = (channel.id, author.id, str(body.get("nonce")))
        if body.get("enforce_nonce") and key in self.nonces and not self.nonces[key].deleted:
            return self.nonces[key]
        message = Message(self.world.ids.new(), channel, author, **given)  # pyright: ignore[reportArgumentType]
        write(message, body, uploads, self.keep)
        channel.messages[message.id] = message
        if body.get("nonce"):
            self.nonces[key] = message
        self.tell("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, body: Json, uploads: dict[int, bytes]) -> None:
        if message.flags & COMPONENTS_V2 and (body.get("content") or body.get("embeds")):
            self.complaints.append(f"message {message.id}: content or embeds on a Components V2 message")
        loading = message.loading
        write(message, body, uploads, self.keep)
        if not loading:  # filling a deferred answer is not an edit that members see
            message.edits += 1
            message.edited_at = dt.datetime.now(dt.UTC)
        self.tell("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        message.deleted = True
        message.channel.messages.pop(message.id, None)
        channel = message.channel
        event: Json = {
            "id": str(message.id),
            "channel_id": str(channel.id),
            "guild_id": str(channel.guild.id),
        }
        if not message.ephemeral:
            self.world.emit("MESSAGE_DELETE", event, Intent.MESSAGES)

    def keep(self, channel: Channel, filename: str, data: bytes, description: str | None) -> Attachment:
        number = self.world.ids.new()
        url = f"{self.base}/attachments/{channel.id}/{number}/{quote(filename)}"
        self.files[number] = Attachment(number, filename, url, data, description)
        return self.files[number]

    def find(self, call: Call, *, ephemeral: bool = False) -> Message:
        channel, number = self.channel(call.arguments[0]), call.arguments[1]
        message = channel.messages.get(int(number)) if number.isdigit() else None
        if message is None or (message.ephemeral and not ephemeral):
            raise ApiError(404, 10008, "Unknown Message")
        return message

    def channel(self, number: str) -> Channel:
        channel = self.world.channels.get(int(number)) if number.isdigit() else None
        if channel is None:
            raise ApiError(404, 10003, "Unknown Channel")
        return channel

    def tell(self, event: str, message: Message) -> None:
        if message.ephemeral:
            return
        guild = message.channel.guild
        data = {**message.payload(self.world.bot.id), "guild_id": str(guild.id)}
        author = guild.members.get(message.author.id)
        if author is not None:
            data["member"] = {key: value for key, value in author.payload().items() if key != "user"}
        self.world.emit(event, data, Intent.MESSAGES)

    def react(self, message: Message, member: Member, emoji: str) -> None:
        users = message.reactions.setdefault(emoji, [])
        if member.id not in users:
            users.append(member.id)
            self._reacted("MESSAGE_REACTION_ADD", message, member, emoji)

    def unreact(self, message: Message, member: Member, emoji: str) -> None:
        users = message.reactions.get(emoji, [])
        if member.id in users:
            users.remove(member.id)
            if not users:
                del message.reactions[emoji]
            self._reacted("MESSAGE_REACTION_REMOVE", message, member, emoji)

    def _reacted(self, event: str, message: Message, member: Member, emoji: str) -> None:
        name, _, number = emoji.rpartition(":")
        data: Json = {
            "user_id": str(member.id),
            "channel_id": str(message.channel.id),
            "message_id": str(message.id),
            "guild_id": str(message.channel.guild.id),
            "emoji": {"id": number, "name": name}
            if number.isdigit() and name
            else {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }
        if event == "MESSAGE_REACTION_ADD":
            data["member"] = member.payload()
            data["message_author_id"] = str(message.author.id)
        self.world.emit(event, data, Intent.REACTIONS)
