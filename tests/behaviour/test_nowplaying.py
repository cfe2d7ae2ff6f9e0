"""What Spotify plays, seen through Discord: for whoever agreed, in a server where they did, and for nobody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import simcord
from sqlalchemy import select

from bot.app import App, open_app
from bot.errors import StoreError
from bot.store.records import MemberId, ServerId, Song
from bot.store.schema import listening_consents, listening_states, listens, posts
from bot.text import say
from bot.usecases.listening import Shown
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown as Card
from tests.conftest import settings
from tests.usecases.evening import evening

START = 1_800_000_000.0
TEARDROP = "67Hna13dNDkZvBpTXRIaOJ"


@dataclass
class Clock:
    """Our own clock."""

    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Discord:
    """What the gateway tells of members' presences."""

    home: Home
    clock: Clock

    async def shows(
        self,
        member: simcord.MemberActor,
        song: Shown | None,
        *,
        server: int | None = None,
        settled: bool = True,
    ) -> None:
        """One PRESENCE_UPDATE, as Discord documents it; ``server`` is home unless another one is named."""
        game = {"type": 0, "name": "Chess", "id": "g", "created_at": int(self.clock.now * 1_000)}
        payload = {
            "user": {"id": str(member.id)},
            "guild_id": str(server or self.home.guild.id),
            "status": "online",
            "client_status": {"desktop": "online"},
            "activities": [game, *([] if song is None else [spotify(song)])],
        }
        self.home.env.backend.emit("PRESENCE_UPDATE", payload)
        if settled:
            await self.home.env.settle()

    async def plays(self, member: simcord.MemberActor, song: Song, *, ago: float = 0.0) -> Shown:
        """A member puts a song of the catalogue on."""
        shown = named(song, self.clock.now - ago)
        await self.shows(member, shown)
        return shown


def named(song: Song, start: float, length: float = 200.0) -> Shown:
    """A song of the catalogue as Spotify names it."""
    track = song.links.get("spotify") or f"{song.id}".rjust(22, "0")
    return Shown(track, song.title, song.artist, start, start + length, start)


