"""Songs that artists registered: where they come, that their artist does not rate them, and what the artist is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from bot.app import App
from bot.errors import (
    ClaimGone,
    ClaimRefused,
    NameHidden,
    NotASong,
    NotClaimed,
    OwnClaim,
    SongClaimed,
    TooManyClaims,
)
from bot.preview.shows import shows
from bot.store.records import (
    BlockKind,
    ClaimState,
    Heard,
    History,
    MemberId,
    Post,
    PostKind,
    ServerId,
    Slot,
    SongId,
    Verb,
)
from bot.usecases.entering import drawn
from bot.usecases.fitting import read
from bot.usecases.picking import Question
from bot.usecases.reception import Tally
from bot.usecases.registering import MOST, MOST_WAITING, WAITS
from recommender import ItemId, Query, explore
from recommender.sparse import Floats, Positions
from tests.usecases.tastes_apart import (
    ADMIN,
    ARTIST,
    KNOWN,
    Time,
    confirmed,
    likes,
    listed,
    named,
    new_song,
    opened,
)

HOME, NEAR, FAR = ServerId(1), ServerId(2), ServerId(3)
ALICE = MemberId(1)
LISTS = 40


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def toy(tmp_path: Path, time: Time) -> AsyncGenerator[App]:
    async with opened(tmp_path, time) as app:
        yield app


@pytest.fixture
def small_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few others to draw from, so that a song comes often enough to be counted."""
    pool = explore.pool

    def first(ranked: Positions, chosen: Positions, known: Floats, *, size: int, need: int) -> Positions:
        return pool(ranked, chosen, known, size=size, need=need)[:4]

    monkeypatch.setattr(explore, "pool", first)


def own_song(app: App, number: int = KNOWN) -> SongId:
    """A folk song that few know."""
    return named(app, f"folk {number}")


async def drawn_in(app: App, server: ServerId, member: int = 1, lists: int = LISTS) -> list[Slot]:
    """What the exploration slots of many lists drew because an artist had registered it; nothing is shown to anybody."""
    slots = [slot for _ in range(lists) for slot in await listed(app, server, member, shown=False)]
    return [slot for slot in slots if slot.reasons and slot.reasons[-1].kind == "registered"]


async def published(app: App, server: ServerId, member: MemberId | None, song: SongId) -> Post:
    """A list that shows this song."""
    asked = Question(server, member, count=1)
    slots = [Slot(1, song, score=1.0, propensity=0.25, explored=True)]
    return await app.picker.publish(PostKind.RECOMMEND, asked, slots, channel=None, query={})


async def answer(app: App, post: Post, member: int, verb: Verb, again: str = "") -> None:
    await app.feedback.tap(
        server=post.server,
        member=MemberId(member),
        post=post,
        slot=1,
        verb=verb,
        cause=f"{post.id}:{member}:{verb}:{again}",
    )


