"""The unchanged bot on real sockets: many members at once, cut wires, rate limits, locked files, restarts."""

from __future__ import annotations

import asyncio
import resource
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, Engine, event

from bot.app import open_app
from bot.store.records import MemberId, ServerId, SongId
from bot.usecases.fitting import models_folder
from tests.conftest import settings
from tests.openapi import Judge
from tests.wire.messages import Message
from tests.wire.segue import CALLBACK, NOT_SAVED, Home, events, home_of, likes, saved, spawned_segue
from tests.wire.standin import WireDiscord
from tests.wire.world import Intent

HEART = "❤️"
ORIGINAL = "/webhooks/*/*/messages/@original"
MESSAGES = "/channels/*/messages"
ONE = "/channels/*/messages/*"


@pytest.fixture
async def home(database: Path, judge: Judge) -> AsyncGenerator[Home]:
    """A server; every request is judged and every tap was on disk when its acknowledgement arrived."""
    before = judge.total
    async with WireDiscord(judge) as discord_:
        built = home_of(discord_, database)
        yield built
        assert discord_.refusals == []
        assert discord_.rest.unknown == []
        assert judge.total - before == len(discord_.requests)
    late = [tap for tap, on_disk in built.ledger.on_disk.items() if not on_disk]
    assert not late, f"acknowledged before committed: {late}"


