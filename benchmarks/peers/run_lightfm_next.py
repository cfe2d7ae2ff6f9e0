# pyright: basic, reportMissingImports=false
"""lightfm-next: WARP, alone and with tags as features of the artists.

Run as ``python -m benchmarks.peers.run_lightfm_next FOLDER [--tune] [--only NAME …]``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from lightfm import LightFM

from benchmarks.peers.common import Model, Part, Recommend, Settings, by_scores
from benchmarks.peers.running import run

SEED = 20


def warp(part: Part, settings: Settings, features: Any = None) -> Recommend:
    weights = part.rows(settings).astype(np.float32).tocoo()
    pairs = sp.coo_matrix((np.ones_like(weights.data), (weights.row, weights.col)), shape=weights.shape)
    model = LightFM(
        no_components=settings["no_components"],
        loss="warp",
        learning_rate=settings["learning_rate"],
        item_alpha=settings["alpha"],
        user_alpha=settings["alpha"],
        random_state=SEED,
    )
    model.fit(pairs, item_features=features, sample_weight=weights, epochs=settings["epochs"], num_threads=1)
    biases, vectors = model.get_item_representations(features)
    _, members = model.get_user_representations()
    return by_scores(part, lambda asked: members[asked] @ vectors.T + biases)


def warp_with_tags(part: Part, settings: Settings) -> Recommend:
    """The library's guide: an identity for each artist beside the tags."""
    tags = part.tags.T * settings["tag_weight"]
    features = sp.csr_matrix(sp.hstack([sp.identity(tags.shape[0]), tags]), dtype=np.float32)
    return warp(part, settings, features)


# Kula 2015 and the library's guide; epochs are capped at 60, where the validation figure is level.
SHARED = {
    "no_components": [64, 128, 256],
    "learning_rate": [0.01, 0.02, 0.05, 0.1],
    "alpha": [0.0, 1e-6, 1e-5, 3e-5, 1e-4],
    "epochs": [15, 30, 60],
    "weights": [True, False],
}
MODELS = [
    Model("WARP", warp, SHARED, draws=12),
    Model("WARP with tag features", warp_with_tags, {**SHARED, "tag_weight": [0.1, 0.3, 1.0, 3.0]}, draws=12),
]

if __name__ == "__main__":
    run("lightfm_next", MODELS)
