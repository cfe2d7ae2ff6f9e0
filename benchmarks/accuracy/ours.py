"""Our own lists for the fixed split, made as ``python -m recommender evaluate`` makes them, and judged as the peers' are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from benchmarks.accuracy.fingerprint import ROOT
from benchmarks.accuracy.kept import FOLDER
from benchmarks.lastfm import REAL
from benchmarks.peers.judge import Judged, judge
from benchmarks.peers.split import prepare
from recommender.evaluation.bootstrap import Interval
from recommender.evaluation.reading import Files
from recommender.evaluation.running import Outcome, Plan, evaluate
from recommender.models import Blend
from recommender.models.base import ItemModel

PEERS = ROOT / ".cache" / "peers"
LISTS = FOLDER / "lists"
ENGINE = LISTS / "engine.csv"
FILES = Files(*(REAL / f"{name}.csv.gz" for name in ("train", "test", "tags", "audio", "friends")))
Told = Callable[[str], None]
"""Takes a few words on what is being done."""


@dataclass(frozen=True)
class Own:
    """The engine on the test part.

    Attributes:
        intervals: each figure with its 95 % interval over members.
        weights: of the blend, as they were learned, by model and amount of evidence.
        amounts: those amounts.
        learning_seconds: reading excluded, learning the weights and then all models.
    """

    intervals: dict[str, Interval]
    weights: dict[str, tuple[float, ...]]
    amounts: tuple[float, ...]
    learning_seconds: float
    members: int
    candidates: int


def measure(told: Told) -> Own:
    """Learn everything, the blend's weights too, and leave the lists in `ENGINE`."""
    told("engine: learning all models and the weights of their blend")
    blend = Blend(seed=0)
    outcome = listed(FILES, blend, ENGINE)
    return Own(
        intervals=outcome.figures.intervals,
        weights={name: tuple(values) for name, values in blend.weights.weights.items()},
        amounts=blend.weights.amounts,
        learning_seconds=outcome.fit_seconds,
        members=outcome.figures.judged,
        candidates=len(outcome.exam.candidates),
    )


def listed(files: Files, model: ItemModel, out: Path) -> Outcome:
    """Learn from some files, with one thread as the peers do, and write 20 for everybody."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with threadpool_limits(limits=1):
        return evaluate(Plan(files, out=out), model, _unwatched)


def judged(lists: Path) -> Judged:
    """Judge lists on the split that the peers are judged on."""
    split = PEERS / "split"
    if not (split / "test.npz").exists():
        prepare(split)
    return judge(lists, split / "test.npz", split / "final" / "train.npz")


def _unwatched(_stage: str, _done: int, _total: int | None) -> None:
    """Sections tell what they do by themselves."""
