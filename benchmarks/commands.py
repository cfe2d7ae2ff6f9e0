"""The answer time of every command beside the bare bot's card, on the same wire in the same run: worst first.

The list of commands is what the bot registered; one that `asked` has no way of asking for is an error. A time is that to
the final answer on the screen: for a command that thinks aloud first, the edit that puts the answer there. Outside music
services are off, so what asks one shows how fast Segue says so.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import importing
from benchmarks.asked import WAYS, Stage, Way
from benchmarks.figures import quantiles
from benchmarks.members import answer
from benchmarks.speed import EVENTS, Side, keep_card, side, times
from bot.app import open_app
from tests.conftest import settings
from tests.wire.commands import GROUP, KINDS, SUBCOMMAND
from tests.wire.limits import listed
from tests.wire.segue import Spawned, spawned_segue
from tests.wire.world import Json

MOST = 12.0
"""At p95 no way of asking may take more than so many times the bare bot's time."""
ROUND, WARM_UP = 5, 50
KNOWN = 2_000
"""Members name songs of so many, the best known."""
VISIBLE = 30
"""Members who let their taste be seen."""
# One admin asks in every way, and members take turns: nobody is told to wait.
GRANTED = {"SEGUE_LINKS": "true", "SEGUE_PRESENCE": "true", "SEGUE_COMMANDS_A_MINUTE": "0"}
WRONG = '"unexpected error"'


@dataclass(frozen=True, slots=True)
class Row:
    """One way of asking: milliseconds and how many times the bare bot's, at p50 and p95; and how its answer begins."""

    way: Way
    median: float
    high: float
    median_ratio: float
    high_ratio: float
    said: str

    @property
    def holds(self) -> bool:
        return self.high_ratio <= MOST


def leaves(commands: Sequence[Json]) -> set[str]:
    """What can be typed or chosen, of what the bot registered: subcommands by their whole name, groups not."""
    found: set[str] = set()
    for command in commands:
        below = [option for option in listed(command, "options") if option["type"] in KINDS]
        found |= {f"{command['name']} {each}" for each in _below(below)} if below else {command["name"]}
    return found


def _below(options: Sequence[Json]) -> set[str]:
    found: set[str] = set()
    for option in options:
        if option["type"] == SUBCOMMAND:
            found.add(option["name"])
        elif option["type"] == GROUP:
            found |= {f"{option['name']} {each}" for each in _below(listed(option, "options"))}
    return found


def check(registered: Collection[str], asked: Collection[str]) -> None:
    """Compare what the bot has with what is asked.

    Raises:
        LookupError: a command was forgotten, or is gone.
    """
    forgotten, gone = set(registered) - set(asked), set(asked) - set(registered)
    if forgotten or gone:
        raise LookupError(
            f"benchmarks/asked.py has no way to ask for {sorted(forgotten)}, and asks for {sorted(gone)}"
        )


def rows(taken: Sequence[tuple[Way, Sequence[float], str]], bare: Sequence[float]) -> list[Row]:
    """The table's rows, worst at p95 first."""
    median, high = quantiles(bare)
    found: list[Row] = []
    for way, seconds, said in taken:
        own = quantiles(seconds)
        found.append(Row(way, own[0], own[1], own[0] / median, own[1] / high, said))
    return sorted(found, key=lambda row: -row.high_ratio)


async def measure(samples: int, only: Sequence[str]) -> tuple[list[Row], tuple[float, float]]:
    """Ask in every way, the bare bot taking turns; the rows, and the bare bot's p50 and p95 in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="segue-commands-") as made:
        folder = Path(made)
        database, _ = importing.measure(folder, 1)
        async with side("recommend") as segue, side("card") as bare:
            await answer(database, segue.channel.guild.id, [member.id for member in segue.members], EVENTS)
            async with open_app(settings(database)) as app:
                known = sorted(app.library.songs.values(), key=lambda song: -(song.popularity or 0.0))[:KNOWN]
                offered = await app.choosing.offer()
            admin = segue.channel.guild.add_member("ada", admin=True)
            visible = segue.members[:VISIBLE]
            songs = [(song.artist, song.title) for song in known]
            stage = Stage(segue, admin, songs, offered.genres, visible, random.Random(1))
            async with spawned_segue(segue.discord, database, env=GRANTED) as process:
                check(leaves(segue.discord.application.known(0)), {way.command for way in WAYS})
                await segue.ask()
                keep_card(segue, folder / "card")
                template = str(folder / "card")
                async with spawned_segue(bare.discord, database, template, module="benchmarks.bare"):
                    ways = [way for way in WAYS if not only or way.name in only or way.command in only]
                    taken = await by_turns(stage, bare, ways, samples, process)
            return rows(taken, bare.asked), quantiles(bare.asked)


async def by_turns(
    stage: Stage, bare: Side, ways: Sequence[Way], samples: int, process: Spawned
) -> list[tuple[Way, list[float], str]]:
    """Warm both up, then ask in one way after another, a few times each; what each took, and what it said last."""
    for member in stage.visible:
        await stage.slash("taste visible", member, {"state": "on"})
    await times(WARM_UP, stage.side.ask)
    await times(WARM_UP, bare.ask)
    bare.forget()
    taken: list[tuple[Way, list[float], str]] = []
    seconds: dict[str, list[float]] = {way.name: [] for way in ways}
    said: dict[str, str] = {}
    for _ in range(-(-samples // ROUND)):
        for way in ways:
            for _ in range(ROUND):
                seconds[way.name].append(await way.ask(stage))
            said[way.name] = stage.said
            assert not any(WRONG in line for line in process.lines), "".join(process.lines[-20:])
            await bare.ask()
    taken += [(way, seconds[way.name], said[way.name]) for way in ways]
    return taken


def show(measured: tuple[Sequence[Row], tuple[float, float]]) -> None:
    """The table."""
    found, (median, high) = measured
    missed = sum(not row.holds for row in found)
    title = (
        f"Every command beside a bare bot's card ({median:.1f} ms at p50, {high:.1f} ms at p95):"
        f" {missed} of {len(found)} above {MOST:g} × at p95"
    )
    table = Table(title=title, title_justify="left")
    for column in ("asked", "p50", "p95", "p50 ×", "p95 ×", "", "what was answered"):
        table.add_column(column, no_wrap=True)
    for row in found:
        table.add_row(
            row.way.name,
            f"{row.median:.1f} ms",
            f"{row.high:.1f} ms",
            f"{row.median_ratio:.1f}",
            f"{row.high_ratio:.1f}",
            "holds" if row.holds else "MISSED",
            row.said.splitlines()[0][:50] if row.said else "",
        )
    Console(width=170).print(table)
