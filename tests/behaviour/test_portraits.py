"""`/taste start`, `show`, `compare`, `server` and `visible`, as members live them."""

from __future__ import annotations

from collections import Counter

import pytest
import simcord

from bot.store.records import MemberId, ServerId
from bot.usecases.choosing import ASKED
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

TRIP_HOP = ("teardrop massive attack", "glory box portishead", "angel massive attack", "roads portishead")
SOUL = ("respect aretha franklin", "superstition stevie wonder", "what's going on marvin gaye")


async def likes(home: Home, who: simcord.MemberActor, *songs: str) -> None:
    for song in songs:
        told = home.shown(await who.slash(home.channel, "like", song=song))
        assert "You like this" in told.text, told.text


async def agrees(home: Home, *members: simcord.MemberActor) -> None:
    for member in members:
        home.shown(await member.slash(home.channel, "taste visible", state="on"))


async def choose(home: Home, who: simcord.MemberActor, card: Shown, ending: str, *values: str) -> Shown:
    return home.shown(await who.select(card.message, list(values), custom_id=card.button(ending)))


def options(card: Shown, ending: str) -> dict[str, bool]:
    """The values of a menu, and whether each is chosen."""
    wanted = card.button(ending)
    menu = next(part for part in card.raw if part.get("custom_id") == wanted)
    return {each["value"]: bool(each.get("default")) for each in menu["options"]}


def menu_with(card: Shown, value: str) -> str:
    """The menu that offers a value."""
    return next(each for each in card.ids if ":menu:" in each and value in options(card, each))


class TestStart:
    async def test_three_steps_become_the_next_answer(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "taste start"))
        assert card.private
        assert "Step 1 of 3" in card.text
        card = await choose(home, home.alice, card, menu_with(card, "jazz"), "jazz")
        assert options(card, menu_with(card, "jazz"))["jazz"]
        artists = home.shown(await home.press(home.alice, card, ":artist"))
        assert "Step 2 of 3" in artists.text
        artist = next(iter(options(artists, ":menu:artist:0")))
        artists = await choose(home, home.alice, artists, ":menu:artist:0", artist)
        decades = home.shown(await home.press(home.alice, artists, ":decade"))
        decades = await choose(home, home.alice, decades, ":menu:decade:0", "1960")
        done = home.shown(await home.press(home.alice, decades, ":done"))
        assert "jazz" in done.text
        assert "1960s" in done.text
        answer = home.shown(await home.alice.slash(home.channel, "recommend", dial="familiar", count=8))
        assert "Nothing known about you" not in answer.text
        lines = Counter(
            word for word in ("jazz", "rock") for line in answer.text.splitlines() if word in line
        )
        assert lines["jazz"] >= 3, answer.text

    async def test_what_is_chosen_survives_a_restart_in_the_middle(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "taste start"))
        menu = menu_with(card, "soul")
        card = await choose(home, home.alice, card, menu, "soul")
        await restart(home)
        artists = home.shown(await home.press(home.alice, card, ":artist"))
        genres = home.shown(await home.alice.slash(home.channel, "taste start"))
        assert options(genres, menu)["soul"]
        assert options(artists, ":menu:artist:0")
        assert await home.app.store.tastes.all()

    async def test_other_artists_keep_those_that_were_chosen(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "taste start"))
        menu = menu_with(card, "jazz")
        card = await choose(home, home.alice, card, menu, "jazz")
        artists = home.shown(await home.press(home.alice, card, ":artist"))
        chosen = next(iter(options(artists, ":menu:artist:0")))
        await choose(home, home.alice, artists, ":menu:artist:0", chosen)
        card = home.shown(await home.alice.slash(home.channel, "taste start"))
        card = await choose(home, home.alice, card, menu)
        card = await choose(home, home.alice, card, menu_with(card, "metal"), "metal")
        artists = home.shown(await home.press(home.alice, card, ":artist"))
        menu = menu_with(artists, chosen)
        assert options(artists, menu)[chosen]
        artists = await choose(home, home.alice, artists, menu)
        assert not any(chosen in options(artists, each) for each in artists.ids if ":menu:" in each)

    async def test_several_menus_add_up_and_a_choice_is_taken_back(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "taste start"))
        first, second = ":menu:genre:0", ":menu:genre:1"
        one, other = next(iter(options(card, first))), next(iter(options(card, second)))
        card = await choose(home, home.alice, card, first, one)
        card = await choose(home, home.alice, card, second, other)
        assert options(card, first)[one]
        assert options(card, second)[other]
        card = await choose(home, home.alice, card, first)
        assert not options(card, first)[one]
        assert options(card, second)[other]

    async def test_skipping_everything_is_fine(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "taste start"))
        assert card.label(":artist") == "Skip this"
        done = home.shown(await home.press(home.alice, card, ":done"))
        assert "that is fine" in done.text

    async def test_a_first_answer_offers_it_to_whoever_presses(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "recommend"))
        begun = home.shown(await home.press(home.bob, card, ":begin"))
        assert begun.private
        assert "Step 1 of 3" in begun.text
        await likes(home, home.alice, *TRIP_HOP[:1])
        known = home.shown(await home.alice.slash(home.channel, "recommend"))
        assert not [each for each in known.ids if each.endswith(":begin")]

    async def test_it_fades_with_answers_and_is_forgotten_on_demand(self, home: Home) -> None:
        server, alice = ServerId(home.guild.id), MemberId(home.alice.id)
        card = home.shown(await home.alice.slash(home.channel, "taste start"))
        await choose(home, home.alice, card, menu_with(card, "jazz"), "jazz")
        before = home.app.choosing.wishes(server, alice).tags["jazz"]
        await likes(home, home.alice, *TRIP_HOP)
        after = home.app.choosing.wishes(server, alice).tags["jazz"]
        assert after < before == ASKED
        gone = home.shown(await home.alice.slash(home.channel, "taste forget"))
        assert "1 thing that you chose" in gone.text
        assert not home.app.choosing.of(server, alice)
        assert await home.app.store.tastes.all() == []


