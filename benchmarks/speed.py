"""Segue and a bare bot over the same stand-in, each in a process of its own, by turns in one run."""

from __future__ import annotations

import json
import signal
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import importing, typos
from benchmarks.figures import Figure, compared, quantiles
from benchmarks.held import MARK
from benchmarks.members import answer
from bot.app import open_app
from tests.conftest import settings
from tests.wire.messages import Message
from tests.wire.segue import Spawned, button, spawned_segue
from tests.wire.standin import WireDiscord
from tests.wire.world import Channel, Member

MEMBERS = 200
EVENTS = 10_000
ROUND = 25
WARM_UP = 50
COMPLETED = 100
HELD = 60


@dataclass
class Side:
    """One bot with a server of its own, and the times that its members waited, in seconds."""

    discord: WireDiscord
    channel: Channel
    members: list[Member]
    command: str
    asked: list[float] = field(default_factory=list[float])
    tapped: list[float] = field(default_factory=list[float])
    cards: list[Message] = field(default_factory=list[Message])
    turn: int = 0

    def next_member(self) -> Member:
        self.turn += 1
        return self.members[self.turn % len(self.members)]

    async def ask(self) -> None:
        """From the interaction to the message with the songs in it."""
        done = await self.discord.slash(self.next_member(), self.channel, self.command)
        assert done.response_message is not None
        assert len(done.response_message.files) == 4, done.text
        self.asked.append(done.seconds_to_answer)
        self.cards.append(done.response_message)

    async def tap(self) -> None:
        """From the press of a ❤️ to its acknowledgement, which is the changed card."""
        card = self.cards[self.turn % ROUND - ROUND]
        pressed = button(card, f":{self.turn % 4 + 1}:like")
        done = await self.discord.press(self.next_member(), card, pressed)
        assert done.callback_type == 7, done.text
        self.tapped.append(done.seconds_to_acknowledge)

    def forget(self) -> None:
        """What was measured while warming up."""
        self.asked.clear()
        self.tapped.clear()


@asynccontextmanager
async def side(command: str) -> AsyncGenerator[Side]:
    async with WireDiscord() as discord_:
        guild = discord_.add_guild("Bench")
        members = [guild.add_member(f"member {number}") for number in range(MEMBERS)]
        yield Side(discord_, guild.add_channel("music"), members, command)


async def times(count: int, what: Callable[[], Awaitable[None]]) -> None:
    for _ in range(count):
        await what()


def keep_card(segue: Side, folder: Path) -> None:
    """Keep what Segue's last card was made of, for the bare bot to show."""
    folder.mkdir()
    call = segue.discord.sent("PATCH", "/webhooks/*/*/messages/@original")[-1]
    (folder / "card.json").write_text(json.dumps(call.json["components"]))
    names = {int(entry["id"]): entry["filename"] for entry in call.json["attachments"]}
    for number, data in call.uploads.items():
        (folder / names[number]).write_bytes(data)


async def by_turns(segue: Side, bare: Side, samples: int) -> None:
    """Warm both up, then let them take turns."""
    for each in (segue, bare):
        await times(WARM_UP, each.ask)
        await times(WARM_UP, each.tap)
        each.forget()
    for _ in range(-(-samples // ROUND)):
        for each in (segue, bare):
            await times(ROUND, each.ask)
        for each in (segue, bare):
            await times(ROUND, each.tap)


async def completed(segue: Side, texts: list[str]) -> list[Figure]:
    taken: list[float] = []
    for text in texts:
        member = segue.next_member()
        await segue.discord.autocomplete(member, segue.channel, "recommend", "song", text)
        taken.append(segue.discord.interactions.all[-1].seconds_to_answer)
    median, high = quantiles(taken)
    return [Figure("autocomplete over the wire, p95", high, "ms", None, f"p50 {median:.1f} ms")]


async def plainly(segue: Side, _process: Spawned) -> str:
    await times(HELD, segue.ask)
    await times(HELD, segue.tap)
    return f"while serving {HELD} /recommend and {HELD} taps"


async def during_a_fit(segue: Side, process: Spawned) -> str:
    """A fit by the worker from its beginning to the swap, with members asking and tapping all the time."""
    process.process.send_signal(signal.SIGUSR2)
    await process.logged("fit begins")
    served = 0
    while not any("model swapped in" in line for line in process.lines):
        assert not any("fit failed" in line for line in process.lines), "".join(process.lines)
        await segue.ask()
        await segue.tap()
        served += 1
    await times(5, segue.ask)
    return f"a worker's fit and its swap, with {served} /recommend and {served} taps meanwhile"


async def held(segue: Side, database: Path) -> list[Figure]:
    """Serve some more with a clock in the event loop: as it is, and while the engine is fitted anew."""
    return [
        await longest(segue, database, "event loop, longest hold", None, plainly),
        await longest(segue, database, "event loop, longest hold while fitting", 50, during_a_fit),
    ]


async def longest(
    segue: Side,
    database: Path,
    name: str,
    target: float | None,
    served: Callable[[Side, Spawned], Awaitable[str]],
) -> Figure:
    """Let Segue serve, and ask it how long its event loop was held."""
    async with spawned_segue(segue.discord, database, module="benchmarks.held") as process:
        await times(5, segue.ask)
        await times(5, segue.tap)
        process.process.send_signal(signal.SIGUSR1)
        detail = await served(segue, process)
        process.process.send_signal(signal.SIGTERM)
        await process.ended()
    said = next(line for line in process.lines if line.startswith(MARK))
    held_for, own = (float(word) * 1000 for word in said.split()[-2:])
    return Figure(name, held_for, "ms", target, f"{detail}; at most {own:.1f} ms were Segue's own computing")


async def measure(samples: int, imports: int) -> list[Figure]:
    """Everything that is measured."""
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as made:
        folder = Path(made)
        database, figures = importing.measure(folder, imports)
        async with side("recommend") as segue, side("card") as bare:
            members = [member.id for member in segue.members]
            await answer(database, segue.channel.guild.id, members, EVENTS)
            async with open_app(settings(database)) as app:
                suggested = typos.measure(app.library)
                texts = typos.typed(list(app.library.songs.values()), COMPLETED, seed=2)
            async with spawned_segue(segue.discord, database):
                await segue.ask()
                keep_card(segue, folder / "card")
                async with spawned_segue(
                    bare.discord, database, str(folder / "card"), module="benchmarks.bare"
                ):
                    await by_turns(segue, bare, samples)
                wired = await completed(segue, texts)
            return [
                *compared("/recommend to its songs", segue.asked, bare.asked, 8),
                *compared("tap to its acknowledgement", segue.tapped, bare.tapped, 5),
                *suggested,
                *wired,
                *await held(segue, database),
                *figures,
            ]
