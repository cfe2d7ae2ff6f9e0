"""The models, one file each; `base` says what all of them can do."""

from __future__ import annotations

from recommender.models.base import Asked, Asker, ItemModel
from recommender.models.blend import Blend
from recommender.models.bridge import Bridge
from recommender.models.content import Content
from recommender.models.ease import Ease
from recommender.models.ials import Ials
from recommender.models.popularity import Popularity
from recommender.models.rp3beta import Rp3beta
from recommender.models.server import Server
from recommender.models.sessions import Sessions

MODELS: dict[str, type[ItemModel]] = {
    model.name: model for model in (Popularity, Content, Ease, Ials, Bridge, Rp3beta, Server, Sessions, Blend)
}

__all__ = [
    "MODELS",
    "Asked",
    "Asker",
    "Blend",
    "Bridge",
    "Content",
    "Ease",
    "Ials",
    "ItemModel",
    "Popularity",
    "Rp3beta",
    "Server",
    "Sessions",
]
