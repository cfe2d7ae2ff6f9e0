"""Some weeks of posts and answers, and what is counted of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.discovery.posters import Poster
from benchmarks.discovery.world import World
from bot.store.records import ServerId, SongId, Verb
from recommender.sparse import Doubles

WEEKS = 12


@dataclass(frozen=True)
class Counts:
    """What came of the posts of one way; arrays of shape (servers, weeks).

    Attributes:
        slots: songs shown.
        looks: songs shown, each as often as somebody looked at it.
        likes: how often one of these was liked.
        liked: songs that at least one member liked.
        most: likes that the best songs still new to that server would have got that week, as many as were shown.
        little: songs shown by little-known artists.
        first: songs shown by artists of whom the server had not been shown any.
        first_looks, first_likes: as `looks` and `likes`, of those.
    """

    slots: Doubles
    looks: Doubles
    likes: Doubles
    liked: Doubles
    most: Doubles
    little: Doubles
    first: Doubles
    first_looks: Doubles
    first_likes: Doubles


async def play(
    world: World, poster: Poster, weeks: int = WEEKS, told: Callable[[str], object] = lambda _: None
) -> Counts:
    """Post, let members answer, and let the poster learn from it, week after week."""
    shape = (len(world.servers), weeks)
    found = Counts(*(np.zeros(shape) for _ in range(9)))
    little = world.little_known
    known = {each.id: each.songs[0] for each in world.artists}
    old = {
        server: {known[artist] for person in people for artist in person.told}
        for server, people in world.servers.items()
    }
    for week in range(weeks):
        posts = await poster.post(week)
        said = {server: world.answers(server, week, songs) for server, songs in posts.items()}
        for row, (server, songs) in enumerate(posts.items()):
            likes = Counter(each.song for each in said[server] if each.verb is Verb.LIKE)
            looking, before = len(world.looking(server, week)), {world.artist[song] for song in old[server]}
            first = [song for song in songs if world.artist[song] not in before]
            found.slots[row, week] = len(songs)
            found.looks[row, week] = len(songs) * looking
            found.likes[row, week] = likes.total()
            found.liked[row, week] = len(likes)
            found.most[row, week] = _most(world, server, week, old[server], len(songs))
            found.little[row, week] = sum(world.artist[song] in little for song in songs)
            found.first[row, week] = len(first)
            found.first_looks[row, week] = len(first) * looking
            found.first_likes[row, week] = sum(likes[song] for song in first)
            old[server] |= set(songs)
        told(f"week {week + 1}: {found.likes[:, week].sum() / found.looks[:, week].sum():.3f}")
        await poster.learn([each for answers in said.values() for each in answers])
    return found


def _most(world: World, server: ServerId, week: int, old: set[SongId], count: int) -> int:
    """The likes of the best songs that are new to a server, one of an artist, by those who look in a week."""
    liked = Counter(artist for person in world.looking(server, week) for artist in person.hidden)
    left = {artist for song, artist in world.artist.items() if song not in old}
    best = sorted((times for artist, times in liked.items() if artist in left), reverse=True)
    return sum(best[:count])
