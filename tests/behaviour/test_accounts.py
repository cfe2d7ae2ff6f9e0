"""Members link and unlink their accounts; nobody else sees any of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from yarl import URL

from bot.app import App, open_app
from bot.linking.server import listening
from bot.sources.errors import SourceDown
from bot.sources.found import SourceName
from bot.sources.outbound import Metrics
from bot.sources.outbound.metrics import Tally
from bot.sources.together import Sources
from bot.store.accounts import AccountService
from bot.store.records import MemberId
from tests.behaviour.conftest import Home
from tests.conftest import settings
from tests.secrets_kept import secrets_kept
from tests.sources.services.spotify_accounts import CLIENT, HOUR, AuthServer, auth_server, secret
from tests.usecases.signing_in import key

__all__ = ["secrets_kept"]
REDIRECT = "https://segue.example.org/callback"
TOKEN = "11111111-2222-3333-4444-555555555555"


@dataclass
class Users:
    """A service that knows some users."""

    name: SourceName
    known: set[str] = field(default_factory=lambda: {"alice_l"})
    down: bool = False

    def metrics(self) -> Metrics:
        return Tally().metrics()

    async def has_account(self, name: str) -> bool:
        if self.down:
            raise SourceDown("Last.fm")
        return name in self.known


@dataclass
class World:
    app: App
    spotify: AuthServer
    callback: str
    users: dict[str, Users]
    time: list[float]

    async def browser(self, back: URL) -> str:
        """The page on which a sign-in ends."""
        async with (
            aiohttp.ClientSession() as browser,
            browser.get(URL(f"{self.callback}/callback").with_query(back.query)) as response,
        ):
            return await response.text()


@asynccontextmanager
async def world(database: Path, **more: object) -> AsyncGenerator[World]:
    time = [1_780_000_000.0]
    users = {each: Users(SourceName(each)) for each in ("listenbrainz", "lastfm")}

    def now() -> float:
        return time[0]

    async with auth_server(now, REDIRECT) as spotify:
        chosen = settings(
            database,
            SEGUE_LINK_URL=REDIRECT.removesuffix("/callback"),
            SEGUE_LINK_PORT=0,
            SPOTIFY_CLIENT_ID=CLIENT,
            **{"SEGUE_SECRET_KEY": key().get_secret_value(), **more},
        )
        sources = Sources(list(users.values()))
        async with (
            open_app(chosen, now=now, seed=1, sources=sources, spotify=spotify.addresses) as app,
            listening(chosen, app.linking, now) as opened,
        ):
            assert opened is not None
            yield World(app, spotify, opened[1], users, time)


@pytest.fixture
async def linking(database: Path) -> AsyncGenerator[World]:
    async with world(database) as opened:
        yield opened


@pytest.fixture
async def app(linking: World) -> App:
    return linking.app


async def begin(home: Home, who: Any) -> str:
    """Ask for a sign-in; where its button leads."""
    card = home.shown(await who.slash(home.channel, "link spotify"))
    assert card.private
    assert "5 people" in card.text
    assert "/unlink" in card.text
    return next(part["url"] for part in card.raw if part.get("url"))


async def says(home: Home, who: Any, command: str, **given: object) -> str:
    """What a member is told, privately."""
    told = home.shown(await who.slash(home.channel, command, **given))
    assert told.private
    return told.text


async def test_spotify_is_linked_listed_and_unlinked(home: Home, linking: World) -> None:
    assert "No account is linked" in await says(home, home.alice, "link status")
    url = await begin(home, home.alice)
    assert len(url) <= 512
    text = await linking.browser(linking.spotify.agree(url))
    assert "Alice on Spotify is now linked to alice on Discord" in text
    listed = await says(home, home.alice, "link status")
    assert "Alice on Spotify" in listed
    assert "has to be linked again by" in listed
    assert "No account is linked" in await says(home, home.bob, "link status")
    gone = await says(home, home.alice, "unlink", service="spotify")
    assert "the name and the keys" in gone
    assert "spotify.com/account/apps" in gone
    assert "No Spotify account" in await says(home, home.alice, "unlink", service="spotify")


async def test_everybody_gets_a_sign_in_of_their_own(home: Home, linking: World) -> None:
    of_alice, of_bob = await begin(home, home.alice), await begin(home, home.bob)
    states = {URL(url).query["state"] for url in (of_alice, of_bob)}
    assert len(states) == 2
    await linking.browser(linking.spotify.agree(of_bob))
    assert "Alice on Spotify" in await says(home, home.bob, "link status")
    assert "No account is linked" in await says(home, home.alice, "link status")


async def test_a_lost_link_is_told_at_the_next_command(home: Home, linking: World) -> None:
    await linking.browser(linking.spotify.agree(await begin(home, home.alice)))
    linking.spotify.refuse_refresh = True
    linking.time[0] += HOUR
    with pytest.raises(Exception, match="does not hold"):
        _ = [each async for each in linking.app.linked.heard(MemberId(home.alice.id))]
    result = await home.alice.slash(home.channel, "help")
    (told,) = result.followups
    assert told.flags.ephemeral
    assert "Your link to Spotify does not hold any more" in told.content
    assert "/link spotify" in told.content
    assert not (await home.alice.slash(home.channel, "help")).followups
    assert "No account is linked" in await says(home, home.alice, "link status")


async def test_names_are_linked_once_the_service_knows_them(home: Home, linking: World) -> None:
    for service in ("listenbrainz", "lastfm"):
        assert "knows nobody" in await says(home, home.alice, f"link {service}", name="no*body")
        assert "Linked: **alice" in await says(home, home.alice, f"link {service}", name="alice_l")
    listed = await says(home, home.alice, "link status")
    assert "ListenBrainz" in listed
    assert "Last.fm" in listed
    assert "Deleted here: the name." in await says(home, home.alice, "unlink", service="lastfm")


async def test_a_service_that_is_down_says_so(home: Home, linking: World) -> None:
    linking.users["lastfm"].down = True
    assert "does not answer just now" in await says(home, home.alice, "link lastfm", name="alice_l")


async def test_a_token_is_taken_in_a_window_and_sealed(home: Home, linking: World, database: Path) -> None:
    secret(TOKEN)
    shown = await home.alice.slash(home.channel, "link listenbrainz", name="alice_l", token=True)
    assert shown.modal is not None
    control = next(
        part["component"]["custom_id"] for part in shown.modal["components"] if "component" in part
    )
    told = home.shown(await home.alice.submit_modal(shown, {control: TOKEN}))
    assert told.private
    assert "token sealed" in told.text
    accounts = linking.app.accounts
    kept = await accounts.token(MemberId(home.alice.id), AccountService.LISTENBRAINZ)
    assert kept == SecretStr(TOKEN)
    files = b"".join(file.read_bytes() for file in database.parent.glob("segue.db*"))
    assert TOKEN.encode() not in files


class TestTurnedOff:
    @pytest.fixture
    async def app(self, database: Path) -> AsyncGenerator[App]:
        users = Users(SourceName("lastfm"))
        async with open_app(settings(database), seed=1, sources=Sources([users])) as opened:
            yield opened

    async def test_it_says_so_and_what_works(self, home: Home) -> None:
        told = await says(home, home.alice, "link spotify")
        assert "has not turned that on for Spotify" in told
        assert "/link lastfm" in told
        told = await says(home, home.alice, "link listenbrainz", name="alice_l")
        assert "has not turned that on for ListenBrainz" in told

    async def test_a_token_is_not_even_asked_for(self, home: Home) -> None:
        told = await says(home, home.alice, "link listenbrainz", name="alice_l", token=True)
        assert "cannot be kept safely" in told