def spotify(song: Shown) -> dict[str, Any]:
    """The activity of a song, with everything that Discord sends beside what is read."""
    return {
        "type": 2,
        "name": "Spotify",
        "id": "spotify:1",
        "flags": 48,
        "details": song.title,
        "state": f"{song.artist}; A Guest",
        "sync_id": song.track,
        "session_id": "0123456789abcdef",
        "party": {"id": "spotify:1"},
        "assets": {"large_image": "spotify:ab67", "large_text": "An album"},
        "timestamps": {"start": round(song.start * 1_000), "end": round(song.end * 1_000)},
        "created_at": round((song.created or song.start) * 1_000),
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def opened(database: Path, clock: Clock, **more: object) -> AsyncGenerator[App]:
    async with open_app(settings(database, SEGUE_PRESENCE=True, **more), now=clock, seed=1) as app:
        yield app


@pytest.fixture
async def app(database: Path, clock: Clock) -> AsyncGenerator[App]:
    async with opened(database, clock) as app:
        yield app


@pytest.fixture
def gateway(home: Home, clock: Clock) -> Discord:
    return Discord(home, clock)


async def turn(home: Home, who: simcord.MemberActor, to: str) -> str:
    """What a member is told, privately, when they turn it on or off."""
    told = home.shown(await who.slash(home.channel, "nowplaying", turn=to))
    assert told.private
    return told.text


async def asks(home: Home, who: simcord.MemberActor, **given: object) -> Card:
    return home.shown(await who.slash(home.channel, "nowplaying", **given))


async def rows(home: Home, table: Any) -> list[Any]:
    async with home.app.store.db.read() as connection:
        return list(await connection.execute(select(table)))


def songs(home: Home, count: int = 3) -> list[Song]:
    """Songs of the catalogue that Spotify has an id for."""
    return [song for song in home.app.library.songs.values() if song.title.isascii()][:count]


async def counts(home: Home, clock: Clock, who: simcord.MemberActor) -> Counter[str]:
    """What was counted of a member, once everything has become sure."""
    clock.now += 3_000
    await home.app.nowplaying.turn()
    heard = home.app.tastes.heard(MemberId(who.id)).values()
    return Counter(
        plays=sum(each.plays for each in heard),
        repeats=sum(each.repeats for each in heard),
        skips=sum(each.skips for each in heard),
    )


class TestOptingIn:
    async def test_nobody_is_read_who_did_not_agree(self, home: Home, gateway: Discord, clock: Clock) -> None:
        for song in songs(home):
            await gateway.plays(home.bob, song)
            clock.now += 100
        assert await counts(home, clock, home.bob) == Counter(plays=0, repeats=0, skips=0)
        for table in (listens, listening_states, listening_consents):
            assert await rows(home, table) == []
        told = await asks(home, home.bob)
        assert told.private
        assert "did not ask it to" in told.text

    async def test_nobody_is_read_where_admins_do_not_want_it(
        self, home: Home, gateway: Discord, clock: Clock
    ) -> None:
        await turn(home, home.alice, "visible")
        server, ada = ServerId(home.guild.id), MemberId(home.admin.id)
        await home.app.arranging.change(server, ada, "presence", ["off"])
        for song in songs(home):
            await gateway.plays(home.alice, song)
            clock.now += 100
        assert await counts(home, clock, home.alice) == Counter(plays=0, repeats=0, skips=0)
        assert "don't want it read" in (await asks(home, home.bob, member=home.alice)).text
        await home.app.arranging.change(server, ada, "presence", ["on"])
        await gateway.plays(home.alice, songs(home)[0])
        assert (await asks(home, home.alice)).titles

    async def test_one_sentence_says_what_is_read_and_kept_and_how_it_ends(self, home: Home) -> None:
        text = await turn(home, home.alice, "on")
        assert "which song your Discord status shows" in text
        assert "nobody here sees it" in text
        assert "/nowplaying" in text

    async def test_what_is_played_and_skipped_changes_the_own_taste_alone(
        self, home: Home, gateway: Discord, clock: Clock
    ) -> None:
        one, two, three = songs(home)
        await turn(home, home.alice, "on")
        await gateway.plays(home.alice, one)
        clock.now += 100
        await gateway.plays(home.alice, two)
        clock.now += 10
        await gateway.plays(home.alice, three)
        assert await counts(home, clock, home.alice) == Counter(plays=1, repeats=0, skips=1)
        taste = home.app.tastes.vector(ServerId(home.guild.id), MemberId(home.alice.id), clock.now)
        assert taste[one.id] > 0 > taste[two.id]
        assert home.app.tastes.server_vector(ServerId(home.guild.id), clock.now) == {}
        assert {row.source for row in await rows(home, listens)} == {"own:discord"}

    async def test_off_is_off_at_once_with_what_was_under_way(
        self, home: Home, gateway: Discord, clock: Clock
    ) -> None:
        one, two, _ = songs(home)
        await turn(home, home.alice, "on")
        await gateway.plays(home.alice, one)
        clock.now += 100
        assert "Off, in every server" in await turn(home, home.alice, "off")
        await gateway.plays(home.alice, two)
        clock.now += 100
        assert await counts(home, clock, home.alice) == Counter(plays=0, repeats=0, skips=0)
        for table in (listens, listening_states, listening_consents):
            assert await rows(home, table) == []
        assert "did not ask it to" in (await asks(home, home.alice)).text

    async def test_updates_on_their_way_when_it_is_turned_off_count_nothing(
        self, home: Home, gateway: Discord, clock: Clock
    ) -> None:
        one, two, three = songs(home)
        await turn(home, home.alice, "on")
        await gateway.plays(home.alice, one)
        clock.now += 100
        for song in (two, three):
            await gateway.shows(home.alice, named(song, clock.now), settled=False)
            clock.now += 100
        await home.app.nowplaying.refuse(MemberId(home.alice.id), forget=False)
        await home.env.settle()
        assert await counts(home, clock, home.alice) == Counter(plays=0, repeats=0, skips=0)
        assert await rows(home, listening_states) == []

    async def test_off_keeps_what_was_learnt_unless_it_is_to_go_too(
        self, home: Home, gateway: Discord, clock: Clock
    ) -> None:
        one, two, _ = songs(home)
        await turn(home, home.alice, "on")
        await gateway.plays(home.alice, one)
        clock.now += 100
        await gateway.plays(home.alice, two)
        assert (await counts(home, clock, home.alice))["plays"] == 1
        await turn(home, home.alice, "off")
        assert len(await rows(home, listens)) == 1
        assert "of 1 song" in await turn(home, home.alice, "forget")
        assert await rows(home, listens) == []
        assert not home.app.tastes.heard(MemberId(home.alice.id))

    async def test_taste_forget_takes_it_and_what_is_under_way(
        self, home: Home, gateway: Discord, clock: Clock
    ) -> None:
        one, two, three = songs(home)
        await turn(home, home.alice, "on")
        await gateway.plays(home.alice, one)
        clock.now += 100
        await gateway.plays(home.alice, two)
        clock.now += 100
        await home.app.nowplaying.turn()
        gone = home.shown(await home.alice.slash(home.channel, "taste forget"))
        assert "of 1 song" in gone.text
        assert await rows(home, listening_states) == []
        await gateway.plays(home.alice, three)
        assert await counts(home, clock, home.alice) == Counter(plays=0, repeats=0, skips=0)

    async def test_again_and_again_is_no_trouble(self, home: Home) -> None:
        for to in ("off", "on", "on", "visible", "off", "forget", "forget"):
            assert await turn(home, home.alice, to)
        assert await rows(home, listening_consents) == []


class TestTheCard:
    async def test_shows_my_song_to_me_alone_and_takes_my_answer(self, home: Home, gateway: Discord) -> None:
        one = songs(home)[0]
        await turn(home, home.alice, "on")
        assert "Play one on Spotify" in (await asks(home, home.alice)).text
        await gateway.plays(home.alice, one)
        card = await asks(home, home.alice)
        assert card.private
        assert card.titles == [one.title]
        assert f"<@{home.alice.id}> is listening to" in card.text
        pressed = await home.press(home.alice, card, ":1:like")
        assert pressed.response is not None
        assert home.app.tastes.counts(ServerId(home.guild.id), one.id).likes == 1
        assert len([post for post in await rows(home, posts) if post.kind == "playing"]) == 1

    async def test_recommends_from_it_as_privately_as_it_is(self, home: Home, gateway: Discord) -> None:
        one = songs(home)[0]
        await turn(home, home.alice, "on")
        await gateway.plays(home.alice, one)
        card = await asks(home, home.alice)
        answer = home.shown(
            await home.press(home.alice, card, "from:v1:" + card.button(":1:like").split(":")[2] + ":1")
        )
        assert answer.private
        assert len(answer.titles) == 4
        assert one.title not in answer.titles
        more = home.shown(await home.press(home.alice, answer, ":same"))
        assert more.private
        liked = await home.press(home.alice, answer, ":2:like")
        assert liked.response is None or len(Card(liked.response).titles) == 4

    async def test_is_public_only_when_asked_for(self, home: Home, gateway: Discord) -> None:
        one = songs(home)[0]
        await turn(home, home.alice, "on")
        await gateway.plays(home.alice, one)
        card = await asks(home, home.alice, here=True)
        assert not card.private
        await home.press(home.bob, card, ":1:like")
        shown = home.last()
        assert f"<@{home.alice.id}> is listening to" in shown.text
        assert shown.label(":1:like") == "1"
        await restart(home)
        answer = home.shown(await home.press(home.bob, shown, ":1"))
        assert not answer.private

    async def test_is_deleted_by_who_asked_and_by_whose_it_is(self, home: Home, gateway: Discord) -> None:
        await turn(home, home.alice, "visible")
        await gateway.plays(home.alice, songs(home)[0])
        for who in (home.bob, home.alice):
            card = await asks(home, home.bob, member=home.alice, here=True)
            carol = home.guild.add_member(home.env.create_user("carol"))
            told = home.shown(await carol.context_menu(home.channel, "Delete this card", card.message))
            assert "Only who asked for that card" in told.text
            told = home.shown(await who.context_menu(home.channel, "Delete this card", card.message))
            assert "Deleted" in told.text

    async def test_is_in_the_servers_language_where_all_see_it(self, home: Home, gateway: Discord) -> None:
        home.app.languages[ServerId(home.guild.id)] = "de"
        await turn(home, home.alice, "on")
        await gateway.plays(home.alice, songs(home)[0])
        german = say("playing.from", "de")
        card = await asks(home, home.alice, here=True)
        assert german in [part.get("label") for part in card.raw]
        await home.press(home.bob, card, ":1:like")
        assert german in [part.get("label") for part in home.last().raw]
        own = await asks(home, home.alice)
        assert say("playing.from", "en") in [part.get("label") for part in own.raw]

    async def test_reactions_to_a_public_one_count_and_it_stays_what_it_is(
        self, home: Home, gateway: Discord
    ) -> None:
        one = songs(home)[0]
        await turn(home, home.alice, "on")
        await gateway.plays(home.alice, one)
        card = await asks(home, home.alice, here=True)
        await home.bob.react(card.message, "❤️")
        assert home.app.tastes.counts(ServerId(home.guild.id), one.id).likes == 1
        assert "is listening to" in home.last().text

    async def test_of_another_member_needs_their_leave(self, home: Home, gateway: Discord) -> None:
        one = songs(home)[0]
        for to, seen in (("off", False), ("on", False), ("visible", True)):
            await turn(home, home.alice, to)
            await gateway.plays(home.alice, one)
            told = await asks(home, home.bob, member=home.alice)
            assert told.private
            assert (one.title in told.text) is seen
            assert ("to themselves" in told.text) is not seen

    async def test_of_another_member_who_plays_nothing_says_so(self, home: Home, gateway: Discord) -> None:
        await turn(home, home.alice, "visible")
        assert "No song is showing on their" in (await asks(home, home.bob, member=home.alice)).text
        shown = await gateway.plays(home.alice, songs(home)[0])
        gateway.clock.now = shown.end + 40
        assert "No song is showing on their" in (await asks(home, home.bob, member=home.alice)).text

    async def test_a_bot_keeps_to_itself(self, home: Home) -> None:
        robot = home.guild.add_member(home.env.create_user("robot", bot=True))
        assert "to themselves" in (await asks(home, home.bob, member=robot)).text

    async def test_of_a_song_that_nobody_knows_says_its_name(self, home: Home, gateway: Discord) -> None:
        await turn(home, home.alice, "on")
        now = gateway.clock.now
        await gateway.shows(
            home.alice,
            Shown("1" * 22, "*A* [Cellar](http://x.example) Demo @everyone", "Nobody", now, now + 99, now),
        )
        told = await asks(home, home.alice)
        assert "does not have it yet" in told.text
        assert "\\*A\\*" in told.text
        assert "@everyone" not in told.text

    async def test_an_unknown_song_is_counted_and_shown_to_nobody(
        self, home: Home, gateway: Discord, clock: Clock
    ) -> None:
        await turn(home, home.alice, "on")
        for number in range(2):
            now = clock.now
            await gateway.shows(
                home.alice, Shown(str(number) * 22, f"Demo {number}", "Cellar Band", now, now + 99, now)
            )
            clock.now += 60
        assert (await counts(home, clock, home.alice))["plays"] == 1
        assert not [song for song in home.app.library.songs.values() if song.artist == "Cellar Band"]


async def test_what_changes_beside_the_song_is_not_written_down(
    home: Home, gateway: Discord, clock: Clock
) -> None:
    await turn(home, home.alice, "on")
    await gateway.shows(home.alice, None)
    assert await rows(home, listening_states) == []
    song = await gateway.plays(home.alice, songs(home)[0])
    before = await rows(home, listening_states)
    clock.now += 20
    await gateway.shows(home.alice, song)
    assert await rows(home, listening_states) == before


class TestServers:
    async def test_a_server_where_nobody_agreed_reads_nothing_and_is_told_nothing(
        self, home: Home, gateway: Discord, clock: Clock
    ) -> None:
        away = home.env.create_guild("Away", owner=home.env.create_user("eve"))
        channel = away.create_text_channel("music")
        alice, carl = away.add_member(home.alice.user), away.add_member(home.env.create_user("carl"))
        await turn(home, home.alice, "visible")
        await gateway.plays(home.alice, songs(home)[0])
        told = home.shown(await carl.slash(channel, "nowplaying", member=alice))
        assert "to themselves" in told.text
        assert "did not ask it to" in home.shown(await alice.slash(channel, "nowplaying")).text
        before = await rows(home, listening_states)
        clock.now += 100
        await gateway.shows(home.alice, named(songs(home)[1], clock.now), server=away.id)
        assert await rows(home, listening_states) == before
        # Off there is off here as well.
        home.shown(await alice.slash(channel, "nowplaying", turn="off"))
        assert await rows(home, listening_consents) == []

    async def test_who_has_left_is_shown_no_more(self, home: Home, gateway: Discord) -> None:
        carl = home.guild.add_member(home.env.create_user("carl"))
        await turn(home, carl, "visible")
        await gateway.plays(carl, songs(home)[0])
        assert songs(home)[0].title in (await asks(home, home.bob, member=carl)).text
        left = carl.user
        home.guild.remove_member(carl)
        await home.env.settle()
        told = home.shown(await home.bob.slash(home.channel, "nowplaying", member=left))
        assert "to themselves" in told.text


async def test_an_evening_of_200_updates_at_the_gateway_is_counted_exactly(
    home: Home, gateway: Discord, clock: Clock
) -> None:
    """Two servers, a pause here and a seek there, two cuts of the line, and a clock that is set twice."""
    away = home.env.create_guild("Away", owner=home.env.create_user("eve"))
    channel = away.create_text_channel("music")
    alice = away.add_member(home.alice.user)
    steps, seen = evening()
    clock.now = steps[0].at - 60
    await turn(home, home.alice, "on")
    assert home.shown(await alice.slash(channel, "nowplaying", turn="on")).private
    for number, step in enumerate(steps):
        if step.cut is not None:
            clock.now = step.cut + step.off
            home.env.bot.dispatch("disconnect")
            await home.env.settle()
            home.env.bot.dispatch("connect")
            await home.env.settle()
        clock.now = step.at + step.off
        await gateway.shows(home.alice, step.song, server=home.guild.id if step.server == 1 else away.id)
        if number in (60, 61, 140):
            await restart(home)
    assert len(steps) == 200
    assert await counts(home, clock, home.alice) == seen == Counter(plays=52, repeats=21, skips=24)


async def test_bad_updates_are_passed_over(home: Home, gateway: Discord) -> None:
    await turn(home, home.alice, "on")
    good = spotify(named(songs(home)[0], gateway.clock.now))
    broken: list[dict[str, Any]] = [
        {"sync_id": ""},
        {"sync_id": "../../etc"},
        {"timestamps": {}},
        {"timestamps": None},
        {"timestamps": {"start": 5_000, "end": 5_000}},
        {"details": None},
        {"state": ""},
    ]
    for wrong in broken:
        payload = {
            "user": {"id": str(home.alice.id)},
            "guild_id": str(home.guild.id),
            "status": "online",
            "client_status": {},
            "activities": [{**good, **wrong}],
        }
        home.env.backend.emit("PRESENCE_UPDATE", payload)
        await home.env.settle()
        assert "Play one on Spotify" in (await asks(home, home.alice)).text


class TestTurnedOffByTheOperator:
    @pytest.fixture
    async def app(self, database: Path, clock: Clock) -> AsyncGenerator[App]:
        async with open_app(settings(database), now=clock, seed=1) as app:
            yield app

    async def test_says_so_and_what_works_instead(self, home: Home, gateway: Discord) -> None:
        for given in ({}, {"member": home.bob}, {"turn": "on"}, {"turn": "visible"}):
            told = await asks(home, home.alice, **given)
            assert told.private
            assert "has not turned on" in told.text
            assert "/taste import history" in told.text
        assert "Off, in every server" in await turn(home, home.alice, "off")
        assert not home.env.bot.intents.presences
        await gateway.plays(home.alice, songs(home)[0])
        assert await rows(home, listening_states) == []


async def test_needs_no_other_intent_and_no_cache_of_members(home: Home, gateway: Discord) -> None:
    assert home.env.bot.intents.presences
    assert not home.env.bot.intents.members
    await turn(home, home.alice, "on")
    await gateway.plays(home.alice, songs(home)[0])
    guild = home.env.bot.get_guild(home.guild.id)
    assert guild is not None
    assert guild.get_member(home.alice.id) is None


async def test_what_could_not_be_written_is_counted_once_it_can(
    home: Home, gateway: Discord, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = songs(home)
    await turn(home, home.alice, "on")

    async def full(*_given: object, **_more: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(home.app.store.presence, "keep", full)
        broken.setattr(home.app.store.histories, "record", full)
        for song in (one, two, three):
            await gateway.plays(home.alice, song)
            clock.now += 100
        assert three.title in (await asks(home, home.alice)).text
        assert await rows(home, listens) == []
    await gateway.shows(home.alice, None)
    assert await counts(home, clock, home.alice) == Counter(plays=3, repeats=0, skips=0)


async def test_a_switch_that_cannot_be_written_says_so_and_reads_nothing(
    home: Home, gateway: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_given: object, **_more: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(home.app.store.presence, "agree", full)
        assert "could not be saved" in await turn(home, home.alice, "on")
    await gateway.plays(home.alice, songs(home)[0])
    assert await rows(home, listening_states) == []
    await turn(home, home.alice, "on")
    with monkeypatch.context() as broken:
        broken.setattr(home.app.store.presence, "refuse", full)
        assert "could not be saved" in await turn(home, home.alice, "off")
    await gateway.plays(home.alice, songs(home)[0])
    assert await rows(home, listening_states) == []


async def test_who_agreed_before_a_restart_is_read_after_it(database: Path, clock: Clock) -> None:
    server, member = ServerId(1), MemberId(7)
    async with opened(database, clock) as app:
        await app.nowplaying.agree(server, member, visible=False)
    async with opened(database, clock) as app:
        for song in list(app.library.songs.values())[:2]:
            clock.now += 100
            await app.nowplaying.see(server, member, named(song, clock.now))
        clock.now += 100
        await app.nowplaying.turn()
        assert sum(each.plays for each in app.tastes.heard(member).values()) == 1


async def test_counts_that_could_not_be_read_again_are_not_written_again(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, member = ServerId(1), MemberId(7)

    async def locked(_member: MemberId) -> None:
        raise StoreError("Locked.")

    async with opened(database, clock) as app:
        await app.nowplaying.agree(server, member, visible=False)
        one, two = list(app.library.songs.values())[:2]
        for song in (one, two):
            await app.nowplaying.see(server, member, named(song, clock.now))
            clock.now += 100
        with monkeypatch.context() as broken:
            broken.setattr(app.histories, "refresh", locked)
            await app.nowplaying.turn()
        await app.nowplaying.turn()
        await app.histories.refresh(member)
        assert app.tastes.heard(member)[one.id].plays == 1


async def test_a_restart_of_the_program_counts_nothing_twice(database: Path, clock: Clock) -> None:
    """A song before it, one that runs meanwhile, and its end after it."""
    server, member = ServerId(1), MemberId(7)
    async with opened(database, clock) as app:
        one, two, three = list(app.library.songs.values())[:3]
        await app.nowplaying.agree(server, member, visible=False)
        await app.nowplaying.see(server, member, named(one, clock.now))
        clock.now += 100
        await app.nowplaying.see(server, member, named(two, clock.now))
        clock.now += 100
        async with app.nowplaying.running():
            pass
        assert app.tastes.heard(member)[one.id].plays == 1
    clock.now += 5_000
    async with opened(database, clock) as app:
        await app.nowplaying.see(server, member, named(three, clock.now))
        clock.now += 100
        await app.nowplaying.turn()
        heard = app.tastes.heard(member)
        assert heard[one.id].plays == 1
        assert heard[two.id].plays == 1  # a hundred seconds of it were seen before the end
        assert app.nowplaying.consent(server, member) is not None
