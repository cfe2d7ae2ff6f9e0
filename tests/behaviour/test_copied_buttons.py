"""Whatever can be pressed, pressed in one server with the numbers of another: as if they named nothing at all.

Discord itself lets nobody press what is not on a message; a hostile client, a forwarded card or a fault of ours may.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import discord
import pytest
import simcord
from simcord.http import router

from bot.cards import ids
from bot.store.records import (
    ChannelId,
    Claim,
    ClaimState,
    ListId,
    MemberId,
    PostId,
    PostKind,
    ServerId,
    Slot,
    SongId,
)
from bot.usecases.lists import Asking
from cogs.buttons import Touched
from tests.behaviour.conftest import Home
from tests.behaviour.reading import Shown
from tests.usecases.everything import does_everything, numbers

SONG = "teardrop massive attack"
ZOE, WANDA = "Zoraïda", "Wanda-Wendeline"
START = 1_800_000_000.0
BUTTON, MENU, ROW = 2, 3, 1
NOBODY = 777_777_777_777_777
Press = tuple[str, str | None]
"""A custom id, and what is chosen from it if it is a menu."""


@dataclass(frozen=True)
class Numbers:
    """What a copied id may name: things of the other server, or nothing at all."""

    members: tuple[MemberId, ...]
    channel: ChannelId
    posts: Mapping[PostKind, PostId]
    lists: tuple[ListId, ...]
    claims: tuple[tuple[SongId, MemberId], ...]
    alone: SongId
    """A song that only a member's history has."""
    genre: str
    own: PostId
    """A post of the server where it is pressed."""


def of_posts(*made: Callable[[PostId], str], choice: str | None = None) -> Callable[[Numbers], list[Press]]:
    """One press for each kind of post."""
    return lambda there: [(make(post), choice) for make in made for post in there.posts.values()]


def of_words(
    make: Callable[[PostId, str], str], *words: str, choice: str | None = None
) -> Callable[[Numbers], list[Press]]:
    """The same with each of some words in the id."""
    return lambda there: [(make(post, word), choice) for word in words for post in there.posts.values()]


def of_claims(there: Numbers) -> list[Press]:
    """Both answers, whether it waits or not."""
    return [(ids.claim(*each, action), None) for each in there.claims for action in ("confirm", "refuse")]


def of_charts(there: Numbers) -> list[Press]:
    """A member's likes, on a card of their own and on one of somebody else's."""
    return [
        (ids.charts("member", "all", member, 0, owner, "a"), None)
        for member in there.members
        for owner in (member, NOBODY)
    ]


def saved(there: Numbers) -> list[Press]:
    """A song of another server's into one's own list; one's own into another server's."""
    new = [(ids.save_to(post, 1), "new") for post in there.posts.values()]
    return [*new, *((ids.save_to(there.own, 1), str(each)) for each in there.lists)]


def draft(there: Numbers) -> str:
    return f"{there.channel}:4:18:UTC"


def same(*presses: Press) -> Callable[[Numbers], list[Press]]:
    """An id that names nothing of any server."""
    return lambda _there: list(presses)


# Not among them is what members do with their own data in all servers at once, because they ask for just that.
ACTIONS = ("me", "pause", "learn", "hide", "name", "listen", "delete", "ask_here", "do_here")