@pytest.mark.usefixtures("small_pool")
class TestWhereItComes:
    async def test_where_the_taste_fits_and_nowhere_else(self, toy: App) -> None:
        for server, taste in ((HOME, "folk"), (NEAR, "folk"), (FAR, "techno")):
            await likes(toy, server, taste, range(1, 4))
        song = own_song(toy)
        await confirmed(toy, HOME, song)
        there = await drawn_in(toy, HOME)
        assert {slot.song for slot in there} == {song}
        assert all(0 < slot.propensity < 0.5 and slot.explored and slot.number == 5 for slot in there)
        expected = sum(slot.propensity for slot in there) / len(there) * LISTS
        assert len(there) == pytest.approx(expected, abs=3 * expected**0.5)
        # Until the operator allows it, it leaves its server nowhere; then only where the taste fits.
        assert await drawn_in(toy, NEAR) == []
        claim = toy.claims.get(song)
        assert claim is not None
        await toy.claims.put(replace(claim, allowed=True))
        assert {slot.song for slot in await drawn_in(toy, NEAR)} == {song}
        assert await drawn_in(toy, FAR) == []

    async def test_its_propensity_is_the_draws(self, toy: App) -> None:
        song, dice = own_song(toy), np.random.default_rng(5)
        liked = {ItemId(named(toy, f"folk {number}")): 1.0 for number in range(6)}
        query = Query(taste=liked, count=5, trials={ItemId(song): (40, 12)})
        found = Counter[bool]()
        stated = set[float]()
        for _ in range(400):
            one = drawn(toy.library, query, [], [song], dice)
            assert one is not None
            found[one.registered] += 1
            if one.registered:
                stated.add(round(one.propensity, 9))
        assert len(stated) == 1
        chance = stated.pop()
        assert found[True] / 400 == pytest.approx(chance, abs=3 * (chance * (1 - chance) / 400) ** 0.5)

    async def test_a_list_has_one_at_most(self, toy: App) -> None:
        await likes(toy, HOME, "folk", range(1, 4))
        # Three that come by their own merit already.
        best = [slot.song for slot in await listed(toy, HOME, 1, shown=False)][:3]
        for song in best:
            await confirmed(toy, HOME, song)
        for _ in range(20):
            slots = await listed(toy, HOME, 1, shown=False)
            assert sum(slot.song in best for slot in slots) == 1

    async def test_a_new_song_that_the_engine_does_not_know_is_judged_by_those_near_it(
        self, toy: App, time: Time
    ) -> None:
        await likes(toy, HOME, "folk", range(1, 4))
        await likes(toy, FAR, "techno", range(1, 4))
        [song] = await toy.store.catalog.add([new_song("folk", 900, popularity=None)], time())
        await toy.library.add([song])
        assert not toy.library.knows(song.id)
        await confirmed(toy, HOME, song.id, allowed=True)
        assert {slot.song for slot in await drawn_in(toy, HOME)} == {song.id}
        assert await drawn_in(toy, FAR) == []

    async def test_nothing_comes_before_anybody_confirmed_or_where_no_taste_is_known(self, toy: App) -> None:
        song = own_song(toy)
        await confirmed(toy, FAR, song)
        assert await drawn_in(toy, FAR, lists=30) == []
        await likes(toy, HOME, "folk", range(1, 4))
        other = own_song(toy, KNOWN + 1)
        await toy.registering.register(HOME, ARTIST, toy.library.songs[other])
        assert await drawn_in(toy, HOME, lists=30) == []
        await toy.registering.settle(HOME, other, ARTIST, by=ADMIN, confirmed=False)
        assert await drawn_in(toy, HOME, lists=30) == []

    async def test_never_to_who_blocked_the_artist_rated_the_song_or_made_it(self, toy: App) -> None:
        await likes(toy, HOME, "folk", range(1, 5))
        song = own_song(toy)
        await confirmed(toy, HOME, song)
        await toy.blocks.add(HOME, ALICE, BlockKind.ARTIST, toy.library.songs[song].artist)
        await toy.feedback.say(server=HOME, member=MemberId(2), song=song, verb=Verb.SKIP, cause="a")
        await likes(toy, HOME, "folk", range(ARTIST, ARTIST + 1))
        for member in (1, 2, ARTIST):
            assert await drawn_in(toy, HOME, member) == []
        assert await drawn_in(toy, HOME, 3)

    async def test_the_operator_ends_it_or_keeps_all_at_home(self, tmp_path: Path, time: Time) -> None:
        async with opened(tmp_path, time, SEGUE_ARTISTS=False) as app:
            await likes(app, HOME, "folk", range(1, 4))
            await likes(app, NEAR, "folk", range(1, 4))
            song = own_song(app)
            claim = await confirmed(app, HOME, song, allowed=True)
            assert await drawn_in(app, NEAR, lists=30) == []
            assert await drawn_in(app, HOME)
            # As `artists refuse` does from another process.
            await app.store.claims.put(replace(claim, state=ClaimState.REFUSED, allowed=False))
            time.now += 61
            assert await drawn_in(app, HOME, lists=30) == []


