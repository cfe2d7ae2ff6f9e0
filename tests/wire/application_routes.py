"""Routes of the application: who the bot is, where the gateway is, its commands, its servers."""

from __future__ import annotations

import copy
from typing import Any

from tests.wire.gateway import Gateway
from tests.wire.rest import ApiError, Call, Router
from tests.wire.world import Guild, Json, World

COMMANDS = "/applications/{}/commands"
GUILD_COMMANDS = "/applications/{}/guilds/{}/commands"


class ApplicationRoutes:
    def __init__(self, world: World, gateway: Gateway, router: Router) -> None:
        self.world = world
        self.gateway = gateway
        self.commands: dict[int, list[Json]] = {}  # by server, 0 is everywhere
        self.syncs = 0
        router.add("GET", "/gateway", lambda call: {"url": gateway.url})
        router.add("GET", "/gateway/bot", self.gateway_bot)
        router.add("GET", "/users/@me", lambda call: self.me())
        router.add("GET", "/users/{}", self.user)
        router.add("GET", "/oauth2/applications/@me", lambda call: self.application())
        router.add("GET", "/applications/@me", lambda call: self.application())
        for template in (COMMANDS, GUILD_COMMANDS):
            router.add("GET", template, lambda call: self.commands.get(_where(call), []))
            router.add("PUT", template, self.put_commands)
        router.add("GET", "/guilds/{}", self.guild)
        router.add(
            "GET", "/guilds/{}/channels", lambda call: [one.payload() for one in self._guild(call).channels]
        )
        router.add("GET", "/guilds/{}/roles", lambda call: [one.payload() for one in self._guild(call).roles])
        router.add("GET", "/guilds/{}/members/{}", self.member)

    def known(self, guild: int) -> list[Json]:
        """The commands a member of this server sees; the server's own come first."""
        return [*self.commands.get(guild, []), *self.commands.get(0, [])]

    def gateway_bot(self, call: Call) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
        return {"url": self.gateway.url, "shards": 1, "session_start_limit": limit}

    def me(self) -> Json:
        return {
            **self.world.bot.payload(),
            "mfa_enabled": False,
            "verified": True,
            "locale": "en-US",
            "flags": 0,
        }

    def application(self) -> Json:
        owner = self.world.users.get(1)
        return {
            "id": str(self.world.bot.id),
            "name": self.world.bot.name,
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": owner.payload() if owner else {**self.world.bot.payload(), "id": "1", "bot": False},
            "team": None,
            "verify_key": "0" * 64,
            "flags": 0,
            "tags": [],
            "approximate_guild_count": len(self.world.guilds),
        }

    def user(self, call: Call) -> Json:
        user = self.world.users.get(_number(call.arguments[0]))
        if user is None:
            raise ApiError(404, 10013, "Unknown User")
        return user.payload()

    def put_commands(self, call: Call) -> list[Json]:
        """Replaces them all; one of the same name keeps its id, as Discord does."""
        where = _where(call)
        before = {_key(command): command for command in self.commands.get(where, [])}
        sent: list[Json] = call.body or []
        self.commands[where] = [self._registered(command, before, where) for command in sent]
        self.syncs += 1
        return self.commands[where]

    def _registered(self, command: Json, before: dict[tuple[int, str], Json], where: int) -> Json:
        old = before.get(_key(command))
        kept: Json = {"type": 1, "description": "", **copy.deepcopy(command)}
        kept["id"] = old["id"] if old else str(self.world.ids.new())
        kept["version"] = str(self.world.ids.new())
        kept["application_id"] = str(self.world.bot.id)
        if kept.get("default_member_permissions") is not None:
            kept["default_member_permissions"] = str(kept["default_member_permissions"])
        if where:
            kept["guild_id"] = str(where)
        return kept

    def guild(self, call: Call) -> Json:
        guild = self._guild(call)
        counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
        return {**guild.payload(), **(counts if "with_counts" in call.query else {})}

    def member(self, call: Call) -> Json:
        member = self._guild(call).members.get(_number(call.arguments[1]))
        if member is None:
            raise ApiError(404, 10007, "Unknown Member")
        return member.payload()

    def _guild(self, call: Call) -> Guild:
        guild = self.world.guilds.get(_number(call.arguments[0]))
        if guild is None:
            raise ApiError(404, 10004, "Unknown Guild")
        return guild


def _where(call: Call) -> int:
    return int(call.arguments[1]) if len(call.arguments) > 1 else 0


def _key(command: Json) -> tuple[int, str]:
    return command.get("type") or 1, command["name"]


def _number(text: Any) -> int:
    return int(text) if str(text).isdigit() else 0
