"""No command and no button of one server ever shows a name, a like, a card or a list of another."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import discord
import pytest
import simcord
from discord import app_commands
from simcord.http import router

from bot.cards import ids
from bot.client import Segue
from bot.store.records import MemberId, ServerId
from tests.behaviour.conftest import Home
from tests.behaviour.reading import Shown
from tests.usecases.everything import does_everything, numbers

SONG, ANOTHER = "teardrop massive attack", "glory box portishead"
ZOE, YANN = "Zoraïda", "Yannick-Ulysse"
START = 1_800_000_000.0
CHANNELS = 8
"""A menu of channels, as Discord numbers it."""
DEEPEST = 3
"""Buttons that are pressed one after another."""
Way = Callable[["Here"], Awaitable[Any]]


@dataclass
class Here:
    """The server that is looked at, and everything that Segue says from then on."""

    home: Home
    said: list[str] = field(default_factory=list[str])
    files: list[bytes] = field(default_factory=list[bytes])
    seen: dict[str, Shown] = field(default_factory=dict[str, Shown])
    """The newest card of each command."""
    pressed: dict[str, str] = field(default_factory=dict[str, str])
    """Kinds of buttons and menus, with the id of one that was pressed."""
    explored: set[str] = field(default_factory=set[str])
    """Those whose own cards were looked through."""

    @property
    def alice(self) -> simcord.MemberActor:
        return self.home.alice

    async def run(self, name: str, who: simcord.MemberActor | None = None, /, **options: Any) -> None:
        """Use a command; what it answers is kept, its buttons too."""
        result = await (who or self.alice).slash(self.home.channel, name, **options)
        self.keep(name, result)

    async def menu(self, name: str) -> None:
        """Use a command on a message of Segue's."""
        await self.run("recommend")
        message = self.home.last().message
        self.keep(name, await self.alice.context_menu(self.home.channel, name, message))

    def keep(self, name: str, result: simcord.InteractionResult) -> None:
        """Remember the card, if it is one."""
        if result.response is not None:
            self.seen[name] = Shown(result.response)


def ran(name: str, /, **options: Any) -> Way:
    """A command as it is typed."""

    async def way(here: Here) -> None:
        await here.run(name, **options)

    return way


def by_admin(name: str) -> Way:
    async def way(here: Here) -> None:
        await here.run(name, here.home.admin)

    return way


def on_message(name: str) -> Way:
    async def way(here: Here) -> None:
        await here.menu(name)

    return way


def to_bob(name: str) -> Way:
    async def way(here: Here) -> None:
        await here.run(name, member=here.home.bob)

    return way


async def configured(here: Here) -> None:
    await here.run("discovery channel", here.home.admin, channel=here.home.channel)


def after_channel(name: str, /, **options: Any) -> Way:
    """A command of admins that needs a weekly post."""

    async def way(here: Here) -> None:
        await configured(here)
        await here.run(name, here.home.admin, **options)

    return way


def of_artist(name: str) -> Way:
    """A command on a song of one's own."""

    async def way(here: Here) -> None:
        await here.run("artist register", song=ANOTHER)
        if name != "artist register":
            await here.run(name, song=ANOTHER)

    return way


async def radio(here: Here) -> None:
    await here.run("radio play", song=SONG)
    await here.run("radio play", here.home.bob, **{"for": "server"})


async def shown_taste(here: Here) -> None:
    await here.run("like", song="hyperballad björk")
    await here.run("taste show")


async def recommended(here: Here) -> None:
    await here.run("recommend", member=here.home.bob)
    for options in ({"for": "server"}, {"mood": "calm"}, {"artist": "Portishead"}, {"count": 12}, {}):
        await here.run("recommend", **options)


