"""``python -m bot doctor``: what is set up, what is not, and what works without it."""

from __future__ import annotations

import asyncio
import base64
import binascii
import importlib.util
import os
import re
import time
from dataclasses import dataclass
from enum import StrEnum

import discord
from rich.markup import escape
from rich.table import Table

from bot.client import granted_for, intents
from bot.errors import SegueError
from bot.settings import Settings, load
from bot.sources import spotify
from bot.sources.spotify import Credentials
from bot.sources.spotify_accounts import PEOPLE
from bot.store import Store
from bot.store.database import database_file
from bot.usecases.fitting import shelf_of
from recommender.archive import BrokenModel

# Three parts: the application's id in base64, a time and a signature.
TOKEN = re.compile(r"^(?P<id>[\w-]{23,28})\.[\w-]{6,7}\.[\w-]{27,}$")


# What Segue needs in a server, and nothing else.
PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, attach_files=True, read_message_history=True, add_reactions=True
)


class State(StrEnum):
    """How a finding is."""

    GOOD = "ok"
    ABSENT = "not set"
    BAD = "wrong"


COLOURS = {State.GOOD: "green", State.ABSENT: "yellow", State.BAD: "bold red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``link`` is what to open next."""

    what: str
    state: State
    note: str
    link: str | None = None

    @property
    def bad(self) -> bool:
        """Whether something must be mended before Segue runs."""
        return self.state is State.BAD


SPOTIFY = {
    Credentials.TAKEN: Finding("Spotify", State.GOOD, "The credentials are taken."),
    Credentials.REFUSED: Finding(
        "Spotify", State.BAD, "Spotify refuses the credentials. Copy both again from the app's settings."
    ),
    Credentials.UNREACHABLE: Finding(
        "Spotify", State.ABSENT, "Spotify could not be asked just now; everything works without it."
    ),
}


def application_id(token: str) -> int | None:
    """The id of the application that a token belongs to; None when it does not look like a token."""
    match = TOKEN.match(token.strip())
    if match is None:
        return None
    part = match["id"]
    try:
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(text) if text.isdecimal() else None


def invite(application: int) -> str:
    """The link by which an admin adds the bot to a server."""
    return discord.utils.oauth_url(
        application, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


def _token(settings: Settings) -> Finding:
    if settings.discord_token is None:
        return Finding("DISCORD_TOKEN", State.ABSENT, "`python -m bot run` opens the local preview instead.")
    number = application_id(settings.discord_token.get_secret_value())
    if number is None:
        return Finding(
            "DISCORD_TOKEN",
            State.BAD,
            "This is not the shape of a bot token. Copy it from the developer portal: Bot → Reset Token.",
        )
    return Finding("DISCORD_TOKEN", State.GOOD, "has the right shape.", invite(number))


def _intents(settings: Settings) -> Finding:
    wanted = intents(links=settings.links, presence=settings.presence, members=settings.members)
    names = ", ".join(sorted(name for name, on in wanted if on))
    asked = granted_for(settings)
    if not asked:
        return Finding("Intents", State.GOOD, f"{names}: none is privileged, nothing to switch on.")
    needs = " ".join(f"{setting} needs {intent} switched on." for setting, intent in asked.items())
    note = f"{names}. {needs} Developer portal: Bot → Privileged Gateway Intents, else Discord refuses the start."
    return Finding("Intents", State.GOOD, note)


async def _spotify(settings: Settings) -> Finding:
    client, secret = settings.spotify_client_id, settings.spotify_client_secret
    if client is None and secret is None:
        return Finding(
            "Spotify", State.ABSENT, "Everything works from the local catalogue, with search links."
        )
    if client is None or secret is None:
        missing = "SPOTIFY_CLIENT_SECRET" if client else "SPOTIFY_CLIENT_ID"
        return Finding("Spotify", State.BAD, f"{missing} is missing; both come from the same app.")
    answer = await asyncio.to_thread(spotify.check, client, secret.get_secret_value())
    return SPOTIFY[answer]


def _linking(settings: Settings) -> Finding:
    """Whether members can link Spotify, and what is still missing where the operator began to turn it on."""
    missing = settings.link_missing
    if settings.link_url is None:
        note = (
            "Members cannot link Spotify; SEGUE_LINK_URL, SPOTIFY_CLIENT_ID and SEGUE_SECRET_KEY turn it on."
        )
        if settings.secret_key is not None:
            note += " Tokens of other services can be sealed."
        return Finding("Linking", State.ABSENT, note)
    if missing:
        hint = " `python -m bot key` makes one." if "SEGUE_SECRET_KEY" in missing else ""
        return Finding(
            "Linking", State.BAD, f"SEGUE_LINK_URL is set, but {' and '.join(missing)} is missing.{hint}"
        )
    return Finding(
        "Linking",
        State.GOOD,
        f"The app at Spotify needs the redirect URI {settings.link_callback}; "
        f"Segue listens on {settings.link_host}:{settings.link_port}. In development mode {PEOPLE} people can link.",
    )


def _preview() -> Finding:
    if importlib.util.find_spec("simcord") is None:
        return Finding("Preview", State.ABSENT, "The bot runs on Discord; `make setup` adds the preview.")
    return Finding("Preview", State.GOOD, "installed")


async def _database(settings: Settings) -> list[Finding]:
    file = database_file(settings.database_url)
    name = str(file or settings.database_url)
    if file is not None and not file.exists():
        nearest = next(folder for folder in file.absolute().parents if folder.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK):
            return [Finding("Database", State.BAD, f"{name} cannot be made: {nearest} cannot be written.")]
        note = "Filled with the starter catalogue at the first start."
        return [
            Finding("Database", State.GOOD, f"{name} will be made at the first start."),
            Finding("Catalogue", State.GOOD, note),
        ]
    try:
        async with Store(settings.database_url) as store:
            await store.meta.set("doctor", "was here")
            songs = await store.catalog.count()
    except SegueError as error:
        return [Finding("Database", State.BAD, str(error))]
    if songs:
        catalog = Finding("Catalogue", State.GOOD, f"{songs} songs")
    else:
        catalog = Finding("Catalogue", State.ABSENT, "Empty: the starter catalogue comes at the next start.")
    return [Finding("Database", State.GOOD, f"{name} can be written."), catalog, _model(settings)]


def _model(settings: Settings) -> Finding:
    shelf = shelf_of(settings.database_url)
    versions = shelf.versions() if shelf else []
    if shelf is None or not versions:
        return Finding("Model", State.GOOD, "Fitted at the next start.")
    try:
        newest = shelf.manifest(versions[-1])
    except BrokenModel as error:
        return Finding("Model", State.ABSENT, str(error))
    hours = (time.time() - newest.created) / 3_600
    return Finding(
        "Model",
        State.GOOD,
        f"version {newest.version}, {hours:.0f} hours old, of {newest.origin.verdicts:,} verdicts",
    )


async def examine() -> list[Finding]:
    """Look at everything; a wrong setting is a finding too."""
    try:
        settings = load()
    except SegueError as error:
        return [Finding("Settings", State.BAD, str(error))]
    return [
        Finding("Settings", State.GOOD, "every value is allowed."),
        _token(settings),
        _intents(settings),
        *await _database(settings),
        await _spotify(settings),
        _linking(settings),
        _preview(),
    ]


def report(findings: list[Finding]) -> Table:
    """The findings as a table."""
    table = Table(box=None, pad_edge=False)
    table.add_column("What")
    table.add_column("State")
    table.add_column("Note", overflow="fold")
    for finding in findings:
        colour = COLOURS[finding.state]
        table.add_row(finding.what, f"[{colour}]{finding.state.value}[/]", escape(finding.note))
    return table
