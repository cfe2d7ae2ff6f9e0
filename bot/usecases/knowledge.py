"""What is known, swapped in whole: songs, the engine that was fitted on them, and how both are read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from bot.store import Store
from bot.store.catalog.fingerprint import fingerprint, size
from bot.store.records import EventId, FeedbackEvent, SongId
from bot.usecases import fitting
from bot.usecases.songs import Songs
from bot.usecases.taste import WEIGHT, Tastes
from recommender import Engine, GroupId, ItemId, MemberId
from recommender.archive import BrokenModel, Manifest, Model, Origin, Shelf, ShelfBusy
from recommender.config import Tuned

log = structlog.get_logger(__name__)

_NOTHING = Origin(catalogue="", last_event=0, last_mark="", verdicts=0)

Key = tuple[int, int, SongId]
"""A server, a member and a song."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a member thinks of a song, as the engine takes it; 0 when they took it back."""

    event: FeedbackEvent
    weight: float


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Songs and the engine that was fitted on them: they are replaced together, in one assignment."""

    songs: Songs = field(default_factory=Songs)
    engine: Engine = field(default_factory=Engine)
    origin: Origin = _NOTHING
    version: int = 0
    """On the shelf; 0 when it is not there."""
    changed: set[Key] = field(default_factory=set[Key])
    """Server, member and song of every verdict that the fit has not seen."""


def fold_in(engine: Engine, verdicts: Iterable[Verdict]) -> None:
    """Fold in what the engine can know of; songs that came after its fit wait for the next one."""
    known = engine.ids()
    for verdict in verdicts:
        if verdict.event.song not in known:
            continue
        engine.fold_in(
            group=GroupId(verdict.event.server),
            member=MemberId(verdict.event.member),
            item=ItemId(verdict.event.song),
            weight=verdict.weight,
            unix_time=verdict.event.at,
        )


def key_of(event: FeedbackEvent) -> Key:
    """Which opinion an event is about."""
    return event.server, event.member, event.song


async def read_songs(store: Store) -> Songs:
    """The catalogue; its fingerprint is older than what is read, so that whatever comes between is noticed later."""
    mark = await fingerprint(store.db)
    rows = await size(store.db)
    songs = await store.catalog.songs()
    links = await store.catalog.links()
    return await asyncio.to_thread(Songs.of, mark, rows, songs, links)


def covers(songs: Songs, engine: Engine) -> bool:
    """Whether the catalogue has every song that the engine may pick; the newest ones it may not know yet."""
    return engine.ids() <= songs.by_id.keys()


async def newest_model(store: Store, shelf: Shelf | None, mark: str) -> Model | None:
    """The newest good model that was fitted on this catalogue and on no answer that the log does not have."""
    if shelf is None:
        return None
    last = await store.feedback.last()
    marks = {0: ""}
    for version in await asyncio.to_thread(shelf.versions):
        try:
            number = (await asyncio.to_thread(shelf.manifest, version)).origin.last_event
        except BrokenModel:
            continue  # told below
        marks[number] = fitting.mark(await store.feedback.find(EventId(number))) if number else ""

    def fits(manifest: Manifest) -> bool:
        origin = manifest.origin
        known = origin.last_event <= (0 if last is None else last.id)
        return known and origin.catalogue == mark and origin.last_mark == marks.get(origin.last_event)

    model, refused = await asyncio.to_thread(shelf.latest, fits)
    for broken in refused:
        log.warning("model refused", error=str(broken))
    return model


async def verdicts_since(store: Store, tastes: Tastes, origin: Origin) -> list[Verdict]:
    """What is thought now of every song that was answered since a fit read the log."""
    keys: dict[Key, FeedbackEvent] = {}
    async for event in store.feedback.replay(origin.last_event):
        keys[key_of(event)] = event
    found: list[Verdict] = []
    for number, event in enumerate(keys.values(), start=1):
        counts = tastes.opinion(event.server, event.member, event.song).last
        found.append(Verdict(event, 0.0) if counts is None else Verdict(counts, WEIGHT[counts.verb]))
        if not number % 1_000:
            await asyncio.sleep(0)
    return found


def keep(
    shelf: Shelf | None,
    engine: Engine,
    origin: Origin,
    metrics: Mapping[str, float],
    tuned: Tuned | None,
) -> Manifest | None:
    """Put a model on the shelf if that can be done; the bot runs on without."""
    if shelf is None or not engine.items:
        return None
    try:
        return shelf.save(engine, origin, metrics, created=time.time(), tuned=tuned)
    except (OSError, ShelfBusy) as error:
        log.warning("model not kept: the next start fits again", folder=str(shelf.folder), error=str(error))
        return None


def let_go(gone: list[Knowledge]) -> None:
    """Let go of what was swapped out, song by song: all at once would stop every thread for 50 ms."""
    songs = list(gone[0].songs.by_id.values())
    gone.clear()
    while songs:
        songs.pop()