WAYS: dict[str, Way] = {
    "like": ran("like", song=SONG),
    "skip": ran("skip", song=ANOTHER),
    "dislike": ran("dislike", song=ANOTHER),
    "undo": ran("undo"),
    "taste visible": ran("taste visible", state="on"),
    "playlist make": ran("playlist make", name="Mine"),
    "playlist add": ran("playlist add", list="Mine", song=SONG),
    "playlist show": ran("playlist show", list="Mine"),
    "playlist list": ran("playlist list"),
    "playlist rename": ran("playlist rename", list="Mine", name="Still mine"),
    "playlist recommend": ran("playlist recommend", list="Still mine"),
    "playlist remove": ran("playlist remove", list="Still mine", song=SONG),
    "playlist delete": ran("playlist delete", list="Still mine"),
    "recommend": recommended,
    "mix": to_bob("mix"),
    "daily": ran("daily"),
    "radio play": radio,
    "radio history": ran("radio history", **{"for": "server"}),
    "search": ran("search", query=ZOE),
    "related": ran("related", artist="Portishead"),
    "ask": ran("ask", mood="something calm"),
    "history": ran("history"),
    "block": ran("block", artist="Coldplay"),
    "unblock": ran("unblock", what="Coldplay"),
    "taste start": ran("taste start"),
    "taste show": shown_taste,
    "taste compare": to_bob("taste compare"),
    "taste server": ran("taste server"),
    "taste import playlist": ran("taste import playlist", link=f"{SONG}\nPortishead - Roads"),
    "taste import history": ran("taste import history", file=("export.zip", b"no history")),
    "taste import listenbrainz": ran("taste import listenbrainz", name=ZOE),
    "taste import lastfm": ran("taste import lastfm", name=ZOE),
    "taste forget": ran("taste forget"),
    "link status": ran("link status"),
    "link spotify": ran("link spotify"),
    "link lastfm": ran("link lastfm", name=ZOE),
    "link listenbrainz": ran("link listenbrainz", name=ZOE),
    "unlink": ran("unlink", service="lastfm"),
    "nowplaying": ran("nowplaying"),
    "links on": by_admin("links on"),
    "links show": by_admin("links show"),
    "links off": by_admin("links off"),
    "discovery channel": configured,
    "discovery now": by_admin("discovery now"),
    "discovery preview": after_channel("discovery preview"),
    "discovery pause": after_channel("discovery pause", weeks=2),
    "discovery resume": after_channel("discovery resume"),
    "discovery skip": after_channel("discovery skip"),
    "discovery history": after_channel("discovery history"),
    "discovery off": by_admin("discovery off"),
    "mydiscovery start": ran("mydiscovery start"),
    "mydiscovery stop": ran("mydiscovery stop"),
    "charts": ran("charts"),
    "finds": ran("finds"),
    "insights": by_admin("insights"),
    "artist register": of_artist("artist register"),
    "artist list": ran("artist list"),
    "artist report": of_artist("artist report"),
    "artist remove": of_artist("artist remove"),
    "setup": by_admin("setup"),
    "settings": by_admin("settings"),
    "privacy": by_admin("privacy"),
    "help": ran("help"),
    "Like this song": on_message("Like this song"),
    "Recommend from this": on_message("Recommend from this"),
    "Delete this card": on_message("Delete this card"),
}
"""How each command is asked; a new one fails the test until it is here."""

OF_ADMINS = {"privacy", "insights", "setup", "settings"} | {
    f"discovery {name}" for name in ("now", "preview", "pause", "resume", "skip", "history")
}
"""Commands whose cards admins press."""

TYPED = {
    ("like", "song"),
    ("unblock", "what"),
    ("block", "artist"),
    ("block", "genre"),
    ("playlist show", "list"),
    ("playlist add", "song"),
    ("recommend", "artist"),
}
"""Options that offer while a member types: what is typed is a name of the other server, then nothing."""

