"""kill -9 in the middle of taps: what was acknowledged must be on disk, once, whatever the moment."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.wire.interactions import COMPONENT, Interaction
from tests.wire.messages import Message
from tests.wire.segue import Home, Spawned, events, home_of, saved
from tests.wire.standin import PATIENCE, WireDiscord
from tests.wire.world import Member

MEMBERS = 40
# Event-loop turns of the stand-in after the chosen acknowledgement, so that the kill falls between two as well.
MOST_TURNS = 40


@dataclass
class Tally:
    """What rounds of killing led to.

    Attributes:
        acknowledged: taps whose acknowledgement arrived at Discord.
        found: those of them that are in the log exactly once.
        more: events whose acknowledgement the kill cut off: written, never promised.
        cut: rounds in which the kill left taps without an acknowledgement.
        broken: what ``PRAGMA integrity_check`` says where it is not "ok".
    """

    rounds: int = 0
    taps: int = 0
    acknowledged: int = 0
    found: int = 0
    twice: int = 0
    more: int = 0
    cut: int = 0
    broken: tuple[str, ...] = ()

    @property
    def lost(self) -> int:
        """Acknowledged taps that are not in the log."""
        return self.acknowledged - self.found

    @property
    def well(self) -> bool:
        """Nothing was lost, doubled or broken."""
        return not (self.lost or self.twice or self.broken)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.rounds + other.rounds,
            self.taps + other.taps,
            self.acknowledged + other.acknowledged,
            self.found + other.found,
            self.twice + other.twice,
            self.more + other.more,
            self.cut + other.cut,
            self.broken + other.broken,
        )


async def kill_rounds(database: Path, rounds: int, seed: int) -> Tally:
    """Start Segue, let many members tap, kill it; again on the same database, and judge after each new start.

    Args:
        database: a file with a catalogue; it is written to.
    """
    dice = random.Random(seed)
    total = Tally()
    async with WireDiscord() as discord_:
        home = home_of(discord_, database)
        # How soon is not judged here, and a busy machine may need longer than Discord's 3 seconds for so many.
        discord_.webhooks.deadline = PATIENCE
        members = [home.guild.add_member(f"member {number}") for number in range(MEMBERS)]
        pressed: list[Interaction] = []
        for _ in range(rounds):
            async with home.process() as segue:
                # The start has recovered the file, and whatever was on the wire at the kill has arrived.
                total = total + judged(database, pressed)
                pressed = await _round(home, members, segue, dice)
        async with home.process():
            total = total + judged(database, pressed)
    late = sum(not on_disk for on_disk in home.ledger.on_disk.values())
    assert not late, f"{late} taps were acknowledged before they were committed"
    return total


async def _round(home: Home, members: list[Member], segue: Spawned, dice: random.Random) -> list[Interaction]:
    card = await home.recommend()
    songs = [custom_id for custom_id in card.custom_ids if custom_id.endswith(":like")]
    chosen = [(member, custom_id) for member in members for custom_id in songs]
    dice.shuffle(chosen)
    pressed = [_press(home, member, card, custom_id) for member, custom_id in chosen]
    enough = dice.randrange(len(pressed))
    await home.discord.until(
        lambda: sum(map(saved, pressed)) >= enough, what=f"never {enough} acknowledgements"
    )
    for _ in range(dice.randrange(MOST_TURNS)):
        await asyncio.sleep(0)
    await segue.kill()
    return pressed


def _press(home: Home, member: Member, card: Message, custom_id: str) -> Interaction:
    control = card.control(custom_id)
    data = {"custom_id": custom_id, "component_type": control["type"], "id": control["id"]}
    return home.discord.dispatch(COMPONENT, member, card.channel, data, card)


def judged(database: Path, pressed: list[Interaction]) -> Tally:
    """Compare what was promised with what is on disk."""
    if not pressed:
        return Tally()
    with closing(sqlite3.connect(database)) as other:
        said = [row[0] for row in other.execute("PRAGMA integrity_check")]
    log = events(database)
    # No member presses the same song twice: a second event on it would be a doubled one.
    answers = Counter((member, song) for _, member, song, *_ in log)
    written = {cause: answers[member, song] for _, member, song, *_, cause in log}
    times = {press.id: written.get(f"{press.id}:0", 0) for press in pressed}
    promised = [press.id for press in pressed if saved(press)]
    return Tally(
        rounds=1,
        taps=len(pressed),
        acknowledged=len(promised),
        found=sum(times[number] >= 1 for number in promised),
        twice=sum(count > 1 for count in times.values()),
        more=sum(times[press.id] >= 1 for press in pressed if not saved(press)),
        cut=int(len(promised) < len(pressed)),
        broken=() if said == ["ok"] else tuple(said),
    )
