"""What a linked account tells, with tokens that end, are refused, or cannot be read any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.errors import LinkingOff, LinkLost, NotLinked
from bot.sources.errors import SourceDown
from bot.sources.spotify_accounts_shapes import Heard, Told
from bot.store.records import MemberId, Song, SongId
from bot.usecases.linked import Linked
from tests.secrets_kept import secrets_kept
from tests.sources.services.spotify_accounts import HOUR
from tests.usecases.signing_in import ALICE, BOB, SPOTIFY, Bench, bench, key

__all__ = ["secrets_kept"]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path / "segue.db", [key()]) as opened:
        begun = opened.clock.now().timestamp()
        opened.spotify.plays = [(number, begun - 60.0 * number) for number in range(1, 61)]
        opened.spotify.saved = [(number, begun - 3_600.0 * number) for number in range(100, 220)]
        opened.spotify.tops = list(range(300, 310))
        yield opened


async def heard(desk: Bench, member: MemberId = ALICE, since: float | None = None) -> list[Heard]:
    return [each async for each in desk.linked.heard(member, since=since)]


def song(number: int, **links: str) -> Song:
    return Song(SongId(number), f"Song {number}", f"Artist {number}", links=links)


async def test_plays_likes_and_tops_are_read_page_by_page(desk: Bench) -> None:
    await desk.link()
    told = await heard(desk)
    by_kind = {kind: [each for each in told if each.what is kind] for kind in Told}
    assert [each.title for each in by_kind[Told.PLAY]] == [f"Song {n}" for n in range(1, 61)]
    assert [each.title for each in by_kind[Told.LIKE]] == [f"Song {n}" for n in range(100, 220)]
    assert len(by_kind[Told.TOP]) == 3 * 10
    first = told[0]
    assert (first.artist, first.at) == ("Artist 1", desk.spotify.plays[0][1])
    assert first.ids == {"spotify": f"{1:022d}", "isrc": "GBAAA9800001"}
    assert all(each.at is None for each in by_kind[Told.TOP])
    assert all(each.own_only for each in told), "nothing from Spotify may serve anybody else"


async def test_only_what_is_newer_is_read(desk: Bench) -> None:
    await desk.link()
    told = await heard(desk, since=desk.spotify.plays[9][1])
    assert [each.title for each in told if each.what is Told.PLAY] == [f"Song {n}" for n in range(1, 10)]
    assert not [each for each in told if each.what is Told.LIKE]
    assert len([call for call in desk.spotify.calls if "recently-played" in call]) == 1


async def test_a_token_that_ends_between_two_pages_is_renewed(desk: Bench) -> None:
    await desk.link()
    told: list[Heard] = []
    async for each in desk.linked.heard(ALICE):
        told.append(each)
        if len(told) == 50:
            desk.clock.advance(HOUR)
    assert len(told) == 60 + 120 + 30
    assert desk.spotify.grants == ["authorization_code", "refresh_token"]


async def test_a_token_that_is_refused_before_its_time_is_renewed_once(desk: Bench) -> None:
    await desk.link()
    desk.spotify.access.clear()
    assert len(await heard(desk)) == 210
    assert desk.spotify.grants == ["authorization_code", "refresh_token"]


@pytest.mark.parametrize("rotate", [True, False])
async def test_refresh_tokens_are_kept_rotated_or_not(desk: Bench, rotate: bool) -> None:
    desk.spotify.rotate = rotate
    await desk.link()
    for _ in range(3):
        desk.clock.advance(HOUR)
        await desk.grants.tokens(ALICE)
    assert desk.spotify.grants.count("refresh_token") == 3
    assert len(desk.spotify.refresh) == 1


async def test_two_who_need_a_token_at_once_renew_it_once(desk: Bench) -> None:
    await desk.link()
    desk.clock.advance(HOUR)
    one, other = await asyncio.gather(desk.grants.tokens(ALICE), desk.grants.tokens(ALICE))
    assert one == other
    assert desk.spotify.grants.count("refresh_token") == 1


async def test_a_refused_renewal_unlinks_and_is_told_once(desk: Bench) -> None:
    await desk.link()
    desk.clock.advance(HOUR)
    desk.spotify.refuse_refresh = True
    with pytest.raises(LinkLost):
        await heard(desk)
    account = await desk.account()
    assert account is not None
    assert account.secret is None
    with pytest.raises(LinkLost):
        await heard(desk)
    assert desk.spotify.grants.count("refresh_token") == 1
    assert await desk.accounts.told(ALICE) == (SPOTIFY,)
    assert await desk.accounts.told(ALICE) == ()
    with pytest.raises(NotLinked):
        await heard(desk)


async def test_who_links_again_is_told_nothing(desk: Bench) -> None:
    await desk.link()
    await desk.grants.give_up(ALICE)
    await desk.link()
    assert await desk.accounts.told(ALICE) == ()
    assert await heard(desk)


async def test_a_refusal_is_told_after_a_restart_too(tmp_path: Path) -> None:
    same = key()
    async with bench(tmp_path / "a.db", [same]) as desk:
        await desk.link()
        await desk.grants.give_up(ALICE)
    async with bench(tmp_path / "a.db", [same]) as desk:
        assert await desk.accounts.told(ALICE) == (SPOTIFY,)


async def test_spotify_being_down_loses_nothing(desk: Bench) -> None:
    await desk.link()
    desk.clock.advance(HOUR)
    desk.spotify.broken = True
    with pytest.raises(SourceDown):
        await heard(desk)
    desk.spotify.broken = False
    assert await heard(desk)


async def test_unlinking_while_a_renewal_runs_wins(desk: Bench) -> None:
    await desk.link()
    desk.clock.advance(HOUR)
    desk.spotify.asked.clear()
    desk.spotify.held = asyncio.Event()
    reading = asyncio.create_task(heard(desk))
    await desk.spotify.asked.wait()
    await desk.accounts.unlink(ALICE, SPOTIFY)
    desk.spotify.held.set()
    with pytest.raises(NotLinked):
        await reading
    assert await desk.account() is None


async def test_linking_anew_while_a_renewal_runs_keeps_the_new_link(desk: Bench) -> None:
    await desk.link()
    desk.clock.advance(HOUR)
    desk.spotify.asked.clear()
    desk.spotify.held = held = asyncio.Event()
    reading = asyncio.create_task(heard(desk))
    await desk.spotify.asked.wait()
    desk.spotify.held = None
    await desk.link()
    newest = await desk.account()
    held.set()
    assert await reading
    assert await desk.account() == newest


async def test_one_member_never_gets_what_is_anothers(desk: Bench) -> None:
    """The same questions at the same time go out once for each, with each one's own token."""
    await desk.link(ALICE)
    await desk.link(BOB)
    desk.spotify.calls.clear()
    await asyncio.gather(heard(desk, ALICE), heard(desk, BOB))
    assert len([call for call in desk.spotify.calls if "time_range=short_term" in call]) == 2


