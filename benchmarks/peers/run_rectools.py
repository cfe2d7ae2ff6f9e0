# pyright: basic, reportMissingImports=false
"""rectools: its wrapper of implicit's ALS with tags as features of the artists, and EASE.

Run as ``python -m benchmarks.peers.run_rectools FOLDER [--tune] [--only NAME …]``. Needs numpy 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from implicit.cpu.als import AlternatingLeastSquares
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import EASEModel, ImplicitALSWrapperModel

from benchmarks.peers.common import Ids, Model, Part, Recommend, Settings, filler, heard
from benchmarks.peers.running import run

SEED = 20


def interactions(rows: Any, columns: Ids) -> pd.DataFrame:
    found = rows[:, columns].tocoo()
    return pd.DataFrame(
        {
            Columns.User: found.row,
            Columns.Item: columns[found.col],
            Columns.Weight: found.data,
            Columns.Datetime: pd.Timestamp("2011-01-01"),
        }
    )


def fitted(part: Part, dataset: Dataset, model: Any) -> Recommend:
    model.fit(dataset)
    known = set(dataset.user_id_map.external_ids.tolist())
    fill = filler(part)
    nothing = np.zeros(0, dtype=np.int64)

    def recommend(members: Ids, count: int) -> Ids:
        asked = [member for member in members.tolist() if member in known]
        table = model.recommend(asked, dataset, count, filter_viewed=True)
        lists = {member: items.to_numpy() for member, items in table.groupby(Columns.User)[Columns.Item]}
        return np.stack([fill(member, lists.get(member, nothing), count) for member in members.tolist()])

    return recommend


def als(part: Part, settings: Settings) -> Recommend:
    columns = heard(part, 1)
    tags = part.tags[:, columns].tocoo()
    features = None
    if settings["tag_weight"]:
        features = pd.DataFrame(
            {"id": columns[tags.col], "feature": tags.row, "value": tags.data * settings["tag_weight"]}
        )
    dataset = Dataset.construct(
        interactions(part.rows(settings), columns),
        item_features_df=features,
        make_dense_item_features=False,
    )
    inner = AlternatingLeastSquares(
        factors=settings["factors"],
        regularization=settings["regularization"],
        alpha=settings["alpha"],
        iterations=15,
        random_state=SEED,
        num_threads=1,
    )
    return fitted(part, dataset, ImplicitALSWrapperModel(inner, fit_features_together=settings["together"]))


def ease(part: Part, settings: Settings) -> Recommend:
    dataset = Dataset.construct(interactions(part.rows(settings), heard(part)))
    return fitted(part, dataset, EASEModel(regularization=settings["regularization"], recommend_n_threads=1))


MODELS = [
    # The library's tutorial on features in ALS (fitted together or after), around what is best for implicit's ALS.
    Model(
        "ALS with tag features",
        als,
        {
            "factors": [64, 128, 256],
            "regularization": [1.0, 3.0, 10.0, 30.0, 100.0, 250.0],
            "alpha": [1.0, 2.0, 4.0, 10.0, 20.0, 40.0],
            "tag_weight": [0.0, 0.1, 0.3, 1.0],
            "together": [False, True],
        },
        draws=12,
    ),
    # Steck 2019.
    Model("EASE", ease, {"regularization": [100.0, 300.0, 1000.0, 3000.0], "weights": [True, False]}),
]

if __name__ == "__main__":
    run("rectools", MODELS)
