"""What an operator may choose, and what they are told when they choose wrong."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bot.errors import WrongSetting
from bot.settings import Settings, aliases, load
from bot.usecases.secrecy import new_key

EXAMPLE = Path(__file__).parents[1] / ".env.example"
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE." + "s" * 38
SECRET = "5" * 32


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in os.environ:
        if name in aliases() or name.startswith("SEGUE_"):
            monkeypatch.delenv(name)


def test_nothing_has_to_be_set() -> None:
    settings = load(None)
    assert settings.discord_token is None
    assert settings.database_url == "sqlite+aiosqlite:///data/segue.db"
    assert settings.preview_database_url != settings.database_url
    assert not settings.spotify


def test_the_example_explains_every_setting_and_no_other() -> None:
    blocks = EXAMPLE.read_text(encoding="utf-8").strip().split("\n\n")[1:]
    explained: dict[str, str] = {}
    for block in blocks:
        meaning, example = block.split("\n")
        explained[example.removeprefix("#").partition("=")[0]] = meaning.removeprefix("# ")
    assert explained == aliases()


def test_the_example_shows_the_defaults_and_changes_nothing(tmp_path: Path) -> None:
    assert load(EXAMPLE) == load(None)
    shown = re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(shown, encoding="utf-8")
    shown_settings = load(tmp_path / ".env")
    theirs = (
        "discord_token",
        "spotify_client_id",
        "spotify_client_secret",
        "lastfm_api_key",
        "listenbrainz_token",
        "contact",
        "link_url",
    )
    credentials: dict[str, None] = dict.fromkeys(theirs)
    assert shown_settings.model_copy(update=credentials) == load(None)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("SPOTIFY_CLIENT_ID", "abc", "32 hexadecimal characters"),
        ("SEGUE_SECRET_KEY", "too-short", "`python -m bot key` makes one"),
        ("SEGUE_SECRET_KEY", "a" * 43 + "=,too-short", "`python -m bot key` makes one"),
        ("SEGUE_LINK_URL", "http://segue.example.org", "must begin with https://"),
        ("SEGUE_LINK_URL", "http://localhost:8766", "must begin with https://"),
        ("SEGUE_LINK_URL", "segue.example.org", "must begin with https://"),
        ("SEGUE_LINK_URL", "https://segue.example.org?a=b", "an address and a path"),
        ("SEGUE_LINK_URL", "https://me:too@segue.example.org", "an address and a path"),
        ("SEGUE_DATABASE_URL", "postgresql://here/segue", "must begin with sqlite+aiosqlite://"),
        ("SEGUE_DATABASE_URL", "segue.db", "not a database address"),
        ("SEGUE_DATABASE_URL", "sqlite+aiosqlite://", "must name a file"),
        ("SEGUE_DATABASE_URL", "sqlite+aiosqlite:///:memory:", "must name a file"),
        ("SEGUE_DATABASE_URL", "sqlite+aiosqlite:///segue.db?timeout=abc", "must name a file"),
        ("SEGUE_PREVIEW_DATABASE_URL", "sqlite+aiosqlite:///data/segue.db", "must be another file"),
        ("SEGUE_PREVIEW_DATABASE_URL", "sqlite:///segue.db", "must begin with sqlite+aiosqlite://"),
        ("SEGUE_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("SEGUE_LOG_FORMAT", "xml", "json for machines"),
        ("SEGUE_PREVIEW_PORT", "65536", "less than or equal to 65535"),
        ("SEGUE_PREVIEW_PORT", "-1", "greater than or equal to 0"),
        ("SEGUE_PREVIEW_PORT", "http", "valid integer"),
        ("SEGUE_BLAS_THREADS", "0", "1 to 64"),
        ("SEGUE_BLAS_THREADS", "65", "1 to 64"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting) as wrong:
        load(None)
    assert name in str(wrong.value)
    assert allowed in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_an_unknown_name_is_refused_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SEGUE_LOGLEVEL", "INFO")
    with pytest.raises(WrongSetting, match=r"no setting SEGUE_LOGLEVEL. Did you mean SEGUE_LOG_LEVEL\?"):
        load(None)
    monkeypatch.delenv("SEGUE_LOGLEVEL")
    file = tmp_path / ".env"
    file.write_text("SEGUE_XYZZY=1\nOTHER_PROGRAM=2\n")
    with pytest.raises(WrongSetting, match=r"no setting SEGUE_XYZZY\. There are: DISCORD_TOKEN, .*SEGUE_"):
        load(file)


def test_other_programs_may_have_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_PROGRAM", "1")
    assert load(None) == Settings.model_validate({})


def test_empty_values_count_as_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    unset = load(None)
    file = tmp_path / ".env"
    file.write_text("".join(f"{name}=\n" for name in aliases()))
    assert load(file) == unset
    for name in aliases():
        monkeypatch.setenv(name, "")
    assert load(None) == unset


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SEGUE_PREVIEW_PORT=1111\nSEGUE_LOG_FORMAT=json\n")
    monkeypatch.setenv("SEGUE_PREVIEW_PORT", "2222")
    assert (load(file).preview_port, load(file).log_format) == (2222, "json")


def test_secrets_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "0" * 32)
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", SECRET)
    settings = load(None)
    assert settings.spotify
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == TOKEN
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert TOKEN not in shown
        assert SECRET not in shown
    monkeypatch.setenv("SEGUE_LOG_LEVEL", "LOUD")
    with pytest.raises(WrongSetting) as wrong:
        load(None)
    assert TOKEN not in f"{wrong.value!r} {wrong.value.__cause__!r} {wrong.getrepr(showlocals=False)}"


@pytest.mark.parametrize("name", ["SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"])
def test_half_of_the_spotify_credentials_is_not_enough(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "0" * 32)
    assert not load(None).spotify


def test_linking_is_on_once_all_three_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(None).link_missing == ("SEGUE_LINK_URL", "SPOTIFY_CLIENT_ID", "SEGUE_SECRET_KEY")
    first, second = new_key(), new_key()
    monkeypatch.setenv("SEGUE_LINK_URL", "https://segue.example.org/")
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "0" * 32)
    monkeypatch.setenv("SEGUE_SECRET_KEY", f"{first}, {second}")
    settings = load(None)
    assert not settings.link_missing
    assert settings.link_callback == "https://segue.example.org/callback"
    assert [key.get_secret_value() for key in settings.secret_keys] == [first, second]
    assert first not in repr(settings)
