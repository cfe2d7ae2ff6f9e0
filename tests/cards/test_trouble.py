"""What members are told when something goes wrong: every error has one sentence, from one file."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from bot import errors
from bot.cards.trouble import accounts, cards, claims, from_discord, lists, members, servers, songs, trouble
from bot.errors import SegueError

FILES = (accounts, cards, claims, from_discord, lists, members, servers, songs)
# What the operator meets in a terminal, and what only another sentence is made from.
UNTOLD = {"WrongSetting", "WrongModel", "UnknownSwitch", "CatalogError", "DiscoveryDone"}
# Arguments that are no free text, by name.
GIVEN: dict[str, object] = {
    "what": "links",
    "kind": "podcast",
    "service": "spotify",
    "suggestions": ("near",),
    "others": ("lastfm",),
    "down": ("Deezer",),
    "channels": (3,),
    "missing": ("send_messages",),
}


def made(kind: type[SegueError]) -> SegueError:
    """An error as it may be raised."""
    required: list[object] = []
    named: dict[str, object] = {}
    for each in list(inspect.signature(kind.__init__).parameters.values())[1:]:
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
            continue
        value = GIVEN.get(
            each.name,
            True if "bool" in str(each.annotation) else 3 if "int" in str(each.annotation) else "word",
        )
        if each.kind is each.KEYWORD_ONLY:
            named[each.name] = value
        else:
            required.append(value)
    return kind(*required, **named)


def mention(command: str) -> str:
    """A command as members may press it."""
    return f"/{command}"


def everything() -> Iterator[type[SegueError]]:
    """Every error of Segue's own that a member may meet."""
    for kind in vars(errors).values():
        if not (inspect.isclass(kind) and issubclass(kind, SegueError)):
            continue
        if kind is not SegueError and kind.__name__ not in UNTOLD:
            yield kind


@pytest.mark.parametrize("kind", list(everything()), ids=lambda kind: kind.__name__)
def test_every_error_is_told_by_one_file_in_a_members_words(kind: type[SegueError]) -> None:
    error = made(kind)
    sentence, error_id = trouble(error, command=mention)
    assert error_id is None
    assert "{" not in sentence
    assert [file.told(error, mention) for file in FILES].count(None) == len(FILES) - 1


def test_what_nobody_expected_gets_an_id_and_nothing_of_itself() -> None:
    sentence, error_id = trouble(ZeroDivisionError("secret"), command=mention)
    assert error_id is not None
    assert error_id in sentence
    assert "secret" not in sentence
