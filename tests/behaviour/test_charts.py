"""`/charts` and `/finds`, as members live them."""

from __future__ import annotations

import pytest
import simcord

from bot.store.records import MemberId, PostKind, ServerId, SongId, Verb
from bot.usecases.picking import numbered
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

TEARDROP, GLORY, HYPER = "teardrop massive attack", "glory box portishead", "hyperballad björk"
DAY = 86_400.0


async def likes(home: Home, who: simcord.MemberActor, *songs: str) -> None:
    with home.env.time_context():
        for song in songs:
            await home.app.feedback.say(
                server=ServerId(home.guild.id),
                member=MemberId(who.id),
                song=home.app.library.resolve(song).id,
                verb=Verb.LIKE,
                cause=f"{who.id}:{song}",
            )


def told(result: simcord.InteractionResult) -> Shown:
    """What a member alone is told where a card for everybody had been announced."""
    assert result.acknowledged
    shown = Shown(result.followups[-1])
    assert shown.private
    return shown


async def brings(home: Home, who: simcord.MemberActor, song: str) -> None:
    """A link of theirs, as it becomes a post."""
    slots = numbered([home.app.library.resolve(song).id])
    await home.app.picker.named(
        PostKind.FOUND, server=ServerId(home.guild.id), member=MemberId(who.id), slots=slots
    )


async def hides(home: Home, who: simcord.MemberActor) -> None:
    await home.app.choices.choose(ServerId(home.guild.id), MemberId(who.id), hidden=True)


def pressing(card: Shown, view: str, period: str) -> str:
    """The button that leads there, and is no arrow."""
    return next(
        each for each in card.ids if each.startswith(f"charts:v1:{view}:{period}:") and each[-1] in "vp"
    )


class TestCharts:
    async def test_an_empty_server_is_told_how_to_begin(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "charts"))
        assert not card.private
        assert "no chart" in card.text
        assert "/recommend" in card.text
        assert card.ids == []

    async def test_the_most_liked_come_first_with_covers_and_a_menu(self, home: Home) -> None:
        await likes(home, home.alice, GLORY, TEARDROP)
        await likes(home, home.bob, TEARDROP)
        card = home.shown(await home.alice.slash(home.channel, "charts"))
        assert not card.private
        assert card.titles == ["Teardrop", "Glory Box"]
        assert "❤️\u00a02/2" in card.text
        assert "2 songs" in card.alt
        song = str(home.app.library.resolve(TEARDROP).id)
        opened = home.shown(await home.bob.select(card.message, [song]))
        assert opened.private
        assert any(each.endswith(":listen") for each in opened.ids)

    async def test_views_and_periods_are_chosen_on_the_card_after_a_restart_too(self, home: Home) -> None:
        await likes(home, home.alice, GLORY)
        await home.later(20 * DAY)
        await likes(home, home.bob, TEARDROP)
        card = home.shown(await home.alice.slash(home.channel, "charts"))
        assert set(card.titles) == {"Teardrop", "Glory Box"}
        await restart(home)
        await home.alice.click(card.message, custom_id=pressing(card, "liked", "week"))
        week = home.last()
        assert week.titles == ["Teardrop"]
        await home.alice.click(week.message, custom_id=pressing(week, "fresh", "week"))
        fresh = home.last()
        assert "Fresh finds" in fresh.text
        assert fresh.titles == ["Teardrop"]
        await home.alice.click(fresh.message, custom_id=pressing(fresh, "rising", "week"))
        assert "+1" in home.last().text
        await home.later(10 * DAY)
        await home.alice.click(home.last().message, custom_id=pressing(home.last(), "rising", "week"))
        assert "no song here in this time" in home.last().text

    async def test_others_get_a_card_of_their_own(self, home: Home) -> None:
        await likes(home, home.alice, GLORY)
        card = home.shown(await home.alice.slash(home.channel, "charts"))
        before = home.last().text
        theirs = home.shown(await home.bob.click(card.message, custom_id=pressing(card, "fresh", "month")))
        assert theirs.private
        assert "Fresh finds" in theirs.text
        assert home.last().text == before
        again = home.shown(await home.bob.click(theirs.message, custom_id=pressing(theirs, "fresh", "all")))
        assert again.private
        assert "of all time" in again.text

    async def test_a_member_who_agreed_and_nobody_else(self, home: Home) -> None:
        await likes(home, home.bob, GLORY)
        refused = home.shown(await home.alice.slash(home.channel, "charts", member=home.bob))
        assert "Glory" not in refused.text
        await home.bob.slash(home.channel, "taste visible", state="on")
        card = home.shown(await home.alice.slash(home.channel, "charts", member=home.bob))
        assert card.titles == ["Glory Box"]
        assert f"<@{home.bob.id}>" in card.text
        # They change their mind: what is on the screen can be turned no more.
        await home.bob.slash(home.channel, "taste visible", state="off")
        late = told(await home.alice.click(card.message, custom_id=pressing(card, "member", "all")))
        assert "don't let others" in late.text

    async def test_who_hides_their_name_is_in_no_chart_of_their_own(self, home: Home) -> None:
        await likes(home, home.bob, GLORY)
        await home.bob.slash(home.channel, "taste visible", state="on")
        await hides(home, home.bob)
        refused = home.shown(await home.alice.slash(home.channel, "charts", member=home.bob))
        assert "keeps their taste to themselves" in refused.text
        own = home.shown(await home.bob.slash(home.channel, "charts", member=home.bob))
        assert "/history" in own.text
        everybody = home.shown(await home.alice.slash(home.channel, "charts"))
        assert everybody.titles == ["Glory Box"]
        assert str(home.bob.id) not in everybody.text

    async def test_another_servers_likes_are_in_no_chart_here(self, home: Home) -> None:
        await home.app.feedback.say(
            server=ServerId(99), member=MemberId(home.alice.id), song=SongId(1), verb=Verb.LIKE, cause="x"
        )
        assert "no chart" in home.shown(await home.alice.slash(home.channel, "charts")).text

    async def test_long_charts_have_pages(self, home: Home) -> None:
        for song in sorted(home.app.library.songs)[:12]:
            await home.app.feedback.say(
                server=ServerId(home.guild.id),
                member=MemberId(home.alice.id),
                song=song,
                verb=Verb.LIKE,
                cause=f"{song}",
            )
        card = home.shown(await home.alice.slash(home.channel, "charts"))
        assert len(card.titles) == 10
        await home.alice.click(card.message, custom_id=card.button(":n"))
        assert len(home.last().titles) == 2
        assert "**11**" in home.last().text


