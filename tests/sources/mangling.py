"""Honest JSON, made wrong in every way that a service has been seen to be wrong."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from typing import Any

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
    [],
    [[[]]],
    {},
    {"id": {"id": []}},
    "x" * 20_000,
    "\ud83d",
)
Path = tuple[str | int, ...]


def leaves(value: Any, at: Path = ()) -> Iterator[Path]:
    """The path of every value below the top, containers too."""
    if at:
        yield at
    if isinstance(value, dict):
        for name in value:  # pyright: ignore[reportUnknownVariableType]
            yield from leaves(value[name], (*at, name))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        for place, each in enumerate(value):  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
            yield from leaves(each, (*at, place))


def replaced(value: Any, path: Path, wrong: object) -> Any:
    """A copy with another value at the path."""
    whole = copy.deepcopy(value)
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = wrong
    return whole


def all_wrong(value: Any, wrong: object) -> Any:
    """Every leaf replaced, the structure kept."""
    if isinstance(value, dict):
        return {name: all_wrong(of, wrong) for name, of in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [all_wrong(each, wrong) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return wrong


def retitled(value: Any, names: frozenset[str], text: str) -> Any:
    """Every field of these names replaced by a text."""
    if isinstance(value, dict):
        return {
            name: text if name in names and isinstance(of, str) else retitled(of, names, text)
            for name, of in value.items()  # pyright: ignore[reportUnknownVariableType]
        }
    if isinstance(value, list):
        return [retitled(each, names, text) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def multiplied(value: Any, times: int, *, renumber: bool) -> Any:
    """Every outermost list with its elements ``times`` over, with ids of their own or all the same."""
    if isinstance(value, dict):
        return {name: multiplied(of, times, renumber=renumber) for name, of in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list) and value:
        return [_renumbered(value[0], n) if renumber else value[0] for n in range(1, times + 1)]  # pyright: ignore[reportUnknownVariableType]
    return value


def _renumbered(value: Any, number: int) -> Any:
    if not isinstance(value, dict):
        return value
    changed: dict[str, Any] = {**value}
    for name in ("id", "trackId", "collectionId"):
        if isinstance(changed.get(name), int):
            changed[name] = number
        elif isinstance(changed.get(name), str):
            changed[name] = str(uuid.UUID(int=number))
    return changed
