"""How members ask for each command, and press what opens something: each way returns the seconds to its final answer.

What has to be there first (a list, a block, a card) is made before the clock begins, which is when Discord sends the
interaction.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.speed import Side
from tests.sources.history_exports import FOLDER, packed, streamed
from tests.wire.interactions import Interaction
from tests.wire.messages import Message
from tests.wire.world import Channel, Json, Member

LIST = "Bench"
LINES = 20
"""Songs of a playlist that is brought."""
PLAYS = 500
"""Plays of a history that is brought."""


@dataclass
class Stage:
    """Segue's side, what its catalogue has, and what it said last."""

    side: Side
    admin: Member
    songs: Sequence[tuple[str, str]]
    """Artist and title of well-known songs."""
    genres: Sequence[str]
    visible: Sequence[Member]
    """Those who let others see their taste."""
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    said: str = ""
    having: set[int] = field(default_factory=set[int])
    """Those who have a list."""

    @property
    def song(self) -> str:
        """A song as members write it."""
        artist, title = self.dice.choice(self.songs)
        return f"{artist} {title}"

    @property
    def artist(self) -> str:
        """One of its artists."""
        return self.dice.choice(self.songs)[0].partition(", ")[0]

    def other(self, member: Member) -> Member:
        """Somebody else who lets their taste be seen."""
        return self.dice.choice([each for each in self.visible if each is not member])

    async def slash(
        self, command: str, who: Member, options: Json | None = None, channel: Channel | None = None
    ) -> Interaction:
        """Ask by command."""
        done = await self.side.discord.slash(who, channel or self.side.channel, command, options)
        return self.told(done)

    async def press(
        self, member: Member, message: Message, control: str, values: Sequence[str] | None = None
    ) -> Interaction:
        """Press the first control whose id matches a pattern."""
        found = next((each for each in message.custom_ids if re.fullmatch(control, each)), None)
        assert found is not None, f"{control}: {message.custom_ids}"
        chosen = None if values is None else list(values)
        return self.told(await self.side.discord.press(member, message, found, chosen))

    async def card(self, command: str, member: Member, options: Json | None = None) -> Message:
        """A card to press on."""
        done = await self.slash(command, member, options)
        assert done.response_message is not None, done.text
        return done.response_message

    async def owner(self) -> Member:
        """A member with a list of their own that has some songs."""
        member = self.side.next_member()
        if member.id not in self.having:
            self.having.add(member.id)
            await self.slash("playlist make", member, {"name": LIST})
            for _ in range(3):
                await self.slash("playlist add", member, {"list": LIST, "song": self.song})
        return member

    async def settled(self, done: Interaction) -> float:
        """Seconds until nothing can be broken off any more: the answer that stays."""
        message = done.response_message
        assert message is not None
        await self.side.discord.until(lambda: not message.components, what="never came to its end")
        # Looked at when the last edit arrives, which wakes whoever waits.
        seconds = time.monotonic() - done.dispatched_at
        self.told(done)
        return seconds

    def told(self, done: Interaction) -> Interaction:
        """Remember what was answered."""
        answers = [done.response_message, *done.followups]
        texts = [answer.text for answer in answers if answer is not None and answer.text]
        self.said = texts[0] if texts else (done.modal or {}).get("title", "")
        return done


