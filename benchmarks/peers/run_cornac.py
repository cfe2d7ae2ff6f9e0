# pyright: basic, reportMissingImports=false
"""cornac: EASE, BPR and a variational autoencoder.

Run as ``python -m benchmarks.peers.run_cornac FOLDER [--tune] [--only NAME …]``.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from cornac.data import Dataset
from cornac.models import BPR, EASE, VAECF

from benchmarks.peers.common import Ids, Model, Part, Recommend, Settings, by_scores, heard
from benchmarks.peers.running import run

SEED = 20


def fitted(part: Part, settings: Settings, model: Any) -> Recommend:
    """All three are fitted on artists with two listeners or more; cornac numbers ids as it meets them, so both maps are given."""
    columns = heard(part)
    rows = part.rows(settings)[:, columns].tocoo()
    members: OrderedDict[int, int] = OrderedDict((at, at) for at in range(rows.shape[0]))
    artists: OrderedDict[int, int] = OrderedDict((at, at) for at in range(rows.shape[1]))
    triplets = list(zip(rows.row.tolist(), rows.col.tolist(), rows.data.tolist(), strict=True))
    model.fit(Dataset.build(triplets, global_uid_map=members, global_iid_map=artists, seed=SEED))
    nothing = np.zeros(len(columns))
    known = set(np.flatnonzero(np.bincount(rows.row, minlength=rows.shape[0])).tolist())

    def scores(asked: Ids) -> Any:
        found = [
            np.asarray(model.score(member)).ravel() if member in known else nothing
            for member in asked.tolist()
        ]
        return np.stack(found)

    return by_scores(part, scores, columns)


def ease(part: Part, settings: Settings) -> Recommend:
    return fitted(part, settings, EASE(lamb=settings["lamb"], posB=settings["posB"], verbose=False))


def bpr(part: Part, settings: Settings) -> Recommend:
    return fitted(part, {}, BPR(**settings, num_threads=1, seed=SEED))


def vae(part: Part, settings: Settings) -> Recommend:
    hidden = settings["hidden"]
    given = {name: value for name, value in settings.items() if name != "hidden"}
    return fitted(part, {}, VAECF(**given, autoencoder_structure=[hidden], seed=SEED))


MODELS = [
    # Steck 2019; posB is cornac's own choice to drop negative weights.
    Model(
        "EASE", ease, {"lamb": [10, 30, 100, 300], "posB": [True, False], "weights": [True, False]}, draws=8
    ),
    # Rendle et al. 2009; takes no weights.
    Model(
        "BPR",
        bpr,
        {
            "k": [50, 100],
            "learning_rate": [0.01, 0.05],
            "lambda_reg": [0.001, 0.01],
            "max_iter": [100, 200],
        },
        draws=6,
    ),
    # Liang et al. 2018; beta is their annealing's end. One hidden layer: this is a CPU.
    Model(
        "VAECF",
        vae,
        {
            "k": [50, 100, 200],
            "hidden": [100, 200, 400],
            "beta": [0.01, 0.1, 0.3, 1.0],
            "n_epochs": [30, 60, 120],
        },
        draws=8,
    ),
]

if __name__ == "__main__":
    run("cornac", MODELS)