class TestNeverRatedByItsArtist:
    async def test_by_command_button_or_reaction_in_any_server(self, toy: App) -> None:
        song = own_song(toy)
        await confirmed(toy, HOME, song)
        for server in (HOME, NEAR):
            post = await published(toy, server, ALICE, song)
            for verb in (Verb.LIKE, Verb.SKIP, Verb.DISLIKE):
                with pytest.raises(OwnClaim):
                    await toy.feedback.say(server=server, member=ARTIST, song=song, verb=verb, cause="x")
                with pytest.raises(OwnClaim):
                    await answer(toy, post, ARTIST, verb)
            assert toy.tastes.counts(server, song).likes == 0
            await answer(toy, post, ALICE, Verb.LIKE)
            assert toy.tastes.counts(server, song).likes == 1

    async def test_what_they_said_before_is_taken_back_and_not_deleted(self, toy: App) -> None:
        song = own_song(toy)
        for server, verb in ((HOME, Verb.LIKE), (NEAR, Verb.LIKE), (NEAR, Verb.DISLIKE)):
            await toy.feedback.say(
                server=server, member=ARTIST, song=song, verb=verb, cause=f"{server}{verb}"
            )
        await toy.registering.register(HOME, ARTIST, toy.library.songs[song])
        assert toy.tastes.counts(HOME, song) == toy.tastes.counts(NEAR, song) == toy.tastes.counts(FAR, song)
        async with toy.store.db.read() as connection:
            rows = await connection.execute(
                text("SELECT verb, count(*) FROM feedback WHERE song_id = :song GROUP BY verb"),
                {"song": song},
            )
            assert dict(rows.all()) == {"like": 2, "dislike": 1, "undo": 3}
        # Said again it changes nothing.
        await toy.registering.register(HOME, ARTIST, toy.library.songs[song])
        await toy.registering.remove(HOME, ARTIST, song, admin=False)
        await toy.feedback.say(server=HOME, member=ARTIST, song=song, verb=Verb.LIKE, cause="after")
        assert toy.tastes.counts(HOME, song).likes == 1

    async def test_a_tap_beside_the_registration_does_not_stay(self, toy: App) -> None:
        song = own_song(toy)
        post = await published(toy, HOME, ALICE, song)
        await asyncio.gather(
            answer(toy, post, ARTIST, Verb.LIKE),
            toy.registering.register(HOME, ARTIST, toy.library.songs[song]),
            answer(toy, post, ARTIST, Verb.SKIP),
            return_exceptions=True,
        )
        assert toy.tastes.opinion(HOME, ARTIST, song).verb is None

    async def test_their_plays_of_it_do_not_count(self, toy: App, time: Time) -> None:
        song, other = own_song(toy), own_song(toy, KNOWN + 1)
        for member in (ARTIST, ALICE):
            history = History(member, "listenbrainz", HOME, at=time())
            heard = Heard(9, 5, 0, time())
            await toy.store.histories.record(history, [(song, heard), (other, heard)])
            await toy.histories.refresh(member)
        await toy.registering.register(HOME, ARTIST, toy.library.songs[song])
        assert set(toy.tastes.vector(HOME, ARTIST, time())) == {other}
        assert set(toy.tastes.vector(HOME, ALICE, time())) == {song, other}
        learnt = (await read(toy.store)).interactions
        assert set(learnt[learnt["item"] == song]["member"]) == {ALICE}
        await toy.registering.remove(HOME, ARTIST, song, admin=False)
        assert set(toy.tastes.vector(HOME, ARTIST, time())) == {song, other}