Ask = Callable[[Stage], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to ask: what is typed or pressed, and the command that it belongs to."""

    command: str
    name: str
    ask: Ask


WAYS: list[Way] = []


def way(command: str, name: str = "") -> Callable[[Ask], Ask]:
    """Add a way of asking for a command."""

    def added(ask: Ask) -> Ask:
        WAYS.append(Way(command, f"{command} {name}".strip(), ask))
        return ask

    return added


def _nothing(_stage: Stage) -> Json:
    return {}


def plainly(
    command: str, name: str = "", options: Callable[[Stage], Json] = _nothing, *, by_admin: bool = False
) -> None:
    """Add a way that needs nothing to be there before."""

    async def ask(stage: Stage) -> float:
        member = stage.admin if by_admin else stage.side.next_member()
        return (await stage.slash(command, member, options(stage))).seconds_to_answer

    way(command, name)(ask)


for _command in (
    "artist list",
    "daily",
    "help",
    "history",
    "link status",
    "link spotify",
    "nowplaying",
    "playlist list",
    "privacy",
    "radio history",
    "radio play",
    "recommend",
    "taste server",
    "taste show",
    "taste start",
):
    plainly(_command)
for _command in ("charts", "finds"):
    plainly(_command)
plainly("charts", "rising, week", lambda _: {"view": "rising", "period": "week"})
plainly("insights", by_admin=True)
for _command in ("links off", "links on", "links show", "discovery off", "setup", "settings"):
    plainly(_command, by_admin=True)
for _command in ("like", "skip", "dislike", "recommend", "radio play"):
    plainly(_command, "song", lambda stage: {"song": stage.song})
for _command in ("link lastfm", "link listenbrainz"):
    plainly(_command, options=lambda _: {"name": "somebody"})
plainly("recommend", "artist", lambda stage: {"artist": stage.artist})
plainly("recommend", "mood", lambda _: {"mood": "calm acoustic evening"})
plainly("recommend", "for: server", lambda _: {"for": "server"})
plainly("recommend", "10, adventurous", lambda _: {"count": 10, "dial": "adventurous"})
plainly("radio play", "mood", lambda _: {"mood": "rainy evening"})
plainly("radio history", "for: server", lambda _: {"for": "server"})
plainly("history", "likes", lambda _: {"kind": "like"})
plainly("ask", "mood", lambda _: {"mood": "songs for a long drive"})
plainly("block", "artist", lambda stage: {"artist": stage.artist, "for": "day"})
plainly("block", "genre", lambda stage: {"genre": stage.genres[0], "for": "day"})
plainly("block", "nothing named")
plainly("search", "songs", lambda stage: {"query": stage.song})
plainly("search", "artists", lambda stage: {"query": stage.artist, "kind": "artists"})
plainly("related", "artist", lambda stage: {"artist": stage.artist})
plainly("unlink", "lastfm", lambda _: {"service": "lastfm"})
plainly("nowplaying", "turn on", lambda _: {"turn": "on"})
plainly("playlist make", options=lambda stage: {"name": f"List {stage.dice.random():.9f}"})
plainly("taste visible", "on", lambda _: {"state": "on"})
plainly(
    "discovery channel",
    options=lambda stage: {"channel": stage.side.channel, "timezone": "Europe/Berlin"},
    by_admin=True,
)


@way("recommend", "member")
async def for_another(stage: Stage) -> float:
    """A taste that is not one's own."""
    member = stage.side.next_member()
    return (await stage.slash("recommend", member, {"member": stage.other(member)})).seconds_to_answer


@way("mix", "three members")
async def mixed(stage: Stage) -> float:
    """Three tastes together."""
    member = stage.side.next_member()
    first, second = stage.dice.sample([each for each in stage.visible if each is not member], 2)
    return (await stage.slash("mix", member, {"member": first, "member2": second})).seconds_to_answer


@way("taste compare", "member")
async def compared(stage: Stage) -> float:
    """Two tastes beside each other."""
    member = stage.side.next_member()
    return (await stage.slash("taste compare", member, {"member": stage.other(member)})).seconds_to_answer


@way("undo")
async def undone(stage: Stage) -> float:
    """Back with the answer just given."""
    member = stage.side.next_member()
    await stage.slash("like", member, {"song": stage.song})
    return (await stage.slash("undo", member)).seconds_to_answer


@way("unblock")
async def unblocked(stage: Stage) -> float:
    """Back with the block just made."""
    member, artist = stage.side.next_member(), stage.artist
    await stage.slash("block", member, {"artist": artist, "for": "day"})
    return (await stage.slash("unblock", member, {"what": artist})).seconds_to_answer


def with_a_channel(command: str, options: Callable[[Stage], Json] = _nothing) -> None:
    """Add a way of an admin's, in a server of its own that has a weekly post."""

    @way(command)
    async def asked(stage: Stage) -> float:
        guild = stage.side.discord.add_guild("Another")
        admin, channel = guild.add_member("admin", admin=True), guild.add_channel("music")
        await stage.slash("discovery channel", admin, {"channel": channel}, channel)
        return (await stage.slash(command, admin, options(stage), channel)).seconds_to_answer


for _command in ("preview", "resume", "skip", "history"):
    with_a_channel(f"discovery {_command}")
with_a_channel("discovery pause", lambda _: {"weeks": 2})
plainly("mydiscovery start")
plainly("mydiscovery stop")


@way("discovery now")
async def posted(stage: Stage) -> float:
    """The week's post: only the first of a week is one, so each comes in a server of its own."""
    guild = stage.side.discord.add_guild("Another")
    admin, channel = guild.add_member("admin", admin=True), guild.add_channel("music")
    await stage.slash("discovery channel", admin, {"channel": channel}, channel)
    return (await stage.slash("discovery now", admin, channel=channel)).seconds_to_answer


def of_a_list(command: str, options: Callable[[Stage], Json] = _nothing) -> None:
    """Add a way of doing something with a list that has some songs."""

    async def ask(stage: Stage) -> float:
        member = await stage.owner()
        return (await stage.slash(command, member, {"list": LIST, **options(stage)})).seconds_to_answer

    way(command)(ask)


for _command in ("playlist show", "playlist recommend", "playlist delete"):
    of_a_list(_command)
of_a_list("playlist add", lambda stage: {"song": stage.song})


@way("playlist remove")
async def removed(stage: Stage) -> float:
    """Out with the song just added."""
    member, song = await stage.owner(), stage.song
    await stage.slash("playlist add", member, {"list": LIST, "song": song})
    return (await stage.slash("playlist remove", member, {"list": LIST, "song": song})).seconds_to_answer


@way("playlist rename")
async def renamed(stage: Stage) -> float:
    """Another name, of a list of that moment."""
    member, name = stage.side.next_member(), f"Before {stage.dice.random():.9f}"
    await stage.slash("playlist make", member, {"name": name})
    done = await stage.slash("playlist rename", member, {"list": name, "name": f"Now {name}"})
    return done.seconds_to_answer


async def registered(stage: Stage, member: Member) -> tuple[Json, Interaction]:
    """A song that a member says is theirs, as an option of the next command, and the answer to that."""
    option = {"song": stage.song}
    return option, await stage.slash("artist register", member, option)


def of_an_artist(command: str) -> None:
    """Add a way of doing something with a song just registered; it is taken back then, so that others may register it."""

    async def ask(stage: Stage) -> float:
        member = stage.side.next_member()
        option, done = await registered(stage, member)
        if command != "artist register":
            done = await stage.slash(command, member, option)
        said, seconds = stage.said, done.seconds_to_answer
        if command != "artist remove":
            await stage.slash("artist remove", member, option)
        stage.said = said
        return seconds

    way(command)(ask)


for _command in ("artist register", "artist report", "artist remove"):
    of_an_artist(_command)


@way("artist register", "Confirm")
async def confirmed(stage: Stage) -> float:
    """An admin says whose song it is."""
    member = stage.side.next_member()
    option, done = await registered(stage, member)
    # The card for the admins follows what the member is told.
    await stage.side.discord.until(lambda: bool(done.followups), what="no card for the admins")
    settled = await stage.press(stage.admin, done.followups[-1], r"claim:.*:confirm")
    said, seconds = stage.said, settled.seconds_to_answer
    await stage.slash("artist remove", member, option)
    stage.said = said
    return seconds


@way("taste import playlist", f"{LINES} lines")
async def brought_playlist(stage: Stage) -> float:
    """Songs of the catalogue as lines."""
    lines = "\n".join(f"{artist} - {title}" for artist, title in stage.dice.sample(list(stage.songs), LINES))
    return await stage.settled(
        await stage.slash("taste import playlist", stage.side.next_member(), {"link": lines})
    )


@way("taste import history", f"{PLAYS} plays")
async def brought_history(stage: Stage) -> float:
    """An export of Spotify, fetched from the stand-in."""
    records = [
        streamed(
            ts=f"2024-01-{day + 1:02d}T{hour:02d}:00:00Z",
            master_metadata_track_name=title,
            master_metadata_album_artist_name=artist,
        )
        for number, (artist, title) in enumerate(stage.dice.choices(list(stage.songs), k=PLAYS))
        for day, hour in [divmod(number, 24)]
    ]
    data = packed({f"{FOLDER}/Streaming_History_Audio_2024_0.json": records}).getvalue()
    kept = stage.side.discord.postbox.keep(stage.side.channel, "export.zip", data, None)
    return await stage.settled(
        await stage.slash("taste import history", stage.side.next_member(), {"file": kept})
    )


@way("taste forget")
async def forgotten(stage: Stage) -> float:
    """Away with a playlist that was brought."""
    member = stage.side.next_member()
    lines = "\n".join(f"{artist} - {title}" for artist, title in stage.dice.sample(list(stage.songs), LINES))
    await stage.settled(await stage.slash("taste import playlist", member, {"link": lines}))
    return (await stage.slash("taste forget", member)).seconds_to_answer


def on_message(command: str) -> None:
    """Add a command on a message that shows songs of Segue."""

    async def ask(stage: Stage) -> float:
        member = stage.side.next_member()
        card = await stage.card("recommend", member)
        done = await stage.side.discord.menu(member, stage.side.channel, command, card)
        return stage.told(done).seconds_to_answer

    way(command)(ask)


for _command in ("Like this song", "Recommend from this", "Delete this card"):
    on_message(_command)


def brought_account(command: str) -> None:
    """Add an account that is to be followed."""

    async def ask(stage: Stage) -> float:
        return await stage.settled(await stage.slash(command, stage.side.next_member(), {"name": "somebody"}))

    way(command)(ask)


for _command in ("taste import lastfm", "taste import listenbrainz"):
    brought_account(_command)


def pressing(
    command: str,
    name: str,
    control: str,
    values: Sequence[str] | None = None,
    options: Callable[[Stage], Json] = _nothing,
    *,
    by_admin: bool = False,
) -> None:
    """Add what is pressed on a new card of a command; ``values`` are chosen in a menu.

    Args:
        control: a pattern that the custom id matches; of several the first one is pressed.
        options: what the card is asked for with.
    """

    async def ask(stage: Stage) -> float:
        member = stage.admin if by_admin else stage.side.next_member()
        card = await stage.card(command, member, options(stage))
        return (await stage.press(member, card, control, values)).seconds_to_answer

    way(command, f"→ {name}")(ask)


def _song(stage: Stage) -> Json:
    return {"song": stage.song}


def _drive(_stage: Stage) -> Json:
    return {"mood": "songs for a long drive"}


pressing("radio play", "Why", r"why:.*")
pressing("setup", "Next", r"setup:v1:place:.*", by_admin=True)
pressing("settings", "another page", r"set:v1:page", ["answers"], by_admin=True)
pressing("settings", "back to defaults", r"set:v1:reset:when", by_admin=True)
pressing("like", "Save", r"save:.*", options=_song)
pressing("recommend", "Export", r"ex:.*:open")
pressing("recommend", "More", r"more:.*:same")
pressing("recommend", "Less known", r"more:.*:adventurous")
pressing("recommend", "▶️", r"pg:.*:n", options=lambda _: {"count": 10})
pressing("radio play", "Next", r"radio:.*:next")
pressing("radio play", "Steer", r"steer:.*", ["calmer"])
pressing("taste start", "genre menu", r"ts:v1:menu:genre:0", ["electropop"])
pressing("taste start", "Next", r"ts:v1:step:artist")
pressing("taste start", "Done", r"ts:v1:step:done")
pressing("taste show", "Show here", r"ts:v1:share")
pressing("privacy", "Delete …", r"priv:v1:delete")
pressing("privacy", "Hide my name", r"priv:v1:hide")
pressing("charts", "Fresh finds", r"charts:v1:fresh:.*")
pressing("ask", "Bring a song", r"ask:.*:answer", options=_drive)
pressing("ask", "What would Segue add", r"ask:.*:add", options=_drive)


def exporting(form: str) -> None:
    """Add a form in which a list is taken out."""

    async def ask(stage: Stage) -> float:
        member = stage.side.next_member()
        card = await stage.card("recommend", member)
        opened = await stage.press(member, card, r"ex:.*:open")
        assert opened.response_message is not None
        done = await stage.press(member, opened.response_message, rf"ex:.*:{form}")
        return done.seconds_to_answer

    way("recommend", f"→ Export → {form}")(ask)


for _form in ("links", "csv", "jspf"):
    exporting(_form)
