"""A year of weekly posts on a clock that is turned by hand, with a Discord that fails and a process that dies."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import func, select

from bot.store import Store
from bot.store.records import (
    ChannelId,
    DiscoverySettings,
    MemberId,
    MessageId,
    Notice,
    Post,
    PostId,
    RunState,
    ServerId,
    Slot,
    SongId,
    Why,
)
from bot.store.schema import discovery_runs
from bot.usecases.blocks import Blocks
from bot.usecases.channel import CannotLook, MaybeSent, NotNow, NotSent
from bot.usecases.choices import Choices
from bot.usecases.choosing import Choosing
from bot.usecases.claims import Claims
from bot.usecases.clockwork import Clockwork
from bot.usecases.composing import Composer, Composition
from bot.usecases.library import Library
from bot.usecases.little_known import LittleKnown
from bot.usecases.own import OwnMixes
from bot.usecases.picking import Picker, Question
from bot.usecases.posting import Posting
from bot.usecases.share import Share
from bot.usecases.taste import Tastes
from bot.usecases.weekly import Weekly

HOUR = 3600.0
# Discord remembers a nonce for "the past few minutes".
NONCES_KEPT = 180.0
# discord.py asks so often, with the same nonce, before it tells of a limit, a 5xx or a reset.
ASKED = {"429": 5, "500": 5, "502": 5, "504": 5, "reset": 5}

# What a spell of one kind does to a message, to a look into the channel, and whether the message may come all the same.
REFUSED = {"403": Why.PERMISSION, "404": Why.GONE, "429": Why.DISCORD}
UNCLEAR = ("500", "502", "504", "timeout", "reset")
KINDS = (*REFUSED, *UNCLEAR)


class Crash(BaseException):
    """The process is gone: nothing catches this, and nothing is tidied up."""


@dataclass
class Message:
    """A message in a channel of the stand-in."""

    id: MessageId
    server: ServerId
    channel: ChannelId
    post: PostId
    nonce: str
    at: float


@dataclass
class Spell:
    """A time in which Discord fails for a server, or for everybody (None), in one way."""

    kind: str
    start: float
    end: float
    server: ServerId | None


@dataclass
class Discord:
    """Servers with a channel each; calls to it take time, and fail in spells."""

    draw: random.Random
    now: float
    spells: list[Spell] = field(default_factory=list[Spell])
    messages: list[Message] = field(default_factory=list[Message])
    failures: Counter[str] = field(default_factory=Counter[str])
    failed: dict[ServerId, list[float]] = field(default_factory=dict[ServerId, list[float]])
    notes: list[Notice] = field(default_factory=list[Notice])
    step: Callable[[str], None] = lambda _: None

    def time(self) -> float:
        """The one clock."""
        return self.now

    def spell(self, server: ServerId) -> Spell | None:
        """What is wrong for a server now."""
        for spell in self.spells:
            if spell.start <= self.now < spell.end and spell.server in {None, server}:
                return spell
        return None

    def fails(self, server: ServerId, kind: str) -> None:
        """Count a failure."""
        self.failures[kind] += ASKED.get(kind, 1)
        self.failed.setdefault(server, []).append(self.now)

    def here(self, _server: ServerId, _member: MemberId | None = None) -> bool:
        """Segue is in every server, always."""
        return True

    def channel(self, server: ServerId, channel: ChannelId, _member: MemberId | None) -> Channel:
        """Where to send and to look."""
        return Channel(self, server, channel)

    async def tell(self, notice: Notice) -> bool:
        """Tell the admins."""
        spell = self.spell(notice.server)
        if spell is not None and spell.kind in UNCLEAR:
            self.fails(notice.server, spell.kind)
            raise NotNow(spell.kind)
        self.notes.append(notice)
        return True

    def make(self, server: ServerId, channel: ChannelId, post: PostId, nonce: str, at: float) -> Message:
        """Make a message, or find the one with the same nonce."""
        for message in reversed(self.messages[-100:]):
            if (message.channel, message.nonce) == (channel, nonce) and at - message.at <= NONCES_KEPT:
                return message
        made = Message(MessageId(len(self.messages) + 1), server, channel, post, nonce, at)
        self.messages.append(made)
        return made


@dataclass
class Channel:
    """One channel of the stand-in."""

    discord: Discord
    server: ServerId
    id: ChannelId

    async def send(self, post: Post, nonce: str) -> MessageId:
        """Send a post, or fail as the spell says."""
        discord = self.discord
        discord.now += discord.draw.uniform(0.2, 2.0)
        discord.step("before send")
        spell = discord.spell(self.server)
        if spell is None:
            message = discord.make(self.server, self.id, post.id, nonce, discord.now)
            discord.step("between send and confirm")
            return message.id
        discord.fails(self.server, spell.kind)
        if spell.kind in REFUSED:
            raise NotSent(REFUSED[spell.kind])
        if discord.draw.random() < 0.5:
            # It was made all the same, perhaps only a while after the line was cut.
            late = discord.draw.choice((0.0, 5.0, 50.0))
            discord.make(self.server, self.id, post.id, nonce, discord.now + late)
        raise MaybeSent(spell.kind)

    async def find(self, post: PostId, since: float) -> MessageId | None:
        """Look for a post's message, or fail as the spell says."""
        discord = self.discord
        discord.now += discord.draw.uniform(0.1, 0.5)
        discord.step("look")
        spell = discord.spell(self.server)
        if spell is not None and spell.kind != "404":
            discord.fails(self.server, spell.kind)
            raise CannotLook(spell.kind) if spell.kind == "403" else NotNow(spell.kind)
        for message in discord.messages:
            if message.post == post and message.channel == self.id and since <= message.at <= discord.now:
                return message.id
        return None


