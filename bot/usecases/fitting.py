"""A fit: what is read for it, the fit itself and where its model is kept; in the worker and at a start alike."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from bot.sources.naming import work_key
from bot.store import Store
from bot.store.catalog import StoredFrames
from bot.store.catalog.fingerprint import fingerprint
from bot.store.database import database_file
from bot.store.records import FeedbackEvent
from bot.usecases.taste import WEIGHT, Tastes, load_listened, played
from recommender import Dataset, Engine, EngineConfig
from recommender.archive import Manifest, Origin, Shelf

Told = Callable[[str], None]
"""Called with the stage that begins: reading, tuning or fitting, saving."""

ASIDE = "used"
"""The folder, beside the versions, of the one that was chosen: a shelf of its own, which no fit prunes."""
OUTGROWN = 1.5
"""What was learned on a validation part serves until there are so many times the likes that it was learned on."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a fit learns from, and how it is told from what comes later."""

    frames: StoredFrames
    interactions: pd.DataFrame
    sessions: pd.DataFrame
    """What radios played; session, item in order."""
    origin: Origin


def shelf_of(url: str) -> Shelf | None:
    """Where the models of a database are kept: ``models/<its name>`` beside its file; None without a file."""
    file = database_file(url)
    return None if file is None else Shelf(models_folder(file))


def models_folder(file: Path) -> Path:
    """The folder of a database file's models."""
    return file.parent / "models" / file.stem


def aside(shelf: Shelf) -> Shelf:
    """Where the version that the operator went back to is kept."""
    return Shelf(shelf.folder / ASIDE)


def mark(event: FeedbackEvent | None) -> str:
    """What tells an event from another one that has its number in another copy of the database."""
    if event is None:
        return ""
    told = (event.id, event.server, event.member, event.song, event.verb.value, event.at)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


async def read(store: Store) -> Reading:
    """Read everything that a fit learns from; whoever writes meanwhile is not held up."""
    tastes, last = Tastes(), None
    # The answers first: every song that they name is in the catalogue that is read after them.
    async for event in store.feedback.replay():
        tastes.apply(event)
        last = event
    catalogue, frames = await _frames(store)
    await load_listened(store, tastes)
    interactions = _interactions([*_said(tastes), *_heard(tastes)])
    interactions = interactions[interactions["item"].isin(frames.items.index)]
    origin = Origin(
        catalogue=catalogue,
        last_event=0 if last is None else last.id,
        last_mark=mark(last),
        verdicts=len(interactions),
    )
    played = pd.DataFrame(await store.posts.played(), columns=["session", "item"])
    return Reading(frames, interactions, played.astype({"item": "int64"}), origin)


def fit(reading: Reading, config: EngineConfig) -> tuple[Engine, dict[str, float]]:
    """Fit an engine; with what there is to tell about it."""
    begun = time.perf_counter()
    frames, interactions = reading.frames, reading.interactions
    named = zip(frames.items["artist"], frames.items["title"], strict=True)
    dataset = Dataset.from_frames(
        items=frames.items.assign(work=[work_key(artist, title) for artist, title in named]),
        tags=frames.tags,
        audio=frames.audio,
        interactions=interactions,
        baskets=frames.baskets,
        sessions=reading.sessions,
    )
    engine = Engine(config).fit(dataset)
    return engine, {
        "seconds": round(time.perf_counter() - begun, 3),
        "songs": engine.items,
        "playlists": frames.baskets["basket"].nunique(),
        "members": len(interactions[["group", "member"]].drop_duplicates()),
        "verdicts": len(interactions),
        "likes": int((interactions["weight"] > 0).sum()),
        **engine.estimates,
    }


async def train(store: Store, shelf: Shelf, *, blas_threads: int, told: Told) -> Manifest:
    """Fit on what the database holds now and put the model on the shelf; blocking: for a process of its own.

    Raises:
        ShelfBusy: another process is at it.
        OSError: the shelf cannot be written.
        StoreError: the database cannot be read.
    """
    with shelf.reserved(), threadpool_limits(limits=blas_threads):
        told("reading")
        reading = await read(store)
        config, tuned = EngineConfig(), shelf.tuned()
        likes = int((reading.interactions["weight"] > 0).sum())
        if tuned is None or likes > OUTGROWN * tuned.pairs:
            told("tuning")
            engine, metrics = fit(reading, config)
            tuned = engine.tuned
        else:
            told("fitting")
            engine, metrics = fit(reading, config.tuned(tuned))
        told("saving")
        return shelf.save(engine, reading.origin, metrics, created=time.time(), tuned=tuned)


async def _frames(store: Store) -> tuple[str, StoredFrames]:
    """The catalogue under its fingerprint; an import that ends while this reads makes it read again."""
    before = await fingerprint(store.db)
    while True:
        frames = await store.catalog.frames()
        after = await fingerprint(store.db)
        if before == after:
            return before, frames
        before = after


_Row = tuple[int, int, int, float, float]


def _said(tastes: Tastes) -> Iterable[_Row]:
    """What members said of songs."""
    for event in tastes.events():
        yield event.server, event.member, event.song, WEIGHT[event.verb], event.at


def _heard(tastes: Tastes) -> Iterable[_Row]:
    """What members listened to, where they brought it, and said nothing of; age is taken off by the engine."""
    for member, servers, heard in tastes.listeners():
        for server in servers:
            answered = set(tastes.answered(server, member, learnt=True))
            for song, each in heard.items():
                if song not in answered and (weight := played(each, each.last)):
                    yield server, member, song, weight, each.last


def _interactions(rows: list[_Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["group", "member", "item", "weight", "unix_time"])
    return frame.astype(
        {"group": "int64", "member": "int64", "item": "int64", "weight": "float64", "unix_time": "float64"}
    )
