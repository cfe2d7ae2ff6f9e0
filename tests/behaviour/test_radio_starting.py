"""What a radio can be started from, and in which message or thread it plays."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.store.records import MemberId, MessageId, PostId, PostKind, ServerId
from tests.behaviour.conftest import Home
from tests.behaviour.reading import Shown


def told(result: simcord.InteractionResult) -> str:
    """What the member alone is told, whether or not "thinking…" was there before."""
    if result.response is not None:
        shown = Shown(result.response)
        assert shown.private
        return shown.text
    assert result.followups[-1].flags.ephemeral
    return result.followups[-1].content


async def play(home: Home, who: simcord.MemberActor | None = None, **options: object) -> Shown:
    return home.shown(await (who or home.alice).slash(home.channel, "radio play", **options))


async def like(home: Home, who: simcord.MemberActor, *songs: str) -> None:
    for song in songs:
        await who.slash(home.channel, "like", song=song)


async def test_from_nothing_it_plays_what_is_known_of_the_server(home: Home) -> None:
    card = await play(home)
    assert "Radio for this server" in card.text
    assert len(card.titles) == 1
    assert not card.private


async def test_from_nothing_it_plays_from_ones_own_taste_once_there_is_one(home: Home) -> None:
    await like(home, home.alice, "teardrop massive attack", "glory box portishead")
    card = await play(home)
    assert f"Radio for <@{home.alice.id}>" in card.text
    assert card.titles[0] not in ("Teardrop", "Glory Box")


async def test_from_the_server(home: Home) -> None:
    await like(home, home.bob, "teardrop massive attack")
    card = home.shown(await home.alice.slash(home.channel, "radio play", **{"for": "server"}))
    assert "Radio for this server" in card.text
    assert "you" not in card.text.split("\n")[1]


async def test_from_an_artist_however_it_is_written(home: Home) -> None:
    card = await play(home, artist="massive ATTACK")
    assert "Radio from Massive Attack" in card.text


async def test_artists_are_offered_while_one_types(home: Home) -> None:
    offered = await home.alice.autocomplete(home.channel, "radio play", "artist", "massiv")
    assert "Massive Attack" in [choice["value"] for choice in offered]
    assert len({choice["value"] for choice in offered}) == len(offered)


async def test_from_a_mood_and_an_artist(home: Home) -> None:
    card = await play(home, mood="something calm, no vocals", artist="Massive Attack")
    assert "Radio from Massive Attack / calm, no vocals" in card.text


async def test_from_a_mood_alone(home: Home) -> None:
    card = await play(home, mood="energetic 80s")
    assert "Radio from energetic, 80s" in card.text


async def test_from_somebody_elses_taste_tells_nothing_that_they_like(home: Home) -> None:
    await like(home, home.bob, "teardrop massive attack", "glory box portishead")
    refused = await play(home, member=home.bob)
    assert refused.private
    assert "keeps their taste to themselves" in refused.text
    await home.bob.slash(home.channel, "taste visible", state="on")
    card = await play(home, member=home.bob)
    assert f"Radio for <@{home.bob.id}>" in card.text
    for _ in range(4):
        assert "Teardrop" not in card.text
        assert "Glory Box" not in card.text
        card = home.shown(await home.press(home.alice, card, ":next"))
    assert home.shown(await home.press(home.alice, card, ":stop")).text.count("ended") == 1


@pytest.mark.parametrize("way", ["taste", "name", "everything"])
async def test_a_radio_goes_on_without_the_taste_of_who_takes_it_back(home: Home, way: str) -> None:
    await like(home, home.bob, "teardrop massive attack", "glory box portishead")
    await home.bob.slash(home.channel, "taste visible", state="on")
    card = await play(home, member=home.bob)
    server, bob = ServerId(home.guild.id), MemberId(home.bob.id)
    if way == "taste":
        await home.bob.slash(home.channel, "taste visible", state="off")
    elif way == "name":
        await home.app.rights.hide(server, bob, hidden=True)
    else:
        await home.app.rights.forget(bob, server)
    card = home.shown(await home.press(home.alice, card, ":next"))
    assert "Radio for this server" in card.text
    assert str(home.bob.id) not in card.text
    post = await home.app.store.posts.by_message(MessageId(card.message.id))
    assert post is not None
    assert not [each for each in post.listeners if each.member == bob]
    past = home.shown(await home.alice.slash(home.channel, "radio history"))
    opened = home.shown(await home.alice.select(past.message, [str(post.id)]))
    assert str(home.bob.id) not in opened.text
    # What he asked for himself goes on.
    await home.press(home.bob, card, ":like_this")
    post = await home.app.store.posts.by_message(MessageId(card.message.id))
    assert post is not None
    assert [each.of_taste for each in post.listeners if each.member == bob] == [False]


async def test_ones_own_name_is_ones_own_radio(home: Home) -> None:
    await like(home, home.alice, "teardrop massive attack")
    card = await play(home, member=home.alice)
    assert f"Radio for <@{home.alice.id}>" in card.text


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"artist": "xqzzy vlorp"}, "an artist called “xqzzy vlorp”"),
        ({"mood": "xqzzy vlorp"}, "None of the words"),
        ({"song": "xqzzy vlorp"}, "I don't know “xqzzy vlorp”"),
        ({"song": "@everyone **x**"}, "I don't know"),
    ],
)
async def test_what_is_not_known_is_told_privately(
    home: Home, options: dict[str, str], sentence: str
) -> None:
    assert sentence in told(await home.alice.slash(home.channel, "radio play", **options))
    assert home.channel.history() == []


async def test_a_member_of_whom_nothing_is_known_is_told_privately(home: Home) -> None:
    await home.bob.slash(home.channel, "taste visible", state="on")
    answer = await home.alice.slash(home.channel, "radio play", member=home.bob)
    assert f"I don't know yet what <@{home.bob.id}> likes" in told(answer)


async def test_bots_and_those_who_left_have_no_taste_to_follow(home: Home) -> None:
    robot = home.guild.add_member(home.env.create_user("robot", bot=True))
    card = await play(home, member=robot)
    assert card.private
    assert "people in this server" in card.text
    home.guild.remove_member(home.bob)
    card = await play(home, member=home.bob.user)
    assert card.private
    assert "people in this server" in card.text


async def test_it_gets_a_thread_if_that_is_wanted(home: Home) -> None:
    card = await play(home, song="teardrop massive attack", thread=True)
    [thread] = home.channel.threads
    assert thread.name == "Radio: Teardrop"
    assert thread.mention in card.text
    assert not card.titles
    inside = Shown(thread.last_message or pytest.fail("nothing in the thread"))
    assert "Radio from Teardrop" in inside.text
    after = home.shown(await home.press(home.bob, inside, ":next"))
    assert "song 2" in after.text
    past = await home.app.store.radios.past(home.guild.id, limit=5)  # pyright: ignore[reportArgumentType]
    assert [radio.channel for radio in past[0]] == [thread.id]


async def test_within_a_thread_it_plays_there(home: Home) -> None:
    await play(home, song="teardrop massive attack", thread=True)
    [thread] = home.channel.threads
    answer = await home.alice.slash(thread, "radio play", song="glory box portishead", thread=True)
    assert "Radio from Glory Box" in home.shown(answer).text
    assert answer.followups == []
    assert len(home.channel.threads) == 1
    listed = home.shown(await home.bob.slash(home.channel, "radio history", **{"for": "server"}))
    assert listed.text.count(f"/{thread.id}/") == 2, "who sees the channel sees its threads"


async def test_where_no_thread_may_be_opened_it_plays_in_the_channel(home: Home) -> None:
    mute = discord.PermissionOverwrite(create_public_threads=False)
    quiet = home.guild.create_text_channel("quiet", overwrites={home.guild.default_role: mute})
    answer = await home.alice.slash(quiet, "radio play", song="teardrop massive attack", thread=True)
    assert "Radio from Teardrop" in home.shown(answer).text
    assert "Create Public Threads" in answer.followups[-1].content
    assert answer.followups[-1].flags.ephemeral
    assert quiet.threads == []


async def test_a_radio_that_discord_refused_to_show_leaves_no_trace(home: Home) -> None:
    home.env.inject_error(
        "PATCH", "/webhooks/*/messages/@original", status=403, code=50013, message="Missing Permissions"
    )
    await home.alice.slash(home.channel, "radio play", song="teardrop massive attack")
    assert (await home.app.store.radios.past(home.guild.id, limit=5))[1] == 0  # pyright: ignore[reportArgumentType]
    assert await home.app.store.posts.shown(since=0) == []


async def test_a_radio_in_its_thread_plays_on_though_the_channel_was_not_told(home: Home) -> None:
    home.env.inject_error(
        "PATCH", "/webhooks/*/messages/@original", status=403, code=50013, message="Missing Permissions"
    )
    await home.alice.slash(home.channel, "radio play", song="teardrop massive attack", thread=True)
    [thread] = home.channel.threads
    inside = Shown(thread.last_message or pytest.fail("nothing in the thread"))
    assert "song 2" in home.shown(await home.press(home.bob, inside, ":next")).text


async def test_a_deleted_message_is_told_and_nothing_is_logged_as_an_error(home: Home) -> None:
    card = await play(home, song="teardrop massive attack")
    home.env.inject_error(
        "PATCH", "/webhooks/*/messages/@original", status=404, code=10008, message="Unknown Message"
    )
    answer = await home.press(home.bob, card, ":next")
    told = answer.followups[-1]
    assert told.flags.ephemeral
    assert "message is gone" in told.content
    assert "/radio play" in told.content


async def test_a_permission_that_was_taken_away_is_told(home: Home) -> None:
    card = await play(home, song="teardrop massive attack")
    home.env.inject_error(
        "PATCH", "/webhooks/*/messages/@original", status=403, code=50013, message="Missing Permissions"
    )
    answer = await home.press(home.bob, card, ":next")
    assert "Attach Files" in answer.followups[-1].content
    post = await home.app.picker.post(PostId(int(card.button(":next").split(":")[2])))
    assert post is not None
    assert post.kind is PostKind.RADIO
    assert not post.closed
