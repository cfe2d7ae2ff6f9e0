"""Every command beside a bare bot: none is forgotten, and the worst comes first."""

import pytest

from benchmarks.asked import WAYS, Way
from benchmarks.commands import check, leaves, rows
from tests.wire.world import Json

GROUP: Json = {
    "name": "taste",
    "options": [
        {"name": "show", "type": 1, "options": [{"name": "member", "type": 6}]},
        {"name": "import", "type": 2, "options": [{"name": "history", "type": 1}]},
    ],
}


def test_groups_are_no_commands_and_what_is_below_them_is() -> None:
    plain: Json = {"name": "like", "options": [{"name": "song", "type": 3}]}
    menu: Json = {"name": "Like this song", "type": 3}
    assert leaves([GROUP, plain, menu]) == {"taste show", "taste import history", "like", "Like this song"}


def test_a_new_command_and_one_that_is_gone_are_errors() -> None:
    check({"like"}, {"like"})
    with pytest.raises(LookupError, match="for \\['skip'\\]"):
        check({"like", "skip"}, {"like"})
    with pytest.raises(LookupError, match="asks for \\['skip'\\]"):
        check({"like"}, {"like", "skip"})


def test_each_way_has_a_name_of_its_own() -> None:
    assert len({way.name for way in WAYS}) == len(WAYS)


def test_the_worst_comes_first_and_is_compared_with_the_bare_bot() -> None:
    fast, slow = (Way(name, name, WAYS[0].ask) for name in ("fast", "slow"))
    found = rows([(fast, [0.01] * 4, ""), (slow, [0.2] * 4, "said")], bare=[0.01] * 4)
    assert [row.way.name for row in found] == ["slow", "fast"]
    assert [round(row.high_ratio, 3) for row in found] == [20.0, 1.0]
    assert [row.holds for row in found] == [False, True]
