"""A list into an account: as often as a crash or a slow service lets a member press, once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import App, open_app
from bot.errors import ExportUnsure, LinkingOff, NobodyReached, TokenMissing, UnknownPost
from bot.sources.errors import SourceDown
from bot.sources.found import FoundSong
from bot.sources.together import Sources
from bot.store.accounts import AccountService
from bot.store.exports import Export, Offer, Written
from bot.store.records import MemberId, Post, PostKind, ServerId, SongId
from bot.usecases import exporting
from bot.usecases.exporting import MOST_LOOKED_UP
from bot.usecases.picking import numbered
from tests.behaviour.test_exports import Writing
from tests.conftest import settings
from tests.sources.services.spotify_accounts import secret
from tests.usecases.signing_in import key

ALICE, HERE = MemberId(11), ServerId(1)
LISTENBRAINZ = AccountService.LISTENBRAINZ
TOKEN = "99999999-2222-3333-4444-555555555555"


@dataclass
class Desk:
    """An app with a ListenBrainz that can be written to; a second one on the same database is a restart."""

    database: Path
    app: App
    service: Writing
    key: str = field(default_factory=lambda: key().get_secret_value())

    async def post(self, songs: int) -> Post:
        some = list(self.app.library.songs)[:songs]
        return await self.app.picker.named(PostKind.SONG, server=HERE, member=ALICE, slots=numbered(some))

    async def link(self) -> None:
        token = SecretStr(secret(TOKEN))
        await self.app.accounts.link_name(ALICE, LISTENBRAINZ, "alice_l", token=token)


@pytest.fixture
async def desk(database: Path) -> AsyncGenerator[Desk]:
    service = Writing("listenbrainz")  # pyright: ignore[reportArgumentType]
    sealed = key().get_secret_value()
    chosen = settings(database, SEGUE_SECRET_KEY=sealed)
    async with open_app(chosen, seed=1, sources=Sources([service])) as app:
        yield Desk(database, app, service, sealed)


async def test_only_so_many_songs_are_looked_for(desk: Desk) -> None:
    await desk.link()
    post = await desk.post(MOST_LOOKED_UP + 8)
    sent = await desk.app.exporting.send(post, ALICE, LISTENBRAINZ, "List")
    assert len(desk.service.asked) == MOST_LOOKED_UP
    assert (sent.added, sent.left_out) == (MOST_LOOKED_UP, 8)


async def test_what_was_found_needs_no_second_look(desk: Desk) -> None:
    await desk.link()
    await desk.app.exporting.send(await desk.post(5), ALICE, LISTENBRAINZ, "List")
    desk.service.asked.clear()
    sent = await desk.app.exporting.send(await desk.post(6), ALICE, LISTENBRAINZ, "Longer")
    assert len(desk.service.asked) == 1
    assert (sent.added, sent.left_out) == (6, 0)


async def test_a_slow_look_does_not_hold_up_the_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.link()
    await desk.app.exporting.send(await desk.post(3), ALICE, LISTENBRAINZ, "List")
    monkeypatch.setattr(exporting, "LONGEST_LOOK", 0.0)
    sent = await desk.app.exporting.send(await desk.post(6), ALICE, LISTENBRAINZ, "Longer")
    assert (sent.added, sent.left_out) == (3, 3)


async def test_a_service_that_is_down_does_not_keep_back_what_is_known(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.link()
    asked = 0

    async def down(*_: object, **__: object) -> tuple[FoundSong, ...]:
        nonlocal asked
        asked += 1
        raise SourceDown("ListenBrainz")

    with monkeypatch.context() as broken:
        broken.setattr(desk.service, "songs_named", down)
        with pytest.raises(NobodyReached):
            await desk.app.exporting.send(await desk.post(3), ALICE, LISTENBRAINZ, "List")
        assert not desk.service.made
    await desk.app.exporting.send(await desk.post(3), ALICE, LISTENBRAINZ, "List")
    monkeypatch.setattr(desk.service, "songs_named", down)
    asked = 0
    sent = await desk.app.exporting.send(await desk.post(6), ALICE, LISTENBRAINZ, "Longer")
    assert (sent.added, sent.left_out) == (3, 3)
    assert asked == 1, "who does not answer is not asked for every song"


async def test_a_list_is_there_after_a_restart(desk: Desk) -> None:
    await desk.link()
    post = await desk.post(3)
    made = await desk.app.exporting.send(post, ALICE, LISTENBRAINZ, "List")
    chosen = settings(desk.database, SEGUE_SECRET_KEY=desk.key)
    async with open_app(chosen, seed=1, sources=Sources([desk.service])) as later:
        sent = await later.exporting.send(post, ALICE, LISTENBRAINZ, "List")
    assert sent.again
    assert sent.link == made.link
    assert len(desk.service.made) == 1


async def test_what_a_crash_cut_off_is_told_once_and_then_written(desk: Desk) -> None:
    await desk.link()
    post = await desk.post(3)
    await desk.app.store.exports.claim(Export(ALICE, post.id, LISTENBRAINZ, 3), 1.0)
    with pytest.raises(ExportUnsure):
        await desk.app.exporting.send(post, ALICE, LISTENBRAINZ, "List")
    assert not desk.service.made
    assert (await desk.app.exporting.send(post, ALICE, LISTENBRAINZ, "List")).added == 3


async def test_a_claim_is_given_once_and_belongs_to_one_member(desk: Desk) -> None:
    store = desk.app.store.exports
    mine = Export(ALICE, (await desk.post(1)).id, LISTENBRAINZ, 1)
    theirs = Export(MemberId(22), mine.post, LISTENBRAINZ, 1)
    assert await store.claim(mine, 1.0)
    assert not await store.claim(mine, 2.0)
    assert await store.claim(theirs, 3.0)
    await store.finish(mine, Written("https://listenbrainz.org/playlist/1", 1))
    await store.forget(ALICE, LISTENBRAINZ)
    assert await store.get(mine) is None
    assert await store.get(theirs) == Written(None, 0)


async def test_what_is_offered_is_what_works(desk: Desk) -> None:
    assert await desk.app.exporting.offers(ALICE) == {
        AccountService.SPOTIFY: Offer.OFF,
        LISTENBRAINZ: Offer.LINK,
    }
    post = await desk.post(1)
    with pytest.raises(TokenMissing):
        await desk.app.exporting.send(post, ALICE, LISTENBRAINZ, "List")
    with pytest.raises(LinkingOff):
        await desk.app.exporting.send(post, ALICE, AccountService.SPOTIFY, "List")
    await desk.link()
    assert (await desk.app.exporting.offers(ALICE))[LISTENBRAINZ] is Offer.READY


async def test_songs_that_are_gone_are_left_out(desk: Desk) -> None:
    there = next(iter(desk.app.library.songs))
    post = await desk.post(2)
    slots = (post.slots[0], type(post.slots[0])(2, SongId(10**9)), type(post.slots[0])(3, there))
    assert [song.id for song in desk.app.exporting.songs(_with(post, slots))] == [there]
    with pytest.raises(UnknownPost):
        desk.app.exporting.songs(_with(post, slots[1:2]))


def _with(post: Post, slots: tuple[object, ...]) -> Post:
    return Post(post.id, post.kind, HERE, None, None, ALICE, {}, 0.0, slots)  # pyright: ignore[reportArgumentType]
