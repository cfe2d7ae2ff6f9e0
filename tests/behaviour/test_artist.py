"""`/artist`, as artists, admins and listeners live it."""

from __future__ import annotations

import re

import simcord

from bot.app import App
from bot.cards.why import why
from bot.preview.shows import shows
from bot.store.records import MemberId, PostKind, ServerId, Slot, SongId, StoredReason
from bot.usecases.picking import Question
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

SONG = "teardrop massive attack"
OWN = "You registered that song as yours, so the others rate it."


def server(home: Home) -> ServerId:
    return ServerId(home.guild.id)


def song_of(home: Home) -> SongId:
    return home.app.library.resolve(SONG).id


async def told(home: Home, who: simcord.MemberActor, command: str, **options: str) -> str:
    """What a member alone is told."""
    shown = home.shown(await who.slash(home.channel, command, **options))
    assert shown.private
    return shown.text


async def registered(home: Home, who: simcord.MemberActor | None = None) -> Shown:
    """The card that a registration puts into the channel."""
    text = await told(home, who or home.alice, "artist register", song=SONG)
    assert "An admin of this server has to confirm it" in text
    return home.last()


async def confirmed(home: Home) -> None:
    await home.press(home.admin, await registered(home), ":confirm")


async def shown_to(home: Home, who: simcord.MemberActor) -> None:
    """A list that showed the song to a member."""
    asked = Question(server(home), MemberId(who.id), count=1)
    post = await home.app.picker.publish(
        PostKind.RECOMMEND, asked, [Slot(1, song_of(home), propensity=0.1)], channel=None, query={}
    )
    assert post.id


class TestRegistering:
    async def test_an_admin_confirms_it_on_a_card_that_all_see(self, home: Home) -> None:
        card = await registered(home)
        assert not card.private
        assert f"<@{home.alice.id}> says that **Teardrop** · Massive Attack is theirs" in card.text
        for who in (home.alice, home.bob):
            refused = home.shown(await who.click(card.message, custom_id=card.button(":confirm")))
            assert refused.private
            assert "That is for those who manage this server" in refused.text
        waiting = home.shown(await home.admin.slash(home.channel, "artist list"))
        await restart(home)
        await home.press(home.admin, card, ":confirm")
        done = home.last()
        assert (
            f"<@{home.admin.id}> confirmed that **Teardrop** · Massive Attack is by <@{home.alice.id}>"
            in done.text
        )
        assert not done.ids
        again = await home.admin.click(waiting.message, custom_id=waiting.button(":refuse"))
        assert "decided or taken back already" in again.followups[0].content
        assert home.app.claims.coming(server(home))

    async def test_who_hides_their_name_meanwhile_is_not_named_by_what_is_decided(self, home: Home) -> None:
        card = await registered(home)
        for who in (home.alice, home.admin):
            await home.app.rights.hide(server(home), MemberId(who.id), hidden=True)
        await home.press(home.admin, card, ":confirm")
        assert "Anonymous confirmed that **Teardrop** · Massive Attack is by Anonymous" in home.last().text

    async def test_an_admin_refuses_it_and_it_cannot_be_registered_again(self, home: Home) -> None:
        await home.press(home.admin, await registered(home), ":refuse")
        assert "not registered any more" in home.last().text
        assert not home.app.claims.coming(server(home))
        assert "It was decided" in await told(home, home.alice, "artist register", song=SONG)
        assert "not confirmed" in await told(home, home.alice, "artist list")
        assert "You like this" in await told(home, home.alice, "like", song=SONG)

    async def test_what_cannot_be_registered(self, home: Home) -> None:
        assert "I don't know" in await told(home, home.alice, "artist register", song="zzzz qqqq")
        [podcast, *_] = await home.app.store.catalog.add(shows(), 1.0)
        await home.app.library.add([podcast])
        text = await told(home, home.alice, "artist register", song=f"song:{podcast.id}")
        assert "Only songs can be registered" in text
        await registered(home)
        assert "Somebody registered that song already" in await told(
            home, home.bob, "artist register", song=SONG
        )
        await home.app.choices.choose(server(home), MemberId(home.bob.id), hidden=True)
        assert "Your name is hidden here" in await told(home, home.bob, "artist register", song="glory box")

    async def test_who_has_left_cannot_be_confirmed_and_can_be_refused(self, home: Home) -> None:
        card = await registered(home)
        home.guild.remove_member(home.alice)
        left = await home.admin.click(card.message, custom_id=card.button(":confirm"))
        assert left.followups[0].flags.ephemeral
        assert "is not in this server any more" in left.followups[0].content
        await home.press(home.admin, card, ":refuse")
        assert "not registered any more" in home.last().text

    async def test_lists_show_the_state_and_let_an_admin_settle(self, home: Home) -> None:
        assert "You have registered no song" in await told(home, home.alice, "artist list")
        await registered(home)
        assert "waits for an admin" in await told(home, home.alice, "artist list")
        listed = home.shown(await home.admin.slash(home.channel, "artist list"))
        assert listed.private
        assert "Waiting for an admin here" in listed.text
        assert "Waiting for an admin here" not in await told(home, home.bob, "artist list")
        await home.press(home.admin, listed, ":confirm")
        assert "comes in this server" in await told(home, home.alice, "artist list")

    async def test_of_another_server_no_name_is_told_and_nothing_settled(self, home: Home) -> None:
        await registered(home)
        other = home.env.create_guild("Elsewhere", owner=home.env.create_user("eve"))
        there = other.create_text_channel("music")
        alice = other.add_member(home.env.create_user("alice2"))
        refused = home.shown(await alice.slash(there, "artist register", song=SONG))
        assert str(home.alice.id) not in refused.text
        assert "Somebody registered that song already" in refused.text
        assert "Teardrop" not in home.shown(await alice.slash(there, "artist list")).text
        report = home.shown(await alice.slash(there, "artist report", song=SONG))
        assert "No such song is registered as yours" in report.text


