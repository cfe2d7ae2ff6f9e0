# pyright: basic, reportMissingImports=false
"""irspack: iALS as Rendle et al. revisited it, EASE, random walks, most popular.

Run as ``python -m benchmarks.peers.run_irspack FOLDER [--tune] [--only NAME …]``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp
from irspack import (
    DenseSLIMRecommender,
    IALSRecommender,
    P3alphaRecommender,
    RP3betaRecommender,
    TopPopRecommender,
)

from benchmarks.peers.common import Model, Part, Recommend, Settings, by_scores, heard
from benchmarks.peers.running import run

WEIGHTS = [True, False]
ARTISTS = 17_632
ALPHA0 = [0.03, 0.1, 0.2, 0.3, 0.5, 1.0]
PULL = [3e-4, 6e-4, 8e-4, 1e-3, 1.4e-3, 2e-3]


def rest(settings: Settings, *taken: str) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in taken}


def fitted_ials(rows: Any, settings: Settings, **more: Any) -> IALSRecommender:
    """The L2 of a row is reg · (its pairs + alpha0 · all columns), so it is the product of the two that is searched.

    nu_star keeps it comparable when nu, the exponent of that bracket, is moved (Rendle et al.).
    """
    reg = settings["pull"] / settings["alpha0"]
    return IALSRecommender(rows, reg=reg, nu_star=1.0, **rest(settings, "pull"), **more).learn()


def ials(part: Part, settings: Settings) -> Recommend:
    return by_scores(part, fitted_ials(part.rows(settings), rest(settings, "weights")).get_score)


def ials_with_features(part: Part, settings: Settings) -> Recommend:
    """irspack's own, experimental way to use tags: artists' vectors are drawn to a linear map of their tags."""
    return by_scores(part, fitted_ials(part.train, settings, item_features=part.tags.T.tocsr()).get_score)


def ials_with_tag_rows(part: Part, settings: Settings) -> Recommend:
    """Not irspack's idea: each tag is one more member, who plays what is tagged so."""
    rows = sp.csr_matrix(sp.vstack([part.train, part.tags * settings["tag_weight"]]))
    return by_scores(part, fitted_ials(rows, rest(settings, "tag_weight")).get_score)


def ease(part: Part, settings: Settings) -> Recommend:
    columns = heard(part)
    rows = part.rows(settings)[:, columns].astype(np.float32)
    model = DenseSLIMRecommender(rows, reg=settings["reg"]).learn()
    # Not model.get_score: it copies all weights, a numpy matrix in Fortran order, at each question.
    similarity = np.ascontiguousarray(model.W, dtype=np.float32)
    return by_scores(part, lambda members: rows[members] @ similarity, columns)


def walk(model: Any) -> Callable[[Part, Settings], Recommend]:
    def fit(part: Part, settings: Settings) -> Recommend:
        columns = heard(part, settings["least"])
        rows = part.rows(settings)[:, columns]
        fitted = model(rows, **rest(settings, "weights", "least")).learn()
        return by_scores(part, fitted.get_score, columns)

    return fit


def popular(part: Part, settings: Settings) -> Recommend:
    counted = part.rows(settings)
    model = TopPopRecommender(counted).learn()
    return by_scores(part, model.get_score)


MODELS = [
    # Ranges as in "Revisiting the Performance of iALS on Item Recommendation Benchmarks" (Rendle et al. 2021)
    # and irspack's own default_tune_range, narrowed around what this data likes.
    Model(
        "iALS",
        ials,
        {
            "weights": WEIGHTS,
            "pull": PULL,
            "alpha0": ALPHA0,
            "nu": [0.0, 0.25, 0.5, 0.75, 1.0],
            "train_epochs": [8, 16, 32],
            "n_components": [64, 128, 256, 512],
        },
        draws=32,
    ),
    Model(
        "iALS with tag features",
        ials_with_features,
        {
            "lambda_item_feature": [0.1, 1.0, 10.0, 100.0, 1000.0],
            "pull": PULL,
            "alpha0": ALPHA0,
            "nu": [0.5, 1.0],
            "feature_warmup_epochs": [0, 4],
            "n_components": [128, 256, 512],
        },
        draws=16,
    ),
    Model(
        "iALS with tag rows stacked",
        ials_with_tag_rows,
        {
            "tag_weight": [0.3, 1.0, 2.0, 4.0, 8.0],
            "pull": PULL,
            "alpha0": ALPHA0,
            "nu": [0.5, 1.0],
            "n_components": [128, 256, 512],
        },
        draws=16,
    ),
    # Steck 2019 and irspack's range of reg.
    Model("EASE", ease, {"reg": [10, 30, 50, 100, 200, 400], "weights": WEIGHTS}),
    # "A Troubling Analysis of Reproducibility and Progress in Recommender Systems Research"
    # (Ferrari Dacrema et al. 2021) and irspack's ranges, widened: irspack keeps top_k of each column, which
    # leaves a popular artist with its rarest neighbours, so large values and fewer rare artists do it good.
    Model(
        "RP3beta",
        walk(RP3betaRecommender),
        {
            "top_k": [100, 300, 1000, 3000, ARTISTS],
            "alpha": [0.3, 0.6, 1.0, 1.4],
            "beta": [0.0, 0.2, 0.4, 0.6, 0.8],
            "normalize_weight": [False, True],
            "least": [1, 2, 5, 10],
            "weights": WEIGHTS,
        },
    ),
    Model(
        "P3alpha",
        walk(P3alphaRecommender),
        {
            "top_k": [100, 300, 1000, 3000, ARTISTS],
            "alpha": [0.6, 1.0, 1.4, 2.0, 3.0],
            "normalize_weight": [False, True],
            "least": [1, 2, 5, 10],
            "weights": WEIGHTS,
        },
    ),
    Model("most popular", popular, {"weights": WEIGHTS}),
]

if __name__ == "__main__":
    run("irspack", MODELS)
