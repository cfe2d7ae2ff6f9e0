"""What Discord refuses although its document allows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

COMPONENTS_V2 = 1 << 15
CONTENT = 2000
COMPONENTS = 40
TEXT = 4000
CUSTOM_ID = 100
CHOICES = 25
LABEL = 80
EMBEDS = 6000

ROW, BUTTON, SELECTS = 1, 2, {3, 5, 6, 7, 8}
V2_ONLY = {9, 10, 11, 12, 13, 14, 17}
LINK, PREMIUM = 5, 6

CREATES = {"create_message", "execute_webhook"}
EDITS = {"update_message", "update_webhook_message", "update_original_webhook_message"}
COMMANDS = {"bulk_set_application_commands", "bulk_set_guild_application_commands"}

FILLS = ("content", "embeds", "components", "attachments", "poll", "sticker_ids")

Json = dict[str, Any]
Complaints = Iterator[tuple[str, str]]


def beyond_the_document(operation: str, body: Any) -> Complaints:
    if operation in CREATES:
        yield from _message(body, "$", new=True)
    elif operation in EDITS:
        yield from _message(body, "$", new=False)
    elif operation == "create_interaction_response":
        yield from _callback(body)
    elif operation in COMMANDS:
        yield from _commands(body or [])


def listed(node: Json, key: str) -> list[Json]:
    """A list that may be missing or null."""
    found: list[Json] | None = node.get(key)
    return found or []


def walk(components: list[Json], where: str) -> Iterator[tuple[str, Json]]:
    """Every component with its place, an accessory included."""
    for index, component in enumerate(components):
        here = f"{where}[{index}]"
        yield here, component
        yield from walk(listed(component, "components"), f"{here}.components")
        if component.get("accessory"):
            yield f"{here}.accessory", component["accessory"]


def _callback(body: Json) -> Complaints:
    data: Json = body["data"] if body.get("data") else {}
    if body["type"] == 4 or (body["type"] == 7 and data):
        yield from _message(data, "$.data", new=body["type"] == 4)
    elif body["type"] == 8:
        choices = listed(data, "choices")
        if len(choices) > CHOICES:
            yield "$.data.choices", f"{len(choices)} choices, {CHOICES} at most"
        for index, choice in enumerate(choices):
            if not 1 <= len(choice["name"]) <= 100:
                yield f"$.data.choices[{index}].name", f"{len(choice['name'])} characters, 1 to 100"
            if isinstance(choice["value"], str) and not 1 <= len(choice["value"]) <= 100:
                yield f"$.data.choices[{index}].value", f"{len(choice['value'])} characters, 1 to 100"


def _message(body: Json, where: str, *, new: bool) -> Complaints:
    components = listed(body, "components")
    placed = list(walk(components, f"{where}.components"))
    flagged = bool((body.get("flags") or 0) & COMPONENTS_V2)
    v2_only = [place for place, component in placed if component["type"] in V2_ONLY]
    if len(body.get("content") or "") > CONTENT:
        yield f"{where}.content", f"over {CONTENT} characters"
    if new and v2_only and not flagged:
        yield v2_only[0], "needs the Components V2 flag"
    if flagged or v2_only:
        yield from _cards(body, placed, where)
    elif len(components) > 5:
        yield f"{where}.components", "more than 5 rows"
    if new and not any(body.get(key) for key in FILLS):
        yield where, "an empty message"
    yield from _embeds(listed(body, "embeds"), where)
    yield from _controls(placed, f"{where}.components")
    if new:
        yield from _files(body, placed)


def _cards(body: Json, placed: list[tuple[str, Json]], where: str) -> Complaints:
    if len(placed) > COMPONENTS:
        yield f"{where}.components", f"{len(placed)} components, {COMPONENTS} at most"
    text = sum(len(component.get("content") or "") for _, component in placed if component["type"] == 10)
    if text > TEXT:
        yield f"{where}.components", f"{text} characters of text, {TEXT} at most"
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(key):
            yield f"{where}.{key}", "not beside Components V2"
    numbers = Counter(component["id"] for _, component in placed if component.get("id"))
    for number, times in numbers.items():
        if times > 1:
            yield f"{where}.components", f"component id {number} twice"


def _embeds(embeds: list[Json], where: str) -> Complaints:
    def size(embed: Json) -> int:
        named = [embed.get("title"), embed.get("description"), embed.get("footer", {}).get("text")]
        named.append(embed.get("author", {}).get("name"))
        for field in listed(embed, "fields"):
            named += [field.get("name"), field.get("value")]
        return sum(len(part or "") for part in named)

    if sum(size(embed) for embed in embeds) > EMBEDS:
        yield f"{where}.embeds", f"over {EMBEDS} characters together"


def _controls(placed: list[tuple[str, Json]], where: str) -> Complaints:
    for place, component in placed:
        if component["type"] == ROW:
            kinds = [child["type"] for child in component["components"]]
            if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
                yield place, "a select shares its row"
        elif component["type"] == BUTTON:
            yield from _button(component, place)
        elif component["type"] in SELECTS:
            values = Counter(option["value"] for option in listed(component, "options"))
            if any(times > 1 for times in values.values()):
                yield f"{place}.options", "a value twice"
        if len(component.get("custom_id") or "") > CUSTOM_ID:
            yield f"{place}.custom_id", f"over {CUSTOM_ID} characters"
    ids = Counter(component["custom_id"] for _, component in placed if component.get("custom_id"))
    for custom_id, times in ids.items():
        if times > 1:
            yield where, f"custom_id {custom_id!r} twice"


def _button(button: Json, place: str) -> Complaints:
    if len(button.get("label") or "") > LABEL:
        yield f"{place}.label", f"over {LABEL} characters"
    if button["style"] == PREMIUM:
        return
    if not button.get("label") and not button.get("emoji"):
        yield place, "neither label nor emoji"
    wanted, other = ("url", "custom_id") if button["style"] == LINK else ("custom_id", "url")
    if not button.get(wanted):
        yield place, f"needs {wanted}"
    if button.get(other):
        yield f"{place}.{other}", "not on this style"


def _files(body: Json, placed: list[tuple[str, Json]]) -> Complaints:
    """An `attachment://name` that no file of this request has."""
    names = {attachment.get("filename") for attachment in listed(body, "attachments")}
    for place, component in placed:
        for url in media_urls(component):
            if url.startswith("attachment://") and url.removeprefix("attachment://") not in names:
                yield place, f"{url} is not attached"


def media_urls(component: Json) -> list[str]:
    media: list[Json | None] = [component.get("media"), component.get("file")]
    media += [item.get("media") for item in listed(component, "items")]
    return [item["url"] for item in media if item]


def _commands(commands: list[Json]) -> Complaints:
    names = Counter((command.get("type") or 1, command["name"]) for command in commands)
    for (_, name), times in names.items():
        if times > 1:
            yield "$", f"command {name!r} twice"
    for index, command in enumerate(commands):
        here = f"$[{index}]"
        if (command.get("type") or 1) == 1:
            if not command.get("description"):
                yield f"{here}.description", "missing"
            yield from _slash(command, here)
        elif command.get("description"):
            yield f"{here}.description", "not on a context menu"
        if _letters(command) > 8000:
            yield here, "over 8,000 characters together"


def _slash(command: Json, here: str) -> Complaints:
    name = command["name"]
    if name != name.lower() or " " in name:
        yield f"{here}.name", f"{name!r}: lower case, without spaces"
    optional = False
    for index, option in enumerate(listed(command, "options")):
        place = f"{here}.options[{index}]"
        if option.get("required") and optional:
            yield place, "required after optional"
        optional = optional or not option.get("required")
        if option.get("autocomplete") and option.get("choices"):
            yield place, "both autocomplete and choices"
        yield from _slash(option, place)


def _letters(command: Json) -> int:
    own = len(command["name"]) + len(command.get("description") or "")
    own += sum(len(choice["name"]) + len(str(choice["value"])) for choice in listed(command, "choices"))
    return own + sum(_letters(option) for option in listed(command, "options"))
