"""Everybody reads their own language; what all see is in the server's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
import simcord

from bot.client import Segue
from bot.localising import Translator
from bot.store.records import ServerId
from bot.text import CATALOGUES, say
from tests.behaviour.conftest import Home
from tests.behaviour.joining import closed_to_us

LOCALES = {"de", "fr", "ja", "pt-BR", "es-ES", "es-419"}
# Names of services are the same everywhere.
SERVICES = {"Spotify", "ListenBrainz", "Last.fm"}


def speaks(home: Home, member: simcord.MemberActor, locale: str) -> None:
    """Have Discord say that a member reads another language."""
    emit = home.env.backend.emit

    def told(event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE" and int(payload["member"]["user"]["id"]) == member.id:
            payload = {**payload, "locale": locale}
        emit(event, payload)

    home.env.backend.emit = told


async def test_what_a_member_alone_sees_is_in_their_own_language(home: Home) -> None:
    speaks(home, home.bob, "de")
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert home.shown(await home.bob.slash(home.channel, "block")).text == say(
        "block.nothing", "de", block="`/block`"
    )
    unknown = home.shown(await home.bob.slash(home.channel, "like", song="zzzz qqqq"))
    assert unknown.text == say("error.unknown_song", "de", text="zzzz qqqq")
    links = home.shown(await home.press(home.bob, card, ":1:listen"))
    assert say("card.hide", "de") in [part.get("label") for part in links.raw]
    theirs = home.shown(await home.alice.slash(home.channel, "block"))
    assert theirs.text == say("block.nothing", "en", block="`/block`")


@pytest.mark.parametrize("language", [each for each in CATALOGUES if each != "en"])
async def test_a_servers_card_is_in_its_language_whoever_asks(home: Home, language: str) -> None:
    home.app.languages[ServerId(home.guild.id)] = language
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert say("card.for", language, name=f"<@{home.alice.id}>") in card.text
    liked = home.shown(await home.press(home.bob, card, ":1:like"))
    assert say("card.for", language, name=f"<@{home.alice.id}>") in liked.text


@pytest.mark.parametrize(
    ("option", "text"), [("song", "   "), ("song", "\N{PARTY POPPER}"), ("mood", " "), ("artist", " ")]
)
async def test_what_says_nothing_is_called_so(home: Home, option: str, text: str) -> None:
    told = home.shown(await home.alice.slash(home.channel, "recommend", **{option: text}))
    assert told.private
    nothing = say("error.no_name") if text.isspace() else say("error.unknown_song", text=text)
    assert told.text == nothing


async def test_an_admin_reads_permissions_as_their_discord_calls_them(home: Home) -> None:
    speaks(home, home.admin, "de")
    closed = home.guild.create_text_channel("closed", overwrites=closed_to_us(home.guild))
    answer = home.shown(await home.admin.slash(home.channel, "discovery channel", channel=closed))
    assert "**Nachrichten senden**" in answer.text
    assert "Send" not in answer.text


async def test_a_service_that_is_off_is_told_by_its_name(home: Home) -> None:
    speaks(home, home.alice, "fr")
    answer = home.shown(await home.alice.slash(home.channel, "taste import lastfm", name="alice_l"))
    assert answer.text == say("error.source.off", "fr", source="Last.fm")


async def test_commands_are_described_in_every_language_and_their_names_stay(home: Home) -> None:
    tree: Any = cast(Segue, home.env.bot).tree
    for command in tree.get_commands():
        judge(await command.get_translated_payload(tree, Translator()))


def judge(payload: dict[str, Any]) -> None:
    """Names of commands and options have no translation; descriptions and choices have all."""
    menu = not payload.get("description")
    assert bool(payload.get("name_localizations")) == menu, payload["name"]
    if not menu:
        assert set(payload["description_localizations"]) >= LOCALES, payload["name"]
    for option in payload.get("options", []):
        judge(option)
        for choice in option.get("choices", []):
            assert set(choice.get("name_localizations", {})) >= LOCALES or choice["name"] in SERVICES, choice


async def test_what_one_saves_goes_on_into_the_same_list_in_another_language(home: Home) -> None:
    card = home.shown(await home.bob.slash(home.channel, "like", song="teardrop massive attack"))
    save = card.button_of("save:")
    assert "**Saved**" in home.shown(await home.press(home.bob, card, save)).text
    speaks(home, home.bob, "de")
    asked = home.shown(await home.press(home.bob, card, save))
    menu = next(part for part in asked.raw if part.get("options"))
    assert [each["label"] for each in menu["options"]] == ["Saved"], "a second one is offered"


async def test_a_list_for_everybody_stays_in_the_servers_language_whoever_rates_from_it(home: Home) -> None:
    await home.alice.slash(home.channel, "playlist make", name="Ours", shared=True)
    await home.alice.slash(home.channel, "playlist add", list="Ours", song="teardrop massive attack")
    card = home.shown(await home.alice.slash(home.channel, "playlist show", list="Ours"))
    footer = say("list.footer", "en", n=1, page=1, pages=1)
    assert footer in card.text
    speaks(home, home.bob, "de")
    opened = home.shown(await home.bob.select(card.message, ["1"], custom_id=card.button_of("pick:")))
    await home.press(home.bob, opened, ":1:like")
    assert "❤️ 1" in home.last().text
    assert footer in home.last().text
