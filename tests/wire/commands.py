"""What a member typed, as data for an interaction, by the commands the bot has registered."""

from __future__ import annotations

from typing import Any

from tests.wire.limits import listed
from tests.wire.messages import Attachment, Message
from tests.wire.world import Channel, Json, Member, Role

SLASH, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, NUMBER = 1, 2, 3, 4, 5, 10
KINDS = {SUBCOMMAND, GROUP}


def slash_data(commands: list[Json], typed: str, values: Json, focus: str | None = None) -> Json:
    """`typed` may name a subcommand: "settings weekly day"; `focus` is the option being completed."""
    name, *rest = typed.split()
    root = _named(commands, name, SLASH)
    resolved: Json = {}
    options = _descend(root, rest, values, focus, resolved)
    data: Json = {"id": root["id"], "name": name, "type": SLASH, "options": options}
    if "guild_id" in root:
        data["guild_id"] = root["guild_id"]
    return {**data, "resolved": resolved} if resolved else data


def menu_data(commands: list[Json], name: str, target: Member | Message, viewer: int) -> Json:
    resolved: Json = {}
    if isinstance(target, Message):
        resolved["messages"] = {str(target.id): target.payload(viewer)}
    else:
        _resolve(target, resolved)
    kind = MESSAGE if isinstance(target, Message) else USER
    root = _named(commands, name, kind)
    return {"id": root["id"], "name": name, "type": kind, "target_id": str(target.id), "resolved": resolved}


def _named(commands: list[Json], name: str, kind: int) -> Json:
    for command in commands:
        if command["name"] == name and (command.get("type") or SLASH) == kind:
            return command
    raise LookupError(
        f"the bot has no command {name!r}, only {sorted(command['name'] for command in commands)}"
    )


def _descend(node: Json, rest: list[str], values: Json, focus: str | None, resolved: Json) -> list[Json]:
    described = listed(node, "options")
    if not rest:
        return _filled(node["name"], described, values, focus, resolved)
    for option in described:
        if option["type"] in KINDS and option["name"] == rest[0]:
            inner = _descend(option, rest[1:], values, focus, resolved)
            return [{"name": rest[0], "type": option["type"], "options": inner}]
    raise LookupError(f"{node['name']!r} has no subcommand {rest[0]!r}")


def _filled(name: str, described: list[Json], values: Json, focus: str | None, resolved: Json) -> list[Json]:
    known = {option["name"]: option for option in described if option["type"] not in KINDS}
    if len(known) != len(described):
        raise LookupError(f"{name!r} needs a subcommand: {[option['name'] for option in described]}")
    if unknown := set(values) - set(known):
        raise LookupError(f"{name!r} has no options {sorted(unknown)}, only {sorted(known)}")
    missing = [option for option in known if known[option].get("required") and option not in values]
    if missing and focus is None:
        raise LookupError(f"{name!r} needs {missing}")
    filled: list[Json] = []
    for option, value in values.items():
        kind = known[option]["type"]
        entry: Json = {"name": option, "type": kind, "value": _value(kind, value, resolved)}
        if option == focus:
            # Discord sends what is typed so far as a string, whatever the option's type.
            entry |= {"focused": True, "value": str(value)}
        filled.append(entry)
    return filled


def _value(kind: int, value: Any, resolved: Json) -> Any:
    if isinstance(value, Member | Channel | Role | Attachment):
        _resolve(value, resolved)
        return str(value.id)
    convert = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: float}
    return convert.get(kind, str)(value)


def _resolve(value: Member | Channel | Role | Attachment, resolved: Json) -> None:
    if isinstance(value, Member):
        member = {**value.payload(), "permissions": str(value.permissions)}
        user = member.pop("user")
        resolved.setdefault("users", {})[str(value.id)] = user
        resolved.setdefault("members", {})[str(value.id)] = member
    elif isinstance(value, Channel):
        # For a channel this is what the member asking may do there; a plain member's will do.
        channel = {**value.payload(), "permissions": str(value.guild.everyone.permissions)}
        resolved.setdefault("channels", {})[str(value.id)] = channel
    elif isinstance(value, Attachment):
        resolved.setdefault("attachments", {})[str(value.id)] = value.payload()
    else:
        resolved.setdefault("roles", {})[str(value.id)] = value.payload()
