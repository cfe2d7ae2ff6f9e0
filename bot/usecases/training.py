"""When the engine is fitted anew, and who does it: a worker process, so that members never wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import structlog

import bot
from bot.beside import beside
from bot.errors import SegueError
from bot.store import Store
from bot.store.catalog.fingerprint import fingerprint, size
from bot.store.catalog.rows import bulk
from bot.store.records import MemberId, ServerId
from bot.usecases import rollback
from bot.usecases.library import Library
from bot.usecases.taste import Tastes
from bot.usecases.unlearning import drop, outdate, stale
from recommender.archive import BrokenModel, Model, Shelf

log = structlog.get_logger(__name__)

# A fit is worth its time once so many verdicts are new to the engine, or this share of what it was fitted on. They
# count at once in any case, as evidence; a fit makes them change what others are shown.
MANY = 200
SOME, SHARE = 20, 0.2
# Between two fits lies so many times what the last one took, where that is more than the setting.
REST = 10.0
MINUTE = 60.0
# Seconds between two looks at whether there is anything to do.
LOOK = MINUTE
# A worker that takes longer than this is ended.
LONGEST_FIT = 60 * MINUTE
# After a failure: twice as long after every further one.
FIRST_PAUSE, LONGEST_PAUSE = 2 * MINUTE, 360 * MINUTE
# The worker needs none of these.
SECRETS = (
    "DISCORD_TOKEN",
    "LASTFM_API_KEY",
    "LISTENBRAINZ_TOKEN",
    "SEGUE_SECRET_KEY",
    "SPOTIFY_CLIENT_ID",
    "SPOTIFY_CLIENT_SECRET",
)
BLAS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class FitFailed(SegueError):
    """The worker ended without a model; the sentence says what it said."""


@dataclass(frozen=True, slots=True)
class Worker:
    """The process that fits, as it is started."""

    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    longest: float = LONGEST_FIT

    @classmethod
    def of(cls, url: str, *, blas_threads: int) -> Worker:
        """``python -m bot train --worker`` on that database."""
        home = str(Path(bot.__file__).parents[1])
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        env = {
            **{name: value for name, value in os.environ.items() if name not in SECRETS},
            **dict.fromkeys(BLAS, str(blas_threads)),
            "SEGUE_BLAS_THREADS": str(blas_threads),
            "PYTHONPATH": os.pathsep.join(paths),
        }
        return cls((sys.executable, "-P", "-m", "bot", "train", "--worker", "--database", url), env)

    async def fit(self) -> int:
        """Fit in a process of its own; the version that is on the shelf then.

        Whatever ends this, an error or being cancelled, ends the process too.

        Raises:
            FitFailed: there is no new version.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                env=self.env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise FitFailed(f"The worker cannot be started: {error}.") from error
        try:
            async with asyncio.timeout(self.longest):
                return await _version(process)
        except TimeoutError:
            raise FitFailed(f"The worker took longer than {self.longest / MINUTE:.0f} minutes.") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()


