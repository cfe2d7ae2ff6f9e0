"""What is proposed before anybody has chosen: channels by name, zones by language."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import available_timezones

import discord
import pytest

from bot.store.records import ChannelId
from bot.usecases.proposing import ZONES, channel_of, zone_of


def chosen(names: Sequence[str], fallback: int | None = None) -> str | None:
    numbered = [(ChannelId(number), name) for number, name in enumerate(names)]
    found = channel_of(numbered, None if fallback is None else ChannelId(fallback))
    return None if found is None else names[found]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["general", "music"], "music"),
        (["general", "music", "new-music"], "new-music"),
        (["general", "🎵│musik"], "🎵│musik"),
        (["general", "música"], "música"),
        (["general", "nouveautés"], "nouveautés"),
        (["general", "musique-et-sons"], "musique-et-sons"),
        (["general", "音楽"], "音楽"),
        (["general", "最新音楽情報"], "最新音楽情報"),
        (["general", "музыка"], "музыка"),
        (["general", "müzik"], "müzik"),
        (["music-bot", "general"], "general"),
        (["music-bot"], "music-bot"),
        (["general", "music-commands", "songs"], "songs"),
        (["general", "musicians-only"], "general"),
        (["general", "offtopic"], "general"),
        ([], None),
    ],
)
def test_a_telling_name_comes_first_in_any_language(names: Sequence[str], expected: str | None) -> None:
    assert chosen(names) == expected


def test_without_a_telling_name_the_channel_of_discords_notices_is_taken() -> None:
    assert chosen(["general", "welcome"], fallback=1) == "welcome"
    assert chosen(["general", "welcome", "music"], fallback=1) == "music"


def test_every_language_of_discords_has_a_zone_that_exists() -> None:
    assert {str(locale) for locale in discord.Locale} <= ZONES.keys()
    assert set(ZONES.values()) <= available_timezones()


def test_the_admins_language_decides_where_the_server_never_chose_one() -> None:
    assert zone_of("de", "fr") == "Europe/Berlin"
    assert zone_of("en-US", "fr") == "Europe/Paris"
    assert zone_of("en-US", "en-US") == "America/New_York"
    assert zone_of("tlh", "fr") == "UTC"
