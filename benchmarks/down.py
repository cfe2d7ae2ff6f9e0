"""Segue with all music services up, beside itself with none that answers: what members wait in the same run, by turns."""

from __future__ import annotations

import random
import shutil
import socket
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import importing
from benchmarks.figures import Figure, quantiles
from benchmarks.members import answer
from benchmarks.speed import EVENTS, MEMBERS
from bot.app import open_app
from bot.sources.together import PATIENCE
from bot.store.records import Song
from tests.conftest import settings
from tests.sources.faults import FAULTS
from tests.sources.hand_clock import HandClock
from tests.sources.services.deezer import DeezerService
from tests.sources.services.itunes import ItunesService
from tests.sources.services.listenbrainz import ListenBrainzService
from tests.sources.services.musicbrainz import MusicBrainzService
from tests.sources.standin import standin
from tests.wire.segue import spawned_segue
from tests.wire.standin import WireDiscord
from tests.wire.world import Channel, Member

SERVICES = {
    "deezer": DeezerService(),
    "musicbrainz": MusicBrainzService(),
    "itunes": ItunesService(),
    "listenbrainz": ListenBrainzService(),
}
COMMANDS = ("recommend", "radio play", "like")
ROUND, WARM_UP, UNKNOWN = 5, 25, 12
HANGING = next(fault for fault in FAULTS if fault.name == "hang")


@dataclass
class Side:
    """One bot with a server of its own, its services in one state, and the seconds that its members waited."""

    name: str
    discord: WireDiscord
    channel: Channel
    members: list[Member]
    songs: list[Song]
    dice: random.Random
    waited: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    async def ask(self, command: str, count: int) -> None:
        """Members ask for songs that the catalogue has: `/recommend` for themselves, the others by name."""
        for _ in range(count):
            song = self.dice.choice(self.songs)
            named = {"song": f"{song.artist} {song.title}"}
            await self._asked(command, command, {} if command == "recommend" else named)

    async def unknown(self, count: int) -> None:
        """A member asks from songs that nobody here knows."""
        for number in range(count):
            text = f"qqzz{number} vvxx{number}"
            await self._asked("unknown", "recommend", {"song": text})

    async def _asked(self, kind: str, command: str, options: Mapping[str, object]) -> None:
        member = self.dice.choice(self.members)
        done = await self.discord.slash(member, self.channel, command, dict(options))
        self.waited.setdefault(kind, []).append(done.seconds_to_answer)


def unused() -> str:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@asynccontextmanager
async def services(state: str) -> AsyncGenerator[list[str]]:
    """The addresses of all services, ``up``, ``refusing`` connections, or ``hanging``, as arguments of `sourced`."""
    async with AsyncExitStack() as stack:
        told: list[str] = []
        for name, service in SERVICES.items():
            if state == "refusing":
                told.append(f"{name}={unused()}")
                continue
            state_of = await stack.enter_async_context(standin(service, HandClock()))
            state_of.script = HANGING.script() if state == "hanging" else None
            told.append(f"{name}={state_of.base}")
        yield told


def _copied(imported: Path, folder: Path) -> Path:
    folder.mkdir()
    return Path(shutil.copy(imported, folder / "segue.db"))


@asynccontextmanager
async def side(state: str, imported: Path, folder: Path) -> AsyncGenerator[Side]:
    """A running bot whose services are in that state."""
    async with WireDiscord() as discord_, services(state) as addresses:
        guild = discord_.add_guild("Bench")
        members = [guild.add_member(f"member {number}") for number in range(MEMBERS)]
        database = _copied(imported, folder)
        await answer(database, guild.id, [member.id for member in members], EVENTS)
        async with open_app(settings(database)) as app:
            songs = sorted(app.library.songs.values(), key=lambda song: -(song.popularity or 0.0))[:2_000]
        async with spawned_segue(discord_, database, *addresses, module="benchmarks.sourced"):
            yield Side(state, discord_, guild.add_channel("music"), members, songs, random.Random(1))


async def by_turns(sides: Sequence[Side], samples: int) -> None:
    """Warm all of them up, then let them take turns, who begins changing every time."""
    for each in sides:
        for command in COMMANDS:
            await each.ask(command, WARM_UP)
        each.waited.clear()
    for turn in range(-(-samples // ROUND)):
        for command in COMMANDS:
            for place in range(len(sides)):
                await sides[(turn + place) % len(sides)].ask(command, ROUND)


def compared(up: Side, down: Side) -> list[Figure]:
    """How much longer members wait while all services are down, at p50 and p95."""
    figures: list[Figure] = []
    for command in COMMANDS:
        pairs = zip(
            ("p50", "p95"), quantiles(down.waited[command]), quantiles(up.waited[command]), strict=True
        )
        for which, ours, theirs in pairs:
            detail = f"{ours:.1f} ms, up {theirs:.1f} ms"
            figures.append(Figure(f"/{command}, {down.name}, {which}", ours / theirs, "×", 1.1, detail))
    return figures


async def measure(samples: int) -> list[Figure]:
    """Known songs beside each other, then unknown ones while everything hangs."""
    with tempfile.TemporaryDirectory(prefix="segue-down-") as made:
        folder = Path(made)
        imported, _ = importing.measure(folder, 1)
        async with AsyncExitStack() as stack:
            up, refusing, hanging = [
                await stack.enter_async_context(side(state, imported, folder / state))
                for state in ("up", "refusing", "hanging")
            ]
            await by_turns((up, refusing, hanging), samples)
            await hanging.unknown(UNKNOWN)
        waited = hanging.waited["unknown"]
        told = ", ".join(f"{seconds:.1f}" for seconds in waited)
        return [
            *compared(up, refusing),
            *compared(up, hanging),
            Figure(
                "an unknown song, hanging, slowest",
                max(waited),
                "s",
                PATIENCE + 1,
                f"one after another: {told}",
            ),
        ]