NOT_HERE = {
    "PAST": "of more than a page of radios",
    "EXPORT_LINKS": "of more than a page of links",
    "LISTS": "of more than a page of lists",
    "ASK_WINDOW": "a window",
    "OPEN": "of what services found; none is asked here",
    "ARTIST": "of artists that services found; none is asked here",
    "MEANT": "of a message with several songs; it answers like the others",
    "SAVE_TO": "of a private card; pressed with SAVE",
    "PLAYED": "of a past radio with more than a page",
    "FINDS": "of more than a page of finds",
    "WEEKS": "of more than a page of weeks",
    "CLAIM": "of the card that asks admins whether a song is a member's",
    "SETUP": "of the greeting",
    "DELETE_LIST": "deleted by its command",
}
"""Kinds of buttons that these cards need not have, and why."""


def leaves(commands: Iterable[object]) -> Iterator[str]:
    """The full names of all commands, those on messages too."""
    for command in commands:
        if isinstance(command, app_commands.Group):
            yield from leaves(command.commands)
        elif isinstance(command, app_commands.Command | app_commands.ContextMenu):
            yield command.qualified_name


def kind(custom_id: str) -> str:
    """What sort of button it is, whatever post it belongs to."""
    return re.sub(r"\d+", "#", custom_id)


async def explore(here: Here, name: str, way: Way) -> None:
    """Press one of every kind of button that a command leads to, each on a card of its own."""
    queued, paths = set(here.explored), list[tuple[str, ...]]([()])
    while paths:
        path = paths.pop(0)
        shown = await follow(here, name, way, path)
        if shown is not None and len(path) < DEEPEST:
            here.explored.update(path[-1:])
        for custom_id in shown.ids if shown is not None else ():
            ends = custom_id.endswith((":do_all", ":do_here", ":reset_now"))  # another test's
            if kind(custom_id) not in queued and len(path) < DEEPEST and not ends:
                queued.add(kind(custom_id))
                paths.append((*path, kind(custom_id)))


async def follow(here: Here, name: str, way: Way, path: tuple[str, ...]) -> Shown | None:
    """Use the command and press these one after another; the card that is shown then, if any."""
    here.seen.pop(name, None)
    await way(here)
    shown = here.seen.get(name)
    who = here.home.admin if name in OF_ADMINS else here.alice
    for wanted in path:
        parts = [] if shown is None else [part for part in shown.raw if part.get("custom_id")]
        part = next((part for part in parts if kind(part["custom_id"]) == wanted), None)
        if shown is None or part is None or part.get("disabled"):
            return None
        here.pressed[wanted] = part["custom_id"]
        offered = [each["value"] for each in part.get("options", [])]
        if part["type"] == CHANNELS:
            offered = [here.home.channel]
        if offered:
            value = offered[:1]
            result = await who.select(shown.message, value, custom_id=part["custom_id"])
        else:
            result = await who.click(shown.message, custom_id=part["custom_id"])
        shown = None if result.response is None else Shown(result.response)
    return shown


@pytest.fixture
def here(home: Home, monkeypatch: pytest.MonkeyPatch) -> Here:
    """Everything that goes out is kept: words, alt texts, offers and files."""
    here = Here(home)
    dispatch = router.dispatch

    def kept(backend: Any, method: str, path: str, **given: Any) -> Any:
        here.said.append(f"{given.get('json')} {given.get('params')}")
        files: list[discord.File] = given.get("files") or []
        for file in files:
            here.files.append(cast(io.BytesIO, file.fp).getvalue())
            here.said.append(str(file.filename))
        return dispatch(backend, method, path, **given)

    monkeypatch.setattr(router, "dispatch", kept)
    return here


