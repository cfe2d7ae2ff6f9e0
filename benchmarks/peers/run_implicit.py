# pyright: basic, reportMissingImports=false
"""implicit: ALS, BPR, BM25 and cosine neighbours; ``--latency MATRIX.npz`` times one more like without a refit.

Run as ``python -m benchmarks.peers.run_implicit FOLDER [--tune] [--only NAME …]``.
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender

from benchmarks.peers.common import Ids, Model, Part, Recommend, Settings, filler
from benchmarks.peers.running import run

warnings.filterwarnings("ignore", message="Method expects CSR input")  # its own conversion in BM25 and cosine

SEED = 20
LIKES = 500


def fitted(part: Part, settings: Settings, model: Any) -> Recommend:
    rows = part.rows(settings).astype(np.float32)
    model.fit(rows, show_progress=False)

    fill = filler(part)

    def recommend(members: Ids, count: int) -> Ids:
        ids, _ = model.recommend(members, rows[members], N=count, filter_already_liked_items=True)
        lists = [
            fill(member, found.astype(np.int64), count)
            for member, found in zip(members.tolist(), ids, strict=True)
        ]
        return np.stack(lists)

    return recommend


def without_weights(settings: Settings) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name != "weights"}


def als(part: Part, settings: Settings) -> Recommend:
    model = AlternatingLeastSquares(**without_weights(settings), random_state=SEED, num_threads=1)
    return fitted(part, settings, model)


def bpr(part: Part, settings: Settings) -> Recommend:
    model = BayesianPersonalizedRanking(**settings, random_state=SEED, num_threads=1)
    return fitted(part, {"weights": False}, model)


def bm25(part: Part, settings: Settings) -> Recommend:
    return fitted(part, settings, BM25Recommender(**without_weights(settings), num_threads=1))


def cosine(part: Part, settings: Settings) -> Recommend:
    return fitted(part, settings, CosineRecommender(**without_weights(settings), num_threads=1))


MODELS = [
    # Hu, Koren and Volinsky 2008 for alpha, the library's tutorial for the rest; its L2 is not scaled by frequency.
    Model(
        "ALS",
        als,
        {
            "factors": [32, 64, 128, 256],
            "regularization": [1.0, 10.0, 30.0, 60.0, 100.0, 150.0, 250.0],
            "alpha": [1.0, 4.0, 10.0, 20.0, 40.0, 80.0],
            "iterations": [15, 30, 50],
            "weights": [True, False],
        },
    ),
    # "A Troubling Analysis …" (Ferrari Dacrema et al. 2021) tunes neighbours and shrinks; K1 and B as in BM25.
    Model(
        "BM25 neighbours",
        bm25,
        {
            "K": [50, 100, 200, 500, 1000, 2000],
            "K1": [0.05, 0.2, 1.2, 5.0, 20.0, 100.0],
            "B": [0.0, 0.25, 0.5, 0.75, 1.0],
            "weights": [True, False],
        },
    ),
    Model("cosine neighbours", cosine, {"K": [20, 50, 100, 200, 500, 1000, 2000], "weights": [True, False]}),
    # Rendle et al. 2009; takes no weights.
    Model(
        "BPR",
        bpr,
        {
            "factors": [32, 64, 128],
            "learning_rate": [0.01, 0.05],
            "regularization": [1e-4, 1e-3, 1e-2, 5e-2],
            "iterations": [25, 50, 100, 200],
        },
        draws=12,
    ),
]


def latency(file: Path) -> None:
    """p50 and p99 of ``recalculate_user`` and the top 10 after one more like, members × songs given."""
    rows = sp.csr_matrix(sp.load_npz(file), dtype=np.float32)
    model = AlternatingLeastSquares(factors=64, random_state=SEED, num_threads=1)
    model.fit(rows, show_progress=False)
    dice = np.random.default_rng(SEED)
    taken: list[float] = []
    for member in dice.integers(0, rows.shape[0], LIKES).tolist():
        row = rows[member].tolil()
        row[0, int(dice.integers(rows.shape[1]))] = 1.0
        liked = row.tocsr()
        begun = time.perf_counter()
        model.recommend(0, liked, N=10, recalculate_user=True)
        taken.append((time.perf_counter() - begun) * 1000)
    p50, p99 = np.percentile(taken, [50, 99])
    print(f'{{"p50_ms": {p50:.3f}, "p99_ms": {p99:.3f}, "likes": {LIKES}}}')


if __name__ == "__main__":
    if "--latency" in sys.argv:
        latency(Path(sys.argv[sys.argv.index("--latency") + 1]))
    else:
        run("implicit", MODELS)
