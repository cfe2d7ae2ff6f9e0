"""Everything that links accounts, beside a local authorisation server and a clock that is turned by hand."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr
from yarl import URL

from bot.sources.outbound import open_session
from bot.sources.spotify_accounts import spotify_accounts
from bot.sources.together import Sources
from bot.store import Store
from bot.store.accounts import Account, AccountService
from bot.store.records import MemberId, ServerId
from bot.usecases.accounts import Accounts, Forget
from bot.usecases.grants import Grants
from bot.usecases.linked import Linked
from bot.usecases.linking import Linkage, Linking
from bot.usecases.secrecy import Secrecy, new_key
from tests.sources.hand_clock import HandClock
from tests.sources.services.spotify_accounts import CLIENT, AuthServer, auth_server, secret

REDIRECT = "https://segue.example.org/callback"
SERVER = ServerId(1)
ALICE, BOB = MemberId(11), MemberId(22)
SPOTIFY = AccountService.SPOTIFY


@dataclass
class Bench:
    """The parts, and what they talk to."""

    store: Store
    spotify: AuthServer
    accounts: Accounts
    grants: Grants
    linking: Linking
    linked: Linked
    clock: HandClock

    async def link(self, member: MemberId = ALICE) -> Linkage:
        """Have a member sign in and agree."""
        return await self.back(self.spotify.agree(self.begin(member)))

    def begin(self, member: MemberId = ALICE) -> str:
        return self.linking.begin(member, SERVER, f"member {member}").url

    async def back(self, url: URL) -> Linkage:
        """The browser comes back."""
        return await self.linking.complete(url.query["state"], SecretStr(url.query["code"]))

    async def account(self, member: MemberId = ALICE) -> Account | None:
        return await self.store.accounts.get(member, SPOTIFY)


def key() -> SecretStr:
    return SecretStr(secret(new_key()))


@asynccontextmanager
async def bench(
    database: Path,
    keys: Sequence[SecretStr],
    *,
    sources: Sources | None = None,
    forget: Sequence[Forget] = (),
    revokes: bool = False,
) -> AsyncGenerator[Bench]:
    """A bench on a database, which may be from an earlier one, as after a restart."""
    clock = HandClock()

    def now() -> float:
        return clock.now().timestamp()

    async with (
        Store(f"sqlite+aiosqlite:///{database}") as store,
        auth_server(now, REDIRECT) as state,
        open_session() as session,
    ):
        addresses = state.addresses
        if revokes:
            addresses = replace(addresses, revoke=f"{state.base}/api/revoke")
        spotify = spotify_accounts(
            session, addresses, client_id=CLIENT, callback=REDIRECT, now=now, clock=clock
        )
        secrecy = Secrecy(keys)
        accounts = Accounts(store.accounts, sources or Sources(), secrecy, now)
        for each in forget:
            accounts.forgets(each)
        await accounts.load()
        grants = Grants(store.accounts, secrecy, spotify, now, accounts.lose)
        linking = Linking(spotify, grants, now)
        accounts.serve_spotify(linking, grants)
        yield Bench(store, state, accounts, grants, linking, Linked(spotify, grants), clock)