def test_a_listener_is_told_why_it_comes(app: App) -> None:
    song = app.library.resolve(SONG)
    reasons = [StoredReason("registered", 0.0), StoredReason("tags", 0.5, tags=("trip hop",))]
    told = why(reasons, song, app.shelf.song)
    assert told.startswith("registered by its artist · ")


class TestNeverRatedByItsArtist:
    async def test_by_commands(self, home: Home) -> None:
        await told(home, home.alice, "like", song=SONG)
        assert home.app.tastes.counts(server(home), song_of(home)).likes == 1
        await confirmed(home)
        assert home.app.tastes.counts(server(home), song_of(home)).likes == 0
        for command in ("like", "skip", "dislike"):
            assert OWN in await told(home, home.alice, command, song=SONG)

    async def test_by_buttons_reactions_and_messages(self, home: Home) -> None:
        card = home.shown(await home.bob.slash(home.channel, "radio play", song=SONG))
        song, message = home.app.library.resolve(card.titles[0]), home.channel.last_message
        assert message is not None
        await told(home, home.alice, "artist register", song=f"song:{song.id}")
        await home.press(home.admin, home.last(), ":confirm")
        for verb in (":like", ":skip", ":dislike"):
            refused = home.shown(await home.alice.click(card.message, custom_id=card.button(f":1{verb}")))
            assert refused.private
            assert OWN in refused.text
        await home.alice.react(card.message, "❤️")
        menu = home.shown(await home.alice.context_menu(home.channel, "Like this song", message))
        assert OWN in menu.text
        assert home.app.tastes.counts(server(home), song.id).likes == 0
        await home.bob.react(card.message, "❤️")
        assert home.app.tastes.counts(server(home), song.id).likes == 1

    async def test_after_it_is_removed_they_may_rate_again(self, home: Home) -> None:
        await confirmed(home)
        offered = await home.alice.autocomplete(home.channel, "artist remove", "song", "tear")
        assert [each["name"] for each in offered] == ["Teardrop · Massive Attack · 1998"]
        assert "you may rate it again" in await told(
            home, home.alice, "artist remove", song=offered[0]["value"]
        )
        assert "You like this" in await told(home, home.alice, "like", song=SONG)
        assert "No such song is registered" in await told(home, home.alice, "artist remove", song=SONG)

    async def test_an_admin_may_end_it_and_nobody_else(self, home: Home) -> None:
        await confirmed(home)
        assert "No such song" in await told(home, home.bob, "artist remove", song=SONG)
        assert await home.bob.autocomplete(home.channel, "artist remove", "song", "") == []
        assert "in every server" in await told(home, home.admin, "artist remove", song=SONG)
        assert not home.app.claims.coming(server(home))


class TestTheReport:
    async def test_an_artist_sees_counts_and_no_names(self, home: Home) -> None:
        await confirmed(home)
        for who in (home.bob, home.admin):
            await shown_to(home, who)
        await told(home, home.bob, "like", song=SONG)
        text = await told(home, home.alice, "artist report", song=SONG)
        assert "**In this server** · shown: 2" in text
        assert "❤️ 1 · ⏭️ 0 · 👎 0 · no answer: 2" in text
        assert "It comes in this server only" in text
        assert not re.search(r"<@\d+>", text)
        assert "No such song is registered" in await told(home, home.bob, "artist report", song=SONG)

    async def test_what_waits_says_so(self, home: Home) -> None:
        await registered(home)
        assert "It waits for an admin" in await told(home, home.alice, "artist report", song=SONG)
