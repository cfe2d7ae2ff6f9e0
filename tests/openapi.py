"""Discord's own OpenAPI document as a judge of what the bot sends.

Stricter than the document in two ways: a key the schema does not list is refused (it is a typo, and Discord would
silently ignore it), and the limits Discord has but does not write down there (`tests/wire/limits.py`) hold too.
More lenient in five, because an unchanged discord.py sends it and Discord takes it; see `lenient`.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.exceptions import best_match as _best_match  # pyright: ignore[reportUnknownVariableType]
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]

from tests.wire.limits import beyond_the_document

DOCUMENT = Path(__file__).parents[1].parent / "shared" / "discord" / "openapi.json.gz"
METHODS = ("get", "put", "post", "patch", "delete")
PREFIX = "/api/v10"

Json = dict[str, Any]


class Refused(AssertionError):
    """Discord would not take this request."""


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    pattern: re.Pattern[str]
    literal: tuple[bool, ...]
    schema: Json | None
    required: bool
    query: frozenset[str]


@dataclass
class Judge:
    operations: dict[tuple[str, int], list[Operation]] = field(repr=False)
    schemas: Json = field(repr=False)
    checked: Counter[str] = field(default_factory=Counter[str])
    _validators: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @classmethod
    def load(cls, document: Path = DOCUMENT) -> Judge:
        read = _read(document)
        return cls(operations=_operations(read), schemas=read["components"]["schemas"])

    @property
    def total(self) -> int:
        return self.checked.total()

    def check(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> None:
        """Raise `Refused`, naming the place, when Discord would refuse this request."""
        operation = self.match(method, path)
        self.checked[operation.name] += 1
        unknown = set(query or ()) - operation.query
        if unknown:
            raise Refused(f"{operation.name}: unknown query {sorted(unknown)}")
        body = _unwrapped(body)
        if operation.schema is None or (body is None and not operation.required):
            if body is not None:
                raise Refused(f"{operation.name}: takes no body")
            return
        error = best_match(self._validator(operation).iter_errors(body))
        if error is not None:
            raise Refused(f"{operation.name}: {error.json_path}: {_short(error.message)}")
        for where, complaint in beyond_the_document(operation.name, body):
            raise Refused(f"{operation.name}: {where}: {complaint}")

    def match(self, method: str, path: str) -> Operation:
        path = path.partition("?")[0].removeprefix(PREFIX)
        for operation in self.operations.get((method.upper(), path.count("/")), ()):
            if operation.pattern.fullmatch(unquote(path)):
                return operation
        raise Refused(f"{method.upper()} {path}: Discord has no such route")

    def _validator(self, operation: Operation) -> Any:
        validator = self._validators.get(operation.name)
        if validator is None:
            schema = _Inliner(self.schemas).inline(operation.schema)
            validator = self._validators[operation.name] = _OneOf(schema)
        return validator


@cache
def _read(document: Path) -> Json:
    with gzip.open(document) as file:
        read: Json = json.load(file)
    lenient(read["components"]["schemas"])
    return read


def lenient(schemas: Json) -> None:
    """What discord.py 2.7.1 sends, Discord takes, and the document does not list."""
    # 1. Ids as numbers: `attachments[].id`, `allowed_mentions.users`, `message_reference.message_id`.
    schemas["SnowflakeType"] = {"anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]}
    # 2. `tts: false` with every edit.
    for name in (
        "MessageEditRequestPartial",
        "IncomingWebhookUpdateRequestPartial",
        "IncomingWebhookUpdateForInteractionCallbackRequestPartial",
    ):
        schemas[name]["properties"]["tts"] = {"const": False}
    # 3. An attachment that stays comes back with everything discord.py knows of it.
    kept: Json = dict.fromkeys(
        ("proxy_url", "size", "url", "spoiler", "height", "width", "content_type"), True
    )
    schemas["MessageAttachmentRequest"]["properties"].update(kept)
    # 4. A command's `nsfw`: in the public reference, missing here.
    for name in (
        "ApplicationCommandUpdateRequest",
        "ApplicationCommandCreateRequest",
        "ApplicationCommandPatchRequestPartial",
    ):
        schemas[name]["properties"]["nsfw"] = {"type": "boolean"}
    # 5. An embed's `flags`, which discord.py always writes.
    schemas["RichEmbed"]["properties"]["flags"] = {"type": "integer"}


def _short(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:120]} … {message[-160:]}"


def _unwrapped(body: Any) -> Any:
    """The JSON of a multipart body."""
    if isinstance(body, dict) and isinstance(body.get("payload_json"), str):  # pyright: ignore[reportUnknownMemberType]
        return json.loads(cast(Json, body)["payload_json"])
    return cast(Any, body)


# --- routes -----------------------------------------------------------------------------------------------------


def _operations(document: Json) -> dict[tuple[str, int], list[Operation]]:
    found: dict[tuple[str, int], list[Operation]] = {}
    for template, item in cast(dict[str, Json], document["paths"]).items():
        for method in METHODS:
            if method in item:
                operation = _operation(template, method, item)
                found.setdefault((operation.method, template.count("/")), []).append(operation)
    for operations in found.values():
        operations.sort(key=lambda operation: operation.literal, reverse=True)  # literal segments first
    return found


def _operation(template: str, method: str, item: Json) -> Operation:
    described: Json = item[method]
    parameters: list[Json] = [*item.get("parameters", ()), *described.get("parameters", ())]
    ids = {p["name"] for p in parameters if p["in"] == "path" and "SnowflakeType" in str(p.get("schema"))}
    body: Json = described.get("requestBody", {})
    # The JSON variant also for multipart: `payload_json` carries the same document.
    schema: Json | None = body.get("content", {}).get("application/json", {}).get("schema")
    segments = template.split("/")
    return Operation(
        name=described["operationId"],
        method=method.upper(),
        pattern=re.compile("/".join(_segment(segment, ids) for segment in segments)),
        literal=tuple(not segment.startswith("{") for segment in segments),
        schema=schema,
        required=bool(body.get("required")),
        query=frozenset(p["name"] for p in parameters if p["in"] == "query"),
    )


def _segment(segment: str, ids: set[str]) -> str:
    if not segment.startswith("{"):
        return re.escape(segment)
    return r"\d+" if segment[1:-1] in ids else "[^/]+"


# --- schemas ----------------------------------------------------------------------------------------------------


class _Inliner:
    """Replaces every local `$ref` by what it points at, and closes objects against keys they do not list."""

    def __init__(self, schemas: Json) -> None:
        self.schemas = schemas
        self.done: Json = {}

    def inline(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.inline(item) for item in cast(list[Any], node)]
        if not isinstance(node, dict):
            return node
        node = cast(Json, node)
        if "$ref" in node:
            return self._named(cast(str, node["$ref"]).rpartition("/")[2])
        return self._into({}, node)

    def _named(self, name: str) -> Json:
        if name not in self.done:
            target: Json = {}
            self.done[name] = target
            self._into(target, self.schemas[name])
        return self.done[name]

    def _into(self, target: Json, node: Json) -> Json:
        for key, value in node.items():
            if key == "properties":
                target[key] = {name: self.inline(schema) for name, schema in cast(Json, value).items()}
            else:
                target[key] = self.inline(value)
        if node.get("properties"):
            target.setdefault("additionalProperties", False)
        return target


def _one_of(validator: Any, branches: list[Json], instance: Any, schema: Json) -> Iterator[ValidationError]:
    """`oneOf` and `anyOf` both mean "one of". The branch is told by `type`: fast, and the error names the place."""
    if instance is None and any(branch.get("type") == "null" for branch in branches):
        return
    told = [branch for branch in branches if _told(branch, instance)]
    if len(told) == 1:
        yield from validator.descend(instance, told[0])
        return
    for branch in told:
        if validator.evolve(schema=branch).is_valid(instance):
            return
    yield ValidationError(f"{str(instance)[:200]} is none of {_titles(told or branches)}")


def _told(branch: Json, instance: Any) -> bool:
    if branch.get("type") == "null":
        return False
    if not isinstance(instance, dict):
        return True
    allowed = branch.get("properties", {}).get("type", {}).get("enum")
    return allowed is None or cast(Json, instance).get("type") in allowed


def _titles(branches: list[Json]) -> list[Any]:
    types = [branch.get("properties", {}).get("type", {}).get("enum") for branch in branches]
    return [
        kind or branch.get("const", branch.get("type", "?"))
        for branch, kind in zip(branches, types, strict=True)
    ]


best_match = cast(Callable[[Iterator[ValidationError]], ValidationError | None], _best_match)
_extend = cast(Callable[..., Any], extend)
_OneOf: Any = _extend(Draft202012Validator, {"oneOf": _one_of, "anyOf": _one_of})
