"""The rows of the store as the rest of the program sees them: frozen, typed, without SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

SongId = NewType("SongId", int)
MemberId = NewType("MemberId", int)
ServerId = NewType("ServerId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
PostId = NewType("PostId", int)
EventId = NewType("EventId", int)
ListId = NewType("ListId", int)


class Verb(StrEnum):
    """What a member said about a song. UNDO takes one earlier event back."""

    LIKE = "like"
    SKIP = "skip"
    DISLIKE = "dislike"
    UNDO = "undo"


class PostKind(StrEnum):
    """Which use-case made a post."""

    RECOMMEND = "recommend"
    RADIO = "radio"
    WEEKLY = "weekly"
    SONG = "song"
    FOUND = "found"
    """A member brought it: `Post.member` is who that was."""
    SEARCH = "search"
    ARTIST = "artist"
    DAILY = "daily"
    LIST = "list"
    ASK = "ask"
    PLAYING = "playing"
    OWN = "own"
    """A member's weekly mix, as a direct message."""


class ItemKind(StrEnum):
    """What an item of the catalogue is; everything but a song is spoken or broadcast."""

    SONG = "song"
    PODCAST = "podcast"
    EPISODE = "episode"
    AUDIOBOOK = "audiobook"
    POETRY = "poetry"
    RADIO = "radio"


