"""Models that still hold what was deleted: which versions those are, and how they go."""

from __future__ import annotations

import asyncio
import contextlib
import shutil

from bot.store import Store
from bot.store.rights import UNLEARN
from bot.usecases.fitting import aside
from recommender.archive import Shelf, ShelfBusy

STALE = "models.stale"
"""The newest version on the shelf that holds something deleted; 0 for none."""


async def stale(store: Store) -> int:
    """The newest version that must not be used any more."""
    return int(await store.meta.get(STALE) or 0)


async def catch_up(store: Store, shelf: Shelf | None) -> None:
    """At a start, note what a crash right after a deletion left unnoted: no model of before may serve.

    Raises:
        StoreError: it could not be noted.
    """
    if await store.meta.get(UNLEARN) == "1":
        if shelf is not None:
            await outdate(store, shelf)
        await store.meta.set(UNLEARN, "0")


async def outdate(store: Store, shelf: Shelf) -> None:
    """Note that no model which is there, or is being fitted just now, may be used once there is another one.

    Raises:
        StoreError: it could not be noted.
    """
    newest = await asyncio.to_thread(_newest, shelf)
    await store.meta.set(STALE, str(max(newest, await stale(store))))


async def drop(store: Store, shelf: Shelf) -> None:
    """Delete the outdated versions, once a newer one serves.

    Raises:
        StoreError: they are gone, and that could not be noted.
    """
    last = await stale(store)
    if not last:
        return
    for each in (shelf, aside(shelf)):
        await asyncio.to_thread(_delete, each, last)
    await store.meta.set(STALE, "0")


def _newest(shelf: Shelf) -> int:
    newest = max([*shelf.versions(), *aside(shelf).versions()], default=0)
    try:
        with shelf.reserved():
            return max(newest, *shelf.versions())
    except ShelfBusy:  # whoever is fitting may have read before
        return newest + 1
    except OSError:
        return newest


def _delete(shelf: Shelf, last: int) -> None:
    for version in shelf.versions():
        if version <= last:
            # Renamed first, so that a version is never there in part; what is left so is swept by the next fit.
            going = shelf.folder / f".new-gone-{version:06d}"
            with contextlib.suppress(OSError):
                shelf.path(version).rename(going)
            shutil.rmtree(going, ignore_errors=True)
