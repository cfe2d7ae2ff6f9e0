"""`/playlist` and Save, as members live them."""

from __future__ import annotations

import asyncio

import pytest
import simcord

from bot.store.records import MemberId, ServerId
from bot.usecases.lists import CHOSEN, MOST_LISTS, Asking
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

TEARDROP, GLORY, HYPER = "teardrop massive attack", "glory box portishead", "hyperballad björk"


async def told(home: Home, who: simcord.MemberActor, command: str, **options: object) -> Shown:
    """The answer to a command below `/playlist`."""
    return home.shown(await who.slash(home.channel, f"playlist {command}", **options))


def asking(home: Home, who: simcord.MemberActor, *, moderator: bool = False) -> Asking:
    return Asking(ServerId(home.guild.id), MemberId(who.id), moderator)


async def filled(home: Home, *, shared: bool, songs: int = 45, name: str = "Long") -> None:
    """A list of Alice's with many songs, without a command for each."""
    asked = asking(home, home.alice)
    made = await home.app.lists.make(asked, name, shared=shared)
    for song in sorted(home.app.library.songs)[:songs]:
        await home.app.lists.add(asked, made, song)


async def test_a_list_of_ones_own_from_beginning_to_end(home: Home) -> None:
    made = await told(home, home.alice, "make", name="Evenings")
    assert made.private
    assert "Made: **Evenings**. Only you see it." in made.text
    added = await told(home, home.alice, "add", list="evenings", song=TEARDROP)
    assert added.private
    assert "Teardrop · Massive Attack" in added.text
    assert "1 song now" in added.text
    await told(home, home.alice, "add", list="Evenings", song=GLORY)
    shown = await told(home, home.alice, "show", list="Evenings")
    assert shown.private
    assert shown.titles == ["Teardrop", "Glory Box"]
    assert "2 songs" in shown.text
    removed = await told(home, home.alice, "remove", list="Evenings", song="teardrop")
    assert "Taken out of **Evenings**: Teardrop" in removed.text
    renamed = await told(home, home.alice, "rename", list="Evenings", name="Nights")
    assert "**Evenings** is called **Nights** now" in renamed.text
    assert "**Nights** · 1 song · yours alone" in (await told(home, home.alice, "list")).text
    sure = await told(home, home.alice, "delete", list="Nights")
    assert "Delete **Nights** with 1 song?" in sure.text
    gone = home.shown(await home.press(home.alice, sure, ":delete"))
    assert "Deleted: **Nights**, 1 song." in gone.text
    assert "no lists yet" in (await told(home, home.alice, "list")).text


async def test_keeping_deletes_nothing(home: Home) -> None:
    await told(home, home.alice, "make", name="Evenings")
    sure = await told(home, home.alice, "delete", list="Evenings")
    kept = home.shown(await home.press(home.alice, sure, ":keep"))
    assert "Nothing was deleted" in kept.text
    assert "Evenings" in (await told(home, home.alice, "list")).text


async def test_a_list_of_ones_own_is_nobody_elses(home: Home) -> None:
    await told(home, home.alice, "make", name="Diary")
    await told(home, home.alice, "add", list="Diary", song=TEARDROP)
    number = home.app.lists.find(asking(home, home.alice), "Diary").id
    for name in ("Diary", f"{CHOSEN}{number}"):
        for command, more in (
            ("show", {}),
            ("add", {"song": GLORY}),
            ("remove", {"song": TEARDROP}),
            ("rename", {"name": "Mine"}),
            ("delete", {}),
            ("recommend", {}),
        ):
            refused = await told(home, home.bob, command, list=name, **more)
            assert refused.private
            assert "There is no list" in refused.text
            assert "Did you mean" not in refused.text
    assert "no lists yet" in (await told(home, home.bob, "list")).text
    assert await home.bob.autocomplete(home.channel, "playlist show", "list", "") == []
    assert await home.bob.autocomplete(home.channel, "playlist remove", "song", "", list="Diary") == []


