"""Members' links: where they are answered, how often, and what of them is kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.errors import OwnSong
from bot.sources.links import Link, read_link
from bot.store.records import ChannelId, MemberId, PostKind, ServerId, Verb
from bot.usecases.bringing import A_MINUTE, MINUTE, MOST_RESTING, REST, ShownLink
from tests.conftest import settings

HERE, MUSIC, TALK = ServerId(1), ChannelId(2), ChannelId(3)
ALICE, BOB = MemberId(11), MemberId(22)
VIDEO = "https://www.youtube.com/watch?v=u7K72X4eo_s"


@dataclass
class Desk:
    app: App
    time: list[float]


@pytest.fixture
async def desk(database: Path) -> AsyncGenerator[Desk]:
    time = [1_790_000_000.0]
    async with open_app(settings(database), now=lambda: time[0], seed=1) as app:
        yield Desk(app, time)


def link(text: str) -> Link:
    found = read_link(text)
    assert found is not None
    return found


async def test_a_members_next_links_rest_in_that_channel(desk: Desk) -> None:
    turn = desk.app.bringing.turn
    assert turn(MUSIC, ALICE)
    assert not turn(MUSIC, ALICE)
    assert turn(TALK, ALICE)
    assert turn(MUSIC, BOB)
    desk.time[0] += REST
    assert turn(MUSIC, ALICE)


async def test_many_members_do_not_flood_a_channel(desk: Desk) -> None:
    turn = desk.app.bringing.turn
    answered = [turn(MUSIC, MemberId(number)) for number in range(100)]
    assert sum(answered) == A_MINUTE
    assert turn(TALK, ALICE)
    desk.time[0] += MINUTE
    assert turn(MUSIC, MemberId(99))


async def test_resting_members_are_forgotten_in_time(desk: Desk) -> None:
    turn = desk.app.bringing.turn
    for number in range(MOST_RESTING + 50):
        assert turn(ChannelId(number), ALICE)
    # Forgetting those whose time is over leaves the others at rest.
    assert not turn(ChannelId(MOST_RESTING + 49), ALICE)
    desk.time[0] += REST
    assert turn(ChannelId(MOST_RESTING + 49), ALICE)


async def test_channels_are_remembered(desk: Desk, database: Path) -> None:
    bringing = desk.app.bringing
    for _ in range(2):
        await bringing.listen(HERE, MUSIC)
    await bringing.listen(HERE, TALK)
    assert await bringing.stop(HERE, TALK)
    assert not await bringing.stop(HERE, TALK)
    async with open_app(settings(database), seed=1) as later:
        assert later.bringing.channels(HERE) == [MUSIC]
        assert later.bringing.listens(HERE, MUSIC)
        assert not later.bringing.listens(ServerId(9), MUSIC)


async def test_a_link_becomes_a_post_of_its_song(desk: Desk) -> None:
    shown = ShownLink(link(VIDEO), "Massive Attack - Teardrop")
    post = await desk.app.bringing.bring(server=HERE, channel=MUSIC, member=ALICE, links=[shown])
    assert post is not None
    assert (post.kind, post.member, post.channel) == (PostKind.FOUND, ALICE, MUSIC)
    song = desk.app.library.songs[post.slots[0].song]
    assert song.title == "Teardrop"
    with pytest.raises(OwnSong):
        await desk.app.feedback.tap(server=HERE, member=ALICE, post=post, slot=1, verb=Verb.LIKE, cause="1")
    liked = await desk.app.feedback.tap(server=HERE, member=BOB, post=post, slot=1, verb=Verb.LIKE, cause="2")
    assert liked.counts.likes == 1
    assert not await desk.app.store.posts.shown(0.0), "nobody chose it, so it is no impression"
    await desk.app.picker.withdraw(post.id)
    assert await desk.app.picker.post(post.id) is None


async def test_what_leads_nowhere_is_passed_over(desk: Desk) -> None:
    unknown = ShownLink(link(VIDEO))
    named = ShownLink(link("https://youtu.be/dQw4w9WgXcQ"), "Massive Attack - Teardrop")
    bring = desk.app.bringing.bring
    assert await bring(server=HERE, channel=MUSIC, member=ALICE, links=[unknown]) is None
    assert await bring(server=HERE, channel=MUSIC, member=ALICE, links=[]) is None
    assert await bring(server=HERE, channel=MUSIC, member=ALICE, links=[unknown, named]) is not None
    assert await bring(server=HERE, channel=MUSIC, member=ALICE, links=[unknown] * 3 + [named]) is None
    assert len(await desk.app.bringing.songs([named, unknown, named])) == 1
