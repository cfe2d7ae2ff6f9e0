"""`/privacy` as members and admins live it."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import Any

import discord
import pytest
import simcord

from bot.cards import ids
from bot.store.accounts import Account, AccountService
from bot.store.records import MemberId, ServerId, Verb
from bot.text import CATALOGUES, speaking
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

TEARDROP, GLORY = "teardrop massive attack", "glory box portishead"


def here(home: Home) -> ServerId:
    return ServerId(home.guild.id)


def whose(actor: simcord.MemberActor) -> MemberId:
    return MemberId(actor.id)


async def opened(home: Home, who: simcord.MemberActor) -> Shown:
    """The card, private as it must be."""
    card = home.shown(await who.slash(home.channel, "privacy"))
    assert card.private
    return card


async def pressed(home: Home, who: simcord.MemberActor, card: Shown, action: str) -> Shown:
    """The card after one of its buttons."""
    return home.shown(await home.press(who, card, f":{action}"))


async def test_it_tells_in_plain_words_what_there_is(home: Home) -> None:
    empty = await opened(home, home.alice)
    assert "nothing yet" in empty.text
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    await home.alice.slash(home.channel, "playlist make", name="Rain")
    await home.alice.slash(home.channel, "playlist add", list="Rain", song=GLORY)
    await home.alice.slash(home.channel, "ask", mood="something slow")
    card = await opened(home, home.alice)
    assert "1 answer to songs" in card.text
    assert "1 list of songs" in card.text
    assert "Learning is on" in card.text
    other = await opened(home, home.bob)
    assert "1 answer" not in other.text
    assert not any(custom_id.startswith("privs:") for custom_id in card.ids)


async def test_paused_answers_count_and_teach_nothing(home: Home) -> None:
    card = await pressed(home, home.alice, await opened(home, home.alice), "pause")
    assert "Learning is paused" in card.text
    liked = home.shown(await home.alice.slash(home.channel, "like", song=TEARDROP))
    assert liked.label(":1:like") == "1"
    song = home.app.library.resolve(TEARDROP).id
    assert not home.app.tastes.vector(here(home), whose(home.alice), 0.0)
    refused = home.shown(await home.alice.slash(home.channel, "taste start"))
    menu = next(custom_id for custom_id in refused.ids if custom_id.startswith("ts:v1:menu:genre:0"))
    told = await home.alice.select(refused.message, [option(refused, menu)], custom_id=menu)
    assert "paused learning" in "".join(each.content for each in told.followups)
    await restart(home)
    card = await pressed(home, home.alice, card, "learn")
    assert "Learning is on" in card.text
    assert home.app.tastes.counts(here(home), song).likes == 1
    assert not home.app.tastes.vector(here(home), whose(home.alice), 0.0)


def option(card: Shown, menu: str) -> str:
    """The first thing that a menu offers."""
    found = next(part for part in card.raw if part.get("custom_id") == menu)
    return found["options"][0]["value"]


async def test_a_hidden_name_is_on_no_card(home: Home) -> None:
    name = f"<@{home.alice.id}>"
    await home.alice.slash(home.channel, "taste visible", state="on")
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    assert name in home.shown(await home.alice.slash(home.channel, "recommend")).text
    card = await pressed(home, home.alice, await opened(home, home.alice), "hide")
    assert "name is hidden" in card.text
    await home.alice.slash(home.channel, "playlist make", name="Ours", shared=True)
    await home.alice.slash(home.channel, "playlist add", list="Ours", song=GLORY)
    told = [
        await home.alice.slash(home.channel, "recommend"),
        await home.alice.slash(home.channel, "daily"),
        await home.alice.slash(home.channel, "radio play"),
        await home.alice.slash(home.channel, "ask", mood="slow"),
        await home.bob.slash(home.channel, "mix", member=home.alice),
        await home.bob.slash(home.channel, "playlist show", list="Ours"),
        await home.bob.slash(home.channel, "playlist add", list="Ours", song=GLORY),
        await home.bob.slash(home.channel, "taste show", member=home.alice),
        await home.bob.slash(home.channel, "taste server"),
        await home.alice.slash(home.channel, "taste visible", state="on"),
    ]
    cards = [home.shown(each) for each in told]
    assert not [shown.text for shown in cards if name in shown.text]
    assert sum("Anonymous" in shown.text for shown in cards) >= 5
    assert "hide your name" in cards[-1].text
    shared = home.shown(await home.alice.slash(home.channel, "taste show"))
    refused = await home.alice.click(shared.message, custom_id="ts:v1:share")
    assert "hide your name" in home.shown(refused).text
    await pressed(home, home.alice, card, "name")
    assert name in home.shown(await home.alice.slash(home.channel, "recommend")).text


async def test_everything_comes_as_a_private_file(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    result = await home.press(home.alice, await opened(home, home.alice), ":export")
    shown = home.shown(result)
    assert shown.private
    [attachment] = shown.message.attachments
    assert attachment.filename == "segue-my-data.zip"
    data = await attachment.read()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [event] = json.loads(archive.read("feedback.json"))
        assert event["title"] == "Teardrop"
        assert "Everything that Segue keeps of you" in archive.read("README.txt").decode()


async def test_deleting_asks_names_what_goes_and_deletes_at_once(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    await home.bob.slash(home.channel, "like", song=TEARDROP)
    which = await pressed(home, home.alice, await opened(home, home.alice), "delete")
    sure = await pressed(home, home.alice, which, "ask_here")
    assert "1 answer to songs" in sure.text
    back = await pressed(home, home.alice, sure, "me")
    assert "1 answer to songs" in back.text
    sure = await pressed(home, home.alice, await pressed(home, home.alice, back, "delete"), "ask_all")
    await restart(home)
    done = await pressed(home, home.alice, sure, "do_all")
    assert "gone for good" in done.text
    assert "<t:" in done.text
    assert "nothing yet" in (await opened(home, home.alice)).text
    song = home.app.library.resolve(TEARDROP).id
    assert home.app.tastes.counts(here(home), song).likes == 1


async def test_in_ones_only_server_is_told_that_all_goes(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    await home.app.store.accounts.put(Account(whose(home.alice), AccountService.LASTFM, "alice_l", 1.0))
    card = await opened(home, home.alice)
    for action in ("delete", "ask_here"):
        card = await pressed(home, home.alice, card, action)
    assert "Last.fm" in card.text
    assert "every server" in card.text
    await pressed(home, home.alice, card, "do_all")
    assert not await home.app.store.rights.counts(whose(home.alice))


async def test_a_second_press_deletes_nothing_more(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    card = await opened(home, home.alice)
    for action in ("delete", "ask_all", "do_all"):
        card = await pressed(home, home.alice, card, action)
    assert "gone for good" in card.text
    card = await opened(home, home.alice)
    for action in ("delete", "ask_all", "do_all"):
        card = await pressed(home, home.alice, card, action)
    assert "0 entries" in card.text


async def test_a_button_deletes_only_what_is_of_who_presses(home: Home) -> None:
    await home.bob.slash(home.channel, "like", song=TEARDROP)
    card = await opened(home, home.alice)
    for action in ("delete", "ask_all", "do_all"):
        card = await pressed(home, home.alice, card, action)
    assert home.app.tastes.said(here(home), whose(home.bob))


async def test_listening_is_turned_off_where_it_was_on(home: Home) -> None:
    card = await opened(home, home.alice)
    assert not any(custom_id.endswith((":listen", ":deafen")) for custom_id in card.ids)
    # A card from when whoever runs Segue still had it on.
    stale = await home.press(home.alice, card, ":pause")
    assert stale.acknowledged


async def test_listening_is_not_offered_where_admins_do_not_allow_it(home: Home) -> None:
    home.app.nowplaying.on = True
    card = await opened(home, home.alice)
    assert any(custom_id.endswith(":listen") for custom_id in card.ids)
    await home.app.choices.alter(here(home), whose(home.admin), {"presence": False})
    refused = await home.press(home.alice, card, ":listen")
    assert "don't want it read" in "".join(each.content for each in refused.followups)
    assert home.app.nowplaying.consent(here(home), whose(home.alice)) is None
    assert not any(custom_id.endswith(":listen") for custom_id in (await opened(home, home.alice)).ids)
    await home.app.choices.alter(here(home), whose(home.admin), {"presence": True})
    await pressed(home, home.alice, card, "listen")
    await home.app.choices.alter(here(home), whose(home.admin), {"presence": False})
    assert "admins do not allow" in (await opened(home, home.alice)).text


class TestAdmins:
    async def test_have_a_page_for_the_server(self, home: Home) -> None:
        card = await pressed(home, home.admin, await opened(home, home.admin), "show")
        assert "as long as Segue is here" in card.text.replace("for as", "as")
        chosen = await home.admin.select(card.message, ["90"], custom_id=ids.server_retention())
        assert "90 days" in home.shown(chosen).text
        assert home.app.choices.server(here(home)).retention_days == 90
        [change] = await home.app.store.choices.changes(here(home))
        assert (change.setting, change.after, change.member) == ("retention_days", 90, home.admin.id)

    async def test_are_asked_twice_before_a_reset(self, home: Home) -> None:
        await home.alice.slash(home.channel, "like", song=TEARDROP)
        card = await pressed(home, home.admin, await opened(home, home.admin), "show")
        for action in ("reset", "reset_again"):
            card = await pressed(home, home.admin, card, action)
            assert home.app.tastes.said(here(home), whose(home.alice))
        card = await pressed(home, home.admin, card, "reset_now")
        assert "gone for good" in card.text
        assert not home.app.tastes.said(here(home), whose(home.alice))
        liked = home.shown(await home.alice.slash(home.channel, "like", song=TEARDROP))
        assert liked.label(":1:like") == "1"

    async def test_read_of_a_reset_in_words(self, home: Home) -> None:
        card = await pressed(home, home.admin, await opened(home, home.admin), "show")
        for action in ("reset", "reset_again", "reset_now"):
            card = await pressed(home, home.admin, card, action)
        panel = home.shown(await home.admin.slash(home.channel, "settings"))
        log = home.shown(await home.admin.select(panel.message, ["log"], custom_id=ids.settings_page()))
        assert "Everything in this server was deleted" in log.text
        assert "None" not in log.text

    async def test_undo_nothing_that_another_changes_at_the_same_time(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = await pressed(home, home.admin, await opened(home, home.admin), "show")
        write, go_on = home.app.store.choices.change, asyncio.Event()

        async def slowly(*given: Any) -> None:
            await write(*given)
            if not go_on.is_set():
                await go_on.wait()

        monkeypatch.setattr(home.app.store.choices, "change", slowly)
        by = whose(home.alice)
        other = asyncio.create_task(home.app.choices.alter(here(home), by, {"dial": "familiar"}))
        while not home.app.choices._turn.locked():  # pyright: ignore[reportPrivateUsage]
            await asyncio.sleep(0)
        alter = home.app.choices.alter

        async def second(*given: Any) -> Any:
            asyncio.get_running_loop().call_soon(go_on.set)
            return await alter(*given)

        monkeypatch.setattr(home.app.choices, "alter", second)
        await home.admin.select(card.message, ["90"], custom_id=ids.server_retention())
        go_on.set()
        await other
        settings = (await home.app.store.choices.settings())[here(home)]
        assert (settings.dial, settings.retention_days) == ("familiar", 90)

    async def test_take_the_settings_along(self, home: Home) -> None:
        card = await pressed(home, home.admin, await opened(home, home.admin), "show")
        shown = home.shown(await home.press(home.admin, card, ":settings"))
        assert [each.filename for each in shown.message.attachments] == ["segue-server-settings.zip"]

    @pytest.mark.parametrize("action", ["reset_now", "settings", "show"])
    async def test_who_are_none_cannot(self, home: Home, action: str) -> None:
        """Whoever lost the permission since the card came."""
        await home.alice.slash(home.channel, "like", song=TEARDROP)
        role = home.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        carol = home.guild.add_member(home.env.create_user("carol"), roles=[role])
        card = await pressed(home, carol, await opened(home, carol), "show")
        for step in ("reset", "reset_again") if action == "reset_now" else ():
            card = await pressed(home, carol, card, step)
        custom_id = ids.server_privacy(action)
        if action == "show":
            card = await opened(home, carol)
        home.env.backend.edit_role(home.guild.id, role.id, {"permissions": 0})
        refused = home.shown(await carol.click(card.message, custom_id=custom_id))
        assert "Manage Server" in refused.text
        assert home.app.tastes.said(here(home), whose(home.alice))


async def test_who_leaves_is_noticed_by_asking_discord(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    await home.app.keeping.turn()
    assert await home.app.store.leaving.members_left(float("inf")) == []
    home.guild.remove_member(home.alice)
    gone = await home.app.store.leaving.held({here(home)}, float("inf"), 10)
    assert (here(home), whose(home.alice)) in gone


async def test_every_card_fits_in_every_language(home: Home) -> None:
    for song in sorted(home.app.library.songs)[:3]:
        await home.app.feedback.say(
            server=here(home), member=whose(home.admin), song=song, verb=Verb.LIKE, cause=f"{song}"
        )
    for language in CATALOGUES:
        with speaking(language):
            result = await home.admin.slash(home.channel, "privacy")
            card = home.shown(result)
            for action in ("delete", "ask_all", "me", "show", "reset", "reset_again"):
                card = await pressed(home, home.admin, card, action)
                assert len(card.text) < 4_000
