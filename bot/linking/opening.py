"""Builds what links accounts, as far as the operator has turned it on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.settings import Settings
from bot.sources.outbound import Budget
from bot.sources.spotify import Spotify, open_budget
from bot.sources.spotify_accounts import Addresses, open_spotify_accounts
from bot.sources.together import Sources
from bot.store import Store
from bot.usecases.accounts import Accounts
from bot.usecases.grants import Grants
from bot.usecases.linked import Linked
from bot.usecases.linking import Linking
from bot.usecases.secrecy import Secrecy


@dataclass(frozen=True, slots=True)
class Links:
    """The parts: ``linking`` is None where members cannot sign in at Spotify."""

    accounts: Accounts
    linked: Linked
    linking: Linking | None = None


@asynccontextmanager
async def open_linking(
    settings: Settings, store: Store, sources: Sources, now: Callable[[], float], addresses: Addresses
) -> AsyncGenerator[Links]:
    """Accounts, ready to use; nothing outside is asked yet."""
    secrecy = Secrecy.of(settings.secret_keys)
    accounts = Accounts(store.accounts, sources, secrecy, now)
    await accounts.load()
    client_id = settings.spotify_client_id
    if secrecy is None or client_id is None or settings.link_missing:
        yield Links(accounts, Linked(None, None))
        return
    callback, calls = settings.link_callback, _calls(store, sources)
    async with open_spotify_accounts(
        addresses, client_id=client_id, callback=callback, now=now, budget=calls
    ) as spotify:
        grants = Grants(store.accounts, secrecy, spotify, now, accounts.lose)
        linking = Linking(spotify, grants, now)
        accounts.serve_spotify(linking, grants)
        yield Links(accounts, Linked(spotify, grants), linking)


def _calls(store: Store, sources: Sources) -> Budget:
    """The day's calls to Spotify: what the source counts, or where it is off, a count of its own."""
    source = sources.named("spotify")
    return (source.budget if isinstance(source, Spotify) else None) or open_budget(store.meta)
