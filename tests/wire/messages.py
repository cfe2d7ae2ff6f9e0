"""Messages as the stand-in keeps them, and what a request body does to one."""

from __future__ import annotations

import copy
import datetime as dt
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.wire.limits import COMPONENTS_V2, listed, walk
from tests.wire.world import Channel, User

Json = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
SETTABLE = COMPONENTS_V2 | EPHEMERAL | 1 << 2 | 1 << 12


@dataclass(eq=False)
class Attachment:
    id: int
    filename: str
    url: str
    data: bytes
    description: str | None = None

    @property
    def content_type(self) -> str:
        return mimetypes.guess_type(self.filename)[0] or "application/octet-stream"

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "filename": self.filename,
            "description": self.description,
            "size": len(self.data),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.content_type,
        }


@dataclass(eq=False)
class Message:
    id: int
    channel: Channel
    author: User
    kind: int = 0
    content: str = ""
    components: list[Json] = field(default_factory=list[Json])
    embeds: list[Json] = field(default_factory=list[Json])
    flags: int = 0
    files: list[Attachment] = field(default_factory=list[Attachment])
    reactions: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    more: Json = field(default_factory=dict[str, Any])
    edited_at: dt.datetime | None = None
    edits: int = 0
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def controls(self) -> list[Json]:
        """Every button and select."""
        return [component for _, component in walk(self.components, "$") if component.get("custom_id")]

    @property
    def custom_ids(self) -> list[str]:
        return [control["custom_id"] for control in self.controls]

    @property
    def text(self) -> str:
        """Everything that is to be read: content, text displays and button labels."""
        parts: list[str | None] = [self.content]
        for _, component in walk(self.components, "$"):
            parts += [component.get("content"), component.get("label")]
        return "\n".join(part for part in parts if part)

    def control(self, custom_id: str) -> Json:
        for control in self.controls:
            if control["custom_id"] == custom_id:
                return control
        raise LookupError(f"no {custom_id!r} on this message, only {self.custom_ids}")

    def payload(self, viewer: int) -> Json:
        used = {media.get("attachment_id") for media in _media(self.components)}
        return {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "type": self.kind,
            "content": self.content,
            "timestamp": _timestamp(self.id),
            "edited_timestamp": self.edited_at.isoformat() if self.edited_at else None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "pinned": False,
            "flags": self.flags,
            "components": self.components,
            "embeds": self.embeds,
            # Files that a component shows are left out of the list: Discord does the same.
            "attachments": [file.payload() for file in self.files if str(file.id) not in used],
            "reactions": [_reaction(emoji, users, viewer) for emoji, users in self.reactions.items()],
            **self.more,
        }


Keep = Callable[[Channel, str, bytes, str | None], Attachment]


def write(message: Message, body: Json, uploads: dict[int, bytes], keep: Keep) -> None:
    """Do to the message what the body of a create or an edit says."""
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = [{"type": "rich", **embed} for embed in listed(body, "embeds")]
    message.flags = message.flags & ~LOADING | (body.get("flags") or 0) & SETTABLE
    _attach(message, body, uploads, keep)
    if "components" in body:
        message.components = copy.deepcopy(listed(body, "components"))
        _number(message.components)
    _resolve(message)
    for key in ("nonce", "message_reference", "poll"):
        if body.get(key):
            message.more[key] = body[key]


def emoji_payload(emoji: str) -> Json:
    name, _, number = emoji.rpartition(":") if emoji.rpartition(":")[2].isdigit() else (emoji, "", "")
    return {"id": number or None, "name": name, "animated": False}


def _timestamp(snowflake: int) -> str:
    return dt.datetime.fromtimestamp(((snowflake >> 22) + 1_420_070_400_000) / 1000, dt.UTC).isoformat()


def _reaction(emoji: str, users: list[int], viewer: int) -> Json:
    return {
        "emoji": emoji_payload(emoji),
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "me": viewer in users,
        "me_burst": False,
        "burst_colors": [],
    }


def _attach(message: Message, body: Json, uploads: dict[int, bytes], keep: Keep) -> None:
    """Listed ids stay, indices of uploaded files come new; a list that is not there keeps everything."""
    described = listed(body, "attachments")
    if body.get("attachments") is not None:
        stay = {str(entry["id"]) for entry in described}
        message.files = [file for file in message.files if str(file.id) in stay]
    names = {int(entry["id"]): entry for entry in described if int(entry["id"]) in uploads}
    for index, data in sorted(uploads.items()):
        entry = names.get(index, {})
        name = entry.get("filename") or f"file-{index}"
        message.files.append(keep(message.channel, name, data, entry.get("description")))


def _number(components: list[Json]) -> None:
    """Every component gets an id, as Discord gives it."""
    placed = [component for _, component in walk(components, "$")]
    taken = {component["id"] for component in placed if component.get("id")}
    following = 1
    for component in placed:
        if not component.get("id"):
            while following in taken:
                following += 1
            component["id"] = following
            taken.add(following)


def _media(components: list[Json]) -> list[Json]:
    found: list[Json] = []
    for _, component in walk(components, "$"):
        entries: list[Json | None] = [component.get("media"), component.get("file")]
        entries += [item.get("media") for item in listed(component, "items")]
        found += [entry for entry in entries if entry]
    return found


def _resolve(message: Message) -> None:
    """`attachment://cover.png` becomes an address."""
    named = {f"attachment://{file.filename}": file for file in message.files}
    addressed = {file.url: file for file in message.files}
    for media in _media(message.components):
        file = named.get(media["url"]) or addressed.get(media["url"])
        if file:
            media.update(
                url=file.url, proxy_url=file.url, content_type=file.content_type, attachment_id=str(file.id)
            )
