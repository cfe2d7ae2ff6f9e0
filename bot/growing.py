"""The commands by which the catalogue grows and is kept clean: status · enrich · purge · fetch."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import Counter
from typing import Annotated

import typer
from rich.markup import escape

from bot.describe import describe_import
from bot.describe_growth import describe_enriched, describe_purged, describe_sets, growth_table
from bot.errors import SegueError
from bot.terminal import err, opened_store, out, settings

NEXT = 5


def grow(catalog_app: typer.Typer) -> None:
    """Add the commands."""
    for command in (status, enrich, purge, fetch):
        catalog_app.command()(command)


def status() -> None:
    """Say what sources were asked and know, what is missing, and what comes next."""
    from bot.app import opened_sources
    from bot.store.worth import DAY
    from bot.usecases.enriching import SPARED, Enricher
    from bot.usecases.fresh import REMEMBERED

    async def work() -> None:
        chosen, now = settings(), time.time()
        async with opened_store(chosen) as (store, _show), opened_sources(chosen, store) as sources:
            names = Enricher(store, sources, time.time, a_day=0).names
            growth = await store.growth.growth(names, SPARED, now)
            coming = await store.enriching.due(names, now, NEXT, spared=SPARED)
            asked = await store.enriching.asked_since(now - DAY)
            fresh = await store.meta.get(REMEMBERED)
        for part in growth_table(growth, coming, asked=asked, a_day=chosen.enrich, fresh=fresh):
            out.print(part, soft_wrap=isinstance(part, str), highlight=False)

    asyncio.run(work())


def enrich(
    songs: Annotated[
        int | None, typer.Option(min=1, help="So many songs at most; all that are due without it.")
    ] = None,
) -> None:
    """Ask sources about songs by hand, until all were asked or Ctrl-C; a running bot does it by itself."""
    from bot.app import opened_sources
    from bot.usecases.enriching import SPARED, Enricher

    async def work() -> None:
        chosen = settings()
        visited = 0
        counts = {name: Counter[str]() for name in ("knew", "knew_not", "later")}
        added = 0
        async with opened_store(chosen) as (store, show), opened_sources(chosen, store) as sources:
            enricher = Enricher(store, sources, time.time, a_day=chosen.enrich, new_a_day=chosen.enrich_new)
            growth = await store.growth.growth(enricher.names, SPARED, time.time())
            due = max((each.to_ask or 0 for each in growth.sources), default=0)
            total = due if songs is None else min(songs, due)
            try:
                show("asking", 0, total)
                async for each in enricher.through(total):
                    visited += 1
                    added += each.added
                    for name, counter in counts.items():
                        counter.update(getattr(each, name))
                    show("asking", visited, total)
            finally:
                told = describe_enriched(visited, total, counts, added, enricher.names)
                out.print(told, soft_wrap=True, highlight=False)

    asyncio.run(work())


def purge(
    source: Annotated[str, typer.Argument(help="Its name, as `catalog status` has it.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Really remove it; without, only count it.")] = False,
) -> None:
    """Remove everything that one source gave; stop the bot before."""
    from bot.store.database import database_file
    from bot.usecases.fitting import models_folder

    async def work() -> None:
        chosen = settings()
        async with opened_store(chosen) as (store, _show):
            purged = await store.purging.purge(source, really=yes)
        file = database_file(chosen.database_url)
        if yes and file is not None and not purged.nothing:
            # What was learnt from it goes too: the next start fits anew.
            await asyncio.to_thread(shutil.rmtree, models_folder(file), ignore_errors=True)
        out.print(describe_purged(purged, really=yes), soft_wrap=True, highlight=False)

    asyncio.run(work())


def fetch(
    name: Annotated[
        str | None, typer.Argument(help="A set of the list that comes without a name.", show_default=False)
    ] = None,
    url: Annotated[str | None, typer.Option(help="Any other file of tracks.", show_default=False)] = None,
    sha256: Annotated[
        str | None, typer.Option("--sha256", help="The checksum of that file.", show_default=False)
    ] = None,
) -> None:
    """Download a large public set, check it, and import it; again goes on where it stopped."""
    from bot.sources.starter_sets import SETS
    from bot.usecases.fetching import fetch_set, own_set

    if name is None and url is None:
        out.print(describe_sets(SETS), soft_wrap=True, highlight=False)
        return
    if (name is None) == (url is None) or (url is None) != (sha256 is None):
        raise SegueError("Give the name of a set, or --url together with --sha256, and not both.")
    if name is not None and name not in SETS:
        raise SegueError(f"There is no set {name}; there are: {', '.join(SETS) or 'none'}.")
    chosen_set = SETS[name] if name is not None else own_set(url or "", sha256 or "")
    told = escape(f"{chosen_set.name}: {chosen_set.what}\nLicence: {chosen_set.licence}")
    out.print(told, soft_wrap=True, highlight=False)

    async def work() -> None:
        chosen = settings()
        async with opened_store(chosen) as (store, show):
            summary = await fetch_set(
                store,
                chosen_set,
                show,
                moved=lambda here, there: err.print(f"{here} sends us on to {there}."),
            )
        out.print(describe_import(summary), soft_wrap=True, highlight=False)
        out.print(escape(f"The file stays at {summary.path}."), soft_wrap=True, highlight=False)

    asyncio.run(work())
