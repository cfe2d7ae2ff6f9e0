# pyright: basic, reportMissingImports=false
"""lenskit: ALS for implicit feedback, neighbours of artists and of members.

Run as ``python -m benchmarks.peers.run_lenskit FOLDER [--tune] [--only NAME …]``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from lenskit import recommend as recommended
from lenskit.als import ImplicitMFScorer
from lenskit.data import from_interactions_df
from lenskit.knn import ItemKNNScorer, UserKNNScorer
from lenskit.pipeline import topn_pipeline

from benchmarks.peers.common import LISTED, Ids, Model, Part, Recommend, Settings, filler
from benchmarks.peers.running import run


def fitted(part: Part, scorer: Any) -> Recommend:
    rows = part.train.tocoo()
    table = pd.DataFrame({"user_id": rows.row, "item_id": rows.col, "rating": rows.data.astype(np.float32)})
    pipeline = topn_pipeline(scorer, n=LISTED)
    pipeline.train(from_interactions_df(table))
    fill = filler(part)

    def listed(member: int, count: int) -> Ids:
        return fill(member, recommended(pipeline, member, count).ids().astype(np.int64), count)

    return lambda members, count: np.stack([listed(member, count) for member in members.tolist()])


def als(part: Part, settings: Settings) -> Recommend:
    # "prefer": what was trained for the member, not one more solve at each question.
    return fitted(part, ImplicitMFScorer(**settings, user_embeddings="prefer"))


def item_neighbours(part: Part, settings: Settings) -> Recommend:
    return fitted(part, ItemKNNScorer(**settings, feedback="implicit"))


def user_neighbours(part: Part, settings: Settings) -> Recommend:
    return fitted(part, UserKNNScorer(**settings, feedback="implicit"))


MODELS = [
    # Hu, Koren and Volinsky 2008; the size is capped at 128 and the epochs at 15: this is a CPU.
    Model(
        "ImplicitMF",
        als,
        {
            "embedding_size": [64, 128],
            "regularization": [0.1, 1.0, 3.0, 10.0],
            "weight": [1.0, 4.0, 10.0, 40.0],
            "use_ratings": [True, False],
            "epochs": [15],
        },
        draws=6,
    ),
    # Deshpande and Karypis 2004, Herlocker et al. 2002. In implicit mode neither takes weights, and in explicit
    # mode both predict a mean of ratings, which ranks badly.
    Model("ItemKNN", item_neighbours, {"max_nbrs": [20, 50, 100, 200], "save_nbrs": [None]}),
    Model("UserKNN", user_neighbours, {"max_nbrs": [5, 10, 20, 50, 80, 120, 200]}),
]

if __name__ == "__main__":
    run("lenskit", MODELS)
