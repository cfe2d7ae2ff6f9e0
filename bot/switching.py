"""Operators' switches that a running bot heeds within seconds: switch list · off · on, and model list · use · newest."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from bot.describe_operating import model_table, switch_table
from bot.errors import UnknownSwitch, WrongModel
from bot.terminal import opened_store, out, settings

if TYPE_CHECKING:
    from bot.store import Store
    from bot.store.switches import Switch

What = Annotated[
    str,
    typer.Argument(
        help="command:radio · source:deezer · server:123 · model:ease. A name that does not exist lists those that do.",
        show_default=False,
    ),
]
HEEDED = "A running bot heeds it within seconds."
MOST_LISTED = 60


def operate(switch_app: typer.Typer, model_app: typer.Typer) -> None:
    """Add the commands."""
    switch_app.command("list")(list_switches)
    switch_app.command()(off)
    switch_app.command()(on)
    model_app.command("list")(list_models)
    model_app.command()(use)


def list_switches() -> None:
    """Say what is switched off, and since when."""

    async def work() -> None:
        async with opened_store(settings()) as (store, _show):
            out.print(switch_table(await store.switches.dated()), highlight=False)

    asyncio.run(work())


def off(what: What) -> None:
    """Switch something off; members are told so kindly."""

    async def work() -> None:
        async with opened_store(settings()) as (store, _show):
            switch = await named(store, what)
            changed = await store.switches.off(switch, time.time())
        _say(f"{switch} is off. {HEEDED}" if changed else f"{switch} was off already.")

    asyncio.run(work())


def on(what: What) -> None:
    """Switch something on again."""

    async def work() -> None:
        from bot.store.switches import Switch, SwitchKind

        async with opened_store(settings()) as (store, _show):
            kind, name = parted(what)
            switch = Switch(SwitchKind(kind), name)
            # What is off may be gone by now, such as a command of an earlier version: it can be switched on all the same.
            if switch not in await store.switches.all():
                switch = await named(store, what)
            changed = await store.switches.on(switch)
        _say(f"{switch} is on. {HEEDED}" if changed else f"{switch} was on already.")

    asyncio.run(work())


def list_models() -> None:
    """List the versions of the model on disk, and which of them serves."""
    from bot.usecases import fitting, rollback

    async def work() -> None:
        chosen = settings()
        async with opened_store(chosen) as (store, _show):
            shelf = fitting.shelf_of(chosen.database_url)
            found = [] if shelf is None else await rollback.listed(store, shelf)
            version = await _chosen(store)
        out.print(model_table(found, version), highlight=False)

    asyncio.run(work())


def use(
    version: Annotated[str, typer.Argument(help="Its number, or newest.", show_default=False)],
) -> None:
    """Go back to an earlier version, which serves until `use newest`; nothing is fitted meanwhile."""
    from bot.usecases import fitting, rollback

    async def work() -> None:
        chosen = settings()
        number = None if version == "newest" else _number(version)
        async with opened_store(chosen) as (store, _show):
            shelf = fitting.shelf_of(chosen.database_url)
            if shelf is None:
                raise WrongModel("This database is not in a file, so there are no models beside it.")
            if number is not None:
                await rollback.choose(store, shelf, number)
            changed = await store.switches.use(number, time.time())
        which = "The newest model" if number is None else f"Model {number}"
        _say(f"{which} serves. {HEEDED}" if changed else f"{which} was chosen already.")

    asyncio.run(work())


async def named(store: Store, text: str) -> Switch:
    """The switch that a text names.

    Raises:
        UnknownSwitch: there is no such thing; the sentence lists what there is.
    """
    from bot.store.switches import Switch, SwitchKind

    kind, name = parted(text)
    there = await _there(store, kind)
    known = {each.casefold(): each for each in there}
    found = known.get(name.casefold())
    if found is None:
        listed = ", ".join([*there][:MOST_LISTED]) or "none yet; they are known once the bot has run"
        raise UnknownSwitch(f"There is no {kind} “{name}”. There are: {listed}.")
    return Switch(SwitchKind(kind), found)


def parted(text: str) -> tuple[str, str]:
    """Kind and name.

    Raises:
        UnknownSwitch: there is no such kind.
    """
    kind, _, name = text.partition(":")
    kind, name = kind.strip().casefold(), name.strip().removeprefix("/")
    if kind not in ("command", "source", "server", "model"):
        raise UnknownSwitch(
            f"There is no switch “{text}”. Write command:NAME, source:NAME, server:ID or model:NAME."
        )
    return kind, name


async def _there(store: Store, kind: str) -> Collection[str]:
    """What can be switched of a kind."""
    if kind == "command":
        from bot.usecases.switches import COMMAND_NAMES

        return json.loads(await store.meta.get(COMMAND_NAMES) or "[]")
    if kind == "source":
        from bot.sources.opening import NAMES

        return NAMES
    if kind == "model":
        from bot.usecases.muting import MODELS

        return MODELS
    return [str(number) for number in await store.switches.servers()]


async def _chosen(store: Store) -> int | None:
    from bot.store.switches import SwitchKind

    names = [each.name for each in await store.switches.all() if each.kind is SwitchKind.VERSION]
    return int(names[0]) if names else None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise WrongModel(f"“{text}” is no version: give its number, as `model list` has it, or newest.")
    return int(text[:18])


def _say(line: str) -> None:
    out.print(escape(line), soft_wrap=True, highlight=False)
