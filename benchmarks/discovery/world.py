"""The simulated servers: who is in them, what the bot is told of them, and what they answer by their hidden tastes.

Everybody who plays something on Last.fm is either a member of a simulated server or one of the others. The others brought
their whole listening history and are what the bot learnt from before. An artist whom at least two of the others play has
songs in the catalogue: one for every five who play them, at least one and at most twelve, so that no artist lasts for
the weeks who is not widely played. Tags are those that the others gave. Whoever plays an artist heard some of their
songs, the first ones rather than the last.

Of the members of a simulated server the bot is told three favourites of one of them, who set it up. All else that a member
plays is hidden: neither plays nor tags of it are in the database, and they answer by it. Whoever looks at a post likes each
song of it whose artist they play. Of the rest they skip some, and say nothing of the others, nor of whom they told
the bot. Who looks in which week, and what is skipped, is drawn by member and song, so that all ways to post meet the
same people.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NewType

import numpy as np
import pandas as pd

from benchmarks.discovery.communities import communities
from benchmarks.lastfm import Lastfm
from bot.store.records import MemberId, ServerId, SongId, Verb

ArtistId = NewType("ArtistId", int)

LEAST, MOST = 8, 40
"""Members of a simulated server."""
TOLD = 3
"""Favourites that whoever set it up tells, drawn by how much they play them."""
LISTENERS = 2
PER_SONG, MOST_SONGS = 5, 12
TAGS = 5
HEARD = 3
"""Songs that whoever plays an artist most has heard of them; whoever plays them least, one."""
SKIPPED = 0.25
"""Of what a member who looks does not like."""
LOOKS = (2.0, 2.0)
"""Of the Beta distribution of how often members look at a post."""
TAIL = 0.2
"""Little known are the artists who have, together, so much of all listening: those with the fewest listeners."""
_OTHERS = 1_000


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist of the data.

    Attributes:
        listeners: how many of the others play them.
        songs: of the catalogue.
    """

    id: ArtistId
    name: str
    tags: tuple[str, ...]
    listeners: int
    songs: tuple[SongId, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a simulated server.

    Attributes:
        told: whom the bot is told of at the start.
        hidden: whom they play beside that.
        looks: the probability with which they look at a post.
    """

    id: MemberId
    told: tuple[ArtistId, ...]
    hidden: frozenset[ArtistId]
    looks: float


@dataclass(frozen=True, slots=True)
class Listener:
    """One of the others, with what they play: from 0, the least they play, to 1."""

    id: MemberId
    server: ServerId
    plays: Mapping[ArtistId, float]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    server: ServerId
    member: MemberId
    song: SongId
    verb: Verb


@dataclass(frozen=True)
class World:
    """Everything that there is; the same `seed` draws the same."""

    artists: Sequence[Artist]
    servers: Mapping[ServerId, Sequence[Person]]
    others: Sequence[Listener]
    seed: int = 0

    @cached_property
    def artist(self) -> Mapping[SongId, ArtistId]:
        """Whose song each one is."""
        return {song: each.id for each in self.artists for song in each.songs}

    @cached_property
    def heard(self) -> Mapping[MemberId, Mapping[SongId, float]]:
        """The songs that each of the others heard: the first of an artist rather than the last."""
        songs = {each.id: each.songs for each in self.artists}
        return {
            each.id: {
                song: rank
                for artist, rank in each.plays.items()
                for song in self._heard(each.id, songs[artist], 1 + round((HEARD - 1) * rank))
            }
            for each in self.others
        }

    @cached_property
    def listeners(self) -> Counter[SongId]:
        """How many of the others heard each song."""
        counted = Counter(song for heard in self.heard.values() for song in heard)
        return Counter({song: counted[song] for song in self.artist})

    @cached_property
    def little_known(self) -> frozenset[ArtistId]:
        """The little-known artists."""
        ordered = sorted(self.artists, key=lambda each: (each.listeners, each.id))
        listeners = np.array([each.listeners for each in ordered])
        until = np.cumsum(listeners) <= TAIL * listeners.sum()
        return frozenset(each.id for each, little in zip(ordered, until.tolist(), strict=True) if little)

    def looking(self, server: ServerId, week: int) -> list[Person]:
        """Who looks at the post of a week."""
        return [each for each in self.servers[server] if self._chance(each.id, -1 - week) < each.looks]

    def answers(self, server: ServerId, week: int, shown: Iterable[SongId]) -> list[Said]:
        """What a server says of a post."""
        said: list[Said] = []
        songs = list(shown)
        for person in self.looking(server, week):
            for song in songs:
                artist = self.artist[song]
                if artist in person.hidden:
                    said.append(Said(server, person.id, song, Verb.LIKE))
                elif artist not in person.told and self._chance(person.id, song) < SKIPPED:
                    said.append(Said(server, person.id, song, Verb.SKIP))
        return said

    def _heard(self, member: MemberId, songs: Sequence[SongId], count: int) -> list[SongId]:
        """Songs drawn by Zipf's law, the first one twice as often as the second."""
        order = sorted(
            range(len(songs)), key=lambda place: -(self._chance(member, songs[place]) ** (1 + place))
        )
        return [songs[place] for place in order[:count]]

    def _chance(self, member: int, of: int) -> float:
        """A number from 0 to 1 that is always the same for these."""
        return zlib.crc32(f"{self.seed}:{member}:{of}".encode()) / 2**32


def simulated(data: Lastfm, servers: int, *, songs: int = MOST_SONGS, seed: int = 0) -> World:
    """Make servers of the friends' communities, drawn among those of a fitting size; all other users are the others.

    Args:
        songs: that an artist has at most.
    """
    friends = zip(data.friends["user"].tolist(), data.friends["friend"].tolist(), strict=True)
    parted = communities(friends, most=MOST, seed=seed)
    rng = np.random.default_rng(seed)
    fitting = [number for number, people in enumerate(parted) if LEAST <= len(people) <= MOST]
    chosen = sorted(int(number) for number in rng.permutation(fitting)[:servers])
    inside = {user for number in chosen for user in parted[number]}
    rows = _rows(data)
    artists = _artists(data, rows[~rows["user"].isin(inside)], inside, songs)
    known = {each.id for each in artists}
    plays = {
        int(user): {  # pyright: ignore
            ArtistId(int(item)): float(rank)
            for item, rank in zip(part["item"], part["rank"], strict=True)
            if int(item) in known
        }
        for user, part in rows.groupby("user")
    }
    community = {user: number for number, people in enumerate(parted) for user in people}
    others = [
        Listener(MemberId(user + 1), ServerId(_OTHERS + community.get(user, len(parted))), played)
        for user, played in plays.items()
        if user not in inside
    ]
    made = {
        ServerId(place): _set_up([_person(user, plays.get(user, {}), rng) for user in parted[number]], rng)
        for place, number in enumerate(chosen, start=1)
    }
    return World(artists, made, others, seed)


def _rows(data: Lastfm) -> pd.DataFrame:
    """Who plays whom, of both parts of the split; how much, where it is known, as a rank from 0 to 1."""
    train = data.train.assign(rank=data.train["weight"] - 0.5)[["user", "item", "rank"]]
    return pd.concat([train, data.test[["user", "item"]].assign(rank=0.5)], ignore_index=True)


def _artists(data: Lastfm, rows: pd.DataFrame, inside: set[int], songs: int) -> list[Artist]:
    listeners = rows["item"].value_counts()
    listeners = listeners[listeners >= LISTENERS]
    given = data.tags[~data.tags["user"].isin(inside) & data.tags["item"].isin(listeners.index)]
    counted = given.groupby(["item", "tag"])["user"].nunique().reset_index(name="by")
    counted = counted.sort_values(["item", "by", "tag"], ascending=[True, False, True])
    tags = counted.groupby("item").head(TAGS).groupby("item")["tag"].agg(tuple).to_dict()
    names = dict(zip(data.artists["item"].tolist(), data.artists["name"].astype(str), strict=True))
    found: list[Artist] = []
    last = 0
    for item, count in sorted((int(item), int(count)) for item, count in listeners.items()):  # pyright: ignore
        own = min(max(1, count // PER_SONG), songs)
        numbers = tuple(SongId(number) for number in range(last + 1, last + own + 1))
        found.append(Artist(ArtistId(item), names[item], tags.get(item, ()), count, numbers))
        last += own
    return found


def _person(user: int, plays: Mapping[ArtistId, float], rng: np.random.Generator) -> Person:
    """Somebody who would tell all that they play, in an order that is drawn by how much they do."""
    artists = list(plays)
    weights = 0.5 + np.array([plays[artist] for artist in artists])
    # The largest of u^(1 / weight) first: a draw by weight without replacement (Efraimidis and Spirakis 2006).
    order = np.argsort(-(rng.random(len(artists)) ** (1 / weights)), kind="stable")
    told = tuple(artists[int(place)] for place in order)
    return Person(MemberId(user + 1), told, frozenset(artists), float(rng.beta(*LOOKS)))


def _set_up(people: Sequence[Person], rng: np.random.Generator) -> list[Person]:
    """One of a server sets the bot up and tells favourites; the others tell nothing."""
    admin = int(rng.integers(len(people)))
    told = [each.told[: TOLD if place == admin else 0] for place, each in enumerate(people)]
    return [
        replace(each, told=says, hidden=each.hidden - set(says))
        for each, says in zip(people, told, strict=True)
    ]
