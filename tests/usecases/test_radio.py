"""A session from its start to its end: what it promises, who steers it, and what a restart leaves of it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace

import pytest

from bot.app import App, open_app
from bot.errors import NothingLeft, RadioOver, UnknownArtist, UnknownMood, UnknownPost, UnknownTaste
from bot.store.radio_query import RadioQuery, Toward, Whose
from bot.store.records import (
    ChannelId,
    MemberId,
    MessageId,
    NewSong,
    Post,
    PostKind,
    ServerId,
    SongId,
    Verb,
)
from bot.usecases.radio import Wanted
from bot.usecases.spacing import names, work

HOME, ALICE, BOB, CARLA = ServerId(1), MemberId(10), MemberId(11), MemberId(12)


async def start(app: App, query: RadioQuery | None = None, *, of: MemberId | None = None) -> Post:
    seed = app.library.resolve("teardrop massive attack").id
    return await app.radio.start(
        server=HOME, member=ALICE, channel=ChannelId(5), query=query or RadioQuery(seed=seed), of=of
    )


async def tap(app: App, post: Post, member: MemberId, verb: Verb) -> None:
    slot = post.slots[-1].number
    await app.feedback.tap(
        server=HOME,
        member=member,
        post=post,
        slot=slot,
        verb=verb,
        cause=f"{post.id}:{slot}:{member}:{verb}",
        toggle=False,
    )


async def go_on(app: App, post: Post, dice: random.Random) -> Post:
    """Whatever somebody may press."""
    member = dice.choice((ALICE, BOB, CARLA))
    match dice.randrange(6):
        case 0:
            await tap(app, post, member, Verb.LIKE)
            post = await app.radio.answered(post, member)
            return await app.radio.next(post, post.slots[-1].number, member=member)
        case 1 | 2:
            await tap(app, post, member, dice.choice((Verb.SKIP, Verb.DISLIKE)))
            return await app.radio.next(post, post.slots[-1].number, member=member, steered=True)
        case 3:
            return await app.radio.next(post, post.slots[-1].number, member=member, like_this=True)
        case 4:
            post = await app.radio.steer(post, dice.choice(list(Toward)), member)
            return await app.radio.next(post, post.slots[-1].number, member=member)
        case _:
            return await app.radio.next(post, post.slots[-1].number, member=member)


class TestPromises:
    @pytest.mark.parametrize("seed", [1, 2])
    async def test_hold_whatever_is_pressed(self, app: App, seed: int) -> None:
        dice, post = random.Random(seed), await start(app)
        songs = app.library.songs
        for _ in range(60):
            post = await go_on(app, post, dice)
        played = [songs[slot.song] for slot in post.slots]
        begun = songs[SongId(int(str(post.query["seed"])))]
        assert len({work(song) for song in (begun, *played)}) == len(played) + 1
        for first in range(len(played) - 9):
            lately = Counter(name for song in played[first : first + 10] for name in names(song))
            assert max(lately.values()) <= 2

    async def test_an_untouched_radio_stays_near_its_seed(self, app: App) -> None:
        post = await start(app)
        for _ in range(25):
            post = await app.radio.next(post, post.slots[-1].number, member=BOB)
        songs = app.library.songs
        tags = set(songs[SongId(int(str(post.query["seed"])))].genres)
        everywhere = sum(bool(tags & set(song.genres)) for song in songs.values()) / len(songs)
        late = [bool(tags & set(songs[slot.song].genres)) for slot in post.slots[-10:]]
        assert sum(late) / len(late) >= min(1.0, 4 * everywhere)

    async def test_ends_with_an_error_when_nothing_else_may_come(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        post = await start(app)
        pick, first = app.picker.pick, post.slots[0].song

        async def only_of_one(question: object) -> object:
            found = await pick(question)  # pyright: ignore[reportArgumentType]
            return [slot for slot in found if slot.song == first]

        monkeypatch.setattr(app.picker, "pick", only_of_one)
        for slot in (1, 2):  # what was told still comes
            post = await app.radio.next(post, slot)
        with pytest.raises(RadioOver):
            await app.radio.next(post, 3)
        with pytest.raises(NothingLeft):
            await start(app)


class TestListeners:
    async def test_who_presses_next_takes_part_and_is_not_played_what_they_dislike(self, app: App) -> None:
        post = await app.radio.next(await start(app), 1, member=BOB)
        unwanted = RadioQuery.model_validate(post.query).upcoming[0]
        await app.feedback.say(server=HOME, member=BOB, song=unwanted, verb=Verb.DISLIKE, cause="1")
        post = await app.radio.next(post, 2, member=ALICE)
        assert post.slots[-1].song != unwanted

    async def test_are_known_after_a_restart(self, app: App) -> None:
        post = await app.radio.next(await start(app), 1, member=BOB)
        unwanted = RadioQuery.model_validate(post.query).upcoming[0]
        await app.feedback.say(server=HOME, member=BOB, song=unwanted, verb=Verb.DISLIKE, cause="1")
        async with open_app(app.settings, seed=1) as restarted:
            again = await restarted.radio.next(post, 2, member=ALICE)
        assert again.slots[-1].song != unwanted
        assert [each.member for each in again.listeners] == [BOB]

    async def test_dislikes_of_others_in_the_server_do_not_count(self, app: App) -> None:
        post = await start(app)
        told = RadioQuery.model_validate(post.query).upcoming[0]
        await app.feedback.say(server=HOME, member=CARLA, song=told, verb=Verb.DISLIKE, cause="1")
        assert (await app.radio.next(post, 1, member=ALICE)).slots[-1].song == told

    async def test_may_press_at_once_and_one_song_comes(self, app: App) -> None:
        post = await start(app)
        after = await asyncio.gather(
            *(app.radio.next(post, 1, member=who) for who in (ALICE, BOB, CARLA, BOB)),
            app.radio.steer(post, Toward.NEWER, BOB),
        )
        assert max(len(each.slots) for each in after) == 2
        found = await app.store.posts.get(post.id)
        assert found is not None
        assert len(found.slots) == 2
        assert {each.member for each in found.listeners} == {BOB, CARLA}
        assert RadioQuery.model_validate(found.query).steer == (Toward.NEWER,)

    async def test_skip_once_each_and_move_on_once(self, app: App) -> None:
        post = await start(app)
        for who in (BOB, CARLA, BOB):
            await tap(app, post, who, Verb.SKIP)
            await app.radio.next(post, 1, member=who, steered=True)
        assert app.tastes.counts(HOME, post.slots[0].song).skips == 2
        found = await app.picker.post(post.id)
        assert found is not None
        assert len(found.slots) == 2


class TestWhatItStartsFrom:
    async def test_an_artist_is_found_however_it_is_written(self, app: App) -> None:
        query = await app.radio.understood(HOME, Wanted(artist="  MASSIVE attack "))
        assert query.artist == "Massive Attack"

    @pytest.mark.parametrize(
        ("wanted", "error"),
        [
            (Wanted(artist="xqzzy vlorp"), UnknownArtist),
            (Wanted(artist=""), UnknownArtist),
            (Wanted(mood="xqzzy vlorp"), UnknownMood),
            (Wanted(mood="..."), UnknownMood),
            (Wanted(member=BOB), UnknownTaste),
        ],
    )
    async def test_what_says_nothing_is_refused(
        self, app: App, wanted: Wanted, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            await app.radio.understood(HOME, wanted)

    async def test_from_one_taste_its_own_songs_do_not_come(self, app: App) -> None:
        song = app.library.resolve("glory box portishead").id
        await app.feedback.say(server=HOME, member=ALICE, song=song, verb=Verb.LIKE, cause="1")
        post = await start(app, RadioQuery())
        assert RadioQuery.model_validate(post.query).whose is Whose.ME
        for _ in range(10):
            post = await app.radio.next(post, post.slots[-1].number)
        assert song not in {slot.song for slot in post.slots}

    async def test_from_somebody_elses_taste_no_reason_names_a_song(self, app: App) -> None:
        song = app.library.resolve("glory box portishead").id
        await app.feedback.say(server=HOME, member=BOB, song=song, verb=Verb.LIKE, cause="1")
        query = await app.radio.understood(HOME, Wanted(member=BOB))
        post = await start(app, query, of=BOB)
        for _ in range(5):
            post = await app.radio.next(post, post.slots[-1].number)
        assert not [each for slot in post.slots for each in slot.reasons if song in each.items]
        assert str(int(BOB)) not in str(post.query), "who it is, is in a table that members are deleted from"

    async def test_without_anything_known_the_servers_taste_is_said_to_be_it(self, app: App) -> None:
        post = await start(app, RadioQuery())
        assert RadioQuery.model_validate(post.query).whose is Whose.SERVER

    async def test_a_new_song_that_the_engine_does_not_know_yet_can_be_the_seed(self, app: App) -> None:
        [song] = await app.store.catalog.add([NewSong("new|new", "New", "Nobody", "link")], at=1.79e9)
        await app.library.add([song])
        post = await start(app, RadioQuery(seed=song.id))
        assert len(post.slots) == 1

    async def test_the_end_is_the_end(self, app: App) -> None:
        post = await app.radio.stop(await start(app))
        for going_on in (
            app.radio.next(post, 1),
            app.radio.steer(post, Toward.CALMER, ALICE),
            app.radio.stop(post),
        ):
            with pytest.raises(UnknownPost):
                await going_on
        assert await app.radio.answered(post, BOB) == post


class TestRestart:
    async def test_in_the_middle_changes_nothing(self, app: App) -> None:
        post = await start(app)
        await tap(app, post, BOB, Verb.LIKE)
        post = await app.radio.answered(post, BOB)
        post = await app.radio.next(post, 1, member=BOB, like_this=True)
        post = await app.radio.steer(post, Toward.LIVELIER, CARLA)
        async with open_app(app.settings, seed=1) as restarted:
            assert await restarted.picker.post(post.id) == post
            there = await restarted.radio.next(replace(post, slots=post.slots), 2, member=BOB)
        assert there.slots[-1].song == RadioQuery.model_validate(post.query).upcoming[0]
        assert there.slots[:2] == post.slots


class TestPast:
    async def test_is_what_became_a_message_newest_first(self, app: App) -> None:
        posts = [await start(app) for _ in range(3)]
        for number, post in enumerate(posts[:2], start=1):
            await app.picker.sent(post, ChannelId(5), MessageId(number))
        page = await app.radio.past(server=HOME, member=ALICE)
        assert [radio.post for radio in page.radios] == [posts[1].id, posts[0].id]
        assert (await app.radio.past(server=ServerId(2))).radios == []
        assert (await app.radio.past(server=HOME, member=BOB)).radios == []

    async def test_of_a_thread_is_seen_by_who_sees_its_channel(self, app: App) -> None:
        post = await start(app, RadioQuery(home=ChannelId(5)))
        await app.picker.sent(post, ChannelId(77), MessageId(1))
        assert len((await app.radio.past(server=HOME, channels={ChannelId(5)})).radios) == 1
        assert (await app.radio.past(server=HOME, channels={ChannelId(77)})).radios == []
        assert (await app.radio.past(server=HOME, channels=set())).radios == []

    async def test_pages_beyond_the_last_are_the_last(self, app: App) -> None:
        post = await start(app)
        await app.picker.sent(post, ChannelId(5), MessageId(1))
        page = await app.radio.past(server=HOME, page=99)
        assert (page.number, page.pages, len(page.radios)) == (0, 1, 1)

    async def test_withdrawn_ones_leave_nobody(self, app: App) -> None:
        post = await app.radio.next(await start(app), 1, member=BOB)
        await app.picker.withdraw(post.id)
        assert await app.store.posts.get(post.id) is None
        assert post.kind is PostKind.RADIO
