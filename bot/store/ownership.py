"""Whose each table's rows are, what becomes of them when somebody goes, and what their owner may take along.

Every column of every table is named here once; `tests/store/test_ownership.py` fails where one is not, and where
`docs/privacy.md` says something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, Table, select

from bot.store import schema
from bot.store.schema import metadata


class Fate(StrEnum):
    """What becomes of a row when the member whose id a column holds is forgotten."""

    ROW = "row"
    """It is deleted."""
    NAME = "name"
    """The id is taken out of it; it is somebody else's as well."""
    SHARED = "shared"
    """It is deleted, unless others took part in it: then id, words and reasons are taken out."""


class Stay(StrEnum):
    """How long a server's rows stay there."""

    RESET = "reset"
    """Until an admin resets the server."""
    LEFT = "left"
    """Members' own choices and listening: until the server's data goes, after Segue was removed."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One table.

    Attributes:
        member: the columns that hold a member's id, and what becomes of their rows.
        server: the column that holds the server's id.
        parent: the table whose row each row belongs to, and the column that names it; then it goes with that.
        words: columns that may hold what members typed, or their ids inside of JSON.
        plain: all other columns.
        secret: columns that are never exported.
        at: the column with the unix time after which a server's retention counts; None where nothing ages.
        stay: how long a server's rows stay.
    """

    table: Table
    member: dict[str, Fate] = field(default_factory=dict[str, Fate])
    server: str | None = None
    parent: tuple[str, Table] | None = None
    words: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    at: str | None = None
    stay: Stay = Stay.RESET

    @property
    def columns(self) -> list[str]:
        """Every column that is named, as often as it is."""
        owner = [self.server] if self.server and self.server not in self.plain else []
        parent = [self.parent[0]] if self.parent and self.parent[0] not in self.plain else []
        return [*self.member, *owner, *parent, *self.words, *self.plain]


def _of(table: Table, plain: str, **given: object) -> Holding:
    return Holding(table, plain=tuple(plain.split()), **given)  # pyright: ignore[reportArgumentType]


def _catalogue(table: Table, plain: str) -> Holding:
    """What is known of songs, whoever likes them."""
    return _of(table, plain)


ROW, NAME, SHARED = Fate.ROW, Fate.NAME, Fate.SHARED