async def test_without_an_account_or_when_off_it_says_so(desk: Bench) -> None:
    with pytest.raises(NotLinked):
        await heard(desk)
    with pytest.raises(LinkingOff):
        _ = [each async for each in Linked(None, None).heard(ALICE)]


class TestAKey:
    async def test_can_be_replaced(self, tmp_path: Path) -> None:
        old, new = key(), key()
        async with bench(tmp_path / "a.db", [old]) as desk:
            await desk.link()
            before = await desk.account()
        async with bench(tmp_path / "a.db", [new, old]) as desk:
            after = await desk.account()
            assert before is not None
            assert after is not None
            assert before.secret != after.secret
        async with bench(tmp_path / "a.db", [new]) as desk:
            assert (await desk.grants.tokens(ALICE)).scopes == after.scopes

    async def test_that_is_wrong_counts_as_unlinked_and_destroys_nothing(self, tmp_path: Path) -> None:
        right, wrong = key(), key()
        async with bench(tmp_path / "a.db", [right]) as desk:
            await desk.link()
        async with bench(tmp_path / "a.db", [wrong]) as desk:
            with pytest.raises(LinkLost):
                await heard(desk)
            assert [status.holds for status in await desk.accounts.of(ALICE)] == [False]
            assert await desk.accounts.told(ALICE) == (SPOTIFY,)
        async with bench(tmp_path / "a.db", [right]) as desk:
            assert await desk.grants.tokens(ALICE)

    async def test_does_not_open_another_members_row(self, desk: Bench) -> None:
        await desk.link(ALICE)
        stolen = await desk.account(ALICE)
        assert stolen is not None
        await desk.store.accounts.put(type(stolen)(BOB, SPOTIFY, "bob", 0.0, stolen.secret))
        with pytest.raises(LinkLost):
            await heard(desk, BOB)


class TestExporting:
    async def test_makes_a_private_playlist_of_what_spotify_has(self, desk: Bench) -> None:
        await desk.link()
        songs = [song(n, spotify=f"{n:022d}") for n in range(1, 131)] + [song(900), song(901, spotify="odd")]
        made = await desk.linked.export_playlist(ALICE, "Week 47", songs)
        assert desk.spotify.made[0]["name"] == "Week 47"
        assert desk.spotify.made[0]["public"] is False
        assert [len(part) for part in desk.spotify.added] == [100, 30]
        assert desk.spotify.added[0][0] == f"spotify:track:{1:022d}"
        assert (made.added, made.left_out) == (130, 2)
        assert made.link == f"https://open.spotify.com/playlist/{1:022d}"

    async def test_makes_none_of_nothing(self, desk: Bench) -> None:
        await desk.link()
        made = await desk.linked.export_playlist(ALICE, "Week 47", [song(1)])
        assert (made.link, made.added, made.left_out) == (None, 0, 1)
        assert not desk.spotify.made

    async def test_says_how_far_it_came(self, desk: Bench) -> None:
        await desk.link()
        desk.spotify.most_added = 1
        songs = [song(n, spotify=f"{n:022d}") for n in range(1, 131)]
        made = await desk.linked.export_playlist(ALICE, "Week 47", songs)
        assert (made.added, made.left_out) == (100, 30)

    async def test_nothing_is_written_twice(self, desk: Bench) -> None:
        await desk.link()
        desk.spotify.most_added = 0
        with pytest.raises(SourceDown):
            await desk.linked.export_playlist(ALICE, "Week 47", [song(1, spotify=f"{1:022d}")])
        assert len([call for call in desk.spotify.calls if call.startswith("POST")]) == 2
