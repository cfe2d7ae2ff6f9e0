"""Honest JSON, made wrong in every way that a service has been seen to be wrong."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Iterator
from typing import Any, cast

WRONG: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    10**40,
    1e308,
    "",
    " \u200b\u202e ",
    "<script>",
    "../../etc",
    json.loads("[]"),
    json.loads("[[[]]]"),
    json.loads("{}"),
    json.loads('{"id": {"id": []}}'),
    "x" * 20_000,
    "\ud83d",
)
Path = tuple[str | int, ...]


def _fields(value: object) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _elements(value: object) -> list[Any] | None:
    return cast("list[Any]", value) if isinstance(value, list) else None


def leaves(value: object, at: Path = ()) -> Iterator[Path]:
    """The path of every value below the top, containers too."""
    if at:
        yield at
    for name, of in (_fields(value) or {}).items():
        yield from leaves(of, (*at, name))
    for place, of in enumerate(_elements(value) or []):
        yield from leaves(of, (*at, place))


def replaced(value: object, path: Path, wrong: object) -> object:
    """A copy with another value at the path."""
    whole: Any = copy.deepcopy(value)
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = wrong
    return whole


def all_wrong(value: object, wrong: object) -> object:
    """Every leaf replaced, the structure kept."""
    if (fields := _fields(value)) is not None:
        return {name: all_wrong(of, wrong) for name, of in fields.items()}
    if (elements := _elements(value)) is not None:
        return [all_wrong(of, wrong) for of in elements]
    return wrong


def retitled(value: object, names: frozenset[str], text: str) -> object:
    """Every field of these names replaced by a text."""
    if (fields := _fields(value)) is not None:
        return {
            name: text if name in names and isinstance(of, str) else retitled(of, names, text)
            for name, of in fields.items()
        }
    if (elements := _elements(value)) is not None:
        return [retitled(of, names, text) for of in elements]
    return value


def multiplied(value: object, times: int, *, renumber: bool) -> object:
    """Every outermost list with its first element ``times`` over, with ids of their own or all the same."""
    if (fields := _fields(value)) is not None:
        return {name: multiplied(of, times, renumber=renumber) for name, of in fields.items()}
    if elements := _elements(value):
        return [_renumbered(elements[0], n) if renumber else elements[0] for n in range(1, times + 1)]
    return value


def _renumbered(value: object, number: int) -> object:
    changed = _fields(value)
    if changed is None:
        return value
    changed = {**changed}
    for name in ("id", "trackId", "collectionId", "recording_mbid", "artist_mbid", "release_group_mbid"):
        if isinstance(changed.get(name), int):
            changed[name] = number
        elif isinstance(changed.get(name), str):
            changed[name] = str(uuid.UUID(int=number))
    return changed
