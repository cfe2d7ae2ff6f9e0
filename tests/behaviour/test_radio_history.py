"""`/radio history`: one's own radios and the server's, and what they played."""

from __future__ import annotations

import re

import discord
from discord import ui

from bot.cards import ids
from bot.cards.radio_history import played_card
from bot.store.radio_query import Whose
from bot.store.records import ChannelId, MessageId, Post, PostKind, ServerId, Slot, SongId
from bot.usecases.radio import PAGE
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown


async def history(home: Home, **options: object) -> Shown:
    return home.shown(await home.alice.slash(home.channel, "radio history", **options))


async def played(home: Home, songs: int, *, member: int, channel: int | None = None, message: int) -> Post:
    """A radio of the past."""
    post = await home.app.store.posts.create(
        kind=PostKind.RADIO,
        server=ServerId(home.guild.id),
        channel=None,
        member=member,  # pyright: ignore[reportArgumentType]
        query={"seed": 1},
        slots=[Slot(number, SongId(number + 1)) for number in range(1, songs + 1)],
        at=1.79e9 + message,
    )
    await home.app.store.posts.sent(post.id, ChannelId(channel or home.channel.id), MessageId(message))
    return post


def links(card: Shown) -> list[str]:
    return re.findall(r"https://discord\.com/channels/\S+", card.text)


async def test_nothing_yet(home: Home) -> None:
    card = await history(home)
    assert card.private
    assert "none yet" in card.text


async def test_a_radio_is_listed_with_what_it_played(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "radio play", song="teardrop massive attack"))
    second = home.shown(await home.press(home.alice, card, ":next"))
    listed = await history(home)
    assert listed.private
    assert "Teardrop · Massive Attack · 2 songs" in listed.text
    assert links(listed) == [
        f"https://discord.com/channels/{home.guild.id}/{home.channel.id}/{card.message.id}"
    ]
    post = card.button(":next").split(":")[2]
    opened = home.shown(await home.alice.select(listed.message, [post]))
    assert opened.titles == [*card.titles, *second.titles]
    back = home.shown(await home.press(home.alice, opened, "past:v1:me:0"))
    assert back.text == listed.text


async def test_pages_of_many_and_of_a_long_one(home: Home) -> None:
    posts = [await played(home, 30, member=home.alice.id, message=number) for number in range(1, PAGE + 3)]
    first = await history(home)
    assert len(links(first)) == PAGE
    assert "page 1 of 2" in first.text
    second = home.shown(await home.press(home.alice, first, "past:v1:me:1:n"))
    assert len(links(second)) == 2
    await restart(home)
    opened = home.shown(await home.alice.select(second.message, [str(posts[0].id)]))
    numbers = re.findall(r"^\*\*(\d+)\*\* ", opened.text, re.MULTILINE)
    while "page 3" not in opened.text:
        opened = home.shown(await home.press(home.alice, opened, ":n"))
        numbers += re.findall(r"^\*\*(\d+)\*\* ", opened.text, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 31)]
    back = home.shown(await home.press(home.alice, opened, "past:v1:me:1"))
    assert back.text == second.text


async def test_mine_are_mine_and_the_servers_are_everybodys(home: Home) -> None:
    await played(home, 2, member=home.bob.id, message=1)
    assert links(await history(home)) == []
    assert len(links(await history(home, **{"for": "server"}))) == 1


async def test_what_was_played_where_one_cannot_look_is_not_listed_nor_opened(home: Home) -> None:
    hidden = discord.PermissionOverwrite(view_channel=False)
    secret = home.guild.create_text_channel("secret", overwrites={home.guild.default_role: hidden})
    unseen = await played(home, 2, member=home.bob.id, channel=secret.id, message=1)
    await played(home, 2, member=home.bob.id, message=2)
    listed = await history(home, **{"for": "server"})
    assert len(links(listed)) == 1
    page = await home.app.radio.past(server=ServerId(home.guild.id))
    assert len(page.radios) == 2
    opened = home.shown(
        await home.press(home.alice, await forged(home, unseen), f"played:v1:{unseen.id}:0:me:0:n")
    )
    assert opened.private
    assert "no longer known" in opened.text


async def forged(home: Home, post: Post) -> Shown:
    """A card with a button to somebody else's radio, as whoever could see its channel once may still have one."""
    shelf = home.app.shelf
    card = played_card(post, Whose.ME, 0, shelf)
    button: ui.Button[ui.LayoutView] = ui.Button(label="x", custom_id=ids.played(post.id, "me", 0, 0, "n"))
    card.view.add_item(ui.ActionRow(button))
    channel = home.env.bot.get_partial_messageable(home.channel.id, guild_id=home.guild.id)
    return Shown(await channel.send(view=card.view))


async def test_a_radio_of_another_server_or_of_nobody_is_not_opened(home: Home) -> None:
    listed_post = await played(home, 2, member=home.alice.id, message=1)
    listed = await history(home)
    await home.app.store.posts.withdraw(listed_post.id)
    answer = home.shown(await home.alice.select(listed.message, [str(listed_post.id)]))
    assert answer.private
    assert "no longer known" in answer.text