WAYS: dict[str, Callable[[Numbers], list[Press]]] = {
    "FEEDBACK": of_words(lambda post, verb: ids.feedback(post, 1, verb), "like", "skip", "dislike", "listen"),
    "PAGE": of_posts(lambda post: ids.page(post, 0)),
    "MORE": of_words(ids.more, "same", "adventurous"),
    "RADIO": of_words(lambda post, act: ids.radio(post, 1, act), "next", "like_this", "stop"),
    "HIDE": of_posts(lambda post: ids.hide(post, 1)),
    "FROM": of_posts(lambda post: ids.start_from(post, 1)),
    "STEER": of_posts(ids.steer, choice="calmer"),
    "PAST": same((ids.past("server", 0), None), (ids.past("me", 1), None)),
    "OPEN_RADIO": lambda there: [
        (ids.open_radio(whose, 0), str(post)) for whose in ("me", "server") for post in there.posts.values()
    ],
    "PLAYED": of_words(lambda post, whose: ids.played(post, 0, whose, 0), "me", "server"),
    "CHOOSE": of_posts(ids.choose, choice="1"),
    "EXPORT": of_posts(ids.export),
    "EXPORT_AS": of_words(ids.export_as, "links", "text", "csv", "m3u", "jspf", "spotify", "listenbrainz"),
    "EXPORT_LINKS": of_posts(lambda post: ids.export_links(post, 0)),
    "MEANT": of_words(ids.meant, "like", "recommend", choice="1"),
    "WHY": of_posts(lambda post: ids.why(post, 1)),
    "TASTE_STEP": same(
        *((ids.taste_step(step), None) for step in ("begin", "genre", "artist", "decade", "done"))
    ),
    "TASTE_MENU": lambda there: [(ids.taste_menu("genre", 0), there.genre)],
    "TASTE_SHARE": same((ids.taste_share(), None)),
    "OPEN": of_posts(ids.open_one, choice="1"),
    "ARTIST": of_words(ids.artist, "related", "albums"),
    "SAVE": of_posts(lambda post: ids.save(post, 1)),
    "SAVE_TO": saved,
    "DELETE_LIST": lambda there: [(ids.delete_list(each, "delete"), None) for each in there.lists],
    "LISTS": same((ids.lists(0, "a"), None)),
    "HISTORY": same((ids.history("all", 0, "a"), None)),
    "HISTORY_SONG": lambda there: [(ids.history_song(), str(there.alone))],
    "ASK": of_words(ids.ask, "answer", "add", "close"),
    "ASK_WINDOW": of_posts(ids.ask_window),
    "CLAIM": of_claims,
    "CHARTS": of_charts,
    "FINDS": lambda there: [(ids.finds(member, 0, NOBODY, "a"), None) for member in there.members],
    "WEEKS": same((ids.weeks(0, "a"), None)),
    "UNSKIP": same((ids.unskip("2023-W46"), None)),
    "SETUP": same((ids.setup_begin(), None)),
    "SETUP_STEP": lambda there: [
        (f"setup:v1:{step}:{draft(there)}", None)
        for step in ("look", "place", "taste", "finish", "now", "later")
    ],
    "SETUP_MENU": lambda there: [
        (f"setup:v1:menu:weekday:{draft(there)}", "3"),
        ("setup:v1:menu:channel:0:4:18:UTC", str(there.channel)),
    ],
    "SETTINGS": same(*((ids.settings_page(page), None) for page in ("weekly", "lists", "channels", "log"))),
    "SETTING": lambda there: [
        (ids.setting("discovery.channel"), str(there.channel)),
        (ids.setting("channels"), str(there.channel)),
    ],
    "SETTINGS_RESET": same((ids.settings_reset("weekly"), None)),
    "PRIVACY": same(*((ids.privacy(action), None) for action in ACTIONS)),
    "SERVER_RETENTION": same((ids.server_retention(), "30")),
    "SERVER_PRIVACY": same(
        *((ids.server_privacy(action), None) for action in ("show", "settings", "reset", "reset_now"))
    ),
}
"""How each kind of button, menu and window is pressed with copied numbers; a new kind fails the test until it is here."""


SECRETS = (ZOE, WANDA, "Verschwiegen", "geheimraum")
MANY_TABLES = 15
"""So many at least hold something of the other server."""


def plain(told: str) -> str:
    """What was said, whatever the numbers in it."""
    return re.sub(r"\d+", "#", told)


def patterns() -> dict[str, str]:
    """Every pattern of an id, by its name."""
    return {
        name: value
        for name, value in vars(ids).items()
        if name.isupper() and isinstance(value, str) and ":v" in value
    }


def answering(base: type[Any]) -> Iterator[str]:
    """The patterns of all items that derive from a class."""
    for each in base.__subclasses__():
        yield each.__discord_ui_compiled_template__.pattern
        yield from answering(each)