@dataclass(frozen=True, slots=True)
class Song:
    """A track of the catalogue.

    Attributes:
        released: ISO date as far as known: ``2011``, ``2011-04`` or ``2011-04-02``; None when unknown.
        popularity: 0 to 100 as its source gives it; None when unknown.
        genres, moods: lower-case tags, most telling first.
        tempo: beats a minute; None when unknown.
        links: track ids by service, such as ``{"spotify": "4uLU6hMCjMI75M1A2tKUQC"}``.
        words: what the description of something spoken is about, the most frequent first.
    """

    id: SongId
    title: str
    artist: str
    album: str | None = None
    released: str | None = None
    duration_ms: int | None = None
    explicit: bool | None = None
    popularity: float | None = None
    artwork_url: str | None = None
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    tempo: float | None = None
    links: dict[str, str] = field(default_factory=dict[str, str])
    kind: ItemKind = ItemKind.SONG
    words: tuple[str, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of release, or None when unknown."""
        return int(self.released[:4]) if self.released else None


@dataclass(frozen=True, slots=True)
class NewSong:
    """A song as an outside service or a member's own list names it, for the catalogue.

    Attributes:
        key: what all recordings of one song share (`bot.sources.naming.song_key`).
        source: who says so.
        ids: its ids by service; ``isrc`` and ``mbid`` are services too.
        tags: kind (genre, subgenre, mood, country, word), tag and weight.
        credits: what is known of who made it: ``writers``, ``featured`` or an instrument → names.
        listed: whether it may be shown to anybody.
        description, link: of what is spoken: what it says of itself, and where it is.
    """

    key: str
    title: str
    artist: str
    source: str
    album: str | None = None
    released: str | None = None
    duration_ms: int | None = None
    explicit: bool | None = None
    popularity: float | None = None
    artwork_url: str | None = None
    language: str | None = None
    credits: dict[str, list[str]] | None = None
    ids: dict[str, str] = field(default_factory=dict[str, str])
    tags: tuple[tuple[str, str, float], ...] = ()
    listed: bool = True
    kind: ItemKind = ItemKind.SONG
    description: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What is told of one item in small print, by whoever knows it.

    Attributes:
        credits: ``writers``, ``featured`` or an instrument → names.
        language: ISO 639 code.
    """

    credits: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    language: str | None = None
    description: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class FeedbackEvent:
    """One line of the append-only log.

    Attributes:
        via: how it was said: ``button``, ``command`` or ``reaction:<emoji>``.
        undoes: for UNDO, the event that is taken back.
        at: unix time in seconds.
        paused: whether the member had paused learning then: it is counted, and never learnt from.
    """

    id: EventId
    server: ServerId
    member: MemberId
    song: SongId
    verb: Verb
    via: str
    post: PostId | None
    slot: int | None
    undoes: EventId | None
    at: float
    paused: bool = False


class BlockKind(StrEnum):
    """What can be blocked."""

    SONG = "song"
    ARTIST = "artist"
    GENRE = "genre"


@dataclass(frozen=True, slots=True)
class Block:
    """What a member does not want to meet in a server.

    Attributes:
        value: a song's id, or the folded name of an artist or a genre.
        until: unix time at which it ends; None for never.
    """

    server: ServerId
    member: MemberId
    kind: BlockKind
    value: str
    until: float | None
    at: float


@dataclass(frozen=True, slots=True)
class Heard:
    """How often a member heard a song: ``repeats`` are plays within a day of the play before; ``last`` in unix time."""

    plays: int
    repeats: int
    skips: int
    last: float


@dataclass(frozen=True, slots=True)
class Listened:
    """A member's counts of one song from one source, and the server where they brought it.

    Attributes:
        own: they count for this member's own taste alone, never for what others are shown.
    """

    member: MemberId
    server: ServerId
    song: SongId
    heard: Heard
    own: bool = False


@dataclass(frozen=True, slots=True)
class Covered:
    """A stretch of time that a file has covered, both ends included; unix time in seconds."""

    first: float
    last: float

    def __contains__(self, at: float) -> bool:
        return self.first <= at <= self.last


@dataclass(frozen=True, slots=True)
class History:
    """How far a member's history at a source is in.

    Attributes:
        account: the name at the service; None for a file.
        since: everything up to then is in; None at the beginning.
        until, newest: while it is read page by page, newest first: everything between these two is in as well.
    """

    member: MemberId
    source: str
    server: ServerId
    account: str | None = None
    since: float | None = None
    until: float | None = None
    newest: float | None = None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class ListeningConsent:
    """That a member lets their listening be read in a server; ``visible``, that others there may see the song."""

    server: ServerId
    member: MemberId
    visible: bool
    at: float


@dataclass(frozen=True, slots=True)
class Counts:
    """How many members of a server like, skip and dislike a song."""

    likes: int = 0
    skips: int = 0
    dislikes: int = 0


@dataclass(frozen=True, slots=True)
class StoredReason:
    """A reason as it was given, small enough for JSON (see ``recommender.Reason``)."""

    kind: str
    share: float
    items: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    members: int = 0
    feature: str | None = None


class Part(StrEnum):
    """What the weekly discovery is mixed of."""

    ALL = "all"
    """For everybody here."""
    MEMBERS = "members"
    """One for each active member."""
    RELEASES = "releases"
    """New releases."""
    LITTLE_KNOWN = "little_known"
    """From little-known artists."""
    FINDS = "finds"
    """What members brought, with credit to them."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A numbered song of a post, with why it was chosen and how probable that choice was.

    Attributes:
        brought: the member who brought the song, where Segue did not choose it.
        part: of a weekly discovery, which part it belongs to.
        whom: the member for whom it was chosen, where others may see that.
    """

    number: int
    song: SongId
    score: float = 0.0
    propensity: float = 1.0
    explored: bool = False
    reasons: tuple[StoredReason, ...] = ()
    brought: MemberId | None = None
    part: Part | None = None
    whom: MemberId | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who takes part in a radio.

    Attributes:
        of_taste: it plays from this member's taste; such a member need not have asked for it.
        turned_to: the slot that they asked for more of last.
    """

    member: MemberId
    of_taste: bool = False
    turned_to: int | None = None


@dataclass(frozen=True, slots=True)
class PastRadio:
    """A line of `/radio history`.

    Attributes:
        songs: how many were played.
    """

    post: PostId
    server: ServerId
    channel: ChannelId
    message: MessageId
    query: dict[str, object]
    at: float
    songs: int
    closed: bool


@dataclass(frozen=True, slots=True)
class RadioPage:
    """One page of past radios; ``number`` is counted from 0."""

    radios: list[PastRadio]
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Post:
    """A message with numbered slots.

    Attributes:
        member: who asked; None for posts to everybody.
        query: what was asked, as JSON values, so that "more" can ask again.
        message: None until Discord has confirmed the message.
        listeners: who takes part in a radio, beside the member who asked.
    """

    id: PostId
    kind: PostKind
    server: ServerId
    channel: ChannelId | None
    message: MessageId | None
    member: MemberId | None
    query: dict[str, object]
    at: float
    slots: tuple[Slot, ...]
    closed: bool = False
    listeners: tuple[Listener, ...] = ()

    @property
    def single(self) -> bool:
        """Whether the message shows one song at a time, so that a reaction to it is an answer to that song."""
        if self.kind in {PostKind.LIST, PostKind.ASK}:
            return False  # they show a numbered list, however short
        return self.kind is PostKind.RADIO or len(self.slots) == 1

    def slot(self, number: int) -> Slot | None:
        """The slot with that number, or None."""
        return next((slot for slot in self.slots if slot.number == number), None)


@dataclass(frozen=True, slots=True)
class SongList:
    """A named list of songs that members keep.

    Attributes:
        member: whose it is; None for a server's own list.
        maker: who made it; None when that is not known any more.
        at: when it was last changed, unix time in seconds.
    """

    id: ListId
    server: ServerId
    member: MemberId | None
    maker: MemberId | None
    name: str
    at: float

    @property
    def shared(self) -> bool:
        """Whether it is the server's own."""
        return self.member is None


@dataclass(frozen=True, slots=True)
class Entry:
    """A song of a list, with who brought it (None when that is not known any more)."""

    song: SongId
    member: MemberId | None
    at: float


@dataclass(frozen=True, slots=True)
class DiscoverySettings:
    """When and where a server gets its weekly discovery, and what it is made of.

    Attributes:
        weekday: 0 is Monday.
        hour: in local time.
        count: its length in songs.
        since: when this was set, unix time.
        dial: how far it goes (`recommender.Dial`).
        parts: in their order; empty means all.
        poll: whether its favourite is found by a poll.
        language: None for the server's.
        paused_until: no posts before this moment, unix time; None where they come.
        member: who gets it as a direct message, `channel` being the one with them; None for the server's own.
    """

    server: ServerId
    channel: ChannelId
    weekday: int
    hour: int
    timezone: str
    count: int
    since: float
    dial: str = "balanced"
    parts: tuple[Part, ...] = ()
    poll: bool = False
    language: str | None = None
    paused_until: float | None = None
    member: MemberId | None = None


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the admins of a server chose; the defaults need no change.

    Attributes:
        dial: of who does not say which.
        length: songs of an answer where nobody says how many.
        language: None for what Discord says of the server.
        channels: where commands may be used; empty means everywhere.
        sources_off: music services that are not asked for this server.
        little_known: the least part of what is shown that comes from little-known artists, 0 to 1.
        retention_days: how long answers of members are kept; None for as long as they are there.
        presence: whether what members listen to may be read here, of those who agreed.
        links: whether links in chosen channels may be read here.
    """

    dial: str = "balanced"
    length: int = 4
    language: str | None = None
    channels: tuple[int, ...] = ()
    sources_off: tuple[str, ...] = ()
    little_known: float = 0.1
    retention_days: int | None = None
    presence: bool = True
    links: bool = True


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One change of a setting; ``member`` is None once they were forgotten, ``at`` unix time."""

    setting: str
    before: object
    after: object
    member: MemberId | None
    at: float


@dataclass(frozen=True, slots=True)
class MemberChoices:
    """What a member chose of what is learnt and shown of them in a server.

    Attributes:
        paused: nothing that they answer from now on is learnt from.
        hidden: others never see their name.
    """

    paused: bool = False
    hidden: bool = False


class RunState(StrEnum):
    """How far the post of one week has come."""

    CLAIMED = "claimed"
    """Somebody makes it; no message exists yet."""
    SENDING = "sending"
    """The message may exist: whoever takes over looks for it first."""
    WAITING = "waiting"
    """It is certainly not there, and is tried again from `DiscoveryRun.until` on."""
    UNSURE = "unsure"
    """Whether it is there cannot be known: admins decide."""
    CONFIRMED = "confirmed"
    SKIPPED = "skipped"


class Why(StrEnum):
    """Why the post of a week is not there."""

    PERMISSION = "permission"
    GONE = "gone"
    """Its channel was deleted."""
    CLOSED = "closed"
    """The member takes no direct messages."""
    LEFT = "left"
    """The member is not in the server any more."""
    DISCORD = "discord"
    """Discord was out of order, or out of reach."""
    NOTHING = "nothing"
    """No song is new."""
    ERROR = "error"
    """Something is wrong on our side."""
    AWAY = "away"
    """Segue was not in the server."""
    DOWN = "down"
    """Segue was not running."""
    PAUSED = "paused"
    ASKED = "asked"
    """An admin skipped it."""


@dataclass(frozen=True, slots=True)
class DiscoveryRun:
    """One week of a discovery, a server's or one member's.

    Attributes:
        at: when it was first claimed, or skipped, unix time.
        member: whose it is; None for the server's.
        owner: which process makes it.
        until: until when that process alone may go on, or from when on it is tried again, unix time.
        tries: how often it was refused.
        why: why it is not there.
        noted: whether the admins were told.
    """

    server: ServerId
    week: str
    state: RunState
    post: PostId | None
    channel: ChannelId
    message: MessageId | None
    at: float
    member: MemberId | None = None
    owner: str | None = None
    until: float = 0.0
    tries: int = 0
    why: Why | None = None
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What admins are told about a week's post.

    Attributes:
        state: that it waits, was skipped, or that nobody knows whether it is there.
        why: what stands against it.
        until: how long one that waits is still tried, unix time.
        following: when the next one comes, unix time; None while the server has paused.
    """

    server: ServerId
    channel: ChannelId
    week: str
    state: RunState
    why: Why | None
    until: float
    following: float | None


class ClaimState(StrEnum):
    """What became of a member's word that a song is theirs."""

    WAITING = "waiting"
    """No admin of the server has said anything yet."""
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Claim:
    """A song that a member registered as their own.

    Attributes:
        server: where, and whose admins confirm it.
        by: the admin who confirmed or refused it; None where that is not known any more, or the operator did.
        allowed: whether the operator lets it come to other servers.
        at: when it was registered, unix time.
    """

    song: SongId
    server: ServerId
    member: MemberId
    state: ClaimState
    at: float
    by: MemberId | None = None
    allowed: bool = False

    @property
    def holds(self) -> bool:
        """Whether the member counts as the artist: they do not rate it from their word on, unless it was refused."""
        return self.state is not ClaimState.REFUSED


@dataclass(frozen=True, slots=True)
class ShownIn:
    """How often a song was shown in a server, and how many of those cards were answered to, or liked."""

    server: ServerId
    shown: int
    answered: int
    liked: int
