"""Ways to fill the weekly post, beside the bot's own: by popularity, and at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np

from benchmarks.discovery.world import ArtistId, Said, World
from bot.store.records import ServerId, SongId, Verb

SONGS = 10


class Poster(Protocol):
    """Posts to all servers, week after week."""

    async def post(self, week: int) -> Mapping[ServerId, Sequence[SongId]]:
        """What each server is shown; only what is new to it."""
        ...

    async def learn(self, said: Sequence[Said]) -> None:
        """Take in what was answered."""
        ...


class _Plain:
    """Remembers what is no longer new to each server, and shows at most one song of an artist, as the bot does."""

    def __init__(self, world: World) -> None:
        self.world = world
        first = {each.id: each.songs[0] for each in world.artists}
        self.old = {
            server: {first[artist] for person in people for artist in person.told}
            for server, people in world.servers.items()
        }

    def _best(self, server: ServerId, ranked: Iterable[SongId]) -> list[SongId]:
        shown: dict[ArtistId, SongId] = {}
        for song in ranked:
            if len(shown) == SONGS:
                break
            if song not in self.old[server]:
                shown.setdefault(self.world.artist[song], song)
        self.old[server] |= set(shown.values())
        return list(shown.values())


class Popular(_Plain):
    """What most members of all servers heard or like, without what is no longer new to a server."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._liked = Counter(world.listeners)

    async def post(self, week: int) -> Mapping[ServerId, Sequence[SongId]]:
        del week  # whatever was liked until now counts
        ranked = sorted(self._liked, key=lambda song: (-self._liked[song], song))
        return {server: self._best(server, ranked) for server in self.world.servers}

    async def learn(self, said: Sequence[Said]) -> None:
        self._liked.update(each.song for each in said if each.verb is Verb.LIKE)


class Random(_Plain):
    """Any songs."""

    async def post(self, week: int) -> Mapping[ServerId, Sequence[SongId]]:
        songs = list(self.world.artist)
        found: dict[ServerId, Sequence[SongId]] = {}
        for server in self.world.servers:
            order = np.random.default_rng((self.world.seed, week, server)).permutation(len(songs))
            found[server] = self._best(server, (songs[int(place)] for place in order))
        return found

    async def learn(self, said: Sequence[Said]) -> None:
        """Nothing to learn."""
