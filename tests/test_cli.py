"""The command line: one line and an exit code for whatever Segue can explain."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import __main__ as cli
from bot import logs
from bot.settings import Settings, aliases
from bot.store import Store
from bot.store.records import Claim, ClaimState, MemberId, ServerId, SongId
from bot.usecases.secrecy import keys_of

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE." + "s" * 38
ROOT = Path(__file__).parents[1]


def clean_environment() -> dict[str, str]:
    """Without any setting of whoever runs the tests."""
    kept = {n: v for n, v in os.environ.items() if n not in aliases() and not n.startswith("SEGUE_")}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}


@dataclass
class Terminal:
    """Runs commands in this process and keeps what they said."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, output and errors."""
        self.monkeypatch.setattr(sys, "argv", ["segue", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = self.capsys.readouterr()
        code = end.value.code
        return (code if isinstance(code, int) else int(code is not None)), said.out, said.err


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    for name in os.environ:
        if name in aliases() or name.startswith("SEGUE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    # Logging belongs to the whole process; it has a process of its own below.
    monkeypatch.setattr(logs, "configure", no_logs)
    # So does its priority.
    monkeypatch.setattr(os, "nice", abs)
    return Terminal(capsys, monkeypatch)


def no_logs(settings: Settings) -> None:
    """Leave the logging of the test run alone."""


def not_installed(name: str) -> None:
    """Find no package."""


class TestRun:
    def test_without_token_and_preview_says_how_to_get_either(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", not_installed)
        code, out, err = terminal.run("run")
        assert code == 2
        assert "opening the local preview" in out
        assert "pip install 'segue-bot[preview]'" in err
        assert "set DISCORD_TOKEN" in err
        assert err.count("\n") == 1

    def test_with_a_token_nothing_is_forgotten_and_nothing_begins(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
        code, out, err = terminal.run("run", "--fresh")
        assert (code, out) == (2, "")
        assert "--fresh is for the preview only" in err
        assert "preview --fresh" in err
        assert err.count("\n") == 1

    def test_with_a_wrong_setting_names_it(self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SEGUE_PREVIEW_PORT", "99999")
        code, out, err = terminal.run("run")
        assert (code, out) == (2, "")
        assert err.startswith("Segue: SEGUE_PREVIEW_PORT is wrong")
        assert err.count("\n") == 1


class TestDoctor:
    def test_ends_well_with_nothing_set_up(self, terminal: Terminal) -> None:
        code, out, err = terminal.run("doctor")
        assert (code, err) == (0, "")
        assert "DISCORD_TOKEN" in out

    def test_ends_badly_when_something_is_wrong_and_keeps_the_token_to_itself(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
        monkeypatch.setenv("SPOTIFY_CLIENT_ID", "0" * 32)
        code, out, err = terminal.run("doctor")
        assert code == 1
        assert "SPOTIFY_CLIENT_SECRET is missing" in " ".join(out.split())
        assert TOKEN not in out + err


class TestHealth:
    def test_is_a_fresh_sign_of_life(self, terminal: Terminal, tmp_path: Path) -> None:
        code, _, err = terminal.run("health")
        assert (code, err) == (2, "Segue: Not well: there is no data/segue.health.\n")
        file = tmp_path / "data" / "segue.health"
        file.parent.mkdir()
        file.touch()
        assert terminal.run("health") == (0, "well\n", "")
        old = time.time() - 2 * cli.STALE
        os.utime(file, (old, old))
        code, _, err = terminal.run("health")
        assert code == 2
        assert "seconds old" in err


class TestCatalog:
    def test_that_is_empty_says_how_to_fill_it(self, terminal: Terminal) -> None:
        code, out, _ = terminal.run("catalog", "info")
        assert code == 0
        assert "The catalogue is empty. `python -m bot catalog starter`" in out

    def test_that_was_filled_says_what_is_in_it(self, terminal: Terminal) -> None:
        code, out, _ = terminal.run("catalog", "starter")
        assert code == 0
        assert "Songs: " in out
        assert terminal.run("catalog", "starter")[1].count("Songs: 0 new, 0 changed") == 1
        assert " songs, " in terminal.run("catalog", "info")[1]

    @pytest.mark.parametrize("name", ["nowhere.csv", "folder[/b].csv", "."])
    def test_import_of_what_is_no_file_is_one_line(self, terminal: Terminal, name: str) -> None:
        code, _, err = terminal.run("catalog", "import", name)
        assert code == 2
        told = [line for line in err.splitlines() if line.startswith("Segue: ")]
        assert len(told) == 1
        assert name in told[0]
        assert "Traceback" not in err

    def test_of_a_broken_database_is_one_line(self, terminal: Terminal, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "segue.db").write_text("This is a shopping list. " * 100)
        code, out, err = terminal.run("catalog", "info")
        assert (code, out) == (2, "")
        assert err == (
            "Segue: data/segue.db is not a healthy SQLite database. Put a copy in its place, without its -wal and -shm files.\n"
        )


class TestTrain:
    def test_says_what_was_read_and_where_the_model_is(self, terminal: Terminal, tmp_path: Path) -> None:
        assert terminal.run("catalog", "starter")[0] == 0
        code, out, _ = terminal.run("train")
        assert code == 0
        assert "Read: 1,058 songs, 0 playlists, 0 members, 0 verdicts" in out
        assert "Model 1 is in data/models/segue/000001" in out
        assert (tmp_path / "data" / "models" / "segue" / "000001" / "manifest.json").is_file()

    def test_as_the_bots_worker_speaks_json(self, terminal: Terminal) -> None:
        assert terminal.run("catalog", "starter")[0] == 0
        code, out, _ = terminal.run("train", "--worker")
        said = [json.loads(line) for line in out.splitlines()]
        assert code == 0
        assert [line.get("stage") for line in said] == ["reading", "tuning", "saving", None]
        assert (said[-1]["version"], said[-1]["metrics"]["songs"]) == (1, 1058)
        _, out, _ = terminal.run("train", "--worker")
        assert json.loads(out.splitlines()[1])["stage"] == "fitting", (
            "what was tuned serves until it is outgrown"
        )

    def test_of_nothing_is_one_line(self, terminal: Terminal) -> None:
        assert terminal.run("catalog", "info")[0] == 0
        code, out, err = terminal.run("train")
        assert (code, out.strip()) == (2, "")
        assert err == "Segue: The catalogue is empty. `python -m bot catalog starter` fills it.\n"


def test_a_key_is_fresh_and_can_be_used(terminal: Terminal) -> None:
    (code, first, _), (_, second, _) = terminal.run("key"), terminal.run("key")
    assert code == 0
    assert first != second
    assert len(keys_of(SecretStr(f"{first.strip()},{second.strip()}"))) == 2


def test_the_program_itself_ends_with_one_line_and_two(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "catalog", "import", "nowhere.csv"],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1].startswith("Segue: nowhere.csv does not exist")
    assert "Traceback" not in ended.stderr


LEAKY = """
import logging, structlog
from bot import logs
from bot.settings import load

settings = load(None)
logs.configure(settings)
token = settings.discord_token.get_secret_value()

def connect(token):
    raise ConnectionError("no network")

for name in (*logs.SECRETIVE, "discord.http.sub", "aiohttp.client"):
    logging.getLogger(name).debug("authorization: Bot %s", token)
structlog.get_logger("bot").info("opened", settings=settings)
logging.getLogger("discord.client").warning("settings %r", settings)
try:
    connect(token)
except ConnectionError as error:
    structlog.get_logger("bot").error("unexpected error", exc_info=error)
    logging.getLogger("discord.client").exception("failed")
logging.getLogger("bot").debug("the end")
"""


@pytest.mark.parametrize("form", ["console", "json"])
def test_logs_never_contain_the_token(tmp_path: Path, form: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LEAKY],
        cwd=tmp_path,
        env={
            **clean_environment(),
            "DISCORD_TOKEN": TOKEN,
            "SEGUE_LOG_LEVEL": "DEBUG",
            "SEGUE_LOG_FORMAT": form,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    for expected in ("opened", "no network", "the end"):
        assert expected in ended.stderr
    assert ended.stderr.count("Traceback") == 2
    # A wide line is broken, so the whole token would not be found in it.
    assert not [part for part in TOKEN.split(".") if part in ended.stderr]


class TestArtists:
    """Songs that members registered: what the operator lets out, and what they end."""

    @pytest.fixture
    def claimed(self, database: Path, monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> str:
        url = f"sqlite+aiosqlite:///{database}"

        async def claim() -> None:
            async with Store(url) as store:
                await store.claims.put(Claim(SongId(1), ServerId(2), MemberId(3), ClaimState.WAITING, at=1.0))

        asyncio.run(claim())
        monkeypatch.setenv("SEGUE_DATABASE_URL", url)
        return url

    def kept(self, url: str) -> list[Claim]:
        async def read() -> list[Claim]:
            async with Store(url) as store:
                return await store.claims.all()

        return asyncio.run(read())

    def test_nobody(self, terminal: Terminal) -> None:
        code, said, _ = terminal.run("artists", "list")
        assert code == 0
        assert said.endswith("Nobody has registered a song.\n")

    def test_only_what_an_admin_confirmed_is_allowed(self, terminal: Terminal, claimed: str) -> None:
        code, _, err = terminal.run("artists", "allow", "1")
        assert code == 2
        assert "Nobody in its server has confirmed song 1: it is waiting." in err
        code, _, err = terminal.run("artists", "allow", "2")
        assert code == 2
        assert "Nobody has registered song 2" in err

        async def confirm() -> None:
            async with Store(claimed) as store:
                [claim] = await store.claims.all()
                await store.claims.put(replace(claim, state=ClaimState.CONFIRMED))

        asyncio.run(confirm())
        assert terminal.run("artists", "allow", "1")[:2] == (0, "Song 1 may come to other servers.\n")
        assert [claim.allowed for claim in self.kept(claimed)] == [True]
        _, said, _ = terminal.run("artists", "list")
        assert "allowed elsewhere  (member 3, server 2)" in said

    def test_what_is_refused_has_ended(self, terminal: Terminal, claimed: str) -> None:
        assert terminal.run("artists", "refuse", "1")[:2] == (0, "The registration of song 1 has ended.\n")
        [claim] = self.kept(claimed)
        assert (claim.state, claim.allowed) == (ClaimState.REFUSED, False)
