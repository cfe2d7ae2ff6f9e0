"""`Export`: a list out as links, as a file, or once into the account of whoever presses."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
import simcord
from pydantic import SecretStr

from bot.app import App, open_app
from bot.linking.server import listening
from bot.sources.errors import SourceDown, SourceError, TokenRefused
from bot.sources.found import FoundSong, Mbid, SourceId, SourceName, WrittenPlaylist
from bot.sources.outbound import Metrics
from bot.sources.outbound.metrics import Tally
from bot.sources.playlists import Entry, read_playlist
from bot.sources.together import Sources
from bot.store.accounts import AccountService
from bot.store.records import MemberId, PostId
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown
from tests.behaviour.test_accounts import REDIRECT, TOKEN, Users, begin
from tests.behaviour.test_accounts import World as Linked
from tests.conftest import settings
from tests.sources.services.spotify_accounts import CLIENT, auth_server, secret
from tests.usecases.signing_in import key


@dataclass
class Named(Users):
    """A service that finds songs by their names, except those that begin with one of some letters."""

    missing: str = ""
    asked: list[str] = field(default_factory=list[str])

    async def songs_named(self, artist: str, title: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        self.asked.append(title)
        if self.missing and title[0] in self.missing:
            return ()
        digest = sha256(f"{artist}{title}".encode()).hexdigest()
        mbid = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
        artists = tuple(part.strip() for part in artist.split(","))
        if self.name == "spotify":
            return (FoundSong(self.name, SourceId(digest[:22]), title, artists),)
        return (FoundSong(self.name, SourceId(mbid), title, artists, mbid=Mbid(mbid)),)


@dataclass
class Writing(Named):
    """ListenBrainz, as far as lists are written there."""

    made: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])
    trouble: SourceError | None = None

    async def account_of(self, token: SecretStr) -> str:
        return "alice_l"

    async def create_playlist(
        self, token: SecretStr, title: str, entries: Sequence[Entry], *, public: bool = False
    ) -> WrittenPlaylist:
        assert not public
        if self.trouble is not None:
            raise self.trouble
        await asyncio.sleep(0)
        self.made.append((token.get_secret_value(), title, len(entries)))
        link = f"https://listenbrainz.org/playlist/{len(self.made)}"
        known = sum(entry.mbid is not None for entry in entries)
        return WrittenPlaylist(self.name, SourceId("1"), link, known, len(entries) - known, 0)

    async def add_to_playlist(self, token: SecretStr, playlist_id: SourceId, entries: Sequence[Entry]) -> int:
        return 0

    def metrics(self) -> Metrics:
        return Tally().metrics()


@pytest.fixture
async def world(database: Path) -> AsyncGenerator[Linked]:
    """Spotify can be linked and looked into; ListenBrainz can be linked and written to."""
    time = [1_780_000_000.0]
    users: dict[str, Users] = {
        "spotify": Named(SourceName("spotify")),
        "listenbrainz": Writing(SourceName("listenbrainz")),
    }
    async with auth_server(lambda: time[0], REDIRECT) as spotify:
        chosen = settings(
            database,
            SEGUE_LINK_URL=REDIRECT.removesuffix("/callback"),
            SEGUE_LINK_PORT=0,
            SPOTIFY_CLIENT_ID=CLIENT,
            SEGUE_SECRET_KEY=key().get_secret_value(),
        )
        async with (
            open_app(
                chosen,
                now=lambda: time[0],
                seed=1,
                sources=Sources(list(users.values())),
                spotify=spotify.addresses,
            ) as app,
            listening(chosen, app.linking, lambda: time[0]) as opened,
        ):
            assert opened is not None
            yield Linked(app, spotify, opened[1], users, time)


@pytest.fixture
async def app(world: Linked) -> App:
    return world.app


async def link_spotify(home: Home, world: Linked, who: simcord.MemberActor) -> None:
    await world.browser(world.spotify.agree(await begin(home, who)))


async def link_listenbrainz(home: Home, who: simcord.MemberActor) -> None:
    secret(TOKEN)
    shown = await who.slash(home.channel, "link listenbrainz", name="alice_l", token=True)
    assert shown.modal is not None
    control = next(
        part["component"]["custom_id"] for part in shown.modal["components"] if "component" in part
    )
    assert "Linked" in home.shown(await who.submit_modal(shown, {control: TOKEN})).text


async def listed(home: Home, count: int = 4) -> Shown:
    return home.shown(await home.alice.slash(home.channel, "recommend", count=count))


def export_of(card: Shown) -> str:
    return card.button(":open")


async def choices(home: Home, who: simcord.MemberActor, card: Shown) -> Shown:
    """The private card that Export answers with."""
    shown = home.shown(await who.click(card.message, custom_id=export_of(card)))
    assert shown.private
    return shown


async def sent(home: Home, who: simcord.MemberActor, shown: Shown, service: str) -> str:
    told = home.shown(await home.press(who, shown, f":{service}"))
    assert told.private
    return told.text


async def file(home: Home, who: simcord.MemberActor, shown: Shown, form: str) -> tuple[str, bytes]:
    """The name and the content of the file that comes."""
    told = home.shown(await home.press(who, shown, f":{form}"))
    assert told.private
    (attached,) = told.message.attachments
    return attached.filename, await attached.read()


class TestTheButton:
    async def test_stands_on_every_list_and_not_on_one_song(self, home: Home) -> None:
        assert export_of(await listed(home, 12))
        assert not [each for each in (await listed(home, 1)).ids if each.startswith("ex:")]
        radio = home.shown(
            await home.alice.slash(home.channel, "radio play", song=(await listed(home)).titles[0])
        )
        assert export_of(radio)
        ended = home.shown(await home.press(home.alice, radio, ":stop"))
        assert export_of(ended)

    async def test_the_mix_of_a_day_has_it_on_every_page(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "daily"))
        second = home.shown(await home.press(home.alice, card, ":1:n"))
        shown = await choices(home, home.bob, second)
        assert shown.private
        assert len(second.titles) == 4
        _, data = await file(home, home.bob, shown, "csv")
        titles = [entry.title for entry in read_playlist(data, "mix.csv").entries]
        assert titles[:4] == card.titles
        assert titles[4:8] == second.titles

    async def test_a_members_list_goes_out_under_its_own_name(self, home: Home) -> None:
        await home.alice.slash(home.channel, "playlist make", name="Rainy *Sundays*", shared=True)
        await home.alice.slash(
            home.channel, "playlist add", list="Rainy *Sundays*", song="teardrop massive attack"
        )
        card = home.shown(await home.alice.slash(home.channel, "playlist show", list="Rainy *Sundays*"))
        await restart(home)
        shown = await choices(home, home.bob, card)
        assert "Rainy" in shown.text
        name, data = await file(home, home.bob, shown, "m3u")
        assert name == "rainy-sundays.m3u8"
        assert [entry.title for entry in read_playlist(data, name).entries] == card.titles == ["Teardrop"]

    async def test_everybody_who_sees_the_list_may_press_it_after_a_restart_too(self, home: Home) -> None:
        card = await listed(home)
        await restart(home)
        shown = await choices(home, home.bob, card)
        assert "4 songs" in shown.text
        assert {each.rpartition(":")[2] for each in shown.ids} == {"links", "csv", "m3u", "jspf"}
        assert "/link spotify" in shown.text
        assert "/link listenbrainz" in shown.text

    async def test_a_list_of_another_database_is_explained(self, home: Home) -> None:
        card = await listed(home)
        home.app.picker.forget_posts()
        async with home.app.store.db.write() as connection:
            for table in ("impressions", "slots", "posts"):
                await connection.exec_driver_sql(f"DELETE FROM {table}")
        told = home.shown(await home.bob.click(card.message, custom_id=export_of(card)))
        assert "no longer known" in told.text

    async def test_a_weekly_post_is_named_by_its_week(self, home: Home) -> None:
        await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
        await home.admin.slash(home.channel, "discovery now")
        shown = await choices(home, home.alice, home.last())
        assert "Segue · week 20" in shown.text
        name, _ = await file(home, home.alice, shown, "csv")
        assert name.startswith("segue-week-20")


class TestFiles:
    async def test_csv_m3u_and_jspf_hold_the_songs_and_can_be_read_back(self, home: Home) -> None:
        card = await listed(home)
        shown = await choices(home, home.bob, card)
        for form, ending in (("csv", ".csv"), ("m3u", ".m3u8"), ("jspf", ".jspf")):
            name, data = await file(home, home.bob, shown, form)
            assert name.endswith(ending)
            titles = [entry.title for entry in read_playlist(data, name).entries]
            assert titles == card.titles
        _, table = await file(home, home.bob, shown, "csv")
        rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
        assert [row["title"] for row in rows] == card.titles
        _, jspf = await file(home, home.bob, shown, "jspf")
        assert json.loads(jspf)["playlist"]["title"].startswith("Segue · ")

    async def test_a_radio_gives_all_that_it_has_played(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "radio play", song="teardrop massive attack"))
        shown = await choices(home, home.bob, card)
        heard = list(card.titles)
        for _ in range(2):
            card = home.shown(await home.press(home.alice, card, ":next"))
            heard += card.titles
        # The private card is from before: what it gives is what was played by now.
        name, data = await file(home, home.bob, shown, "m3u")
        assert [entry.title for entry in read_playlist(data, name).entries] == heard
        assert "radio from Teardrop · Massive Attack" in data.decode()


class TestLinks:
    async def test_every_song_has_a_link_to_each_service(self, home: Home) -> None:
        card = await listed(home)
        shown = await choices(home, home.bob, card)
        links = home.shown(await home.press(home.bob, shown, ":links"))
        assert links.private
        for service in ("Spotify", "Deezer", "Apple Music", "YouTube"):
            assert links.text.count(f"[{service}](https://") == 4
        assert links.titles == card.titles

    async def test_a_long_list_has_pages_and_a_text_file(self, home: Home) -> None:
        card = await listed(home, 12)
        shown = await choices(home, home.alice, card)
        first = home.shown(await home.press(home.alice, shown, ":links"))
        assert "page 1 of" in first.text
        titles = list(first.titles)
        page = first
        while len(titles) < 12:
            page = home.shown(await home.press(home.alice, page, ":n"))
            titles += page.titles
        assert len(set(titles)) == 12
        name, data = await file(home, home.alice, page, "text")
        assert name.endswith(".txt")
        assert data.decode().count("https://www.youtube.com/") == 12


class TestIntoAnAccount:
    async def test_a_list_goes_into_the_spotify_of_whoever_presses(self, home: Home, world: Linked) -> None:
        card = await listed(home)
        await link_spotify(home, world, home.bob)
        shown = await choices(home, home.bob, card)
        told = await sent(home, home.bob, shown, "spotify")
        assert "4 songs are in a private playlist in your Spotify now" in told
        assert f"https://open.spotify.com/playlist/{1:022d}" in told
        assert len(world.spotify.added[0]) == 4
        assert world.spotify.made[0]["public"] is False
        # Alice has linked nothing: she is told how, and nothing is written.
        assert "/link spotify" in (await choices(home, home.alice, card)).text
        assert len(world.spotify.made) == 1

    async def test_it_goes_there_once(self, home: Home, world: Linked) -> None:
        card = await listed(home)
        await link_spotify(home, world, home.alice)
        shown = await choices(home, home.alice, card)
        await sent(home, home.alice, shown, "spotify")
        for _ in range(2):
            told = await sent(home, home.alice, shown, "spotify")
            assert "in your Spotify already, with 4 songs" in told
            assert "open.spotify.com/playlist" in told
            await restart(home)
            home.app.picker.forget_posts()
        assert len(world.spotify.made) == 1

    async def test_two_presses_at_once_make_one_playlist(self, home: Home, world: Linked) -> None:
        card = await listed(home)
        await link_listenbrainz(home, home.alice)
        post = await home.app.picker.post(PostId(int(export_of(card).split(":")[2])))
        assert post is not None
        member, service = MemberId(home.alice.id), AccountService.LISTENBRAINZ
        made = await asyncio.gather(
            *(home.app.exporting.send(post, member, service, "List") for _ in range(3))
        )
        assert len(writing(world).made) == 1
        assert sorted(each.again for each in made) == [False, True, True]
        assert len({each.link for each in made}) == 1

    async def test_a_radio_that_played_on_is_another_list(self, home: Home, world: Linked) -> None:
        await link_spotify(home, world, home.alice)
        radio = home.shown(await home.alice.slash(home.channel, "radio play", song="teardrop massive attack"))
        shown = await choices(home, home.alice, radio)
        assert "1 song is in" in await sent(home, home.alice, shown, "spotify")
        await home.press(home.alice, radio, ":next")
        assert "2 songs are in" in await sent(home, home.alice, shown, "spotify")
        assert len(world.spotify.made) == 2

    async def test_what_a_service_does_not_have_is_counted(self, home: Home, world: Linked) -> None:
        card = await listed(home)
        await link_spotify(home, world, home.alice)
        found = world.users["spotify"]
        assert isinstance(found, Named)
        found.missing = "".join(title[0] for title in card.titles[:1])
        lacking = sum(title[0] in found.missing for title in card.titles)
        told = await sent(home, home.alice, await choices(home, home.alice, card), "spotify")
        assert "missing" in told
        assert len(world.spotify.added[0]) == 4 - lacking
        assert found.asked == card.titles

    async def test_none_of_the_songs_makes_no_playlist(self, home: Home, world: Linked) -> None:
        card = await listed(home)
        await link_spotify(home, world, home.alice)
        found = world.users["spotify"]
        assert isinstance(found, Named)
        found.missing = "".join(title[0] for title in card.titles)
        told = await sent(home, home.alice, await choices(home, home.alice, card), "spotify")
        assert "None of these songs" in told
        assert not world.spotify.made

    async def test_listenbrainz_needs_the_members_token(self, home: Home, world: Linked) -> None:
        card = await listed(home)
        await home.alice.slash(home.channel, "link listenbrainz", name="alice_l")
        shown = await choices(home, home.alice, card)
        assert not [each for each in shown.ids if each.endswith("listenbrainz")]
        assert "with your token" in shown.text
        await link_listenbrainz(home, home.alice)
        told = await sent(home, home.alice, await choices(home, home.alice, card), "listenbrainz")
        assert "https://listenbrainz.org/playlist/1" in told
        assert writing(world).made[0][0] == TOKEN

    async def test_who_unlinks_meanwhile_is_told_to_link(self, home: Home, world: Linked) -> None:
        card = await listed(home)
        await link_spotify(home, world, home.alice)
        shown = await choices(home, home.alice, card)
        await home.alice.slash(home.channel, "unlink", service="spotify")
        assert "/link spotify" in await sent(home, home.alice, shown, "spotify")

    async def test_unlinking_forgets_where_lists_went(self, home: Home, world: Linked) -> None:
        card = await listed(home)
        await link_spotify(home, world, home.alice)
        shown = await choices(home, home.alice, card)
        await sent(home, home.alice, shown, "spotify")
        await home.alice.slash(home.channel, "unlink", service="spotify")
        await link_spotify(home, world, home.alice)
        assert "are in a private playlist" in await sent(home, home.alice, shown, "spotify")

    async def test_a_refused_token_can_be_tried_again(self, home: Home, world: Linked) -> None:
        card = await listed(home)
        await link_listenbrainz(home, home.alice)
        shown = await choices(home, home.alice, card)
        writing(world).trouble = TokenRefused("ListenBrainz")
        assert "does not take that token" in await sent(home, home.alice, shown, "listenbrainz")
        writing(world).trouble = None
        assert "are in a private playlist" in await sent(home, home.alice, shown, "listenbrainz")

    async def test_what_was_cut_off_is_told_before_it_is_written_anew(
        self, home: Home, world: Linked
    ) -> None:
        card = await listed(home)
        await link_listenbrainz(home, home.alice)
        shown = await choices(home, home.alice, card)
        writing(world).trouble = SourceDown("ListenBrainz", "no answer in time")
        assert "does not answer" in await sent(home, home.alice, shown, "listenbrainz")
        writing(world).trouble = None
        assert "may be there in part" in await sent(home, home.alice, shown, "listenbrainz")
        assert not writing(world).made
        assert "are in a private playlist" in await sent(home, home.alice, shown, "listenbrainz")


def writing(world: Linked) -> Writing:
    found = world.users["listenbrainz"]
    assert isinstance(found, Writing)
    return found