async def test_a_servers_list_is_filled_by_everybody_with_credit(home: Home) -> None:
    made = await told(home, home.alice, "make", name="Ours", shared=True)
    assert "for everybody here" in made.text
    await told(home, home.alice, "add", list="Ours", song=TEARDROP)
    await told(home, home.bob, "add", list="Ours", song=GLORY)
    again = await told(home, home.alice, "add", list="Ours", song=GLORY)
    assert f"is in **Ours** already, brought by <@{home.bob.id}>" in again.text
    shown = await told(home, home.bob, "show", list="Ours")
    assert not shown.private
    assert f"brought by <@{home.alice.id}>" in shown.text
    assert f"brought by <@{home.bob.id}>" in shown.text
    refused = await told(home, home.alice, "remove", list="Ours", song=GLORY)
    assert "Only who made a list" in refused.text
    assert "Taken out" in (await told(home, home.bob, "remove", list="Ours", song=GLORY)).text
    assert "Taken out" in (await told(home, home.admin, "remove", list="Ours", song=TEARDROP)).text


async def test_only_the_maker_and_moderators_rename_and_delete_a_servers_list(home: Home) -> None:
    await told(home, home.alice, "make", name="Ours", shared=True)
    assert "Only who made" in (await told(home, home.bob, "rename", list="Ours", name="Bobs")).text
    assert "Only who made" in (await told(home, home.bob, "delete", list="Ours")).text
    assert "is called" in (await told(home, home.admin, "rename", list="Ours", name="All")).text
    sure = await told(home, home.admin, "delete", list="All")
    assert "Deleted" in home.shown(await home.press(home.admin, sure, ":delete")).text


async def test_a_songs_buttons_work_from_a_list(home: Home) -> None:
    await told(home, home.alice, "make", name="Ours", shared=True)
    await told(home, home.alice, "add", list="Ours", song=TEARDROP)
    shown = await told(home, home.alice, "show", list="Ours")
    chosen = home.shown(await home.bob.select(shown.message, ["1"]))
    assert chosen.private
    liked = home.shown(await home.press(home.bob, chosen, ":1:like"))
    assert "You like this" in liked.text
    assert "❤️ 1" in home.last().text


async def test_tapping_from_a_private_list_redraws_nothing_public(home: Home) -> None:
    await told(home, home.alice, "make", name="Mine")
    await told(home, home.alice, "add", list="Mine", song=TEARDROP)
    shown = await told(home, home.alice, "show", list="Mine")
    chosen = home.shown(await home.alice.select(shown.message, ["1"]))
    before = len(home.env.http_requests)
    assert "You like this" in home.shown(await home.press(home.alice, chosen, ":1:like")).text
    assert len(home.env.http_requests) == before + 1


async def test_a_long_list_has_pages_also_after_a_restart(home: Home) -> None:
    await filled(home, shared=True)
    shown = await told(home, home.alice, "show", list="Long")
    assert len(shown.titles) == 20
    assert "45 songs · page 1 of 3" in shown.text
    await restart(home)
    second = home.shown(await home.press(home.alice, shown, ":1:n"))
    assert "page 2 of 3" in second.text
    third = home.shown(await home.press(home.alice, second, ":2:n"))
    assert len(third.titles) == 5
    refused = home.shown(await home.press(home.bob, third, ":1:b"))
    assert refused.private


async def test_songs_go_with_a_list_and_as_privately_as_it_is(home: Home) -> None:
    for name, shared in (("Ours", True), ("Mine", False)):
        await told(home, home.alice, "make", name=name, shared=shared)
        await told(home, home.alice, "add", list=name, song=TEARDROP)
        await told(home, home.alice, "add", list=name, song=GLORY)
        card = await told(home, home.alice, "recommend", list=name)
        assert card.private is not shared
        assert f"Goes with {name}" in card.text
        assert not {"Teardrop", "Glory Box"} & set(card.titles)
        assert "like Teardrop" in card.text or "like Glory Box" in card.text
        tapped = home.shown(await home.press(home.alice, card, ":1:like"))
        assert tapped.titles == card.titles
        more = home.shown(await home.press(home.alice, tapped, ":same"))
        assert more.private is not shared
        assert f"Goes with {name}" in more.text
        assert not set(more.titles) & set(card.titles)


async def test_an_empty_list_says_how_to_fill_it(home: Home) -> None:
    await told(home, home.alice, "make", name="Nothing")
    for command in ("show", "recommend"):
        card = await told(home, home.alice, command, list="Nothing")
        assert card.private
        assert "no songs in **Nothing** yet" in card.text