class TestRegistering:
    async def test_one_registration_a_song(self, toy: App) -> None:
        song = toy.library.songs[own_song(toy)]
        both = await asyncio.gather(
            toy.registering.register(HOME, ARTIST, song),
            toy.registering.register(NEAR, ALICE, song),
            return_exceptions=True,
        )
        assert [type(each) for each in both].count(SongClaimed) == 1
        assert len(await toy.store.claims.all()) == 1

    async def test_what_nobody_confirmed_for_two_weeks_gives_way(self, toy: App, time: Time) -> None:
        song = toy.library.songs[own_song(toy)]
        await toy.registering.register(HOME, ARTIST, song)
        time.now += WAITS + 1
        claim = await toy.registering.register(NEAR, ALICE, song)
        assert (claim.member, claim.server) == (ALICE, NEAR)
        with pytest.raises(ClaimGone):
            await toy.registering.settle(HOME, song.id, ARTIST, by=ADMIN, confirmed=True)
        await toy.feedback.say(server=HOME, member=ARTIST, song=song.id, verb=Verb.LIKE, cause="free")

    async def test_who_was_refused_may_rate_and_not_register_again_and_another_may(self, toy: App) -> None:
        song = toy.library.songs[own_song(toy)]
        await toy.registering.register(HOME, ARTIST, song)
        await toy.registering.settle(HOME, song.id, ARTIST, by=ADMIN, confirmed=False)
        await toy.feedback.say(server=HOME, member=ARTIST, song=song.id, verb=Verb.LIKE, cause="free")
        with pytest.raises(ClaimRefused):
            await toy.registering.register(NEAR, ARTIST, song)
        assert (await toy.registering.register(HOME, ALICE, song)).member == ALICE

    async def test_no_podcast_no_hidden_name_and_not_too_many(self, toy: App, time: Time) -> None:
        [podcast, *_] = await toy.store.catalog.add(shows(), time())
        with pytest.raises(NotASong):
            await toy.registering.register(HOME, ARTIST, podcast)
        await toy.choices.choose(HOME, ARTIST, hidden=True)
        with pytest.raises(NameHidden):
            await toy.registering.register(HOME, ARTIST, toy.library.songs[own_song(toy)])
        await toy.choices.choose(HOME, ARTIST, hidden=False)
        for number in range(MOST):
            song = toy.library.songs[named(toy, f"folk {number}")]
            claim = await toy.registering.register(HOME, ARTIST, song)
            if number >= MOST_WAITING - 1:
                with pytest.raises(TooManyClaims):
                    await toy.registering.register(HOME, ARTIST, toy.library.songs[own_song(toy)])
            if number >= MOST_WAITING - 1:
                await toy.registering.settle(HOME, song.id, ARTIST, by=ADMIN, confirmed=True)
            assert claim.state is ClaimState.WAITING
        with pytest.raises(TooManyClaims) as full:
            await toy.registering.register(HOME, ARTIST, toy.library.songs[own_song(toy)])
        assert not full.value.waiting

    async def test_who_may_settle_and_remove(self, toy: App) -> None:
        song = own_song(toy)
        await toy.registering.register(HOME, ARTIST, toy.library.songs[song])
        for server, member in ((NEAR, ARTIST), (HOME, ALICE)):
            with pytest.raises(ClaimGone):
                await toy.registering.settle(server, song, member, by=ADMIN, confirmed=True)
        await toy.registering.settle(HOME, song, ARTIST, by=ADMIN, confirmed=True)
        with pytest.raises(ClaimGone):
            await toy.registering.settle(HOME, song, ARTIST, by=ADMIN, confirmed=False)
        for server, member, admin in ((HOME, ALICE, False), (NEAR, ADMIN, True)):
            with pytest.raises(NotClaimed):
                await toy.registering.remove(server, member, song, admin=admin)
        await toy.registering.remove(HOME, ADMIN, song, admin=True)
        assert toy.claims.coming(HOME) == []
        with pytest.raises(ClaimRefused):
            await toy.registering.register(HOME, ARTIST, toy.library.songs[song])

    async def test_a_forgotten_member_leaves_nothing(self, toy: App) -> None:
        song, other = own_song(toy), own_song(toy, KNOWN + 1)
        await confirmed(toy, HOME, song)
        await toy.registering.register(HOME, ALICE, toy.library.songs[other])
        await toy.claims.forget(ADMIN)
        assert [claim.by for claim in await toy.store.claims.all()] == [None, None]
        await toy.claims.forget(ARTIST)
        assert [claim.member for claim in await toy.store.claims.all()] == [ALICE]
        assert not toy.claims.owns(ARTIST, song)
        assert toy.claims.coming(HOME) == []


