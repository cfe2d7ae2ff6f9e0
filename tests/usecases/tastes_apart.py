"""A catalogue of a few tastes, each with artists whom all know and artists whom few know, and servers that have one of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import App, open_app
from bot.store import Store
from bot.store.records import (
    Claim,
    ClaimState,
    MemberId,
    NewSong,
    PostKind,
    ServerId,
    Slot,
    Song,
    SongId,
    Verb,
)
from bot.usecases.picking import Question
from tests.conftest import settings

KNOWN, LITTLE = 60, 20
"""Songs of each taste by artists whom all, or few, know; an artist each."""
TASTES = ("folk", "techno", "jazz", "metal", "soul", "dub")
ADMIN, ARTIST = MemberId(900), MemberId(901)


@dataclass
class Time:
    """The clock of a test."""

    now: float = 1.79e9

    def __call__(self) -> float:
        return self.now


def new_song(taste: str, number: int, *, popularity: float | None) -> NewSong:
    name = f"{taste} {number}"
    return NewSong(
        key=name,
        title=name,
        artist=f"band {name}",
        source="toy",
        popularity=popularity,
        tags=(("genre", taste, 1.0), ("genre", f"{taste} {number % 7}", 0.5)),
    )


@asynccontextmanager
async def opened(folder: Path, time: Time, **more: object) -> AsyncGenerator[App]:
    """The app on that catalogue."""
    chosen = settings(folder / "toy.db", **more)
    async with Store(chosen.database_url) as store:
        given = [
            new_song(taste, number, popularity=80.0 if number < KNOWN else 10.0)
            for taste in TASTES
            for number in range(KNOWN + LITTLE)
        ]
        await store.catalog.add(given, time())
    async with open_app(chosen, now=time, seed=3) as app:
        yield app


def named(app: App, title: str) -> SongId:
    return next(song.id for song in app.library.songs.values() if song.title == title)


async def likes(app: App, server: ServerId, taste: str, members: range) -> None:
    """Have members of a server like known songs of one taste."""
    for member in members:
        for step in range(6):
            song = named(app, f"{taste} {(7 * member + step) % KNOWN}")
            await app.feedback.say(
                server=server,
                member=MemberId(member),
                song=song,
                verb=Verb.LIKE,
                cause=f"{server}:{member}:{step}",
            )


async def listed(
    app: App, server: ServerId, member: int, count: int = 5, *, shown: bool = True
) -> list[Slot]:
    """A list as `/recommend` makes it."""
    question = Question(server, MemberId(member), count=count, explore=count // 5)
    slots = await app.picker.pick(question)
    if shown:
        await app.picker.publish(PostKind.RECOMMEND, question, slots, channel=None, query={})
    return slots


async def confirmed(app: App, server: ServerId, song: SongId, *, allowed: bool = False) -> Claim:
    """A song that an artist registered and an admin confirmed."""
    found: Song = app.library.songs[song]
    await app.registering.register(server, ARTIST, found)
    claim = await app.registering.settle(server, song, ARTIST, by=ADMIN, confirmed=True)
    if allowed:
        claim = Claim(song, server, ARTIST, ClaimState.CONFIRMED, claim.at, by=ADMIN, allowed=True)
        await app.claims.put(claim)
    return claim
