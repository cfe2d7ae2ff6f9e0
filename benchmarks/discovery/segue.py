"""The bot's own weekly post in the simulated servers: its store, use-cases and fits, on a clock that is turned by hand."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.discovery.posters import SONGS
from benchmarks.discovery.world import Said, World
from bot.app import App, open_app
from bot.store.records import (
    ChannelId,
    DiscoverySettings,
    Heard,
    History,
    MemberId,
    MessageId,
    NewSong,
    Post,
    PostKind,
    ServerId,
    SongId,
    Verb,
)
from bot.usecases import fitting
from bot.usecases.weekly import week_of
from recommender import EngineConfig
from recommender.archive import Shelf
from tests.conftest import settings

START = datetime(2026, 1, 2, 18, tzinfo=UTC).timestamp()
"""A Friday evening: the first post is a week later."""
DAY = 86_400.0
AGAIN = 7
"""How often somebody put on again what they play most; from there on it does not count for more."""


@dataclass
class Clock:
    """The time, turned by hand."""

    now: float = START

    def __call__(self) -> float:
        return self.now


async def build(world: World, database: Path) -> None:
    """Write the catalogue and the others' histories, fit, and keep the model."""
    database.parent.mkdir(parents=True, exist_ok=True)
    async with open_app(settings(database), now=Clock()) as app:
        made = await app.store.catalog.add(_catalogue(world), START)
        if [song.id for song in made] != list(world.artist):
            raise AssertionError("a new database numbers its songs from 1")
        for each in world.others:
            again = {song: round(AGAIN * rank) for song, rank in world.heard[each.id].items()}
            await app.store.histories.record(
                History(each.id, "lastfm", each.server, since=START, at=START),
                [(song, Heard(1 + times, times, 0, START)) for song, times in again.items()],
            )
        # What is learned on a validation part stays as it is by default: learning it takes minutes.
        reading = await fitting.read(app.store)
        engine, told = fitting.fit(reading, EngineConfig().tuned(None))
        _shelf(app).save(engine, reading.origin, told, created=time.time(), tuned=engine.tuned)


def _catalogue(world: World) -> list[NewSong]:
    most = np.log1p(max(world.listeners.values()))
    return [
        NewSong(
            key=f"lastfm:{song}",
            title=f"{each.name} {number}",
            artist=each.name,
            source="lastfm",
            popularity=min(100.0, float(100 * np.log1p(world.listeners[song]) / most)),
            tags=tuple(("genre", tag, 1.0) for tag in each.tags),
        )
        for each in world.artists
        for number, song in enumerate(each.songs, start=1)
    ]


def _shelf(app: App) -> Shelf:
    shelf = fitting.shelf_of(app.settings.database_url)
    if shelf is None:
        raise AssertionError("the database is a file")
    return shelf


@dataclass
class Segue:
    """The bot in all servers; `listens` to the answers, or keeps to what it was told at the start."""

    app: App
    clock: Clock
    world: World
    listens: bool = True
    posts: dict[ServerId, Post] = field(default_factory=dict[ServerId, Post])

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, world: World, built: Path, folder: Path, *, listens: bool = True
    ) -> AsyncGenerator[Segue]:
        """Open the bot on a copy of what was built, and let servers tell what they tell at the start."""
        shutil.copytree(built.parent, folder)
        clock = Clock()
        async with open_app(settings(folder / built.name), now=clock, seed=world.seed) as app:
            first = {each.id: each.songs[0] for each in world.artists}
            segue = cls(app, clock, world, listens)
            for server, people in world.servers.items():
                for person in people:
                    for artist in person.told:
                        await segue._told(server, person.id, first[artist])
            yield segue

    async def post(self, week: int) -> Mapping[ServerId, Sequence[SongId]]:
        """Make the posts of a week."""
        self.clock.now = START + 7 * DAY * (week + 1)
        for server in self.world.servers:
            self.posts[server] = await self._posted(server)
        return {server: [slot.song for slot in post.slots] for server, post in self.posts.items()}

    async def _posted(self, server: ServerId) -> Post:
        channel = ChannelId(server)
        chosen = DiscoverySettings(server, channel, 4, 18, "UTC", SONGS, START)
        made = await self.app.composer.compose(
            chosen, week_of(datetime.fromtimestamp(self.clock.now, UTC).date())
        )
        post = await self.app.picker.publish(
            PostKind.WEEKLY, made.question, list(made.slots), channel=channel, query=made.query
        )
        await self.app.picker.sent(post, channel, MessageId(post.id))
        return post

    async def learn(self, said: Sequence[Said]) -> None:
        """Take in the taps of a week, then fit anew."""
        self.clock.now += DAY
        if not self.listens:
            return
        for each in said:
            post = self.posts[each.server]
            slot = next(slot.number for slot in post.slots if slot.song == each.song)
            await self.app.feedback.tap(
                server=each.server,
                member=each.member,
                post=post,
                slot=slot,
                verb=each.verb,
                cause=f"{post.id}:{slot}:{each.member}",
                toggle=False,
            )
        await self._fit()

    async def _told(self, server: ServerId, member: MemberId, song: SongId) -> None:
        cause = f"told:{member}:{song}"
        await self.app.feedback.say(server=server, member=member, song=song, verb=Verb.LIKE, cause=cause)

    async def _fit(self) -> None:
        """Fit as the worker does, in this process, and swap the model in as the trainer does."""
        shelf = _shelf(self.app)
        manifest = await fitting.train(self.app.store, shelf, blas_threads=1, told=lambda _: None)
        if not await self.app.library.adopt(shelf.read(manifest.version), self.app.store, self.app.tastes):
            raise AssertionError("the catalogue does not change here")