@pytest.fixture(autouse=True)
def quiet_logs(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Fail on what discord.py only logs: exceptions in views, dynamic items and commands."""
    yield
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    assert [record.getMessage() for record in records if record.levelname in ("ERROR", "CRITICAL")] == []


# --- starting -----------------------------------------------------------------------------------------------------


async def test_commands_are_synced_only_when_they_changed(home: Home) -> None:
    for _ in range(2):
        async with home.segue():
            assert home.discord.application.syncs == 1
    with closing(sqlite3.connect(home.database)) as other:
        other.execute("UPDATE meta SET value = 'of an older version' WHERE key LIKE 'commands:%'")
        other.commit()
    async with home.segue():
        assert home.discord.application.syncs == 2
    names = {command["name"] for command in home.discord.application.known(home.guild.id)}
    assert {"recommend", "radio", "like", "skip", "dislike", "discovery", "help"} <= names


async def test_the_program_starts_answers_and_stops(home: Home) -> None:
    shutil.rmtree(models_folder(home.database))  # a first start
    async with home.process() as running:
        message = await home.recommend()
        assert saved(await home.tap(home.alice, message))
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == 0
    async with home.process():
        assert home.discord.application.syncs == 1
        assert saved(await home.tap(home.admin, message))
    assert home.label(message, ":1:like") == "2"


async def test_an_intent_that_was_not_granted_is_explained(home: Home) -> None:
    home.discord.gateway.withheld = Intent.CONTENT
    with pytest.raises(
        RuntimeError,
        match=r"WrongSetting: SEGUE_LINKS needs an intent .* Turn on Message Content Intent in the developer portal",
    ):
        async with spawned_segue(home.discord, home.database, env={"SEGUE_LINKS": "1"}):
            pass
    home.discord.gateway.withheld = Intent.MEMBERS | Intent.PRESENCES
    async with spawned_segue(home.discord, home.database, env={"SEGUE_LINKS": "1"}):
        pass


async def test_sigterm_during_an_answer_finishes_it(home: Home) -> None:
    async with home.process() as running:
        held = home.discord.fault("PATCH", ORIGINAL, hang=True)
        asked = await home.discord.slash(home.alice, home.channel, "recommend", until="acknowledged")
        await held.arrived.wait()
        running.process.send_signal(signal.SIGTERM)
        await running.logged("stopping")
        assert not asked.answered
        held.release()
        assert await running.ended() == 0
    assert asked.answered
    assert len(asked.response_message.files if asked.response_message else ()) == 4


# --- answers ------------------------------------------------------------------------------------------------------


async def test_recommend_is_four_songs_with_covers(home: Home) -> None:
    async with home.segue():
        done = await home.discord.slash(home.alice, home.channel, "recommend")
        assert done.callback_type == 5
        assert not done.ephemeral
        message = done.response_message
        assert message is not None
        thumbnails = [part["media"] for part in done.components if part["type"] == 11]
        assert [picture["url"] for picture in thumbnails] == [file.url for file in message.files]
        assert len({file.data for file in message.files}) == 4
        async with aiohttp.ClientSession() as session:
            for file in message.files:
                async with session.get(file.url) as fetched:
                    assert await fetched.read() == file.data
                    assert file.data.startswith(b"\xff\xd8\xff")
        verbs = Counter(custom_id.rpartition(":")[2] for custom_id in message.custom_ids)
        assert verbs == {
            "like": 4,
            "skip": 4,
            "dislike": 4,
            "listen": 4,
            "same": 1,
            "adventurous": 1,
            "open": 1,
            "begin": 1,
        }


async def test_autocomplete_offers_songs_that_the_command_takes(home: Home) -> None:
    async with home.segue() as bot:
        song = next(song for song in bot.app.library.songs.values() if song.year and len(song.title) > 10)
        found = await home.discord.autocomplete(
            home.alice, home.channel, "recommend", "song", song.title[:-2].lower()
        )
        assert {"name": f"{song.title} · {song.artist} · {song.year}", "value": f"song:{song.id}"} in found
        sensible = await home.discord.autocomplete(home.alice, home.channel, "recommend", "song", "")
        assert len(sensible) == 25
        message = await home.recommend(song=f"song:{song.id}")
        assert song.title in message.text.partition("\n")[0]


# --- taps ---------------------------------------------------------------------------------------------------------


async def test_fifty_members_tap_at_once(home: Home) -> None:
    members = [home.guild.add_member(f"member {number}") for number in range(50)]
    async with home.segue():
        message = await home.recommend()
        taps = await asyncio.gather(*(home.tap(member, message) for member in members))
        assert all(saved(tap) for tap in taps)
        await home.shows(message, ":1:like", "50")
    assert home.label(message, ":1:like") == "50"
    assert Counter(member for _, member, *_ in events(home.database)) == {m.id: 1 for m in members}
    assert {cause for *_, cause in events(home.database)} == {f"{tap.id}:0" for tap in taps}
    assert len(home.ledger.on_disk) == 50


async def test_an_edit_that_is_overtaken_does_not_take_a_tap_off_the_card(home: Home) -> None:
    async with home.segue():
        message = await home.recommend()
        held = home.discord.fault("POST", CALLBACK, hang=True)
        slow = asyncio.create_task(home.tap(home.alice, message))
        await held.arrived.wait()
        await home.tap(home.admin, message)
        assert home.label(message, ":1:like") == "2"
        held.release()
        assert saved(await slow)
        await home.shows(message, ":1:like", "2")
    assert home.label(message, ":1:like") == "2"


async def test_one_member_presses_fifty_times_at_once(home: Home) -> None:
    async with home.segue() as bot:
        message = await home.recommend()
        taps = await asyncio.gather(*(home.tap(home.alice, message) for _ in range(50)))
        assert all(saved(tap) for tap in taps)
        await home.tap(home.alice, message)
        await home.shows(message, ":1:like", "1")
        verdicts = [verb for *_, verb, _, _, _ in events(home.database)]
        assert verdicts == ["like", "undo"] * 25 + ["like"]
        song = SongId(events(home.database)[0][2])
        assert bot.app.tastes.counts(ServerId(home.guild.id), song).likes == likes(home.database) == 1
    assert home.label(message, ":1:like") == "1"
    async with open_app(settings(home.database)) as fresh:
        opinion = fresh.tastes.opinion(ServerId(home.guild.id), MemberId(home.alice.id), song)
        assert opinion.verb == "like"


async def test_an_interaction_that_discord_delivers_twice_counts_once(home: Home) -> None:
    async with home.segue():
        message = await home.recommend()
        tap = await home.tap(home.alice, message)
        again = tap.payload(home.discord.world.bot.id)
        home.discord.gateway.emit("INTERACTION_CREATE", again)
        await home.discord.requested("POST", f"/interactions/{tap.id}/*/callback", 2)
    assert [verb for *_, verb, _, _, _ in events(home.database)] == ["like"]


async def test_a_dropped_connection_loses_no_tap(home: Home) -> None:
    async with home.segue():
        message = await home.recommend()
        await home.discord.drop_connection(wait=False)
        assert saved(await home.tap(home.alice, message))
        await home.discord.ask_to_reconnect()
        assert saved(await home.tap(home.admin, message, ":2:skip"))
        assert (home.discord.gateway.identified, home.discord.gateway.resumed) == (1, 2)
    assert len(events(home.database)) == 2


async def test_a_reaction_counts_until_it_is_taken_back(home: Home) -> None:
    async with home.segue():
        message = await home.recommend(count=1)
        await home.discord.until(lambda: len(message.reactions) == 3, what="no invitation to react")
        await home.discord.react(home.alice, message, HEART)
        await home.shows(message, ":1:like", "1")
        home.discord.rate_limit("PATCH", ONE, retry_after=0.01)
        await home.discord.unreact(home.alice, message, HEART)
        await home.shows(message, ":1:like", None)
    assert [(verb, via) for *_, verb, via, _, _ in events(home.database)] == [
        ("like", f"reaction:{HEART[0]}"),
        ("undo", f"reaction:{HEART[0]}"),
    ]


# --- Discord's bad days -------------------------------------------------------------------------------------------


async def test_a_rate_limit_on_the_card_is_waited_for(home: Home) -> None:
    async with home.segue():
        message = await home.recommend()
        limit = home.discord.rate_limit("POST", CALLBACK, retry_after=0.01)
        assert saved(await home.tap(home.alice, message))
        assert limit.hits == 1
    assert home.label(message, ":1:like") == "1"
    assert len(events(home.database)) == 1


@pytest.mark.parametrize("applied", [False, True])
async def test_a_server_error_on_the_acknowledgement(home: Home, applied: bool) -> None:
    async with home.segue():
        message = await home.recommend()
        broken = home.discord.fault("POST", CALLBACK, status=500, applied=applied)
        assert saved(await home.tap(home.alice, message))
        assert broken.hits == 1
    assert home.label(message, ":1:like") == "1"
    assert len(events(home.database)) == 1


# --- the database's bad days --------------------------------------------------------------------------------------


async def refused(home: Home, message: Message) -> None:
    """A tap is answered by a sentence to the member alone, and nothing else happens."""
    before, shown = events(home.database), message.text
    tap = await home.tap(home.alice, message)
    assert tap.ephemeral
    assert tap.response_message is not None
    assert tap.response_message.content == NOT_SAVED
    assert (events(home.database), message.text) == (before, shown)


@contextmanager
def locked(database: Path) -> Generator[None]:
    """Another program is writing."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_locked_database_is_told_and_nothing_is_half_done(home: Home) -> None:
    async with home.segue():
        message = await home.recommend()
        with locked(home.database):
            await refused(home, message)
            asked = await home.discord.slash(home.alice, home.channel, "recommend")
            assert asked.followups[0].ephemeral
            assert asked.followups[0].content == NOT_SAVED
            assert home.channel.posted == [message]
        assert saved(await home.tap(home.alice, message))
        assert home.label(message, ":1:like") == "1"
    assert len(events(home.database)) == 1


@contextmanager
def read_only() -> Generator[None]:
    """SQLite itself refuses to write: root is above permissions, so the connections are told not to."""

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    def ended(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = OFF")

    event.listen(Engine, "begin", begun)
    event.listen(Engine, "rollback", ended)
    try:
        yield
    finally:
        event.remove(Engine, "begin", begun)
        event.remove(Engine, "rollback", ended)


async def test_a_read_only_database_is_told_and_nothing_is_half_done(home: Home) -> None:
    async with home.segue():
        message = await home.recommend()
        with read_only():
            await refused(home, message)
        assert saved(await home.tap(home.alice, message))
    assert len(events(home.database)) == 1


async def test_a_full_disk_is_told_and_nothing_is_half_done(home: Home) -> None:
    async with home.process() as running:
        message = await home.recommend()
        pid = running.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        await refused(home, message)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        assert saved(await home.tap(home.alice, message))
    assert len(events(home.database)) == 1


# --- the weekly post ----------------------------------------------------------------------------------------------


async def weekly(home: Home) -> Message:
    """Set up the weekly post and make it now."""
    await home.discord.slash(home.admin, home.channel, "discovery channel", {"channel": home.channel})
    await home.discord.slash(home.admin, home.channel, "discovery now")
    (message,) = home.channel.posted
    return message


async def test_a_weekly_post_from_setting_it_up_to_a_tap(home: Home) -> None:
    async with home.segue():
        message = await weekly(home)
        assert [file.filename for file in message.files] == ["week.jpg"]
        gallery, menu = kind(message, 12), kind(message, 3)
        assert gallery["items"][0]["media"]["url"] == message.files[0].url
        assert [option["value"] for option in menu["options"]] == [str(n) for n in range(1, 11)]
        third = menu["options"][2]["label"].removeprefix("3 ")

        chosen = await home.discord.press(home.alice, message, menu["custom_id"], ["3"])
        private = chosen.response_message
        assert chosen.ephemeral
        assert private is not None
        assert third in private.text
        assert len(private.files) == 1
        assert home.channel.posted == [message]

        for member, count in ((home.alice, "1"), (home.admin, "2")):
            assert saved(await home.tap(member, private, ":3:like"))
            line = f"· ❤️ {count}"
            await home.discord.until(lambda line=line: line in message.text, what=f"the post lacks {line!r}")
        again = await home.discord.slash(home.admin, home.channel, "discovery now")
        assert f"/{message.id}" in again.text
    (counted,) = (line for line in message.text.splitlines() if "· ❤️" in line)
    assert counted.startswith("**3** ")
    assert len(home.channel.posted) == 1


def kind(message: Message, number: int) -> dict[str, Any]:
    """The only component of that type."""
    inner = [part for top in message.components for part in (top, *top.get("components", ()))]
    inner += [part for row in inner if row["type"] == 1 for part in row["components"]]
    (found,) = (part for part in inner if part["type"] == number)
    return found


async def settled(home: Home) -> Message:
    """Ask for the post again until the bot knows where it is."""
    (message,) = home.channel.posted
    await home.discord.requested("GET", MESSAGES)
    async with asyncio.timeout(20):
        while True:
            again = await home.discord.slash(home.admin, home.channel, "discovery now")
            if f"/{message.id}" in again.text:
                return message


def lease_ends(home: Home) -> None:
    """As if whoever made the post had been gone for so long that others may look after it."""
    with closing(sqlite3.connect(home.database)) as other:
        other.execute("UPDATE discovery_runs SET until = 0")
        other.commit()


async def test_a_weekly_post_whose_confirmation_is_lost_is_found_and_not_made_twice(home: Home) -> None:
    async with home.segue():
        home.discord.fault("POST", MESSAGES, close=True, applied=True)
        await weekly(home)
    lease_ends(home)
    async with home.segue():
        message = await settled(home)
        chosen = await home.discord.press(home.alice, message, message.custom_ids[0], ["1"])
        assert chosen.response_message is not None
        await home.tap(home.alice, chosen.response_message)
        await home.discord.until(lambda: "· ❤️ 1" in message.text, what="the post is not redrawn")
    assert len(home.discord.sent("POST", MESSAGES)) == 1


async def test_a_lost_confirmation_is_settled_without_a_restart(home: Home) -> None:
    async with home.segue() as bot:
        home.discord.fault("POST", MESSAGES, close=True, applied=True)
        await weekly(home)
        lease_ends(home)
        await bot.cogs["Clock"].clock()  # pyright: ignore
        await settled(home)
    assert len(home.discord.sent("POST", MESSAGES)) == 1


async def test_a_crash_between_sending_and_confirming_posts_once(home: Home) -> None:
    async with home.process() as first:
        held = home.discord.fault("POST", MESSAGES, hang=True, applied=True)
        await home.discord.slash(home.admin, home.channel, "discovery channel", {"channel": home.channel})
        await home.discord.slash(home.admin, home.channel, "discovery now", until="acknowledged")
        await home.discord.until(lambda: len(home.channel.posted) == 1)
        await first.kill()
        held.release()
    lease_ends(home)
    async with home.process():
        await settled(home)
    assert len(home.discord.sent("POST", MESSAGES)) == 1