async def test_unknown_names_and_songs_are_told_with_what_is_near(home: Home) -> None:
    await told(home, home.alice, "make", name="Evenings")
    near = await told(home, home.alice, "add", list="evnings", song=TEARDROP)
    assert near.private
    assert "Did you mean Evenings?" in near.text
    song = await told(home, home.alice, "add", list="Evenings", song="xqzzy vlorp")
    assert song.private
    assert "I don't know" in song.text
    await told(home, home.alice, "add", list="Evenings", song=TEARDROP)
    missing = await told(home, home.alice, "remove", list="Evenings", song=GLORY)
    assert "I don't find" in missing.text
    for wrong in ("list:0", "list:99999999999999999999", "list:x", "", " ", "🎉" * 300, "x" * 6000, "song:1"):
        refused = await told(home, home.alice, "show", list=wrong)
        assert refused.private
        assert "There is no list" in refused.text
        assert len(refused.text) < 400


@pytest.mark.parametrize(
    "name", ["**bold** @everyone", "שירים של ערב", "🎉🎶", "[x](http://y)", "終わりなき旅", "<@1> `code`"]
)
async def test_odd_names_are_harmless(home: Home, name: str) -> None:
    made = await told(home, home.alice, "make", name=name, shared=True)
    assert "Made" in made.text
    await told(home, home.alice, "add", list=name, song=TEARDROP)
    shown = await told(home, home.alice, "show", list=name)
    assert shown.titles == ["Teardrop"]
    assert "@everyone" not in shown.text.replace("@\u200beveryone", "")
    assert "](http://" not in shown.text
    assert "**bold**" not in shown.text.replace("\\*\\*bold\\*\\*", "")
    taken = await told(home, home.bob, "make", name=name, shared=True)
    assert "There is a list called" in taken.text


@pytest.mark.parametrize("name", [" ", "\u200b\u200b", "\u202e"])
async def test_a_name_without_anything_to_see_is_refused(home: Home, name: str) -> None:
    card = await told(home, home.alice, "make", name=name)
    assert card.private
    assert "nothing to read" in card.text


async def test_names_are_ones_own_or_the_servers(home: Home) -> None:
    for who, shared in ((home.alice, False), (home.bob, False), (home.bob, True)):
        assert "Made" in (await told(home, who, "make", name="Same", shared=shared)).text
    assert "There is a list" in (await told(home, home.alice, "make", name="SAME!")).text
    await told(home, home.alice, "add", list="Same", song=TEARDROP)
    lines = (await told(home, home.alice, "list")).text
    assert "**Same** · 1 song · yours alone" in lines
    assert "**Same** · 0 songs · everybody" in lines
    await told(home, home.alice, "make", name="Other")
    assert "There is a list" in (await told(home, home.alice, "rename", list="Other", name="same")).text


async def test_there_are_limits_and_they_are_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(MOST_LISTS):
        await home.app.lists.make(asking(home, home.alice), f"List {number}")
    refused = await told(home, home.alice, "make", name="One more")
    assert "You have 50 lists" in refused.text
    listed = await told(home, home.alice, "list")
    assert "50 lists · page 1 of 3" in listed.text
    assert "page 2 of 3" in home.shown(await home.press(home.alice, listed, ":1:n")).text
    assert len(await home.alice.autocomplete(home.channel, "playlist show", "list", "list")) == 25
    monkeypatch.setattr("bot.usecases.lists.MOST_SONGS", 1)
    await told(home, home.alice, "add", list="List 1", song=TEARDROP)
    full = await told(home, home.alice, "add", list="List 1", song=GLORY)
    assert full.private
    assert "that is the most" in full.text
    again = await told(home, home.alice, "add", list="List 1", song=TEARDROP)
    assert "already" in again.text


async def test_typing_offers_lists_and_the_songs_in_them(home: Home) -> None:
    await told(home, home.alice, "make", name="Evenings")
    await told(home, home.bob, "make", name="Ours", shared=True)
    offered = await home.alice.autocomplete(home.channel, "playlist add", "list", "")
    assert {each["name"] for each in offered} == {"Evenings · yours alone", "Ours · everybody's here"}
    chosen = next(each["value"] for each in offered if each["name"].startswith("Evenings"))
    assert "Added" in (await told(home, home.alice, "add", list=chosen, song=TEARDROP)).text
    songs = await home.alice.autocomplete(home.channel, "playlist remove", "song", "tear", list=chosen)
    assert [each["name"][:8] for each in songs] == ["Teardrop"]
    removed = await told(home, home.alice, "remove", list=chosen, song=songs[0]["value"])
    assert "Taken out" in removed.text
    assert await home.alice.autocomplete(home.channel, "playlist add", "list", "🎉" * 200) == []
    assert await home.alice.autocomplete(home.channel, "playlist remove", "song", "x", list="nope") == []