def unpacked(data: bytes) -> str:
    """What a file says."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    return data.decode(errors="ignore")


async def test_nothing_of_one_server_is_seen_in_another(here: Here) -> None:
    home = here.home
    tree = cast(Segue, home.env.bot).tree
    assert set(leaves(tree.get_commands())) == set(WAYS), "say in WAYS how a new command is asked"
    other = home.env.create_guild("Verschwiegen", owner=home.env.create_user("zadmin", global_name="Zadmin"))
    channel = other.create_text_channel("geheimraum")
    zoe, yann = (
        other.add_member(home.env.create_user(name.lower(), global_name=name)) for name in (ZOE, YANN)
    )
    there = ServerId(other.id)
    posts = [
        post
        for member, name in ((zoe, ZOE), (yann, YANN))
        for post in await does_everything(home.app, there, MemberId(member.id), name, START)
    ]
    await zoe.slash(channel, "playlist make", name=f"{ZOE} shared", shared=True)
    await zoe.slash(channel, "ask", mood=f"what {YANN} likes")
    here.said.clear()
    here.files.clear()
    for name, way in WAYS.items():
        await explore(here, name, way)
    for name, option in sorted(TYPED):
        for typed in (ZOE, YANN, "Only", "genre of", ""):
            here.said.append(str(await here.alice.autocomplete(home.channel, name, option, typed)))
    # Ids of the other server's cards and lists, as somebody could make them up.
    for list_id in range(1, 9):
        await here.run("playlist show", list=f"list:{list_id}")
    told = "\n".join([*here.said, *map(unpacked, here.files)])
    secret = [str(zoe.id), str(yann.id), str(other.id), str(channel.id), "Verschwiegen", "geheimraum"]
    secret += [f"{ZOE}'s own", f"{ZOE} shared", f"sad like {ZOE}", f"Only {ZOE}", f"genre of {ZOE}", YANN]
    assert not [mark for mark in secret if mark in told]
    # Other buttons have the number of a song, a list or a page there.
    on_posts = {
        value.partition(":")[0]
        for value in vars(ids).values()
        if isinstance(value, str) and ":v1:(?P<post>" in value
    }
    assert {"fb", "ask"} <= on_posts
    pressable = {
        int(number) for name, number in re.findall(r"(\w+):v1:(\d+)(?=[:']|$)", told) if name in on_posts
    }
    assert pressable
    assert not pressable & {post.id for post in posts}
    await likes_of_others_do_not_count(here)
    patterns = {name: value for name, value in vars(ids).items() if name.isupper() and ":v" in str(value)}
    covered = {
        name
        for name, value in patterns.items()
        if any(re.fullmatch(value, custom_id) for custom_id in here.pressed.values())
    }
    assert set(patterns) - covered <= set(NOT_HERE), "a button that was never pressed"


async def likes_of_others_do_not_count(here: Here) -> None:
    """What two of the other server like has no count on a card of this one."""
    for number in numbers(here.home.app, 5):
        song = here.home.app.library.songs[number]
        if song.title in {"Teardrop", "Glory Box"}:
            continue
        await here.run("skip", song=f"song:{number}")
        card = here.seen["skip"]
        assert card.label(":1:like") is None, song.title
        assert card.label(":1:skip") == "1"


async def test_a_made_up_button_of_another_servers_card_answers_nobody(here: Here) -> None:
    home = here.home
    other = home.env.create_guild("Verschwiegen", owner=home.env.create_user("zadmin"))
    zoe = other.add_member(home.env.create_user("zoe"))
    posts = await does_everything(home.app, ServerId(other.id), MemberId(zoe.id), ZOE, START)
    before = await home.app.store.rights.counts(MemberId(zoe.id))
    await here.run("recommend", count=12)
    mine = here.seen["recommend"]
    stored = home.env.backend.get_message(home.channel.id, mine.message.id)
    number = mine.button(":1:like").split(":")[2]
    written = json.dumps(stored.components).replace(f":v1:{number}", f":v1:{posts[0].id}")
    stored.components = json.loads(written.replace('"disabled": true', '"disabled": false'))
    forged = [
        custom_id.replace(f":v1:{number}", f":v1:{posts[0].id}")
        for custom_id in mine.ids
        if f":v1:{number}" in custom_id
    ]
    assert len(forged) > 5
    for custom_id in forged:
        refused = home.shown(await here.alice.click(home.last().message, custom_id=custom_id))
        assert "no longer known" in refused.text, custom_id
    assert await home.app.store.rights.counts(MemberId(zoe.id)) == before
