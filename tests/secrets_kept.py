"""A fixture for whole files of tests: whatever was secret in a test is in no log, at any level."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.sources.services.spotify_accounts import SECRETS


@pytest.fixture(autouse=True)
def secrets_kept(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Listen to everything at DEBUG, and look through it at the end."""
    SECRETS.clear()
    caplog.set_level(logging.DEBUG)
    yield
    out, err = capfd.readouterr()
    logged = [f"{each.getMessage()} {each.exc_text} {each.args}" for each in caplog.get_records("call")]
    heard = "\n".join([out, err, caplog.text, *logged])
    told = [text for text in SECRETS if text in heard]
    assert not told, f"{len(told)} secrets were logged"