async def test_a_list_that_is_gone_is_no_error(home: Home) -> None:
    await told(home, home.alice, "make", name="Ours", shared=True)
    await told(home, home.alice, "add", list="Ours", song=TEARDROP)
    shown = await told(home, home.alice, "show", list="Ours")
    sure = await told(home, home.alice, "delete", list="Ours")
    other = await told(home, home.admin, "delete", list="Ours")
    await home.press(home.alice, sure, ":delete")
    twice = Shown((await home.press(home.admin, other, ":delete")).followups[-1])
    assert twice.private
    assert "There is no list" in twice.text
    chosen = home.shown(await home.bob.select(shown.message, ["1"]))
    assert "Teardrop" in chosen.titles, "the card that was posted works on"


async def test_two_people_add_the_same_song_at_once(home: Home) -> None:
    await told(home, home.alice, "make", name="Ours", shared=True)
    chosen = home.app.lists.find(asking(home, home.alice), "Ours")
    song = home.app.library.resolve(TEARDROP).id
    puts = await asyncio.gather(
        *(home.app.lists.add(asking(home, who), chosen, song) for who in (home.alice, home.bob))
    )
    assert sorted(put.new for put in puts) == [False, True]
    assert {put.by for put in puts} == {puts[0].by}


async def test_lists_are_of_their_server(home: Home) -> None:
    await told(home, home.alice, "make", name="Ours", shared=True)
    await told(home, home.alice, "make", name="Mine")
    other = home.env.create_guild("Other")
    channel = other.create_text_channel("music")
    alice = other.add_member(home.alice.user)
    assert "no lists yet" in home.shown(await alice.slash(channel, "playlist list")).text


async def test_saving_what_a_radio_plays(home: Home) -> None:
    radio = home.shown(await home.alice.slash(home.channel, "radio play", song=TEARDROP))
    playing = radio.titles[0]
    saved = home.shown(await home.press(home.bob, radio, save(radio)))
    assert saved.private
    assert "Added to **Saved**" in saved.text
    assert playing in saved.text
    asked = home.shown(await home.press(home.bob, radio, save(radio)))
    assert "Choose" in str(asked.raw) or "Save" in asked.text
    number = home.app.lists.find(asking(home, home.bob), "Saved").id
    for _ in range(50):
        again = home.shown(await home.bob.select(asked.message, [str(number)]))
        assert "is in **Saved** already" in again.text
        asked = home.shown(await home.press(home.bob, radio, save(radio)))


async def test_saving_to_a_list_that_is_chosen_or_made_for_it(home: Home) -> None:
    await told(home, home.alice, "make", name="Evenings")
    card = home.shown(await home.alice.slash(home.channel, "like", song=TEARDROP))
    await restart(home)
    asked = home.shown(await home.press(home.alice, card, save(card)))
    saved = home.shown(await home.alice.select(asked.message, ["new"]))
    assert "Added to **Saved**" in saved.text
    asked = home.shown(await home.press(home.alice, card, save(card)))
    number = home.app.lists.find(asking(home, home.alice), "Evenings").id
    assert "Added to **Evenings**" in home.shown(await home.alice.select(asked.message, [str(number)])).text


async def test_a_menu_of_lists_that_are_gone_is_explained(home: Home) -> None:
    await told(home, home.alice, "make", name="Evenings")
    card = home.shown(await home.alice.slash(home.channel, "like", song=TEARDROP))
    asked = home.shown(await home.press(home.alice, card, save(card)))
    number = home.app.lists.find(asking(home, home.alice), "Evenings").id
    await home.app.lists.delete(asking(home, home.alice), number)
    gone = Shown((await home.alice.select(asked.message, [str(number)])).followups[-1])
    assert gone.private
    assert "There is no list" in gone.text


def save(card: Shown) -> str:
    """The id of a card's Save button."""
    return next(each for each in card.ids if each.startswith("save:"))