class TestFinds:
    async def test_nobody_has_brought_anything(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "finds"))
        assert "/ask" in card.text
        one = home.shown(await home.alice.slash(home.channel, "finds", member=home.bob))
        assert f"<@{home.bob.id}>" in one.text

    async def test_who_brought_what_and_how_it_was_taken(self, home: Home) -> None:
        await brings(home, home.alice, GLORY)
        await likes(home, home.bob, GLORY)
        card = home.shown(await home.bob.slash(home.channel, "finds"))
        assert not card.private
        assert f"brought by <@{home.alice.id}>" in card.text
        assert "❤️ 1 · on 1 card" in card.text
        one = home.shown(await home.bob.slash(home.channel, "finds", member=home.alice))
        assert "Glory Box" in one.text
        song = str(home.app.library.resolve(GLORY).id)
        assert home.shown(await home.bob.select(card.message, [song])).private

    async def test_who_hides_their_name_is_a_member(self, home: Home) -> None:
        await brings(home, home.alice, GLORY)
        shown = home.shown(await home.bob.slash(home.channel, "finds", member=home.alice))
        assert "Glory Box" in shown.text
        await hides(home, home.alice)
        card = home.shown(await home.bob.slash(home.channel, "finds"))
        assert "brought by a member" in card.text
        assert str(home.alice.id) not in card.text
        refused = home.shown(await home.bob.slash(home.channel, "finds", member=home.alice))
        assert "Glory" not in refused.text
        own = home.shown(await home.alice.slash(home.channel, "finds", member=home.alice))
        assert own.private
        assert "Glory Box" in own.text

    async def test_pages_survive_a_restart_and_others_get_their_own(self, home: Home) -> None:
        for song in sorted(home.app.library.songs)[:12]:
            await home.app.picker.named(
                PostKind.FOUND,
                server=ServerId(home.guild.id),
                member=MemberId(home.alice.id),
                slots=numbered([song]),
            )
        card = home.shown(await home.alice.slash(home.channel, "finds"))
        assert "12 songs" in card.text
        await restart(home)
        theirs = home.shown(await home.bob.click(card.message, custom_id=card.button(":n")))
        assert theirs.private
        assert "page 2 of 2" in theirs.text
        await home.alice.click(card.message, custom_id=card.button(":n"))
        assert "page 2 of 2" in home.last().text

    @pytest.mark.parametrize("command", ["charts", "finds"])
    async def test_no_bots(self, home: Home, command: str) -> None:
        bot = home.guild.add_member(home.env.create_user("robot", bot=True))
        refused = home.shown(await home.alice.slash(home.channel, command, member=bot))
        assert refused.private
        assert "is a bot" in refused.text
