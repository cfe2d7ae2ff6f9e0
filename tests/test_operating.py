"""`switch`, `model` and `report`, as an operator runs them."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import pytest

from bot.store import Store
from bot.usecases.switches import COMMAND_NAMES
from tests.test_cli import Terminal, terminal

__all__ = ["terminal"]

SONGS = "title,artist,year,genres,moods,country\nAlpha,Somebody,1998,pop,,GB\nBravo,Somebody,1999,pop,,GB\n"


@pytest.fixture
def filled(terminal: Terminal, tmp_path: Path) -> Terminal:
    (tmp_path / "songs.csv").write_text(SONGS)
    assert terminal.run("catalog", "import", "songs.csv")[0] == 0
    return terminal


async def _ran(database: Path) -> None:
    """What a bot that has run leaves behind."""
    async with Store(f"sqlite+aiosqlite:///{database}") as store:
        await store.meta.set(COMMAND_NAMES, '["radio", "radio play"]')


def words(said: tuple[int, str, str]) -> str:
    """What a command that went well said, in one line."""
    code, told, wrong = said
    assert code == 0, wrong
    return " ".join(told.split())


def refused(said: tuple[int, str, str]) -> str:
    """The one line of a command that was wrong."""
    code, _, wrong = said
    assert code == 2
    return " ".join(wrong.split())


def test_switches_are_listed_and_switched(filled: Terminal) -> None:
    assert "Everything is on" in words(filled.run("switch", "list"))
    assert "source:deezer is off" in words(filled.run("switch", "off", "source:Deezer"))
    assert "was off already" in words(filled.run("switch", "off", "source:deezer"))
    assert "model:ease is off" in words(filled.run("switch", "off", "model:ease"))
    listed = words(filled.run("switch", "list"))
    assert "source:deezer" in listed
    assert "model:ease" in listed
    assert "source:deezer is on" in words(filled.run("switch", "on", "source:deezer"))
    assert "was on already" in words(filled.run("switch", "on", "source:deezer"))
    assert "source:deezer" not in words(filled.run("switch", "list"))


def test_what_there_is_not_lists_what_there_is(filled: Terminal, tmp_path: Path) -> None:
    assert "command:NAME, source:NAME, server:ID or model:NAME" in refused(filled.run("switch", "off", "tea"))
    assert "deezer, musicbrainz" in refused(filled.run("switch", "off", "source:napster"))
    assert "popularity, content, ease" in refused(filled.run("switch", "on", "model:brain"))
    assert "once the bot has run" in refused(filled.run("switch", "off", "command:radio"))
    assert "There is no server “5”" in refused(filled.run("switch", "off", "server:5"))
    asyncio.run(_ran(tmp_path / "data" / "segue.db"))
    assert "There are: radio, radio play." in refused(filled.run("switch", "off", "command:tea"))
    assert "command:radio play is off" in words(filled.run("switch", "off", "command:/radio play"))


def test_models_are_listed_used_and_left(filled: Terminal) -> None:
    assert "no model on disk yet" in words(filled.run("model", "list"))
    assert "There is no model 1 on disk; there are: none" in refused(filled.run("model", "use", "1"))
    assert filled.run("train")[0] == 0
    assert filled.run("train")[0] == 0
    assert "serves" in words(filled.run("model", "list")).partition(" 1 ")[0]
    assert "Model 1 serves" in words(filled.run("model", "use", "1"))
    assert "serves, as chosen" in words(filled.run("model", "list"))
    assert "model 1 was chosen" in words(filled.run("switch", "list"))
    assert "chosen already" in words(filled.run("model", "use", "1"))
    assert "no version" in refused(filled.run("model", "use", "last"))
    assert "The newest model serves" in words(filled.run("model", "use", "newest"))
    assert "Model 1 serves" in words(filled.run("model", "use", "1"))
    (Path("songs.csv")).write_text(SONGS + "Delta,Somebody,2001,pop,,GB\n")
    assert filled.run("catalog", "import", "songs.csv")[0] == 0
    assert "another catalogue" in refused(filled.run("model", "use", "1"))
    assert filled.run("train")[0] == 0
    # What was chosen fits no more: the newest serves, and the list says both.
    listed = words(filled.run("model", "list"))
    assert "chosen, but was fitted on another catalogue" in listed
    assert listed.count("serves") == 1
    assert "The newest model serves" in words(filled.run("model", "use", "newest"))


def test_a_report_of_nothing_and_where_it_goes(filled: Terminal, tmp_path: Path) -> None:
    told = words(filled.run("report", "--csv", "report.csv", "--weeks", "2"))
    assert told.startswith("2 weeks from")
    assert "0 songs shown in 0 servers" in told
    assert "0 of 2 songs" in told
    rows = list(csv.DictReader((tmp_path / "report.csv").read_text().splitlines()))
    assert [row["by"] for row in rows] == ["all", "week", "week", "songs", "catalogue", "little_known"]
    assert "cannot be written" in refused(filled.run("report", "--csv", "no/such/folder.csv"))
    assert filled.run("report", "--weeks", "0")[0] == 2
