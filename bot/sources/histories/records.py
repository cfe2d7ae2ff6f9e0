"""Records of a JSON file one at a time, with the wanted fields only: what is not wanted is never held anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import ijson  # pyright: ignore[reportMissingTypeStubs]

from bot.sources.histories.flow import CHUNK, Broken, Flow

Record = dict[str, Any]
"""Wanted fields: their path with dots → a string, number or truth value. Null fields are absent."""

DEEPEST = 32

# Keys above an array of records: none at the top of a document, and those of ListenBrainz' listens API.
_PLACES = {(), ("payload", "listens")}
_SCALARS = frozenset({"string", "number", "boolean"})


def document_records(flow: Flow, wanted: frozenset[str]) -> Iterator[Record]:
    """The records of one JSON document, parsed as it comes in.

    Raises:
        Broken: the document breaks off or is not JSON from somewhere on; all records before that were yielded.
    """
    events: Any = ijson.basic_parse(flow, use_float=True, buf_size=CHUNK)
    invalid = False
    try:
        yield from _gathered(events, flow, wanted)
    except ijson.JSONError:
        # Left behind, not chained: the parser's error quotes the file.
        invalid = True
    if invalid:
        raise Broken("it breaks off or is not valid JSON from there on")


def _gathered(events: Iterator[tuple[str, Any]], flow: Flow, wanted: frozenset[str]) -> Iterator[Record]:
    keys: list[str] = []  # of the objects that are open, outermost first
    arrays = base = inside = 0
    record: Record | None = None
    flat = False  # whether what comes is of the record itself, and of nothing within it
    for event, value in events:
        if event == "map_key":
            keys[-1] = value
        elif event in _SCALARS:
            if record is not None and arrays == inside:
                path = keys[-1] if flat else ".".join(keys[base:])
                if path in wanted:
                    record[path] = value
        elif event == "start_map":
            _check(len(keys) + arrays)
            flat = record is None and bool(arrays) and tuple(keys) in _PLACES
            if flat:
                record, base, inside = {}, len(keys), arrays
            keys.append("")
        elif event == "end_map":
            keys.pop()
            flat = len(keys) == base + 1
            if record is not None and len(keys) == base:
                flow.mark()
                yield record
                record = None
        elif event == "start_array":
            _check(len(keys) + arrays)
            arrays += 1
        elif event == "end_array":
            arrays -= 1


def _check(depth: int) -> None:
    """Let something open within so many others."""
    if depth >= DEEPEST:
        raise Broken("it is nested too deeply to be a history")


def line_records(flow: Flow, wanted: frozenset[str]) -> Iterator[Record | None]:
    """The records of a file with one JSON object a line; None for a line that is none."""
    paths = {path: path.split(".") for path in wanted}
    rest = b""
    while chunk := flow.read(CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            flow.mark()
            if line.strip():
                yield _of_line(line, paths)
    if rest.strip():
        yield _of_line(rest, paths)


def _of_line(line: bytes, paths: dict[str, list[str]]) -> Record | None:
    whole = parsed_object(line)
    return None if whole is None else _flattened(whole, paths)


def object_record(whole: dict[str, Any], wanted: frozenset[str]) -> Record:
    """The record of a JSON object that was parsed elsewhere."""
    return _flattened(whole, {path: path.split(".") for path in wanted})


def _flattened(whole: dict[str, Any], paths: dict[str, list[str]]) -> Record:
    found = ((path, _at(whole, keys)) for path, keys in paths.items())
    return {path: value for path, value in found if isinstance(value, str | int | float)}


def parsed_object(line: bytes) -> dict[str, Any] | None:
    """The JSON object of a line, or None; the error of the parser is left behind, as it holds the whole line."""
    try:
        whole: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", whole) if isinstance(whole, dict) else None


def _at(whole: dict[str, Any], keys: list[str]) -> object:
    value: object = whole
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = cast("dict[str, object]", value).get(key)
    return value
