"""Settings by name: two at once, what never was, and what survives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.errors import DiscoveryNotSet, StaleChoice
from bot.store import Store
from bot.store.arranged import DEFAULTS, PAGES, Proposal
from bot.store.records import ChannelId, MemberId, Part, ServerId
from bot.usecases.arranging import FIELDS, Arranging
from bot.usecases.choices import Choices
from bot.usecases.weekly import CATCH_UP

HERE, THERE = ServerId(1), ServerId(2)
ADA, BOB = MemberId(10), MemberId(11)
PLACE = Proposal(ChannelId(5), 4, 18, "europe/berlin")
DAY = 24 * 3600.0


class Clock:
    """Turned by hand."""

    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def arranging(store: Store, clock: Clock) -> Arranging:
    choices = Choices(store, clock)
    await choices.load()
    return Arranging(store, choices, clock)


def test_every_setting_is_on_one_page_and_can_be_read() -> None:
    on_pages = [setting for settings in PAGES.values() for setting in settings]
    assert sorted(on_pages) == sorted(FIELDS)
    assert set(FIELDS) - set(DEFAULTS) == {"discovery.channel", "discovery.timezone"}


async def test_two_admins_at_once_each_keep_what_they_changed(arranging: Arranging) -> None:
    await arranging.place(HERE, ADA, PLACE)
    changes = await asyncio.gather(
        arranging.change(HERE, ADA, "discovery.count", ["20"]),
        arranging.change(HERE, BOB, "discovery.dial", ["familiar"]),
        arranging.change(HERE, ADA, "length", ["7"]),
        arranging.change(HERE, BOB, "dial", ["adventurous"]),
        arranging.change(HERE, ADA, "presence", ["off"]),
        arranging.change(HERE, BOB, "channels", ["7", "8"]),
    )
    assert all(len(each) == 1 for each in changes)
    arranged = await arranging.of(HERE)
    assert arranged.discovery is not None
    assert (arranged.discovery.count, arranged.discovery.dial) == (20, "familiar")
    chosen = arranged.chosen
    assert (chosen.length, chosen.dial, chosen.presence, chosen.channels) == (7, "adventurous", False, (7, 8))
    assert len(await arranging.log(HERE, 50)) == 4 + len(changes)


async def test_the_last_write_of_one_field_wins_and_both_are_logged(arranging: Arranging) -> None:
    for by, length in ((ADA, "6"), (BOB, "9")):
        await arranging.change(HERE, by, "length", [length])
    assert (await arranging.of(HERE)).chosen.length == 9
    assert [(each.member, each.before, each.after) for each in await arranging.log(HERE, 9)] == [
        (BOB, 6, 9),
        (ADA, 4, 6),
    ]
    assert await arranging.log(THERE, 9) == []


async def test_what_is_no_choice_is_refused_and_nothing_changes(arranging: Arranging) -> None:
    await arranging.place(HERE, ADA, PLACE)
    before = await arranging.of(HERE)
    for setting, values in (
        ("nothing", ["1"]),
        ("length", ["0"]),
        ("length", ["13"]),
        ("length", ["1", "2"]),
        ("length", ["-1"]),
        ("dial", [""]),
        ("little_known", ["7"]),
        ("retention_days", ["1"]),
        ("language", ["tlh"]),
        ("presence", ["perhaps"]),
        ("channels", ["here"]),
        ("discovery.count", ["4"]),
        ("discovery.count", ["31"]),
        ("discovery.weekday", ["7"]),
        ("discovery.hour", ["24"]),
        ("discovery.timezone", ["Europe/Entenhausen"]),
        ("discovery.parts", ["all", "all"]),
        ("discovery.paused_until", ["3"]),
    ):
        with pytest.raises(StaleChoice):
            await arranging.change(HERE, ADA, setting, values)
    assert await arranging.of(HERE) == before


async def test_what_belongs_to_a_weekly_post_needs_one(arranging: Arranging) -> None:
    with pytest.raises(DiscoveryNotSet):
        await arranging.change(HERE, ADA, "discovery.count", ["20"])
    with pytest.raises(DiscoveryNotSet):
        await arranging.place(HERE, ADA, Proposal(None))
    assert await arranging.log(HERE, 9) == []


async def test_all_parts_are_none_said_and_the_order_is_the_posts(arranging: Arranging) -> None:
    await arranging.place(HERE, ADA, PLACE)
    await arranging.change(HERE, ADA, "discovery.parts", [Part.FINDS.value, Part.ALL.value])
    arranged = await arranging.of(HERE)
    assert arranged.discovery is not None
    assert arranged.discovery.parts == (Part.ALL, Part.FINDS)
    await arranging.change(HERE, ADA, "discovery.parts", [part.value for part in reversed(Part)])
    assert (await arranging.of(HERE)).value("discovery.parts") == []


async def test_another_hour_catches_up_with_what_has_just_passed_and_no_further(
    arranging: Arranging, clock: Clock
) -> None:
    first = await arranging.place(HERE, ADA, PLACE)
    assert first.timezone == "Europe/Berlin"
    clock.now += 30 * DAY
    await arranging.change(HERE, ADA, "discovery.dial", ["familiar"])
    arranged = await arranging.of(HERE)
    assert arranged.discovery is not None
    assert arranged.discovery.since == first.since
    moved = await arranging.place(HERE, ADA, Proposal(ChannelId(6), 1, 9, "Asia/Tokyo"))
    assert moved.since == clock.now - CATCH_UP.total_seconds()
    assert moved.dial == "familiar"


async def test_back_to_defaults_is_one_change_a_setting_and_leaves_other_pages(arranging: Arranging) -> None:
    await arranging.place(HERE, ADA, PLACE)
    for setting, value in (("discovery.count", "20"), ("discovery.hour", "3"), ("dial", "familiar")):
        await arranging.change(HERE, ADA, setting, [value])
    changes = await arranging.reset(HERE, BOB, PAGES["what"])
    assert [(each.setting, each.after) for each in changes] == [("discovery.count", 10)]
    assert (await arranging.of(HERE)).value("discovery.hour") == 3
    assert (await arranging.of(HERE)).chosen.dial == "familiar"
