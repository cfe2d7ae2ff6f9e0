"""Whom and what songs can be asked for: an artist, a mood, the server, a voice channel, several members."""

from __future__ import annotations

import pytest

from tests.behaviour.conftest import Home, restart


async def test_an_artist_to_start_from(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", artist="portished"))
    assert "### Like Portishead" in card.text
    assert len(card.titles) == 4


async def test_an_artist_nobody_knows_is_told_privately_with_who_is_near(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", artist="porti zzz"))
    assert card.private
    assert "I don't know an artist called" in card.text
    assert "Portishead" in card.text
    nobody = home.shown(await home.alice.slash(home.channel, "recommend", artist="qqqqq"))
    assert "Pick one from the list" in nobody.text


async def test_artists_are_offered_while_one_types(home: Home) -> None:
    offered = await home.alice.autocomplete(home.channel, "recommend", "artist", "portis")
    assert offered[0]["name"] == "Portishead"
    sensible = await home.alice.autocomplete(home.channel, "recommend", "artist", "")
    assert len(sensible) == 25


async def test_a_mood_in_ones_own_words(home: Home) -> None:
    card = home.shown(
        await home.alice.slash(home.channel, "recommend", mood="calm trip hop, flibbertigib", count=8)
    )
    assert "### “calm trip hop, flibbertigib”" in card.text
    assert "Not understood: flibbertigib" in card.text
    assert card.text.count("trip hop") >= 3
    more = home.shown(await home.press(home.bob, card, ":same"))
    assert "calm trip hop" in more.text
    assert not set(card.titles) & set(more.titles) or home.bob.id != home.alice.id


async def test_a_mood_without_a_known_word_says_what_to_try(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", mood="xyzzy plugh"))
    assert card.private
    assert "calm, no vocals" in card.text


async def test_songs_for_the_server_rest_on_what_people_here_like(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    await home.bob.slash(home.channel, "like", song="glory box portishead")
    card = home.shown(await home.alice.slash(home.channel, "recommend", **{"for": "server"}))
    assert "### For this server" in card.text
    assert "people here like" in card.text
    assert "you liked" not in card.text


async def test_a_server_of_which_nothing_is_known_is_told_so_and_no_other(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", **{"for": "server"}))
    assert "Nothing is known about any of you yet" in card.text
    await home.bob.slash(home.channel, "like", song="glory box portishead")
    card = home.shown(await home.alice.slash(home.channel, "recommend", **{"for": "server"}))
    assert "known about" not in card.text


async def test_a_mix_is_for_each_of_those_who_were_named(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    await home.alice.slash(home.channel, "like", song="glory box portishead")
    await home.bob.slash(home.channel, "like", song="back in black ac/dc")
    unnamed = home.shown(await home.alice.slash(home.channel, "mix", member=home.bob, count=10))
    assert f"for <@{home.bob.id}>" not in unnamed.text
    await home.bob.slash(home.channel, "taste visible", state="on")
    card = home.shown(await home.alice.slash(home.channel, "mix", member=home.bob, count=10))
    assert f"### For <@{home.bob.id}>, <@{home.alice.id}>" in card.text
    shown = card.text
    if "page 1 of 3" in card.text:
        for page in (":1:n", ":2:n"):
            card = home.shown(await home.press(home.alice, card, page))
            shown += card.text
    assert f"for <@{home.alice.id}>" in shown
    assert f"for <@{home.bob.id}>" in shown
    assert "you liked" not in shown


async def test_what_one_of_them_dislikes_is_played_to_none(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="glory box portishead")
    await home.bob.slash(home.channel, "dislike", song="teardrop massive attack")
    for dial in ("familiar", "balanced"):
        card = home.shown(
            await home.alice.slash(home.channel, "mix", member=home.bob, count=12, dial=dial, mood="trip hop")
        )
        assert "Teardrop" not in card.titles


async def test_a_mix_still_has_its_buttons_after_a_restart(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "mix", member=home.bob))
    assert "Nothing is known about any of you yet" in card.text
    await restart(home)
    more = home.shown(await home.press(home.bob, card, ":same"))
    assert f"<@{home.bob.id}>" in more.text


async def test_the_people_in_a_voice_channel(home: Home) -> None:
    room = home.guild.create_voice_channel("lounge")
    alone = home.shown(await home.alice.slash(home.channel, "mix"))
    assert alone.private
    assert "Join a voice channel first" in alone.text
    await home.alice.join_voice(room)
    await home.bob.join_voice(room)
    card = home.shown(await home.alice.slash(home.channel, "mix"))
    assert f"### For everybody in <#{room.id}>" in card.text
    theirs = home.shown(await home.alice.slash(home.channel, "recommend", **{"for": "voice"}))
    assert f"### For everybody in <#{room.id}>" in theirs.text
    await home.alice.leave_voice()
    gone = home.shown(await home.alice.slash(home.channel, "recommend", **{"for": "voice"}))
    assert "Join a voice channel first" in gone.text
    named = home.shown(await home.alice.slash(home.channel, "mix", channel=room))
    assert not named.private


async def test_bots_listen_to_nothing(home: Home) -> None:
    machine = home.guild.add_member(home.env.create_user("machine", bot=True))
    card = home.shown(await home.alice.slash(home.channel, "mix", member=machine))
    assert card.private
    assert "nobody to choose for" in card.text


@pytest.mark.parametrize("mood", ["🌧️🌧️🌧️", "a" * 200, "**no** `x` @everyone 90s"])
async def test_any_words_are_answered(home: Home, mood: str) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", mood=mood))
    assert card.text


async def test_songs_for_somebody_else_need_their_consent(home: Home) -> None:
    await home.bob.slash(home.channel, "like", song="glory box portishead")
    refused = home.shown(await home.alice.slash(home.channel, "recommend", member=home.bob))
    assert refused.private
    assert "keeps their taste to themselves" in refused.text
    await home.bob.slash(home.channel, "taste visible", state="on")
    card = home.shown(await home.alice.slash(home.channel, "recommend", member=home.bob))
    assert f"### For <@{home.bob.id}>" in card.text
    assert "you liked" not in card.text


async def test_what_is_owed_after_a_list_is_kept_over_a_restart(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="glory box portishead")
    await home.bob.slash(home.channel, "like", song="back in black ac/dc")
    assert await home.app.store.blocks.debts() == {}
    await home.alice.slash(home.channel, "mix", member=home.bob)
    owed = await home.app.store.blocks.debts()
    assert {member for _, member in owed} == {home.alice.id, home.bob.id}
    assert sum(owed.values()) == pytest.approx(2)


async def test_who_changed_their_mind_is_neither_asked_for_nor_named_again(home: Home) -> None:
    await home.bob.slash(home.channel, "like", song="teardrop massive attack")
    await home.alice.slash(home.channel, "like", song="respect aretha franklin")
    await home.bob.slash(home.channel, "taste visible", state="on")
    alone = home.shown(await home.alice.slash(home.channel, "recommend", member=home.bob))
    mixed = home.shown(await home.alice.slash(home.channel, "mix", member=home.bob, count=8))
    assert f"for <@{home.bob.id}>" in mixed.text
    await home.bob.slash(home.channel, "taste visible", state="off")
    refused = home.shown(await home.press(home.alice, alone, ":same"))
    assert refused.private
    assert "keeps their taste to themselves" in refused.text
    assert home.shown(await home.press(home.bob, alone, ":same")).titles, "his own is his"
    again = home.shown(await home.press(home.alice, mixed, ":same"))
    assert f"for <@{home.bob.id}>" not in again.text
