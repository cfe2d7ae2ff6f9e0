"""Every column of every table has an owner, and docs/privacy.md says the same as the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Table

from bot.store.ownership import BY_TABLE, CHILDREN_FIRST, HOLDINGS, Fate, Holding, Stay
from bot.store.schema import metadata

DOCS = Path(__file__).parents[2] / "docs" / "privacy.md"
GOES = {
    Fate.ROW: "deleted",
    Fate.NAME: "your name taken out",
    Fate.SHARED: "deleted, or your name taken out where others took part",
}
TABLES = list(metadata.tables.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_somebodys(table: Table) -> None:
    assert table.name in BY_TABLE, f"say in bot/store/ownership.py whose the rows of {table.name} are"
    named = BY_TABLE[table.name].columns
    assert sorted(named) == sorted(column.name for column in table.c)


def test_nothing_is_named_that_is_not_there() -> None:
    assert {each.table.name for each in HOLDINGS} == set(metadata.tables)
    assert len(CHILDREN_FIRST) == len(HOLDINGS)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_looks_like_a_member_or_a_server_is_one(table: Table) -> None:
    """A column that is called so, or is wide enough for an id of Discord's, cannot be passed off as something plain."""
    holding = BY_TABLE[table.name]
    for column in table.c:
        # Whoever makes a weekly post is a process.
        if re.search(r"member|made_by|settled_by|user|author|owner", column.name) and column.name != "owner":
            assert column.name in holding.member, column
        if column.name == "server_id":
            assert holding.server == "server_id", column
        plain = column.name in holding.plain and not (column.foreign_keys or column.name == "id")
        if type(column.type) is BigInteger and plain:
            assert re.fullmatch(r"(channel|message|post)_id|winner", column.name), column


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.table.name)
def test_a_name_that_is_taken_out_may_be_missing(holding: Holding) -> None:
    for column, fate in holding.member.items():
        if fate is not Fate.ROW:
            assert holding.table.c[column].nullable


def rows_of_docs() -> dict[str, list[str]]:
    """The lines of the tables in docs/privacy.md, by the table that they speak of."""
    lines = re.findall(r"^\| `(\w+)` \|(.+)\|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split(" | ")] for name, rest in lines}


def test_the_docs_speak_of_every_table() -> None:
    assert set(rows_of_docs()) == set(metadata.tables)


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.table.name)
def test_the_docs_say_what_becomes_of_it(holding: Holding) -> None:
    what, goes, server = rows_of_docs()[holding.table.name]
    assert len(what) > 20
    said = [GOES[fate] for fate in dict.fromkeys(holding.member.values())]
    if holding.table.name == "slots":
        said = ["with its card"]
    assert goes == (" / ".join(said) or "nothing of you in it")
    if holding.server is None and holding.parent is None and not holding.member:
        assert server == "stays"
    elif holding.stay is Stay.LEFT:
        assert server == "when Segue has left"
    else:
        assert server == ("when Segue has left" if holding.table.name == "servers" else "with a reset")