@dataclass
class Listening:
    """What the bot sends from now on: where to, what, and with which files."""

    sent: list[str]
    paths: list[str]

    def told(self) -> str:
        """What was said since the last time."""
        told, self.sent[:] = "\n".join(self.sent), []
        return told


@pytest.fixture
def listening(home: Home, monkeypatch: pytest.MonkeyPatch) -> Listening:
    heard = Listening([], [])
    dispatch = router.dispatch

    def kept(backend: Any, method: str, path: str, **given: Any) -> Any:
        sent: list[discord.File] = given.get("files") or []
        files = [cast(BytesIO, file.fp).getvalue().decode(errors="ignore") for file in sent]
        heard.sent.append(f"{given.get('json')} {files}")
        heard.paths.append(path)
        return dispatch(backend, method, path, **given)

    monkeypatch.setattr(router, "dispatch", kept)
    return heard


def kept_of(database: Path, server: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that belongs to a server, by its table."""
    posts = f"SELECT id FROM posts WHERE server_id = {server}"
    lists = f"SELECT id FROM song_lists WHERE server_id = {server}"
    wanted = {"server_id": str(server), "post_id": posts, "list_id": lists}
    found: dict[str, list[tuple[Any, ...]]] = {}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
        tables = [name for (name,) in reading.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(tables):
            columns = [row[1] for row in reading.execute(f"PRAGMA table_info({table})")]
            column = next((each for each in wanted if each in columns), None)
            if column is not None:
                rows = reading.execute(f"SELECT * FROM {table} WHERE {column} IN ({wanted[column]})")
                found[table] = sorted(rows, key=repr)
    return found


async def lived_in(
    home: Home, server: ServerId, members: tuple[MemberId, ...], channel: ChannelId
) -> Numbers:
    """The other server: a post of every kind, lists, registered songs, a week that was left out."""
    app, some, member = home.app, numbers(home.app, 4), members[0]
    for each, name in zip(members, (ZOE, WANDA), strict=True):
        await does_everything(app, server, each, name, START)
        await app.choices.choose(server, each, hidden=False)
    asking = Asking(server, member)
    lists = [
        await app.lists.make(asking, f"{ZOE} number {number}", shared=shared)
        for number, shared in enumerate((True, False))
    ]
    for each in lists:
        await app.lists.add(asking, each, some[2])
    waiting = sorted(app.library.songs)[-40]
    await app.claims.put(Claim(waiting, server, member, ClaimState.WAITING, START))
    query = {"text": ZOE, "what": "artists", "found": [{"name": ZOE}], "name": ZOE, "mood": f"like {ZOE}"}
    posts: dict[PostKind, PostId] = {}
    for kind in PostKind:
        made = await app.store.posts.create(
            kind=kind,
            server=server,
            channel=channel,
            member=member,
            query={**query, "list": lists[1].id},
            slots=[Slot(1, some[0]), Slot(2, some[1])],
            at=START,
        )
        posts[kind] = made.id
    with closing(sqlite3.connect(f"file:{home.ledger.database}?mode=ro", uri=True)) as reading:
        (alone,) = reading.execute("SELECT id FROM songs WHERE title = ?", (f"Only {ZOE}",)).fetchone()
    own = tuple((claim.song, claim.member) for claim in app.claims.all() if claim.server == server)
    of_lists = tuple(each.id for each in lists)
    return Numbers(members, channel, posts, of_lists, own, alone, f"genre of {ZOE}", PostId(0))


NOTHING = Numbers(
    (MemberId(NOBODY), MemberId(NOBODY + 1)),
    ChannelId(NOBODY),
    {kind: PostId(NOBODY + place) for place, kind in enumerate(PostKind)},
    (ListId(NOBODY), ListId(NOBODY + 1)),
    tuple((SongId(NOBODY + place), MemberId(NOBODY)) for place in range(3)),
    SongId(NOBODY),
    "genre of nobody",
    PostId(0),
)
"""Numbers that name nothing."""


async def heard(home: Home, who: simcord.MemberActor, card: Shown, press: Press, listening: Listening) -> str:
    """What is said to a press."""
    listening.told()
    await pressed(home, who, card, press, listening)
    return listening.told()


async def pressed(
    home: Home, who: simcord.MemberActor, card: Shown, press: Press, listening: Listening
) -> None:
    """Press what was put onto a card of this server, or send such a window."""
    custom_id, choice = press
    part: dict[str, Any] = {"type": BUTTON, "style": 2, "label": "x", "custom_id": custom_id}
    if re.fullmatch(ids.ASK_WINDOW, custom_id):
        part["custom_id"] = card.button(":answer")
    elif choice is not None:
        options = [{"label": "x", "value": choice}]
        part = {"type": MENU, "custom_id": custom_id, "options": options, "min_values": 1, "max_values": 1}
    stored = home.env.backend.get_message(home.channel.id, card.message.id)
    stored.components = [{"type": ROW, "components": [part]}]
    if choice is not None:
        result = await who.select(card.message, [choice], custom_id=custom_id)
    else:
        result = await who.click(card.message, custom_id=part["custom_id"])
    if part["custom_id"] != custom_id:
        listening.told()  # the window's own
        window = result._interaction.modal  # pyright: ignore[reportPrivateUsage] - whose id somebody changed
        assert window is not None
        window["custom_id"] = custom_id
        line = window["components"][0]["component"]["custom_id"]
        result = await who.submit_modal(result, {line: SONG})
    assert result.acknowledged, press


def test_every_kind_of_button_has_a_way() -> None:
    assert set(patterns()) == set(WAYS), "say in WAYS how the new kind is pressed"
    assert set(answering(Touched)) - {r"(?!)"} <= set(patterns().values()), (
        "an item whose id is not in ids.py"
    )
    for name, way in WAYS.items():
        for custom_id, _choice in way(NOTHING):
            assert re.fullmatch(patterns()[name], custom_id), custom_id


@dataclass(frozen=True)
class Elsewhere:
    """The other server, where Zoe is and nobody else of this one, and what there is in it."""

    server: ServerId
    there: Numbers
    channel: simcord.ChannelHandle
    zoe_there: simcord.MemberActor
    zoe: simcord.MemberActor


@pytest.fixture
async def elsewhere(home: Home) -> Elsewhere:
    other = home.env.create_guild("Verschwiegen", owner=home.env.create_user("zadmin"))
    channel = other.create_text_channel("geheimraum")
    user = home.env.create_user("zoe", global_name=ZOE)
    wanda = other.add_member(home.env.create_user("wanda", global_name=WANDA))
    zoe_there = other.add_member(user)
    zoe = home.guild.add_member(user, nick="Zz")
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    server = ServerId(other.id)
    there = await lived_in(home, server, (MemberId(user.id), MemberId(wanda.id)), ChannelId(channel.id))
    return Elsewhere(server, there, channel, zoe_there, zoe)


@pytest.mark.parametrize("who", ["stranger", "admin", "member of both"])
async def test_what_is_copied_from_another_server_names_nothing(
    home: Home, elsewhere: Elsewhere, listening: Listening, who: str
) -> None:
    actor = {"stranger": home.alice, "admin": home.admin, "member of both": elsewhere.zoe}[who]
    cards = {
        name: home.shown(await home.bob.slash(home.channel, name, **options))
        for name, options in (("ask", {"mood": "calm"}), ("recommend", {}))
    }
    here = PostId(int(re.findall(r":v1:(\d+)", cards["recommend"].ids[0])[0]))
    there = replace(elsewhere.there, own=here)
    # A song that is nobody's, by the same artists: who of them is in this server is no secret here.
    claims = tuple((SongId(NOBODY), artist) for _, artist in there.claims)
    nothing = replace(NOTHING, own=here, claims=claims)
    before = kept_of(home.ledger.database, elsewhere.server)
    assert len([table for table, rows in before.items() if rows]) >= MANY_TABLES
    wrong: list[tuple[str, Press, str]] = []
    for name, way in WAYS.items():
        card = cards["ask" if name == "ASK_WINDOW" else "recommend"]
        for copied, made_up in zip(way(there), way(nothing), strict=True):
            told = await heard(home, actor, card, copied, listening)
            wrong += [(name, copied, mark) for mark in SECRETS if mark in told]
            # What is one's own in the one server, such as one's charts, is spoken of as one's own in the other one too.
            if copied != made_up and f":{actor.id}:" not in copied[0]:
                instead = await heard(home, actor, card, made_up, listening)
                if plain(told) != plain(instead):
                    wrong.append((name, copied, f"{plain(told)}\n--- and not\n{plain(instead)}"))
        after = kept_of(home.ledger.database, elsewhere.server)
        wrong += [(name, ("", None), f"changed {each}") for each in after if after[each] != before[each]]
        before = after
    assert not wrong, "\n".join(map(str, wrong))
    marks = (str(elsewhere.there.channel), str(elsewhere.server))
    assert not [path for path in listening.paths if any(mark in path for mark in marks)]


async def test_a_copied_card_is_no_card_for_commands_on_messages(
    home: Home, elsewhere: Elsewhere, listening: Listening
) -> None:
    card = home.shown(await home.bob.slash(home.channel, "recommend"))
    stored = home.env.backend.get_message(home.channel.id, card.message.id)
    before = kept_of(home.ledger.database, elsewhere.server)
    # Nothing is known of the message but what its buttons say.
    with closing(sqlite3.connect(home.ledger.database)) as writing, writing:
        writing.execute("UPDATE posts SET message_id = NULL WHERE message_id = ?", (card.message.id,))
    for name in ("Like this song", "Recommend from this", "Delete this card"):
        for actor in (home.alice, elsewhere.zoe):
            told: list[str] = []
            for post in (*elsewhere.there.posts.values(), PostId(NOBODY)):
                part = {"type": BUTTON, "style": 2, "label": "x", "custom_id": ids.feedback(post, 1, "like")}
                stored.components = [{"type": ROW, "components": [part]}]
                listening.told()
                result = await actor.context_menu(home.channel, name, card.message)
                assert result.acknowledged
                told.append(plain(listening.told()))
            assert len(set(told)) == 1, name
            assert not [mark for mark in SECRETS if mark in told[0]]
    assert kept_of(home.ledger.database, elsewhere.server) == before


async def test_a_forwarded_card_is_no_card(home: Home, elsewhere: Elsewhere, listening: Listening) -> None:
    await elsewhere.zoe_there.slash(elsewhere.channel, "recommend")
    card = elsewhere.channel.last_message
    assert card is not None
    before = kept_of(home.ledger.database, elsewhere.server)
    forwarded = await elsewhere.zoe.forward(card, home.channel)
    for name in ("Like this song", "Recommend from this", "Delete this card"):
        for actor in (home.alice, elsewhere.zoe):
            listening.told()
            refused = home.shown(await actor.context_menu(home.channel, name, forwarded))
            assert refused.private
            assert not refused.titles
            assert not [mark for mark in SECRETS if mark in listening.told()]
    await home.alice.react(forwarded, "❤️")
    assert kept_of(home.ledger.database, elsewhere.server) == before


async def test_a_member_of_both_is_in_each_who_they_are_there(home: Home, elsewhere: Elsewhere) -> None:
    zoe = elsewhere.zoe
    for name, options in (
        ("taste compare", {"member": zoe}),
        ("recommend", {"member": zoe}),
        ("charts", {"member": zoe}),
        ("radio play", {"member": zoe}),
    ):
        refused = home.shown(await home.alice.slash(home.channel, name, **options))
        assert refused.private, name
        assert not refused.titles
    found = home.shown(await home.alice.slash(home.channel, "finds", member=zoe))
    assert not found.titles
    history = home.shown(await zoe.slash(home.channel, "history"))
    assert not history.titles
    radios = home.shown(await zoe.slash(home.channel, "radio history"))
    assert not [custom_id for custom_id in radios.ids if custom_id.startswith("opened:")]
