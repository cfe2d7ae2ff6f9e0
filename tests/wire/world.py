"""Who and what there is: the bot, servers, members, roles, channels. Plain objects that know their payload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.wire.snowflakes import Snowflakes

if TYPE_CHECKING:
    from tests.wire.messages import Message

Json = dict[str, Any]
Emit = Callable[[str, Json, int], None]

JOINED = "2024-01-01T00:00:00+00:00"
EVERYTHING = (1 << 53) - 1
ADMINISTRATOR = 1 << 3
# View, send, embed, attach, history, reactions, external emoji, slash commands: what most members may do.
MEMBER = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 6 | 1 << 18 | 1 << 31


class Intent:
    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    MESSAGES = 1 << 9
    REACTIONS = 1 << 10
    CONTENT = 1 << 15


@dataclass(eq=False)
class User:
    id: int
    name: str
    bot: bool = False

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.bot else self.name,
            "discriminator": "0001" if self.bot else "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: int
    position: int = 0

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Member:
    user: User
    guild: Guild
    roles: list[Role] = field(default_factory=list[Role])

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def permissions(self) -> int:
        held = self.guild.everyone.permissions
        for role in self.roles:
            held |= role.permissions
        return EVERYTHING if held & ADMINISTRATOR else held

    def payload(self) -> Json:
        return {
            "user": self.user.payload(),
            "nick": None,
            "avatar": None,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": JOINED,
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
            "communication_disabled_until": None,
        }


@dataclass(eq=False)
class Channel:
    id: int
    guild: Guild
    name: str
    overwrites: list[Json]
    messages: dict[int, Message] = field(default_factory=dict[int, "Message"])

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "guild_id": str(self.guild.id),
            "type": 0,
            "name": self.name,
            "position": 0,
            "permission_overwrites": self.overwrites,
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "last_message_id": None,
            "flags": 0,
        }

    @property
    def posted(self) -> list[Message]:
        """What everybody sees, oldest first."""
        return [message for message in self.messages.values() if not message.ephemeral]


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    world: World
    channels: list[Channel] = field(default_factory=list[Channel])
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    roles: list[Role] = field(default_factory=list[Role])
    locale: str = "en-US"

    @property
    def everyone(self) -> Role:
        return self.roles[0]

    @property
    def me(self) -> Member:
        return self.members[self.world.bot.id]

    def add_role(self, name: str, permissions: int = 0) -> Role:
        role = Role(self.world.ids.new(), name, permissions, len(self.roles))
        self.roles.append(role)
        event: Json = {"guild_id": str(self.id), "role": role.payload()}
        self.world.emit("GUILD_ROLE_CREATE", event, Intent.GUILDS)
        return role

    def add_channel(self, name: str, overwrites: list[Json] | None = None) -> Channel:
        channel = Channel(self.world.ids.new(), self, name, overwrites or [])
        self.channels.append(channel)
        self.world.channels[channel.id] = channel
        self.world.emit("CHANNEL_CREATE", channel.payload(), Intent.GUILDS)
        return channel

    def add_member(self, name: str, *, admin: bool = False, user: User | None = None) -> Member:
        """A new member, or the same user (`user=alice.user`) in another server."""
        user = user or User(self.world.ids.new(), name)
        member = Member(user, self)
        self.members[user.id] = member
        self.world.users[user.id] = user
        event = {**member.payload(), "guild_id": str(self.id)}
        self.world.emit("GUILD_MEMBER_ADD", event, Intent.MEMBERS)
        if admin:
            member.roles.append(self.add_role(f"{name} is admin", ADMINISTRATOR))
        return member

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.id),
            "icon": None,
            "splash": None,
            "banner": None,
            "description": None,
            "features": [],
            "emojis": [],
            "stickers": [],
            "roles": [role.payload() for role in self.roles],
            "preferred_locale": self.locale,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "vanity_url_code": None,
        }

    def create_payload(self, intents: int) -> Json:
        """GUILD_CREATE: without the members intent only the bot itself is listed."""
        listed = self.members.values() if intents & Intent.MEMBERS else [self.me]
        return {
            **self.payload(),
            "unavailable": False,
            "joined_at": JOINED,
            "large": len(self.members) > 250,
            "member_count": len(self.members),
            "members": [member.payload() for member in list(listed)[:250]],
            "channels": [channel.payload() for channel in self.channels],
            "threads": [],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


class World:
    def __init__(self, emit: Emit) -> None:
        self.emit = emit
        self.ids = Snowflakes()
        self.bot = User(self.ids.new(), "stand-in", bot=True)
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.users: dict[int, User] = {self.bot.id: self.bot}

    def add_guild(self, name: str, locale: str = "en-US") -> Guild:
        guild = Guild(self.ids.new(), name, self, locale=locale)
        guild.roles.append(Role(guild.id, "@everyone", MEMBER))
        guild.members[self.bot.id] = Member(self.bot, guild, [Role(self.ids.new(), "bot", MEMBER, 1)])
        guild.roles += guild.me.roles
        self.guilds[guild.id] = guild
        self.emit("GUILD_CREATE", guild.create_payload(Intent.MEMBERS), Intent.GUILDS)
        return guild

    def remove_guild(self, guild: Guild) -> None:
        """The bot is removed from a server."""
        del self.guilds[guild.id]
        for channel in guild.channels:
            del self.channels[channel.id]
        self.emit("GUILD_DELETE", {"id": str(guild.id)}, Intent.GUILDS)
