"""`/daily`, as members live it."""

from __future__ import annotations

import asyncio

import discord

from bot.store.records import Heard, Listened, MemberId, PostKind, ServerId, SongId
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

DAY = 86_400.0


async def all_titles(home: Home, card: Shown) -> list[str]:
    """The songs of all three pages."""
    found = list(card.titles)
    for number in (1, 2):
        card = home.shown(await home.press(home.alice, card, f":{number}:n"))
        found += card.titles
    return found


async def liked(home: Home, count: int = 8) -> list[SongId]:
    """Songs that Alice likes."""
    songs = sorted(home.app.library.songs)[:count]
    for song in songs:
        await home.alice.slash(home.channel, "like", song=f"song:{song}")
    return songs


async def test_who_said_nothing_gets_twelve_new_songs_and_is_told_how_to_begin(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "daily"))
    assert not card.private
    assert "/taste start" in card.text
    assert "familiar" not in card.text
    assert f"<@{home.alice.id}>, your mix for" in card.text
    titles = await all_titles(home, card)
    assert len(titles) == len(set(titles)) == 12


async def test_four_familiar_songs_are_among_them_and_say_so(home: Home) -> None:
    songs = await liked(home)
    await home.later(4 * DAY)
    card = home.shown(await home.alice.slash(home.channel, "daily"))
    assert "/taste start" not in card.text
    text = card.text
    for number in (1, 2):
        card = home.shown(await home.press(home.alice, card, f":{number}:n"))
        text += card.text
    assert text.count("familiar: you like it") == 4
    server, member = ServerId(home.guild.id), MemberId(home.alice.id)
    post = await home.app.store.posts.latest(PostKind.DAILY, server, member)
    assert post is not None
    known = [slot.song for slot in post.slots if slot.reasons[0].kind.startswith("familiar")]
    assert set(known) <= set(songs)
    assert [slot.number for slot in post.slots if slot.song in known] == [1, 4, 7, 10]
    assert all(slot.reasons for slot in post.slots)
    assert len({slot.song for slot in post.slots}) == 12


async def test_what_was_liked_just_now_is_no_welcome_return(home: Home) -> None:
    await liked(home)
    card = home.shown(await home.alice.slash(home.channel, "daily"))
    assert "familiar" not in card.text


async def test_the_same_day_brings_the_same_with_its_state(home: Home) -> None:
    first = home.shown(await home.alice.slash(home.channel, "daily"))
    await home.press(home.alice, first, ":1:like")
    await restart(home)
    again = home.shown(await home.alice.slash(home.channel, "daily"))
    assert again.titles == first.titles
    assert again.label(":1:like") == "1"
    back = home.shown(await home.press(home.alice, first, ":1:like"))
    assert back.label(":1:like") is None, "the older message works on"


async def test_another_day_brings_others(home: Home) -> None:
    first = home.shown(await home.alice.slash(home.channel, "daily"))
    await home.later(DAY)
    second = home.shown(await home.alice.slash(home.channel, "daily"))
    assert not set(first.titles) & set(second.titles)


async def test_the_day_ends_by_the_servers_own_clock(home: Home) -> None:
    await home.admin.slash(
        home.channel, "discovery channel", channel=home.channel, timezone="Pacific/Kiritimati"
    )
    now = home.env.now()
    # In Kiritimati, fourteen hours ahead, the next day begins at ten o'clock UTC.
    midnight = now.replace(hour=10, minute=0, second=0, microsecond=0)
    wait = (midnight - now).total_seconds() % DAY
    await home.later(max(wait - 7200, 0))
    before = home.shown(await home.alice.slash(home.channel, "daily"))
    await home.later(min(7200, wait))
    after = home.shown(await home.alice.slash(home.channel, "daily"))
    assert set(before.titles) != set(after.titles)


async def test_members_have_mixes_of_their_own_and_nobody_turns_anothers_pages(home: Home) -> None:
    alice = home.shown(await home.alice.slash(home.channel, "daily"))
    bob = home.shown(await home.bob.slash(home.channel, "daily"))
    assert f"<@{home.bob.id}>" in bob.text
    refused = home.shown(await home.press(home.bob, alice, ":1:n"))
    assert refused.private
    assert "somebody else" in refused.text
    tapped = home.shown(await home.press(home.bob, alice, ":1:like"))
    assert tapped.label(":1:like") == "1", "anybody may answer"


async def test_a_private_mix_stays_private_and_whole(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "daily", private=True))
    assert card.private
    tapped = home.shown(await home.press(home.alice, card, ":2:like"))
    assert tapped.titles == card.titles
    turned = home.shown(await home.press(home.alice, tapped, ":1:n"))
    assert "page 2 of 3" in turned.text


async def test_a_private_copy_leaves_the_public_one_its_place(home: Home) -> None:
    public = home.shown(await home.alice.slash(home.channel, "daily"))
    private = home.shown(await home.alice.slash(home.channel, "daily", private=True))
    assert private.titles == public.titles
    server, member = ServerId(home.guild.id), MemberId(home.alice.id)
    post = await home.app.store.posts.latest(PostKind.DAILY, server, member)
    assert post is not None
    assert post.message == public.message.id
    await home.press(home.alice, private, ":2:like")
    assert home.last().label(":2:like") == "1"


async def test_what_is_heard_often_returns_but_never_what_a_linked_account_tells(home: Home) -> None:
    server, member = ServerId(home.guild.id), MemberId(home.alice.id)
    open_, secret = sorted(home.app.library.songs)[:2]
    heard = Heard(plays=9, repeats=2, skips=0, last=home.env.now().timestamp() - 30 * DAY)
    home.app.tastes.listen(
        member,
        [Listened(member, server, open_, heard), Listened(member, server, secret, heard, own=True)],
    )
    card = home.shown(await home.alice.slash(home.channel, "daily"))
    assert card.titles[0] == home.app.library.songs[open_].title
    assert card.text.count("familiar: you often play it") == 1
    assert home.app.library.songs[secret].title not in await all_titles(home, card)


async def test_without_songs_it_says_so(home: Home) -> None:
    songs = home.app.library.songs
    assert isinstance(songs, dict)
    songs.clear()
    result = await home.alice.slash(home.channel, "daily")
    assert result.acknowledged
    told = home.env.http_requests[-1]
    assert told.json is not None
    assert told.json["flags"] == 64
    assert "catalog starter" in told.json["content"]


async def test_a_message_that_was_deleted_is_posted_anew(home: Home) -> None:
    first = home.shown(await home.alice.slash(home.channel, "daily"))
    message = home.channel.last_message
    assert isinstance(message, discord.Message)
    await home.admin.delete(message)
    again = home.shown(await home.alice.slash(home.channel, "daily"))
    assert again.titles == first.titles


async def test_asking_again_and_again_and_at_once_makes_one_post(home: Home) -> None:
    server, member = ServerId(home.guild.id), MemberId(home.alice.id)
    both = await asyncio.gather(
        *(home.app.daily.ask(server=server, member=member, channel=None) for _ in range(2))
    )
    assert both[0].id == both[1].id
    for _ in range(3):
        await home.app.daily.ask(server=server, member=member, channel=None)
    async with home.app.store.db.read() as connection:
        made = await connection.exec_driver_sql("SELECT count(*) FROM posts WHERE kind = 'daily'")
        assert made.scalar_one() == 1
