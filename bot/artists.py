"""The commands by which an operator looks after songs that members registered: list · allow · refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import typer

from bot.errors import SegueError
from bot.store.records import Claim, ClaimState
from bot.terminal import opened_store, out, settings

Number = Annotated[
    int, typer.Argument(help="The song's number, as `artists list` has it.", show_default=False)
]


def look_after(artists_app: typer.Typer) -> None:
    """Add the commands."""
    artists_app.command("list")(list_)
    for command in (allow, refuse):
        artists_app.command()(command)


def list_() -> None:
    """List the songs that members registered as their own, and what became of them."""

    async def work() -> None:
        async with opened_store(settings()) as (store, _show):
            claims = await store.claims.all()
            named = {song.id: song for song in await store.catalog.songs()}
        if not claims:
            out.print("Nobody has registered a song.")
            return
        for claim in claims:
            song = named.get(claim.song)
            what = "a song that is gone" if song is None else f"{song.title} · {song.artist}"
            told = f"{claim.song}  {what}  {_state(claim)}  (member {claim.member}, server {claim.server})"
            out.print(told, soft_wrap=True, highlight=False, markup=False)

    asyncio.run(work())


def allow(song: Number) -> None:
    """Let a song that an admin confirmed come to other servers with that taste, within a minute."""

    def allowed(claim: Claim) -> Claim:
        if claim.state is not ClaimState.CONFIRMED:
            raise SegueError(f"Nobody in its server has confirmed song {song}: it is {claim.state.value}.")
        return replace(claim, allowed=True)

    asyncio.run(_change(song, allowed))
    out.print(f"Song {song} may come to other servers.")
    if not settings().artists:
        out.print("SEGUE_ARTISTS is false, so it does not yet.")


def refuse(song: Number) -> None:
    """End a registration everywhere, within a minute; the same member cannot register the song again."""

    def refused(claim: Claim) -> Claim:
        return replace(claim, state=ClaimState.REFUSED, by=None, allowed=False)

    asyncio.run(_change(song, refused))
    out.print(f"The registration of song {song} has ended.")


def _state(claim: Claim) -> str:
    return "allowed elsewhere" if claim.allowed else claim.state.value


async def _change(song: int, changed: Callable[[Claim], Claim]) -> None:
    async with opened_store(settings()) as (store, _show):
        claim = next((each for each in await store.claims.all() if each.song == song), None)
        if claim is None:
            raise SegueError(f"Nobody has registered song {song}; `artists list` shows which there are.")
        await store.claims.put(changed(claim))