class TestTheReport:
    async def test_counts_are_exact_and_of_each_server_apart(self, toy: App, time: Time) -> None:
        song = own_song(toy)
        early = await published(toy, HOME, ALICE, song)
        await answer(toy, early, 1, Verb.LIKE)
        time.now += 10
        await confirmed(toy, HOME, song, allowed=True)
        time.now += 10
        for member, verb in ((2, Verb.LIKE), (3, Verb.SKIP), (4, Verb.DISLIKE), (5, None), (6, None)):
            post = await published(toy, HOME, MemberId(member), song)
            if verb is not None:
                await answer(toy, post, member, verb)
        # Seen by the artist: that is no reception. Taken back: no answer. By command: no card.
        await published(toy, HOME, ARTIST, song)
        back = await published(toy, HOME, MemberId(7), song)
        for again in ("", "again"):
            await answer(toy, back, 7, Verb.LIKE, again)
        await toy.feedback.say(server=HOME, member=MemberId(8), song=song, verb=Verb.LIKE, cause="by command")
        weekly = await published(toy, HOME, None, song)
        for member in (9, 10):
            await answer(toy, weekly, member, Verb.LIKE)
        received = await toy.registering.report(HOME, ARTIST, song)
        assert received.here == Tally(shown=7, liked=4, skipped=1, disliked=1, ignored=3, welcome=2)
        assert (received.servers, received.shown_elsewhere, received.elsewhere) == (0, 0, None)

        for server in (NEAR, FAR):
            for member in (1, 2):
                await answer(toy, await published(toy, server, MemberId(member), song), member, Verb.LIKE)
            await published(toy, server, MemberId(3), song)
        received = await toy.registering.report(HOME, ARTIST, song)
        assert received.here == Tally(shown=7, liked=4, skipped=1, disliked=1, ignored=3, welcome=2)
        assert (received.servers, received.shown_elsewhere, received.elsewhere) == (2, 6, None)
        await published(toy, ServerId(4), ALICE, song)
        received = await toy.registering.report(HOME, ARTIST, song)
        assert received.elsewhere == Tally(shown=7, liked=4, ignored=3, welcome=4)

    async def test_a_share_has_an_interval_from_ten_cards_on(self) -> None:
        assert Tally(shown=9, welcome=3).interval is None
        found = Tally(shown=20, welcome=5).interval
        assert found is not None
        # Wilson's, computed by hand: (5.0 + z²/2 ± z sqrt(5·15/20 + z²/4)) / (20 + z²) with z = 1.959964.
        assert found == pytest.approx((0.111863, 0.468705), abs=1e-5)

    async def test_it_is_for_its_artist_in_its_server(self, toy: App) -> None:
        song = own_song(toy)
        await confirmed(toy, HOME, song)
        with pytest.raises(NotClaimed) as elsewhere:
            await toy.registering.report(NEAR, ARTIST, song)
        assert elsewhere.value.elsewhere
        for server, member in ((HOME, ALICE), (NEAR, ALICE)):
            with pytest.raises(NotClaimed) as nothing:
                await toy.registering.report(server, member, song)
            assert not nothing.value.elsewhere
