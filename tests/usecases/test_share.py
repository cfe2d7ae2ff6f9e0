"""Little-known artists: who they are, and that they get their share over a server's lists."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.app import App
from bot.store.radio_query import RadioQuery
from bot.store.records import MemberId, PostKind, ServerId, ServerSettings, SongId
from bot.usecases.little_known import LittleKnown
from bot.usecases.picking import Question
from bot.usecases.share import Share
from bot.usecases.taste import DAY
from tests.usecases.tastes_apart import KNOWN, LITTLE, TASTES, Time, likes, listed, named, opened

HOME, ADMIN = ServerId(1), MemberId(900)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def toy(tmp_path: Path, time: Time) -> AsyncGenerator[App]:
    async with opened(tmp_path, time) as app:
        yield app


async def sharing(app: App, part: float) -> None:
    await app.choices.change(HOME, ADMIN, replace(ServerSettings(), little_known=part))


def little(app: App, songs: list[SongId]) -> int:
    few = app.little_known.all()
    return sum(song in few for song in songs)


class TestWhoIsLittleKnown:
    async def test_artists_whose_best_known_song_few_know(self, toy: App) -> None:
        assert len(toy.little_known.all()) == len(TASTES) * LITTLE
        asked = [named(toy, "folk 0"), named(toy, f"folk {KNOWN}"), SongId(999_999)]
        assert toy.little_known.of(asked) == {named(toy, f"folk {KNOWN}")}

    async def test_nobody_where_no_service_said_how_known_anything_is(self, app: App) -> None:
        assert not app.little_known.told
        assert app.little_known.all() == app.little_known.of(app.library.songs) == set()


class TestTheFirst:
    async def test_as_many_as_are_due_and_all_are_looked_at_once(self, toy: App) -> None:
        asked: list[int] = []

        class Counting(LittleKnown):
            def of(self, songs: Iterable[SongId]) -> set[SongId]:
                asked.append(1)
                return super().of(songs)

        share = Share(toy.library, Counting(toy.library), toy.choices, np.random.default_rng(0))
        songs = [named(toy, f"folk {number}") for number in (0, 1, KNOWN, 2, KNOWN + 1)]
        assert share.first(songs, 1) == [songs[2], *songs[:2], *songs[3:]]
        assert len(asked) == 1
        assert share.first(songs, 0) == songs


class TestTheCarry:
    @pytest.mark.parametrize(("part", "length"), [(0.1, 5), (0.1, 1), (0.3, 12), (0.5, 3), (1.0, 5)])
    async def test_fifty_lists_have_exactly_their_share(self, toy: App, part: float, length: int) -> None:
        await sharing(toy, part)
        share = Share(toy.library, LittleKnown(toy.library), toy.choices, np.random.default_rng(0))
        few, many = named(toy, f"folk {KNOWN}"), named(toy, "folk 0")
        given = 0
        for _ in range(50):
            due = share.due(HOME, length)
            by_few = [SongId(few + each) for each in range(due)]
            share.shown(HOME, by_few + [SongId(many + each) for each in range(length - due)])
            given += due
        assert given == round(part * 50 * length)

    async def test_what_came_by_itself_counts(self, toy: App) -> None:
        await sharing(toy, 0.5)
        share = Share(toy.library, LittleKnown(toy.library), toy.choices, np.random.default_rng(0))
        few = named(toy, f"folk {KNOWN}")
        assert share.due(HOME, 4, coming=[few, SongId(few + 1)]) == 0
        share.shown(HOME, [SongId(few + each) for each in range(4)])
        assert share.due(HOME, 2) == 0
        share.shown(HOME, [SongId(few + each) for each in range(4)], back=True)
        assert share.due(HOME, 4) >= 2

    async def test_nothing_is_owed_where_nobody_is_little_known(self, app: App) -> None:
        share = Share(app.library, LittleKnown(app.library), app.choices, np.random.default_rng(0))
        for _ in range(50):
            assert share.due(HOME, 5) == 0
            share.shown(HOME, [SongId(1)])

    async def test_where_nothing_fits_for_long_no_flood_comes_after_it(self, toy: App) -> None:
        share = Share(toy.library, LittleKnown(toy.library), toy.choices, np.random.default_rng(0))
        for _ in range(200):
            share.shown(HOME, [named(toy, "folk 0")])
        assert share.due(HOME, 5) == 2


class TestLists:
    @pytest.mark.parametrize(("part", "least", "most"), [(0.3, 75, 76), (0.6, 150, 151)])
    async def test_fifty_lists_of_five(self, toy: App, part: float, least: int, most: int) -> None:
        await likes(toy, HOME, "folk", range(10))
        await sharing(toy, part)
        shown = [slot.song for turn in range(50) for slot in await listed(toy, HOME, turn % 10)]
        assert len(shown) == 250
        assert least <= little(toy, shown) <= most

    async def test_what_a_question_says_itself_counts_more(self, toy: App) -> None:
        await likes(toy, HOME, "folk", range(3))
        for part, expected in ((0.0, 0), (0.4, 2), (1.0, 5)):
            asked = Question(HOME, MemberId(1), count=5, little_known=part)
            assert little(toy, [slot.song for slot in await toy.picker.pick(asked)]) == expected

    async def test_the_daily_mixes_of_thirty_days(self, toy: App, time: Time) -> None:
        await likes(toy, HOME, "folk", range(3))
        await sharing(toy, 0.3)
        shown: list[SongId] = []
        for _ in range(30):
            time.now += DAY
            post = await toy.daily.ask(server=HOME, member=MemberId(1), channel=None)
            shown += [slot.song for slot in post.slots]
        assert little(toy, shown) >= int(0.3 * len(shown))

    @pytest.mark.parametrize(("part", "least"), [(0.3, 6), (1.0, 20)])
    async def test_twenty_songs_of_a_radio(self, toy: App, part: float, least: int) -> None:
        await likes(toy, HOME, "folk", range(3))
        await sharing(toy, part)
        post = await toy.radio.start(
            server=HOME, member=MemberId(1), channel=None, query=RadioQuery(seed=named(toy, "folk 3"))
        )
        for number in range(1, 20):
            post = await toy.radio.next(post, number)
        assert little(toy, [slot.song for slot in post.slots]) >= least

    async def test_a_post_that_was_never_shown_gave_nothing(self, toy: App) -> None:
        await likes(toy, HOME, "folk", range(3))
        await sharing(toy, 0.5)
        asked = Question(HOME, MemberId(1), count=2)
        first = await toy.picker.pick(asked)
        for _ in range(10):
            post = await toy.picker.publish(PostKind.RECOMMEND, asked, first, channel=None, query={})
            await toy.picker.withdraw(post.id)
        assert little(toy, [slot.song for slot in await toy.picker.pick(asked)]) == little(
            toy, [slot.song for slot in first]
        )
