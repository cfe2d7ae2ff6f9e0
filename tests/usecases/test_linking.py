"""Signing in at Spotify, from the first tap to the account, and all the ways in which it ends otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import NotLinked, StaleLink
from bot.sources.errors import SourceDown
from bot.sources.spotify_accounts import LASTS, SCOPES
from bot.sources.spotify_accounts_shapes import GrantRefused, NotInvited
from bot.usecases.linking import MOST, PATIENCE
from tests.secrets_kept import secrets_kept
from tests.sources.services.spotify_accounts import SECRETS
from tests.usecases.signing_in import ALICE, BOB, SERVER, SPOTIFY, Bench, bench, key

__all__ = ["secrets_kept"]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path / "segue.db", [key()], revokes=True) as opened:
        yield opened


async def test_a_member_signs_in_and_is_linked(desk: Bench) -> None:
    linkage = await desk.link()
    assert (linkage.member, linkage.server, linkage.name) == (ALICE, SERVER, "Alice on Spotify")
    account = await desk.account()
    assert account is not None
    assert account.name == "Alice on Spotify"
    assert account.scopes == SCOPES
    assert account.expires_at == desk.clock.now().timestamp() + LASTS


async def test_a_member_without_a_display_name_is_called_by_id(desk: Bench) -> None:
    desk.spotify.name = None
    assert (await desk.link()).name == "alice"


async def test_nothing_secret_is_in_the_database(desk: Bench, tmp_path: Path) -> None:
    await desk.link()
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Alice on Spotify" in files
    assert not [text for text in SECRETS if text.encode() in files]


async def test_a_state_works_once(desk: Bench) -> None:
    back = desk.spotify.agree(desk.begin())
    await desk.back(back)
    with pytest.raises(StaleLink):
        await desk.back(back)
    assert desk.spotify.grants == ["authorization_code"]


async def test_a_code_for_somebody_else_is_worth_nothing(desk: Bench) -> None:
    """Bob puts the code of Alice's sign-in beside his own state: the verifier does not fit."""
    of_alice, of_bob = desk.spotify.agree(desk.begin(ALICE)), desk.spotify.agree(desk.begin(BOB))
    with pytest.raises(GrantRefused):
        await desk.back(of_bob.update_query(code=of_alice.query["code"]))
    assert await desk.account(ALICE) is None
    assert await desk.account(BOB) is None


async def test_a_state_that_was_never_given_out_asks_nobody(desk: Bench) -> None:
    desk.begin()
    for state in ("", "x" * 43, "é" * 43):
        with pytest.raises(StaleLink):
            await desk.linking.complete(state, SecretStr("code"))
    assert not desk.spotify.grants


async def test_a_state_holds_for_ten_minutes(desk: Bench) -> None:
    back = desk.spotify.agree(desk.begin())
    desk.clock.advance(PATIENCE)
    with pytest.raises(StaleLink) as told:
        await desk.back(back)
    assert told.value.expired
    early = desk.spotify.agree(desk.begin())
    desk.clock.advance(PATIENCE - 1)
    await desk.back(early)


async def test_a_denied_state_is_used_up(desk: Bench) -> None:
    url = desk.begin()
    desk.linking.deny(desk.spotify.deny(url).query["state"])
    with pytest.raises(StaleLink):
        await desk.back(desk.spotify.agree(url))


async def test_a_newer_sign_in_takes_the_place_of_the_older(desk: Bench) -> None:
    old, new = desk.begin(), desk.begin()
    with pytest.raises(StaleLink):
        await desk.back(desk.spotify.agree(old))
    await desk.back(desk.spotify.agree(new))


async def test_sign_ins_under_way_are_bounded(desk: Bench) -> None:
    first = desk.begin(ALICE)
    for number in range(MOST):
        desk.linking.begin(type(ALICE)(1_000 + number), SERVER, "")
    with pytest.raises(StaleLink):
        await desk.back(desk.spotify.agree(first))


async def test_who_is_not_one_of_the_five_is_not_linked(desk: Bench) -> None:
    desk.spotify.invited = False
    with pytest.raises(NotInvited) as told:
        await desk.link()
    assert "five people" in str(told.value)
    assert await desk.account() is None


async def test_when_spotify_is_down_nothing_is_linked(desk: Bench) -> None:
    desk.spotify.broken = True
    with pytest.raises(SourceDown):
        await desk.link()
    assert desk.spotify.grants == ["authorization_code"], "a code is good for one call"


async def test_unlinking_while_the_code_is_exchanged_wins(desk: Bench) -> None:
    desk.spotify.held = asyncio.Event()
    linking = asyncio.create_task(desk.link())
    await desk.spotify.asked.wait()
    with pytest.raises(NotLinked):
        await desk.accounts.unlink(ALICE, SPOTIFY)
    desk.spotify.held.set()
    with pytest.raises(StaleLink):
        await linking
    assert await desk.account() is None


async def test_unlinking_deletes_and_takes_the_permission_back(desk: Bench) -> None:
    await desk.link()
    unlinked = await desk.accounts.unlink(ALICE, SPOTIFY)
    assert unlinked.revoked
    assert desk.spotify.revoked == list(desk.spotify.refresh)
    assert await desk.account() is None
    assert await desk.accounts.told(ALICE) == ()


async def test_nothing_says_its_secrets(desk: Bench) -> None:
    await desk.link()
    account = await desk.account()
    tokens = await desk.grants.tokens(ALICE)
    shown = " ".join(map(repr, (account, tokens, desk.linking, desk.grants, vars(desk.linking))))
    assert "**********" in shown
    assert not [text for text in SECRETS if text in shown]
