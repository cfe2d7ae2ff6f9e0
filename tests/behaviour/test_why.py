"""Why a song is there, as members ask."""

from __future__ import annotations

from tests.behaviour.conftest import Home, restart


async def test_listen_leads_to_why_with_the_parts_of_the_score(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    await home.alice.slash(home.channel, "like", song="glory box portishead")
    card = home.shown(await home.alice.slash(home.channel, "recommend", dial="familiar"))
    links = home.shown(await home.press(home.bob, card, ":1:listen"))
    why = home.shown(await home.bob.click(links.message, custom_id=links.button_of("why:v1:")))
    assert why.private
    assert card.titles[0] in why.text
    assert "because you liked" in why.text
    assert "all parts of its score" in why.text
    assert "Genres and moods" in why.alt
    assert "%" in why.alt


async def test_answers_since_then_leave_the_reasons_that_were_written_down(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    card = home.shown(await home.alice.slash(home.channel, "recommend", dial="familiar"))
    await home.press(home.alice, card, ":1:like")
    await home.alice.slash(home.channel, "dislike", song="glory box portishead")
    links = home.shown(await home.press(home.alice, card, ":1:listen"))
    why = home.shown(await home.alice.click(links.message, custom_id=links.button_of("why:v1:")))
    assert "the largest parts of its score" in why.text
    assert why.alt


async def test_one_song_cards_ask_directly_and_after_a_restart(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    for command, options in (
        ("recommend", {"count": 1}),
        ("radio play", {"song": "teardrop massive attack"}),
    ):
        card = home.shown(await home.alice.slash(home.channel, command, **options))
        wanted = next(each for each in card.ids if each.startswith("why:v1:"))
        await restart(home)
        result = await home.bob.click(card.message, custom_id=wanted)
        why = home.shown(result)
        assert why.private
        assert "### Why" in why.text


async def test_a_song_that_was_named_has_no_reason_to_ask_for(home: Home) -> None:
    liked = home.shown(await home.alice.slash(home.channel, "like", song="teardrop massive attack"))
    assert not [each for each in liked.ids if each.startswith("why:")]
    links = home.shown(await home.press(home.alice, liked, ":listen"))
    assert not [each for each in links.ids if each.startswith("why:")]


async def test_the_weekly_post_says_why_to_everybody(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    await home.admin.slash(home.channel, "discovery now")
    menu = home.last()
    one = home.shown(await home.bob.select(menu.message, ["1"]))
    wanted = next(each for each in one.ids if each.startswith("why:v1:"))
    why = home.shown(await home.bob.click(one.message, custom_id=wanted))
    assert "because you liked" not in why.text
    assert "the largest parts" in why.text
