"""Circles of friends who know each other, as a Discord server would hold them: communities of a friend graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

_SWEEPS = 50
_LEAST_GAIN = 1e-9

Links = Mapping[int, Counter[int]]
"""For each node how strongly it is linked with others; a link of a node with itself counts twice."""


def communities(friends: Iterable[tuple[int, int]], *, most: int, seed: int) -> list[list[int]]:
    """Part people into communities, the largest first; one of more than `most` is parted again within itself.

    Each time by the Louvain method (Blondel, Guillaume, Lambiotte and Lefebvre 2008). A community that does not
    fall apart stays as large as it is.

    Args:
        friends: pairs; both directions of one pair, or the pair twice, are one friendship.
        seed: of the order in which people have their turn.
    """
    links: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for one, other in {(min(pair), max(pair)) for pair in friends if pair[0] != pair[1]}:
        links[one][other] += 1
        links[other][one] += 1
    rng = np.random.default_rng(seed)
    found: list[list[int]] = []
    open_ = [sorted(links)]
    while open_:
        people = open_.pop()
        inside = set(people)
        own = {each: Counter({b: n for b, n in links[each].items() if b in inside}) for each in people}
        parts = louvain(own, rng)
        for part in parts:
            (open_ if len(part) > most and len(parts) > 1 else found).append(part)
    return sorted(found, key=lambda part: (-len(part), part[0]))


def louvain(links: Links, rng: np.random.Generator) -> list[list[int]]:
    """Part a graph so that its modularity is high.

    Every node moves to the community of a neighbour where modularity gains most, until none wants to; then the communities
    are the nodes and move alike, until none wants to.
    """
    members = {node: [node] for node in links}
    while True:
        home = _moved(links, rng)
        merged: defaultdict[int, list[int]] = defaultdict(list)
        for node, people in members.items():
            merged[home[node]] += people
        if len(merged) == len(members):
            return [sorted(people) for people in members.values()]
        members, links = dict(merged), _between(links, home)


def _moved(links: Links, rng: np.random.Generator) -> dict[int, int]:
    """The community of each node, named by one of its nodes."""
    degrees = {node: others.total() for node, others in links.items()}
    twice = max(1, sum(degrees.values()))
    home, degree = {node: node for node in links}, dict(degrees)
    for _ in range(_SWEEPS):
        moves = 0
        for node in rng.permutation(list(links)).tolist():
            to: Counter[int] = Counter({home[node]: 0})
            for other, weight in links[node].items():
                if other != node:
                    to[home[other]] += weight
            before = home[node]
            degree[before] -= degrees[node]
            gains = {there: weight - degree[there] * degrees[node] / twice for there, weight in to.items()}
            best = max(sorted(gains), key=lambda there: gains[there])
            if gains[best] <= gains[before] + _LEAST_GAIN:
                best = before
            home[node] = best
            degree[best] += degrees[node]
            moves += best != before
        if not moves:
            break
    return home


def _between(links: Links, home: Mapping[int, int]) -> Links:
    """The graph of the communities; links inside one are a link with itself."""
    found: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for node, others in links.items():
        for other, weight in others.items():
            found[home[node]][home[other]] += weight
    return dict(found)
