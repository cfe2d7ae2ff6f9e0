"""The command line, thin: run · preview · doctor · health · key · train · report · catalog · artists · switch · model."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot import logs
from bot.artists import look_after
from bot.describe import describe_catalog, describe_import
from bot.errors import SegueError
from bot.growing import grow
from bot.reporting import report
from bot.settings import Settings
from bot.switching import operate
from bot.terminal import err, opened_store, out, settings

app = typer.Typer(
    help="Segue: a Discord bot that brings a server music it does not know yet.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
catalog_app = typer.Typer(help="The songs that Segue knows.", no_args_is_help=True)
app.add_typer(catalog_app, name="catalog")
artists_app = typer.Typer(help="Songs that members registered as their own.", no_args_is_help=True)
app.add_typer(artists_app, name="artists")
switch_app = typer.Typer(help="What a running bot does not do for now.", no_args_is_help=True)
app.add_typer(switch_app, name="switch")
model_app = typer.Typer(help="The versions of what was learnt.", no_args_is_help=True)
app.add_typer(model_app, name="model")

# A health file older than this many seconds means that gateway or database are not well.
STALE = 60.0


@app.command()
def key() -> None:
    """Print a fresh key for SEGUE_SECRET_KEY."""
    from bot.usecases.secrecy import new_key

    print(new_key())


@app.command()
def run(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Of the preview only: forget what happened in it before.")
    ] = False,
    open_page: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the preview in the browser.")
    ] = True,
) -> None:
    """Connect to Discord; without DISCORD_TOKEN, open the local preview instead."""
    chosen = settings()
    if chosen.discord_token is None:
        out.print("No DISCORD_TOKEN: opening the local preview (the real bot, no Discord needed).")
        _preview(chosen, fresh=fresh, open_page=open_page)
        return
    if fresh:
        raise SegueError(
            "--fresh is for the preview only, and DISCORD_TOKEN is set. Nothing was started and nothing forgotten. "
            "Leave --fresh away to connect to Discord, or use `python -m bot preview --fresh`."
        )
    from bot.run import serve

    asyncio.run(serve(chosen))


@app.command()
def preview(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what happened in the preview before.")
    ] = False,
    open_page: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the preview in the browser.")
    ] = True,
) -> None:
    """Open the local preview: the real bot in a stand-in for Discord on 127.0.0.1."""
    _preview(settings(), fresh=fresh, open_page=open_page)


def _preview(chosen: Settings, *, fresh: bool, open_page: bool) -> None:
    if importlib.util.find_spec("simcord") is None:
        raise SegueError(
            "The preview is not installed. Run `make setup`, or `pip install 'segue-bot[preview]'`; "
            "or set DISCORD_TOKEN to connect to Discord."
        )
    if chosen.log_level == "INFO":
        logs.configure(chosen.model_copy(update={"log_level": "WARNING"}))
    # On import, the stand-in tries out clients of its own, which warn of what they lack.
    logging.getLogger("discord").setLevel(logging.ERROR)
    from bot.preview.serve import serve_preview

    asyncio.run(
        serve_preview(
            chosen,
            fresh=fresh,
            open_page=open_page,
            told=lambda line: out.print(line, soft_wrap=True, highlight=False),
        )
    )


@app.command()
def doctor() -> None:
    """Check settings, token, intents, database, catalogue and credentials."""
    from bot.doctor import examine, report

    findings = asyncio.run(examine())
    out.print(report(findings))
    for link in (finding.link for finding in findings if finding.link):
        out.print(f"Invite the bot: {link}", soft_wrap=True, highlight=False, markup=False)
    if any(finding.bad for finding in findings):
        raise typer.Exit(1)


@app.command()
def health() -> None:
    """Exit with 0 when a running bot is well, for health checks."""
    file = settings().health_file
    if not file.is_file():
        raise SegueError(f"Not well: there is no {file}.")
    age = time.time() - file.stat().st_mtime
    if age > STALE:
        raise SegueError(f"Not well: the last sign of life is {age:.0f} seconds old.")
    out.print("well")


@app.command()
def train(
    database: Annotated[
        str | None, typer.Option(help="Another database than SEGUE_DATABASE_URL.", show_default=False)
    ] = None,
    worker: Annotated[bool, typer.Option("--worker", hidden=True)] = False,
) -> None:
    """Fit the recommender on everything up to now; a running bot does it by itself."""
    from bot import train as training

    chosen = settings()
    url = database or chosen.database_url
    if worker:
        raise typer.Exit(asyncio.run(training.work(chosen, url)))
    asyncio.run(training.train(chosen, url, out))


@catalog_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A tracks CSV, .csv or .csv.gz.", show_default=False)],
) -> None:
    """Import a CSV of tracks in one transaction; rows of no use are left out and counted."""
    from bot.usecases.catalog import import_file

    async def work() -> None:
        async with opened_store(settings()) as (store, show):
            summary = await import_file(store, file, show)
        out.print(describe_import(summary), soft_wrap=True, highlight=False)

    asyncio.run(work())


@catalog_app.command()
def starter() -> None:
    """Import the starter catalogue that comes with Segue."""
    from bot.usecases.catalog import import_starter

    async def work() -> None:
        async with opened_store(settings()) as (store, show):
            summary = await import_starter(store, show)
        out.print(describe_import(summary), soft_wrap=True, highlight=False)

    asyncio.run(work())


@catalog_app.command()
def info() -> None:
    """Say what is in the catalogue."""

    async def work() -> None:
        async with opened_store(settings()) as (store, _show):
            out.print(describe_catalog(await store.catalog.info()), soft_wrap=True, highlight=False)

    asyncio.run(work())


grow(catalog_app)
look_after(artists_app)
operate(switch_app, model_app)
app.command()(report)


def main() -> None:
    """Run the command line; what Segue can explain is one line, not a traceback."""
    try:
        app()
    except SegueError as error:
        err.print(f"[bold red]Segue:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