async def _version(process: asyncio.subprocess.Process) -> int:
    """Follow the worker's lines to its end."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    said: dict[str, Any] = {}
    async for line in process.stdout:
        with contextlib.suppress(ValueError):
            said |= cast(dict[str, Any], json.loads(line))
            log.debug("fit", **said)
    code = await process.wait()
    if code == 0 and isinstance(version := said.get("version"), int):
        return version
    raise FitFailed(
        str(said.get("error") or f"The worker ended with {code} while {said.get('stage', 'starting')}.")
    )


class Trainer:
    """Looks now and then whether the engine should be fitted anew, has it done, and swaps the new one in.

    Until a new model is loaded, checked and up to date, the old engine serves; whatever fails, it goes on serving.
    """

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        library: Library,
        clock: Callable[[], float],
        *,
        shelf: Shelf | None,
        worker: Worker,
        minutes: float,
        chosen: Callable[[], int | None] = lambda: None,
    ) -> None:
        """Without a shelf nothing is ever fitted; with 0 `minutes` between two fits, only when somebody was forgotten.

        Args:
            chosen: the version that the operator went back to, or None; nothing is fitted while it serves.
        """
        self._store = store
        self._tastes = tastes
        self._library = library
        self._clock = clock
        self._shelf = shelf
        self._on = bool(minutes)
        self._forgotten = False
        # What is outdated, and what is deleted for it, changes in turns.
        self._changing = asyncio.Lock()
        self._chosen = chosen
        self._was_chosen = chosen()
        self._worker = worker
        self._gap = minutes * MINUTE
        self._asked = False
        self._woken = asyncio.Event()
        self._last_fit = clock()
        self._took = 0.0
        self._failures = 0
        self._fits = 0
        self._not_before = 0.0
        self._unfit: set[int] = set()
        self._catalogue = Catalogue(store, library, clock, self._gap)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look once a minute, for as long as the block lasts; a worker that is at it then is ended."""
        async with beside(self._look(), name="trainer"):
            yield

    def ask(self) -> None:
        """Have it fitted at once, whatever the numbers say."""
        self._asked = True
        self._woken.set()

    def look(self) -> None:
        """Look at once whether there is anything to do."""
        self._woken.set()

    async def forget(self, members: Iterable[MemberId], server: ServerId | None) -> float:
        """Stop using what was learnt of members, in one server or all, and have it fitted anew without.

        Returns:
            until when that is done at the latest, unless a fit fails; unix time.

        Raises:
            StoreError: that models are outdated could not be noted.
        """
        async with self._changing:
            if self._shelf is not None:
                await outdate(self._store, self._shelf)
                if await self._store.switches.use(None, self._clock()):
                    log.warning("newest model chosen: the earlier one holds what was deleted")
            self._forgotten = True
        await self._library.forget(members, server)
        self.ask()
        return max(self._clock(), self._soonest()) + LOOK + self._worker.longest

    def _soonest(self) -> float:
        """When another fit may begin; nobody keeps the machine busy by asking to be forgotten."""
        return self._last_fit + max(self._gap, REST * self._took) if self._fits else 0.0

    async def turn(self) -> str | None:
        """Do what is due.

        Returns:
            why a new model serves now: ``verdicts``, ``catalogue`` (an import), ``songs`` (those that came one by
            one), ``forgotten`` or ``asked``; ``found`` where somebody else has put it on the shelf, ``chosen`` where the
            operator went back to it. None where none does.
        """
        reason = None
        try:
            if self._shelf is None:
                return None
            if not self._forgotten:  # what the operator went back to holds what was deleted
                back = await self._back(self._shelf)
                if back is not None or self._library.now.version == self._chosen():
                    return back
            if not (self._on or self._forgotten):
                return None
            if await self._found(self._shelf):
                return "found"
            reason = await self._due()
            if reason is None:
                return None
            self._asked = False
            log.info("fit begins", reason=reason, new_verdicts=len(self._library.now.changed))
            begun = self._clock()
            version = await self._worker.fit()
            self._last_fit = self._clock()
            self._fits += 1
            self._took = max(self._last_fit - begun, 0.0)
            if not self._forgotten and self._chosen() not in (None, self._was_chosen):
                return None  # the operator went back meanwhile: the next look does what they want
            taken = await self._take(self._shelf, version)
        except (SegueError, BrokenModel, OSError) as error:
            self._failed(error)
            return None
        self._failures = 0
        return reason if taken else None

    async def _look(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self.turn()
            except Exception as error:  # noqa: BLE001 - the boundary: the next look comes, whatever this one met
                self._failed(error)

    async def _due(self) -> str | None:
        """Why a fit should begin now, or None."""
        now = self._clock()
        if self._forgotten:
            self._asked = False
            return "forgotten" if now >= max(self._soonest(), self._not_before) else None
        if self._asked:
            return "asked"
        if now < self._not_before:
            return None
        if await self._catalogue.changed():
            return "catalogue"
        if now - self._last_fit < max(self._gap, REST * self._took):
            return None
        known = self._library.now
        new = len(known.changed)
        if new >= MANY or new >= max(SOME, SHARE * known.origin.verdicts):
            return "verdicts"
        return "songs" if self._catalogue.grown else None

    async def _back(self, shelf: Shelf) -> str | None:
        """Serve with what the operator chose since the last look: an earlier version, or the newest again."""
        version = self._chosen()
        if version == self._was_chosen:
            return None
        self._was_chosen = version
        self._unfit.clear()
        if version is None:
            return "found" if await self._found(shelf) else None
        if version == self._library.now.version:
            return None
        model = await rollback.chosen(self._store, shelf, version)
        return "chosen" if model is not None and await self._adopt(shelf, model) else None

    async def _found(self, shelf: Shelf) -> bool:
        """Take what an operator's own fit has put on the shelf."""
        versions = await asyncio.to_thread(shelf.versions)
        newest = max(versions, default=0)
        if newest <= await stale(self._store) or newest <= self._library.now.version or newest in self._unfit:
            return False
        self._unfit.add(newest)  # until it is taken: one that is refused is not tried again
        return await self._take(shelf, newest)

    async def _take(self, shelf: Shelf, version: int) -> bool:
        if version <= await stale(self._store):
            log.info("model not taken: somebody was forgotten since its fit began", version=version)
            return False
        with bulk():
            model = await asyncio.to_thread(shelf.read, version)
            if version <= await stale(self._store):
                return False
        return await self._adopt(shelf, model)

    async def _adopt(self, shelf: Shelf, model: Model) -> bool:
        with bulk():
            taken = await self._library.adopt(model, self._store, self._tastes)
        if taken:
            async with self._changing:
                if model.version > await stale(self._store):
                    await drop(self._store, shelf)
                    self._forgotten = False
            log.info("model swapped in", version=model.version, **model.manifest.metrics)
        else:
            log.info("model not taken: the catalogue has changed since its fit", version=model.version)
        self._catalogue.look_again()
        return taken

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        pause = min(FIRST_PAUSE * 2 ** (self._failures - 1), LONGEST_PAUSE)
        self._not_before = self._clock() + pause
        expected = isinstance(error, SegueError | BrokenModel | OSError)
        log.warning(
            "fit failed: the engine of before goes on serving",
            error=str(error),
            again_in_minutes=pause / MINUTE,
            exc_info=None if expected else error,
        )


class Catalogue:
    """Notices that the catalogue on disk is not the one in memory any more."""

    def __init__(self, store: Store, library: Library, clock: Callable[[], float], patience: float) -> None:
        self._store = store
        self._library = library
        self._clock = clock
        self._patience = patience
        self._size: tuple[int, ...] | None = None
        self._looked = 0.0
        self._changed = False

    def look_again(self) -> None:
        """Trust nothing that was seen before."""
        self._size = None

    async def changed(self) -> bool:
        """Compare in full when a table has grown, and otherwise once in a while, for changed values."""
        now, there = self._clock(), await size(self._store.db)
        if there != self._size or now - self._looked >= self._patience:
            self._size, self._looked = there, now
            self._changed = await fingerprint(self._store.db) != self._library.now.songs.mark
        return self._changed

    @property
    def grown(self) -> bool:
        """Whether there is something that the engine does not know of, as of the last look."""
        known = self._library.now
        return known.engine.items < len(known.songs.by_id) or self._size not in (None, known.songs.size)
