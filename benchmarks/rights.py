"""How long a member waits for their export and their deletion, with very many events of theirs among those of others."""

from __future__ import annotations

import io
import shutil
import struct
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.figures import Figure
from bot.app import App, open_app
from bot.run import ensure_catalog
from bot.store.records import MemberId, ServerId
from bot.store.schema import feedback, impressions, members, posts, servers, slots
from tests.conftest import settings

HOME, MEMBER = ServerId(700_000_000_000_000_001), MemberId(811_122_233_344_455_566)
OTHERS = [MemberId(820_000_000_000_000_000 + number) for number in range(20)]
START = 1_700_000_000.0
SONGS_A_POST = 4
RUNS = 3
LIMIT = 5.0
LARGEST = 10 * 1024 * 1024


async def measure(events: int) -> list[Figure]:
    """Fill a database once, and ask for everything some times; the best counts, as the machine is shared."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chosen = settings(folder / "full" / "segue.db")
        await ensure_catalog(chosen)
        async with open_app(chosen, seed=1) as app:
            await fill(app, events)
        exported, deleted, left = list[float](), list[float](), 0
        files = rows = 0
        for run in range(RUNS):
            copy = folder / f"run-{run}"
            shutil.copytree(folder / "full", copy)
            async with open_app(settings(copy / "segue.db"), seed=1) as app:
                begun = time.perf_counter()
                parts = await app.rights.export(MEMBER, readme="", largest=LARGEST)
                exported.append(time.perf_counter() - begun)
                files, rows = len(parts.files), sum(parts.rows.values())
                zipfile.ZipFile(io.BytesIO(parts.files[0])).testzip()
                begun = time.perf_counter()
                await app.rights.forget(MEMBER, None)
                deleted.append(time.perf_counter() - begun)
                left += traces(copy)
            shutil.rmtree(copy)
    detail = f"{rows:,} rows, {files} file(s), best of {RUNS}"
    return [
        Figure(f"export of {events:,} events", min(exported), "s", LIMIT, detail),
        Figure(f"deletion of {events:,} events", min(deleted), "s", LIMIT, f"best of {RUNS}"),
        Figure("files in which the id is left", left, "files", 0, "database, log, copies"),
    ]


def traces(folder: Path) -> int:
    """How many files of the database hold the member's id; models go with the next fit."""
    marks = (str(MEMBER).encode(), struct.pack(">q", MEMBER))
    return sum(any(mark in file.read_bytes() for mark in marks) for file in folder.glob("segue.db*"))


async def fill(app: App, events: int) -> None:
    """Answers, each to a song of a card that was asked for; as many of twenty others between them."""
    songs = sorted(app.library.songs)
    everybody = [MEMBER, *OTHERS]
    async with app.store.db.write() as connection:
        await connection.execute(insert(servers).values(id=HOME, joined_at=START))
        await connection.execute(
            insert(members),
            [{"server_id": HOME, "member_id": each, "first_seen": START} for each in everybody],
        )
        asked: list[dict[str, Any]] = [
            {
                "id": number,
                "kind": "recommend",
                "server_id": HOME,
                "member_id": member,
                "query": {},
                "at": START,
            }
            for number, member in enumerate(_turns(2 * events // SONGS_A_POST), start=1)
        ]
        await connection.execute(insert(posts), asked)
        shown = [(post, slot) for post in asked for slot in range(1, SONGS_A_POST + 1)]
        song = [songs[number % len(songs)] for number in range(len(shown))]
        await connection.execute(
            insert(slots),
            [
                {"post_id": post["id"], "number": slot, "song_id": song[n], "reasons": [], "source": "blend"}
                for n, (post, slot) in enumerate(shown)
            ],
        )
        key = {"server_id": HOME, "at": START}
        await connection.execute(
            insert(impressions),
            [
                {
                    **key,
                    "post_id": post["id"],
                    "slot": slot,
                    "member_id": post["member_id"],
                    "song_id": song[n],
                    "score": 0.5,
                    "propensity": 1.0,
                }
                for n, (post, slot) in enumerate(shown)
            ],
        )
        await connection.execute(
            insert(feedback),
            [
                {
                    **key,
                    "member_id": post["member_id"],
                    "song_id": song[n],
                    "verb": "like",
                    "via": "button",
                    "post_id": post["id"],
                    "slot": slot,
                    "cause": f"{n}:0",
                }
                for n, (post, slot) in enumerate(shown)
            ],
        )


def _turns(count: int) -> list[MemberId]:
    """Who asked for each card: the member for every other one."""
    return [MEMBER if number % 2 else OTHERS[number // 2 % len(OTHERS)] for number in range(count)]
