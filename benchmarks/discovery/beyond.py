"""What members would like of artists that they do not play: a model, beside the hard truth of what they do play.

That somebody does not play an artist may only mean that they never met them. So the rate is read off where they did: the
others, on the artists that a friend of theirs plays. How often they play such an artist themselves, given how alike in tags
the artist and all else that they play are, is fitted by isotonic regression (Barlow et al. 1972); each member of a
simulated server likes what they do not play with that probability, drawn once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression  # pyright: ignore[reportMissingTypeStubs]

from benchmarks.discovery.world import Artist, ArtistId, World
from benchmarks.lastfm import Lastfm
from bot.store.records import MemberId
from recommender.sparse import Doubles

Flags = npt.NDArray[np.bool_]


def curious(world: World, data: Lastfm) -> World:
    """The same world, where members also like what they would like if they met it.

    Args:
        world: where they like only what they play.
        data: that it was made of; the friends are read of it.
    """
    tags = _tags(world.artists)
    column = {each.id: place for place, each in enumerate(world.artists)}
    others = _played([each.plays for each in world.others], column)
    row = {each.id: place for place, each in enumerate(world.others)}
    met = np.zeros(others.shape, dtype=np.bool_)
    for user, friend in zip(data.friends["user"].tolist(), data.friends["friend"].tolist(), strict=True):
        one, other = MemberId(user + 1), MemberId(friend + 1)
        if one in row and other in row:
            met[row[one]] |= others[row[other]]
    rate: Any = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    rate.fit(alike(others, tags)[met], others[met].astype(np.float64))
    people = [person for members in world.servers.values() for person in members]
    theirs = _played([person.hidden | set(person.told) for person in people], column)
    chance = rate.predict(alike(theirs, tags).ravel()).reshape(theirs.shape)
    liked = (np.random.default_rng(world.seed).random(theirs.shape) < chance) & ~theirs
    more = {
        person.id: {world.artists[place].id for place in np.flatnonzero(line).tolist()}
        for person, line in zip(people, liked, strict=True)
    }
    return replace(
        world,
        servers={
            server: [replace(person, hidden=person.hidden | more[person.id]) for person in members]
            for server, members in world.servers.items()
        },
    )


def alike(played: Flags, tags: Doubles) -> Doubles:
    """The cosine of each artist's tags and those of all else that a member plays; shape (members, artists).

    Args:
        played: shape (members, artists).
        tags: shape (artists, tags), rows of length one, or of zeros where nobody tagged them.
    """
    profile = played.astype(np.float64) @ tags
    products = profile @ tags.T
    own = played * (tags**2).sum(axis=1)
    lengths = (profile**2).sum(axis=1)[:, None] - played * (2 * products - own)
    found = products - own
    return np.divide(found, np.sqrt(np.maximum(lengths, 0.0)), out=np.zeros_like(found), where=lengths > 1e-9)


def _tags(artists: Sequence[Artist]) -> Doubles:
    """TF-IDF of the artists' tags."""
    names = sorted({tag for each in artists for tag in each.tags})
    place = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(artists), len(names)))
    for row, each in enumerate(artists):
        table[row, [place[tag] for tag in each.tags]] = 1.0
    table *= np.log(len(artists) / np.maximum(1, table.sum(axis=0)))
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return np.divide(table, lengths, out=table, where=lengths > 0)


def _played(plays: Sequence[Iterable[ArtistId]], column: dict[ArtistId, int]) -> Flags:
    table = np.zeros((len(plays), len(column)), dtype=np.bool_)
    for row, artists in enumerate(plays):
        table[row, [column[artist] for artist in artists]] = True
    return table
