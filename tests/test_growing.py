"""The commands by which the catalogue grows, as an operator runs them."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot import app
from bot.settings import Settings
from bot.sources.errors import SourceDown
from bot.sources.found import SourceName
from bot.sources.together import Sources
from tests.test_cli import Terminal, terminal
from tests.usecases.telling import Describing, Naming

__all__ = ["terminal"]

SONGS = "title,artist,year,genres,moods,country\nAlpha,Somebody,1998,pop,,GB\nBravo,Somebody,1999,pop,,GB\n"


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> list[Naming | Describing]:
    """Two sources in place of those of the settings."""
    made = [Naming(SourceName("deezer")), Describing(SourceName("reccobeats"))]

    @asynccontextmanager
    async def opened(settings: Settings, store: object) -> AsyncGenerator[Sources]:
        yield Sources(made)

    monkeypatch.setattr(app, "opened_sources", opened)
    return made


@pytest.fixture
def filled(terminal: Terminal, tmp_path: Path) -> Terminal:
    (tmp_path / "songs.csv").write_text(SONGS)
    assert terminal.run("catalog", "import", "songs.csv")[0] == 0
    return terminal


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        pass


@pytest.fixture
def web(tmp_path: Path) -> Generator[str]:
    """Address of a folder with the file of songs."""
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "songs.csv").write_text(SONGS)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/songs.csv"
    server.shutdown()
    server.server_close()
    thread.join()


class TestStatus:
    def test_says_who_was_asked_what_is_missing_and_what_comes_next(
        self, filled: Terminal, sources: list[Naming | Describing]
    ) -> None:
        code, out, _ = filled.run("catalog", "status")
        assert code == 0
        assert out.splitlines()[1].split() == ["deezer", "0", "0", "2", "never"]
        assert "Songs: 2 shown, 0 known from one history alone." in out
        assert "2 without audio features, 2 without artwork" in out
        assert "Popularity: told by no service yet." in out
        assert "New releases: never read." in out
        assert "Next: Alpha · Somebody; Bravo · Somebody." in out
        assert filled.run("catalog", "enrich", "--songs", "1")[0] == 0
        code, out, _ = filled.run("catalog", "status")
        assert out.splitlines()[1].split()[:4] == ["deezer", "1", "1", "1"]
        assert "1 without audio features, 1 without artwork" in out
        assert "Popularity: newest from 20" in out
        assert "24 hours: 1 songs, of 500" in out
        assert "Next: Bravo · Somebody." in out

    def test_without_sources_says_so(self, filled: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SEGUE_SOURCES", "none")
        assert "No source is asked: SEGUE_SOURCES." in filled.run("catalog", "status")[1]
        assert "No source can be asked about songs" in filled.run("catalog", "enrich")[1]


class TestEnrich:
    def test_goes_through_all_and_then_nothing_is_due(
        self, filled: Terminal, sources: list[Naming | Describing]
    ) -> None:
        code, out, _ = filled.run("catalog", "enrich")
        assert code == 0
        assert out.splitlines()[-3:] == [
            "Asked about 2 of 2 songs; 0 new ones were added near liked ones.",
            "deezer: knew 2",
            "reccobeats: knew 2",
        ]
        assert "Nothing is due" in filled.run("catalog", "enrich")[1]

    def test_says_who_has_to_be_asked_again(
        self, filled: Terminal, sources: list[Naming | Describing]
    ) -> None:
        sources[0].trouble = sources[1].trouble = SourceDown("down")
        code, out, _ = filled.run("catalog", "enrich")
        assert code == 0
        assert "Asked about 1 of 2 songs" in out
        assert "deezer: to be asked again 1" in out
        assert "The rest is asked when you run it again" in out

    @pytest.mark.usefixtures("sources")
    def test_stopped_by_hand_keeps_what_was_said(
        self, filled: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def stopped(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Describing, "song_tags", stopped)
        code, out, _ = filled.run("catalog", "enrich")
        assert code == 130
        assert "Asked about 0 of 2 songs" in out


class TestPurge:
    def test_counts_first_and_removes_when_it_is_meant(
        self, filled: Terminal, sources: list[Naming | Describing], tmp_path: Path
    ) -> None:
        filled.run("catalog", "enrich")
        (tmp_path / "data" / "models" / "segue" / "000001").mkdir(parents=True)
        code, out, _ = filled.run("catalog", "purge", "deezer")
        assert code == 0
        assert "There is of deezer: 2 details, 4 track ids, 2 enquiries; 0 songs" in out
        assert "Nothing was removed." in out
        code, out, _ = filled.run("catalog", "purge", "deezer", "--yes")
        assert "Removed of deezer: 2 details, 4 track ids, 2 enquiries; 0 songs" in out
        assert "Leave it out of SEGUE_SOURCES" in out
        assert not (tmp_path / "data" / "models" / "segue").exists()
        assert "There is nothing of deezer here." in filled.run("catalog", "purge", "deezer", "--yes")[1]


class TestFetch:
    def test_lists_what_there_is_with_its_licence_and_how_to_name_another(self, terminal: Terminal) -> None:
        code, out, _ = terminal.run("catalog", "fetch")
        assert code == 0
        assert "spotify-tracks: 114,000 tracks" in out
        assert "Licence: its page says BSD" in out
        assert "--url ADDRESS --sha256 CHECKSUM" in out

    def test_downloads_checks_and_imports(self, terminal: Terminal, web: str, tmp_path: Path) -> None:
        right = hashlib.sha256(SONGS.encode()).hexdigest()
        code, out, err = terminal.run("catalog", "fetch", "--url", web, "--sha256", right.upper())
        assert code == 0, err
        assert "Songs: 2 new" in out
        [file] = (tmp_path / "data" / "downloads").iterdir()
        assert file.name == f"{right[:12]}-songs.csv"
        assert terminal.run("catalog", "fetch", "--url", web, "--sha256", right)[1].count("Songs: 0 new") == 1

    def test_imports_nothing_of_another_checksum(self, terminal: Terminal, web: str, tmp_path: Path) -> None:
        code, _, err = terminal.run("catalog", "fetch", "--url", web, "--sha256", "0" * 64)
        assert code == 2
        assert err.lstrip().startswith("Segue: ")
        assert "its SHA-256 is another one. It was removed; nothing was imported." in err
        assert list((tmp_path / "data" / "downloads").iterdir()) == []
        assert "The catalogue is empty" in terminal.run("catalog", "info")[1]

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("nope",), "There is no set nope; there are: spotify-tracks."),
            (("--url", "http://127.0.0.1:9/a.csv"), "--url together with --sha256"),
            (("spotify-tracks", "--sha256", "0" * 64), "--url together with --sha256"),
            (("--url", "here.csv", "--sha256", "0" * 64), "--url is wrong"),
            (("--url", "http://127.0.0.1:9/a.csv", "--sha256", "abc"), "64 hexadecimal characters"),
        ],
    )
    def test_of_what_is_no_set_is_one_line(
        self, terminal: Terminal, words: tuple[str, ...], said: str
    ) -> None:
        code, out, err = terminal.run("catalog", "fetch", *words)
        assert (code, out) == (2, "")
        assert said in err
        assert err.count("\n") == 1