HOLDINGS: tuple[Holding, ...] = (
    _catalogue(schema.meta, "key value"),
    _catalogue(
        schema.songs,
        "id key title artist album released duration_ms explicit popularity artwork_url source listed kind",
    ),
    _catalogue(
        schema.song_details,
        "song_id source album released duration_ms popularity artwork_url language credits description link at",
    ),
    _catalogue(schema.enquiries, "song_id source at found"),
    _catalogue(schema.track_ids, "service external_id song_id source"),
    _catalogue(schema.song_tags, "song_id kind tag source weight"),
    _catalogue(schema.audio_features, " ".join(("song_id source", *schema.AUDIO_FEATURES))),
    _catalogue(schema.playlists, "id source external_id name genre"),
    _catalogue(schema.playlist_songs, "playlist_id song_id"),
    _of(schema.servers, "joined_at left_at welcomed_at", server="id"),
    _of(
        schema.members,
        "first_seen left_at looked_at",
        member={"member_id": ROW},
        server="server_id",
        stay=Stay.LEFT,
    ),
    _of(schema.server_settings, "at", server="server_id", words=("chosen",)),
    _of(
        schema.setting_changes,
        "id setting at",
        member={"member_id": NAME},
        server="server_id",
        words=("before", "after"),
        at="at",
    ),
    _of(
        schema.member_choices,
        "paused hidden at",
        member={"member_id": ROW},
        server="server_id",
        stay=Stay.LEFT,
    ),
    _of(
        schema.posts,
        "id kind channel_id message_id at closed_at paused",
        member={"member_id": SHARED},
        server="server_id",
        words=("query",),
        at="at",
    ),
    _of(schema.slots, "number song_id source", parent=("post_id", schema.posts), words=("reasons",)),
    _of(
        schema.listeners,
        "of_taste turned_to",
        member={"member_id": ROW},
        parent=("post_id", schema.posts),
    ),
    _of(
        schema.impressions,
        "id slot song_id score propensity at",
        member={"member_id": NAME},
        server="server_id",
        parent=("post_id", schema.posts),
        at="at",
    ),
    _of(
        schema.feedback,
        "id song_id verb via post_id slot undoes cause at paused",
        member={"member_id": ROW},
        server="server_id",
        at="at",
    ),
    _of(schema.blocks, "kind value until at", member={"member_id": ROW}, server="server_id"),
    _of(schema.owed, "weight at", member={"member_id": ROW}, server="server_id"),
    _of(
        schema.histories,
        "source account since until newest at",
        member={"member_id": ROW},
        server="server_id",
        stay=Stay.LEFT,
    ),
    _of(
        schema.listens,
        "song_id source plays repeats skips last_at",
        member={"member_id": ROW},
        stay=Stay.LEFT,
    ),
    _of(schema.listened, "source first_at last_at", member={"member_id": ROW}, stay=Stay.LEFT),
    _of(
        schema.accounts,
        "service name secret scopes expires_at at",
        member={"member_id": ROW},
        secret=("secret",),
        stay=Stay.LEFT,
    ),
    _of(schema.tastes_chosen, "kind value at", member={"member_id": ROW}, server="server_id"),
    _of(schema.tastes_visible, "at", member={"member_id": ROW}, server="server_id"),
    _of(
        schema.song_lists,
        "id at",
        member={"member_id": ROW, "made_by": NAME},
        server="server_id",
        words=("name", "key"),
    ),
    _of(
        schema.song_list_songs,
        "song_id number at",
        member={"member_id": NAME},
        parent=("list_id", schema.song_lists),
    ),
    _of(schema.meant_for, "slot", member={"member_id": ROW}, parent=("post_id", schema.posts)),
    _of(schema.brought, "slot", member={"member_id": ROW}, parent=("post_id", schema.posts)),
    _of(
        schema.listening_consents,
        "visible at",
        member={"member_id": ROW},
        server="server_id",
        stay=Stay.LEFT,
    ),
    _of(schema.listening_states, "state at", member={"member_id": ROW}, stay=Stay.LEFT),
    _of(
        schema.discoveries,
        "channel_id weekday hour timezone length since dial parts poll language paused_until",
        server="server_id",
    ),
    _of(
        schema.discovery_runs,
        "week state post_id channel_id message_id at owner until tries why noted_at",
        member={"member_id": ROW},
        server="server_id",
    ),
    _of(
        schema.own_discoveries,
        "channel_id weekday hour timezone length language since closed untold off",
        member={"member_id": ROW},
        server="server_id",
        stay=Stay.LEFT,
    ),
    _of(
        schema.exports,
        "service songs link added at",
        member={"member_id": ROW},
        parent=("post_id", schema.posts),
    ),
    _of(schema.link_channels, "channel_id at", server="server_id"),
    _of(schema.weekly_polls, "state songs message_id at ends_at winner", parent=("post_id", schema.posts)),
    _of(
        schema.claims,
        "song_id state allowed at",
        member={"member_id": ROW, "settled_by": NAME},
        server="server_id",
    ),
    _of(schema.switches, "kind name at"),
)

BY_TABLE = {each.table.name: each for each in HOLDINGS}

CHILDREN_FIRST: tuple[Holding, ...] = tuple(
    BY_TABLE[table.name] for table in reversed(metadata.sorted_tables) if table.name in BY_TABLE
)
"""In an order in which rows can be deleted without breaking what refers to them."""

NOWHERE: tuple[Holding, ...] = tuple(
    each for each in HOLDINGS if each.member and each.server is None and each.parent is None
)
"""What members have in no server, such as linked accounts."""


def server_of(each: Holding) -> ColumnElement[int] | None:
    """The server that a row lies in, by itself or by what it belongs to; None where rows lie in none."""
    if each.server is not None:
        return each.table.c[each.server]
    if each.parent is None:
        return None
    column, parent = each.parent
    number = next(iter(parent.primary_key))
    return select(parent.c.server_id).where(number == each.table.c[column]).scalar_subquery()
