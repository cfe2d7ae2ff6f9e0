"""An earlier version of the model: listed, checked and set aside, where newer fits cannot take it away."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.errors import WrongModel
from bot.store import Store
from bot.store.catalog.fingerprint import fingerprint
from bot.store.records import EventId
from bot.usecases.fitting import aside, mark
from bot.usecases.unlearning import stale
from recommender import EngineConfig
from recommender.archive import BrokenModel, Manifest, Model, Shelf

log = structlog.get_logger(__name__)

_UNFINISHED = ".new"


@dataclass(frozen=True, slots=True)
class Listed:
    """A version on disk: what is told of it, or why it cannot be used."""

    version: int
    manifest: Manifest | None
    trouble: str | None = None


async def judge(store: Store, shelf: Shelf, catalogue: str) -> Callable[[Manifest], str | None]:
    """Say of a version on this shelf why it is not of this catalogue and these answers; None where it is."""
    last = await store.feedback.last()
    marks: dict[int, str] = {0: ""}
    for version in await asyncio.to_thread(shelf.versions):
        with contextlib.suppress(BrokenModel):
            number = (await asyncio.to_thread(shelf.manifest, version)).origin.last_event
            marks[number] = mark(await store.feedback.find(EventId(number))) if number else ""
    outdated = await stale(store)

    def misfit(manifest: Manifest) -> str | None:
        if manifest.version <= outdated:
            return "was fitted on what somebody has deleted since"
        return _misfit(manifest, catalogue, 0 if last is None else last.id, marks)

    return misfit


def _misfit(manifest: Manifest, catalogue: str, last: int, marks: Mapping[int, str]) -> str | None:
    origin = manifest.origin
    if origin.catalogue != catalogue:
        return "was fitted on another catalogue: songs were imported or removed since"
    if origin.last_event > last or origin.last_mark != marks.get(origin.last_event):
        return "was fitted on answers that this database does not have"
    return None


async def listed(store: Store, shelf: Shelf) -> list[Listed]:
    """Every version on disk, the newest first, the one that was set aside among them."""
    mark_now = await fingerprint(store.db)
    found: dict[int, Listed] = {}
    for each in (aside(shelf), shelf):
        misfit = await judge(store, each, mark_now)
        for version in await asyncio.to_thread(each.versions):
            try:
                manifest = await asyncio.to_thread(each.manifest, version)
            except BrokenModel as error:
                found[version] = Listed(version, None, str(error))
                continue
            trouble = misfit(manifest)
            if manifest.config != EngineConfig().of_fit():
                trouble = "was fitted with other settings of the engine"
            found[version] = Listed(version, manifest, trouble)
    return [found[version] for version in sorted(found, reverse=True)]


async def choose(store: Store, shelf: Shelf, version: int) -> Manifest:
    """Check a version as a start does, and set a copy of it aside.

    Raises:
        WrongModel: it is not there, is damaged, or does not fit this program, catalogue or database.
    """
    kept = aside(shelf)
    there = await asyncio.to_thread(shelf.versions)
    only_aside = version not in there and version in await asyncio.to_thread(kept.versions)
    where = kept if only_aside else shelf
    model = await fitting_model(store, where, version)
    if where is shelf:
        try:
            await asyncio.to_thread(_copy, shelf.path(version), kept.path(version))
        except OSError as error:
            raise WrongModel(f"Model {version} cannot be set aside ({error.strerror}). Try again.") from error
    return model.manifest


async def fitting_model(store: Store, shelf: Shelf, version: int, catalogue: str | None = None) -> Model:
    """Read a version of a shelf whole, after every check.

    Args:
        catalogue: its fingerprint, where it is known already.

    Raises:
        WrongModel: it is not there or cannot be used here.
    """
    there = await asyncio.to_thread(shelf.versions)
    if version not in there:
        names = ", ".join(map(str, reversed(there))) or "none"
        raise WrongModel(f"There is no model {version} on disk; there are: {names}.")
    misfit = await judge(store, shelf, catalogue or await fingerprint(store.db))
    try:
        reason = misfit(await asyncio.to_thread(shelf.manifest, version))
        if reason is None:
            return await asyncio.to_thread(shelf.read, version)
    except BrokenModel as error:
        raise WrongModel(str(error)) from error
    raise WrongModel(f"Model {version} {reason}. `python -m bot model list` shows which can be used.")


async def chosen(
    store: Store, shelf: Shelf | None, version: int | None, catalogue: str | None = None
) -> Model | None:
    """The version that the operator chose, read whole; None without one, or where it cannot be used any more."""
    if shelf is None or version is None:
        return None
    try:
        return await fitting_model(store, aside(shelf), version, catalogue)
    except WrongModel as error:
        log.warning("chosen model not used", version=version, error=str(error))
        return None


def _copy(there: Path, here: Path) -> None:
    """Copy a version whole or not at all; what was set aside before goes."""
    made = here.parent / f"{_UNFINISHED}-{here.name}"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(there, made)
    for other in here.parent.iterdir():
        if other != made:
            shutil.rmtree(other, ignore_errors=True)
    made.rename(here)
