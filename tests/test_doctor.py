"""What the doctor finds, on every kind of patient."""

from __future__ import annotations

import base64
import importlib.util
import io
import os
from pathlib import Path

import pytest
from rich.console import Console

from bot.doctor import Finding, State, application_id, examine, report
from bot.settings import aliases
from bot.sources import spotify
from bot.sources.spotify import Credentials
from bot.store import Store
from bot.usecases.secrecy import new_key

APPLICATION = 1234567890123456789
TOKEN = base64.urlsafe_b64encode(str(APPLICATION).encode()).decode().rstrip("=") + ".GabcdE." + "s" * 38


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with nothing set up, whoever runs the tests."""
    for name in os.environ:
        if name in aliases() or name.startswith("SEGUE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def found() -> dict[str, Finding]:
    return {finding.what: finding for finding in await examine()}


def printed(findings: dict[str, Finding]) -> str:
    console = Console(file=io.StringIO(), width=300)
    console.print(report(list(findings.values())))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def test_with_nothing_set_up_nothing_is_wrong_and_nothing_is_made(patient: Path) -> None:
    findings = await found()
    assert not any(finding.bad for finding in findings.values())
    assert findings["DISCORD_TOKEN"].state is State.ABSENT
    assert "preview" in findings["DISCORD_TOKEN"].note
    assert findings["Spotify"].state is State.ABSENT
    assert "guild_reactions, guilds" in findings["Intents"].note
    assert "will be made" in findings["Database"].note
    assert list(patient.iterdir()) == []


async def test_answering_links_names_the_intent_to_switch_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_LINKS", "1")
    note = (await found())["Intents"].note
    assert "message_content" in note
    assert "Message Content Intent switched on" in note


async def test_a_good_looking_token_gives_the_link_to_invite_its_application(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    findings = await found()
    assert findings["DISCORD_TOKEN"].state is State.GOOD
    assert f"client_id={APPLICATION}" in (findings["DISCORD_TOKEN"].link or "")
    assert TOKEN not in printed(findings)


@pytest.mark.parametrize(
    "token",
    [
        "changeme",
        "5" * 32,  # a client secret
        str(APPLICATION),
        TOKEN.rpartition(".")[0],
        f"Bot {TOKEN}",
        "!" * 24 + ".GabcdE." + "s" * 38,
        "A" * 25 + ".GabcdE." + "s" * 38,  # no base64
        base64.urlsafe_b64encode("not an id, ümläut".encode()).decode() + ".GabcdE." + "s" * 38,
        base64.urlsafe_b64encode(b"no number at all!!").decode() + ".GabcdE." + "s" * 38,
    ],
)
async def test_what_is_no_token_is_wrong_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)
    findings = await found()
    assert findings["DISCORD_TOKEN"].state is State.BAD
    assert "developer portal" in findings["DISCORD_TOKEN"].note
    assert token not in printed(findings)


def test_a_token_may_have_space_around_it() -> None:
    assert application_id(f" {TOKEN}\n") == APPLICATION


@pytest.mark.parametrize(
    ("given", "missing"),
    [("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"), ("SPOTIFY_CLIENT_SECRET", "SPOTIFY_CLIENT_ID")],
)
async def test_half_of_the_spotify_credentials_is_wrong(
    monkeypatch: pytest.MonkeyPatch, given: str, missing: str
) -> None:
    monkeypatch.setenv(given, "0" * 32)
    finding = (await found())["Spotify"]
    assert finding.bad
    assert finding.note.startswith(f"{missing} is missing")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Credentials.TAKEN, State.GOOD),
        (Credentials.REFUSED, State.BAD),
        (Credentials.UNREACHABLE, State.ABSENT),
    ],
)
async def test_both_halves_are_shown_to_spotify(
    monkeypatch: pytest.MonkeyPatch, answer: Credentials, state: State
) -> None:
    asked: list[tuple[str, str]] = []

    def check(client: str, secret: str) -> Credentials:
        asked.append((client, secret))
        return answer

    monkeypatch.setattr(spotify, "check", check)
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "0" * 32)
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", "5" * 32)
    findings = await found()
    assert findings["Spotify"].state is state
    assert asked == [("0" * 32, "5" * 32)]
    assert "5" * 32 not in printed(findings)


async def test_linking_is_off_unless_all_of_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await found())["Linking"].state is State.ABSENT
    monkeypatch.setenv("SEGUE_LINK_URL", "https://segue.example.org")
    finding = (await found())["Linking"]
    assert finding.bad
    assert "SPOTIFY_CLIENT_ID and SEGUE_SECRET_KEY" in finding.note
    key = new_key()
    monkeypatch.setenv("SEGUE_SECRET_KEY", key)
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "0" * 32)
    findings = await found()
    assert findings["Linking"].state is State.GOOD
    assert "https://segue.example.org/callback" in findings["Linking"].note
    assert key not in printed(findings)


async def test_a_wrong_setting_is_the_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_LOG_LEVEL", "LOUD")
    findings = await found()
    assert list(findings) == ["Settings"]
    assert findings["Settings"].bad
    assert "SEGUE_LOG_LEVEL" in findings["Settings"].note


class TestTheDatabase:
    async def test_is_good_with_songs(self, monkeypatch: pytest.MonkeyPatch, database: Path) -> None:
        monkeypatch.setenv("SEGUE_DATABASE_URL", f"sqlite+aiosqlite:///{database}")
        findings = await found()
        assert findings["Database"].note == f"{database} can be written."
        assert int(findings["Catalogue"].note.removesuffix(" songs")) > 100

    async def test_is_good_without_songs(self, monkeypatch: pytest.MonkeyPatch, patient: Path) -> None:
        url = f"sqlite+aiosqlite:///{patient / 'empty.db'}"
        async with Store(url):
            pass
        monkeypatch.setenv("SEGUE_DATABASE_URL", url)
        findings = await found()
        assert findings["Database"].state is State.GOOD
        assert findings["Catalogue"].state is State.ABSENT

    async def test_that_is_broken_is_wrong(self, monkeypatch: pytest.MonkeyPatch, patient: Path) -> None:
        (patient / "broken.db").write_text("This is a shopping list. " * 100)
        monkeypatch.setenv("SEGUE_DATABASE_URL", "sqlite+aiosqlite:///broken.db")
        findings = await found()
        assert findings["Database"].bad
        assert "not a healthy SQLite database" in findings["Database"].note
        assert "Catalogue" not in findings

    async def test_that_can_never_be_made_is_wrong(
        self, monkeypatch: pytest.MonkeyPatch, patient: Path
    ) -> None:
        (patient / "data").write_text("a file is in the way")
        findings = await found()
        assert findings["Database"].bad
        assert "cannot be written" in findings["Database"].note


def not_installed(name: str) -> None:
    """Find no package."""


async def test_the_preview_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await found())["Preview"].state is State.GOOD
    monkeypatch.setattr(importlib.util, "find_spec", not_installed)
    assert (await found())["Preview"].state is State.ABSENT


def test_the_report_shows_notes_as_they_are() -> None:
    note = "the file [/srv/x] of 'segue-bot[preview]'"
    assert note in printed({"": Finding("Database", State.BAD, note)})


async def test_with_presences_the_intent_to_switch_on_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_PRESENCE", "true")
    intents = (await found())["Intents"]
    assert intents.state is State.GOOD
    assert "guild_reactions, guilds, presences" in intents.note
    assert "Presence Intent switched on" in intents.note