class TestShow:
    async def test_nothing_known_says_how_to_begin(self, home: Home) -> None:
        told = home.shown(await home.alice.slash(home.channel, "taste show"))
        assert told.private
        assert "/taste start" in told.text

    async def test_ones_own_is_private_until_it_is_shown(self, home: Home) -> None:
        await likes(home, home.alice, *TRIP_HOP)
        card = home.shown(await home.alice.slash(home.channel, "taste show"))
        assert card.private
        assert "4 songs" in card.text
        assert "trip hop" in card.alt
        public = home.shown(await home.press(home.alice, card, ":share"))
        assert not public.private
        assert "alice" in public.text
        assert public.ids == []

    async def test_show_here_works_after_a_restart_and_as_often_as_one_likes(self, home: Home) -> None:
        await likes(home, home.alice, *TRIP_HOP)
        card = home.shown(await home.alice.slash(home.channel, "taste show"))
        await restart(home)
        for _ in range(3):
            public = home.shown(await home.press(home.alice, card, ":share"))
            assert not public.private
        await home.alice.slash(home.channel, "taste forget")
        assert home.shown(await home.press(home.alice, card, ":share")).alt

    async def test_somebody_elses_needs_their_consent(self, home: Home) -> None:
        await likes(home, home.bob, *SOUL)
        refused = home.shown(await home.alice.slash(home.channel, "taste show", member=home.bob))
        assert refused.private
        assert "keeps their taste to themselves" in refused.text
        assert "soul" not in refused.text
        await agrees(home, home.bob)
        card = home.shown(await home.alice.slash(home.channel, "taste show", member=home.bob))
        assert "soul" in card.alt
        assert card.ids == []
        await home.bob.slash(home.channel, "taste visible", state="off")
        again = home.shown(await home.alice.slash(home.channel, "taste show", member=home.bob))
        assert "keeps their taste to themselves" in again.text

    async def test_who_agreed_and_has_no_taste_yet(self, home: Home) -> None:
        await agrees(home, home.bob)
        told = home.shown(await home.alice.slash(home.channel, "taste show", member=home.bob))
        assert "Nothing is known of the taste of bob" in told.text

    async def test_naming_oneself_is_ones_own(self, home: Home) -> None:
        await likes(home, home.alice, *TRIP_HOP)
        card = home.shown(await home.alice.slash(home.channel, "taste show", member=home.alice))
        assert card.button(":share")

    async def test_the_average_comes_with_the_third_member(self, home: Home) -> None:
        await likes(home, home.alice, *TRIP_HOP)
        await likes(home, home.bob, *SOUL)
        server, alice = ServerId(home.guild.id), MemberId(home.alice.id)
        shown = await home.app.portraits.of(server, alice)
        assert shown is not None
        assert all(each.server is None for each in shown.genres)
        await likes(home, home.admin, *SOUL)
        shown = await home.app.portraits.of(server, alice)
        assert shown is not None
        assert all(each.server is not None for each in shown.genres)