class Brief(Composer):
    """Names a song in place of picking some: a year has thousands of posts, and it is not their songs that are tried."""

    async def compose(self, settings: DiscoverySettings, week: str) -> Composition:
        """One song, always the same."""
        question = Question(server=settings.server, member=None, count=1, whole_server=True)
        return Composition(question, (Slot(1, SongId(1)),), {"week": week})


@dataclass
class Process:
    """One run of the program on the database."""

    store: Store
    weekly: Weekly
    clockwork: Clockwork


@asynccontextmanager
async def process(
    url: str, clock: Callable[[], float], step: Callable[[str], None]
) -> AsyncGenerator[Process]:
    """Open the real store with the real scheduler on it; ``step`` hears of every step of a post."""
    # Not `async with`: that looks for migrations, two hundred times.
    store = Store(url)
    try:
        library, tastes = Library(blas_threads=1), Tastes()
        choices, dice = Choices(store, clock), np.random.default_rng(1)
        blocks, choosing = Blocks(store, library, clock), Choosing(store, tastes, library, choices, clock)
        share = Share(library, LittleKnown(library), choices, dice.spawn(1)[0])
        claims = Claims(store, clock, beyond=False)
        picker = Picker(store, tastes, library, clock, dice, blocks, choosing, claims, share, choices)
        brief = Brief(store, tastes, library, picker, blocks, choices, choosing, clock)
        weekly = Weekly(store, picker, brief, clock)
        own = OwnMixes(store, picker, weekly, clock)
        listen(store, step)
        yield Process(store, weekly, Clockwork(store, weekly, own, Posting(store, picker, clock), clock))
    finally:
        await store.db.close()


def listen(store: Store, step: Callable[[str], None]) -> None:
    """Tell of what is written about a week, before or after it."""
    runs: Any = store.runs

    def told(name: str, before: str | None, after: Callable[[dict[str, Any]], str | None]) -> None:
        do: Callable[..., Awaitable[Any]] = getattr(runs, name)

        async def telling(*given: Any, **named: Any) -> Any:
            if before is not None:
                step(before)
            answer = await do(*given, **named)
            if (then := after(named)) is not None:
                step(then)
            return answer

        setattr(runs, name, telling)

    told("claim", "before claim", lambda _: "after claim")
    told("renew", None, lambda named: None if named.get("sending") else "after writing")
    told("confirm", None, lambda _: "after confirm")


def hour_of_week(zone: str, monday: date, weekday: int, hour: int) -> float:
    """The first moment of a local week at which its clocks show that day and hour or later, found by looking at every minute."""
    local = ZoneInfo(zone)
    wanted = datetime.combine(monday + timedelta(days=weekday), datetime.min.time()) + timedelta(hours=hour)
    # No clock is off by more than fifteen hours.
    at = int((wanted.replace(tzinfo=UTC) - timedelta(hours=15)).timestamp())
    while datetime.fromtimestamp(at, local).replace(tzinfo=None) < wanted:
        at += 60
    return float(at)


async def next_try(store: Store) -> float | None:
    """When something that is open is to be looked at again."""
    open_ = discovery_runs.c.state.in_(
        [state.value for state in (RunState.CLAIMED, RunState.SENDING, RunState.WAITING, RunState.UNSURE)]
    )
    async with store.db.read() as connection:
        return (await connection.execute(select(func.min(discovery_runs.c.until)).where(open_))).scalar_one()


async def ended() -> None:
    """Wait until everything else that the dead process was doing has met its end."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    await asyncio.gather(*others, return_exceptions=True)


async def at_once(_connection: Any, do: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """In place of a thread for each connection: the same database, without waiting for threads 300,000 times."""
    await asyncio.sleep(0)
    return do(*given, **named)
