"""What an answer and a new like cost, asked as the peers are asked: one thread, one member at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from subprocess import CalledProcessError

import numpy as np
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from benchmarks.accuracy.kept import Line
from benchmarks.accuracy.ours import FILES, PEERS, Own, Told
from benchmarks.lastfm import best
from benchmarks.peers.environments import NoEnvironment, run
from benchmarks.peers.split import prepare
from recommender import Engine, EngineConfig, ItemId, MemberId, Query
from recommender.config import BlendConfig
from recommender.evaluation.exam import Candidates, Exam
from recommender.evaluation.reading import HOME, member, read_split
from recommender.evidence import Evidence
from recommender.material import Material
from recommender.models import Blend
from recommender.sparse import row_entries

FIT, ONE, BATCH = "fit", "one member", "a member in a batch"
"""Lines that stand in the table of peers too."""
LISTED, LIKED = 20, 10
MEMBERS, LIKES, BATCHED = 200, 500, 256


def measure(told: Told, own: Own) -> list[Line]:
    """Fit with the weights that were learned, as peers are fitted with their tuned settings, and ask."""
    given = BlendConfig(amounts=own.amounts, weights=own.weights, learned=False)
    with threadpool_limits(limits=1):
        told("speed: fitting")
        split = read_split(FILES, 0)
        exam = Exam.of(split, Candidates.ALL)
        started = time.perf_counter()
        config = EngineConfig(blend=given)
        blend = Blend(config, seed=0).learn(Material.of(split.dataset, config))
        seconds = time.perf_counter() - started
        told("speed: asking")
        engine = Engine(config).restore({**blend.material.arrays(), **blend.arrays()})
        return [
            Line(FIT, seconds, "s", lower=True, detail="all models, the blend's weights given"),
            *_lists(blend, exam),
            _answers(engine, exam),
            *_likes(engine, exam),
        ]


def _lists(blend: Blend, exam: Exam) -> list[Line]:
    """The best 20 by score alone, as the peers list them."""

    def listed(start: int, count: int) -> None:
        asked = exam.asked(np.arange(start, start + count))
        best(blend.scores(asked), asked.evidence, LISTED)

    one, rare = _taken(lambda place=place: listed(place, 1) for place in range(MEMBERS))
    batch, _ = _taken(lambda start=start: listed(start, BATCHED) for start in range(0, 4 * BATCHED, BATCHED))
    return [
        Line(ONE, one, "ms", lower=True, detail=f"the best 20 by score; {_p99(rare)}"),
        Line(BATCH, batch / BATCHED, "ms", lower=True, detail=f"the best 20 by score, {BATCHED} at a time"),
    ]


def _answers(engine: Engine, exam: Exam) -> Line:
    """What a member gets: re-ranked, with reasons."""
    queries = [_query(exam, place, LISTED) for place in range(MEMBERS)]
    median, rare = _taken(lambda query=query: engine.recommend(query) for query in queries)
    return Line("one member, 20 picks re-ranked, with reasons", median, "ms", lower=True, detail=_p99(rare))


def _likes(engine: Engine, exam: Exam) -> list[Line]:
    """One more like without a refit, then the ten best: by score as implicit lists them, and as members get them."""
    dice = np.random.default_rng(0)
    asked = [
        _query(exam, int(dice.integers(len(exam.users))), LIKED, int(dice.integers(exam.evidence.shape[1])))
        for _ in range(LIKES)
    ]

    def ranked(query: Query) -> None:
        question = engine.scale.asked(
            query, Evidence.of(query, engine.scale.material.catalogue, engine.scale.config)
        )
        best(engine.scale.blend.scores(question), question.evidence, LIKED)

    found: list[Line] = []
    for name, answer in (("by score", ranked), ("re-ranked, with reasons", engine.recommend)):
        median, rare = _taken(
            lambda query=query, answer=answer: _told(engine, query, answer) for query in asked
        )
        found.append(Line(f"a new like, then ten picks {name}", median, "ms", lower=True, detail=_p99(rare)))
    return found


def _told(engine: Engine, query: Query, answer: Callable[[Query], object]) -> None:
    """Take in the last of the taste, which is the new like, and answer."""
    item, weight = list(query.taste.items())[-1]
    engine.fold_in(group=HOME, member=query.member or MemberId(0), item=item, weight=weight)
    answer(query)


def theirs(told: Told) -> tuple[list[Line], list[str]]:
    """The same of implicit's ``recalculate_user``, and why it is missing if it is."""
    told("speed: implicit's recalculate_user")
    if not (PEERS / "split" / "test.npz").exists():
        prepare(PEERS / "split")
    rows = PEERS / "split" / "final" / "train.npz"
    try:
        said = run("implicit", PEERS / "environments", ["--latency", str(rows)])
    except (NoEnvironment, CalledProcessError) as trouble:
        return [], [f"implicit could not be timed: {trouble}"]
    found: dict[str, float] = json.loads(said)
    name = "implicit: a new like by recalculate_user, then ten picks by score"
    return [Line(name, found["p50_ms"], "ms", lower=True, detail=_p99(found["p99_ms"]))], []


def _query(exam: Exam, place: int, count: int, liked: int | None = None) -> Query:
    items, weights = row_entries(exam.evidence, place)
    taste = {ItemId(int(item)): float(weight) for item, weight in zip(items, weights, strict=True)}
    if liked is not None:
        taste.pop(ItemId(liked), None)
        taste[ItemId(liked)] = 1.0
    return Query(taste=taste, member=member(int(exam.users[place])), count=count)


def _taken(answers: Iterable[Callable[[], object]]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds; the first is asked twice, to warm up."""
    taken: list[float] = []
    for number, answer in enumerate(answers):
        if number == 0:
            answer()
        started = time.perf_counter()
        answer()
        taken.append(time.perf_counter() - started)
    median, rare = np.percentile(np.array(taken) * 1000, [50, 99])
    return float(median), float(rare)


def _p99(rare: float) -> str:
    return f"p99 {rare:.2f} ms"