@pytest.mark.parametrize("command", ["taste show", "taste compare"])
async def test_bots_and_who_left_get_a_sentence(home: Home, command: str) -> None:
    robot = home.guild.add_member(home.env.create_user("beep", bot=True))
    told = home.shown(await home.alice.slash(home.channel, command, member=robot))
    assert "is a bot" in told.text
    gone = home.env.create_user("carol")
    told = home.shown(await home.alice.slash(home.channel, command, member=gone))
    assert "is not in this server any more" in told.text


class TestCompare:
    async def test_oneself_and_the_unwilling(self, home: Home) -> None:
        told = home.shown(await home.alice.slash(home.channel, "taste compare", member=home.alice))
        assert "That is you" in told.text
        told = home.shown(await home.alice.slash(home.channel, "taste compare", member=home.bob))
        assert "keeps their taste" in told.text

    async def test_who_has_no_taste_is_told_how_to_begin(self, home: Home) -> None:
        await likes(home, home.bob, *SOUL)
        await agrees(home, home.bob)
        told = home.shown(await home.alice.slash(home.channel, "taste compare", member=home.bob))
        assert "/taste start" in told.text

    async def test_what_is_shared_and_what_could_be_given(self, home: Home) -> None:
        await likes(home, home.alice, *TRIP_HOP[:3])
        await likes(home, home.bob, *TRIP_HOP[1:], *SOUL[:1])
        await agrees(home, home.bob)
        card = home.shown(await home.alice.slash(home.channel, "taste compare", member=home.bob))
        assert card.private
        assert "agreement" in card.text
        assert "trip hop" in card.alt
        assert "could give you" in card.text
        given = card.text.split("could give you")[1]
        assert "Roads" in given
        assert "Glory Box" not in given
        one = home.shown(await home.alice.select(card.message, ["1"]))
        liked = home.shown(await home.press(home.alice, one, ":1:like"))
        assert "You like this" in liked.text


class TestServer:
    async def test_two_are_too_few(self, home: Home) -> None:
        await likes(home, home.alice, *TRIP_HOP)
        await likes(home, home.bob, *SOUL)
        await agrees(home, home.alice, home.bob, home.admin)
        told = home.shown(await home.alice.slash(home.channel, "taste server"))
        assert told.private
        assert "so far there are 2" in told.text
        assert "/taste visible" in told.text

    async def test_only_who_agreed_and_is_still_here_is_on_the_map(self, home: Home) -> None:
        carol, dave = (home.guild.add_member(home.env.create_user(name)) for name in ("carol", "dave"))
        everybody = (home.alice, home.bob, home.admin, carol, dave)
        for who in everybody:
            await likes(home, who, *TRIP_HOP[: 1 + who.id % 2], *SOUL[:1])
        await agrees(home, home.alice, home.bob, home.admin, carol)
        card = home.shown(await dave.slash(home.channel, "taste server"))
        assert all(name in card.alt for name in ("alice", "bob", "Ada", "carol", "trip hop"))
        assert "dave" not in card.alt
        home.guild.remove_member(carol)
        again = home.shown(await dave.slash(home.channel, "taste server"))
        assert "carol" not in again.alt
