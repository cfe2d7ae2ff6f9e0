"""The blend: every model's scores as z-scores, weighed by how much is known of who asks.

z = (s - mean) / deviation over the candidates of a question; the mean moves all items alike and is left out, so a
score stays the exact sum of its parts. Weights are piecewise linear in log(1 + evidence) between a few amounts, at
which they were learned: the blend moves by evidence, not by a switch. The server's part also grows with what is
known of the server: gamma = m / (m + kappa) for m likes of those near the asker.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np

from recommender.config import BlendConfig, EngineConfig
from recommender.material import Material
from recommender.models.base import Asked, ItemModel
from recommender.models.bridge import Bridge
from recommender.models.content import Content
from recommender.models.ease import Ease
from recommender.models.ials import Ials
from recommender.models.popularity import Popularity
from recommender.models.rp3beta import Rp3beta
from recommender.models.server import Server
from recommender.sparse import Arrays, Doubles, Floats, Positions

PARTS: tuple[type[ItemModel], ...] = (Popularity, Content, Ease, Ials, Bridge, Rp3beta, Server)

_COMPANY = {Ease.name, Ials.name, Rp3beta.name, Bridge.name}
Channels = Mapping[str, Floats]
"""What each part says, by its name; arrays of shape (questions, items)."""


class Blend(ItemModel):
    """All models together."""

    name: ClassVar[str] = "blend"

    def __init__(self, config: EngineConfig | None = None, *, seed: int = 0) -> None:
        super().__init__(config, seed=seed)
        self.parts: dict[str, ItemModel] = {}
        self.weights: BlendConfig = self.config.blend

    def learn(self, material: Material) -> Self:
        """Learn every part that has a weight; where there is enough to judge by, learn the weights first."""
        small = len(material.catalogue) < self.config.index.from_items
        if material.dataset is not None and self.config.blend.learned and small:
            from recommender.tuning import learned_weights

            # The validation part is judged with the likeness that was learned on it already.
            likeness = material.likeness.model_copy(update={"learned": False})
            config = self.config.model_copy(update={"content": likeness})
            self.weights = learned_weights(material.dataset, config, seed=self.seed)
        return self.learn_parts(material, self.weights)

    def learn_parts(self, material: Material, weights: BlendConfig) -> Self:
        """Learn every part that has any weight in `weights`, one after the other."""
        super().learn(material)
        self.parts = {}
        for name, part in _made(self.config, weights, self.seed).items():
            self.parts[name] = part.learn(material)
        return self

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Weigh and add what the parts say."""
        channels = self.channels(asked, among)
        gains = self.gains(asked, channels)
        size = asked.evidence.shape[1] if among is None else len(among)
        total = np.zeros((len(asked), size), dtype=np.float32)
        for name, channel in channels.items():
            total += gains[name][:, None].astype(np.float32) * channel
        return total

    def channels(self, asked: Asked, among: Positions | None = None) -> Channels:
        """Ask every part; content and bridge read the same vectors, so that they are asked together."""
        content, bridge = self.parts.get(Content.name), self.parts.get(Bridge.name)
        if isinstance(content, Content) and isinstance(bridge, Bridge):
            alike, carried = bridge.beside(content, asked, among)
            together = {Content.name: alike, Bridge.name: carried}
        else:
            together = {}
        return {
            name: together[name] if name in together else part.scores(asked, among)
            for name, part in self.parts.items()
        }

    def gains(self, asked: Asked, channels: Channels) -> dict[str, Doubles]:
        """Give the factor of each part in each question's score; arrays of shape (questions,)."""
        amounts = evidence_amounts(asked)
        return self.scaled(asked, channels, {name: self.weights.at(name, amounts) for name in channels})

    def scaled(
        self,
        asked: Asked,
        channels: Channels,
        weights: Mapping[str, Doubles],
        counts: Doubles | None = None,
    ) -> dict[str, Doubles]:
        """Turn weights of z-scores into factors of what the parts say; `counts` as in `spread`."""
        gains = {name: weights[name] / spread(channel, counts) for name, channel in channels.items()}
        pairs = self.material.ledger.pairs
        for name in _COMPANY & gains.keys():
            gains[name] = gains[name] * (pairs / (pairs + self.weights.trust_kappa))
        server = self.parts.get(Server.name)
        if isinstance(server, Server):
            gains[Server.name] = gains[Server.name] * server.trust(asked)
        return gains

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the scores among the evidence; what popularity says belongs to none."""
        return self.split(asked, positions)[0]

    def split(self, asked: Asked, positions: Positions) -> tuple[Doubles, Doubles]:
        """Divide the scores among the evidence, and the asker's server and friends as a whole."""
        gains = self.gains(asked, self.channels(asked))
        shares = np.zeros((len(positions), int(asked.evidence.indptr[1])))
        around = np.zeros(len(positions))
        for name, part in self.parts.items():
            of_evidence, of_place = part.split(asked, positions)
            shares += gains[name][0] * of_evidence
            around += gains[name][0] * of_place
        return shares, around

    def arrays(self) -> Arrays:
        """Give what the parts learnt, and the weights."""
        arrays: Arrays = {"blend.weights": np.frombuffer(self.weights.model_dump_json().encode(), np.uint8)}
        for part in self.parts.values():
            arrays |= part.arrays()
        return arrays

    def restore(self, material: Material, arrays: Arrays) -> Self:
        """Take the parts and the weights over."""
        super().restore(material, arrays)
        self.weights = BlendConfig.model_validate_json(arrays["blend.weights"].tobytes())
        made = _made(self.config, self.weights, self.seed)
        self.parts = {name: part.restore(material, arrays) for name, part in made.items()}
        return self


def evidence_amounts(asked: Asked) -> Doubles:
    """Sum the weights of each question's evidence, each at most 1; shape (questions,)."""
    weights = np.minimum(np.abs(asked.evidence.data), 1).astype(np.float64)
    ends = np.append(0, np.cumsum(weights))
    return ends[asked.evidence.indptr[1:]] - ends[asked.evidence.indptr[:-1]]


def spread(channel: Floats, counts: Doubles | None = None) -> Doubles:
    """Give the standard deviation over the items of each question; infinite where all are equal.

    With `counts` each column stands for so many items.
    """
    if counts is not None:
        share = counts / counts.sum()
        means = channel @ share
        squares = ((channel - means[:, None]) ** 2) @ share
        return np.where(squares > 1e-12 * means**2 + 1e-60, np.sqrt(squares), np.inf)
    size = max(channel.shape[1], 1)
    mean = channel.sum(axis=1, keepdims=True) / np.float32(size)
    centred = channel - mean
    square = np.array([float(row @ row) for row in centred]) / size
    # What rounding alone leaves of a channel whose items are all equal is no difference.
    return np.where(square > 1e-12 * mean[:, 0].astype(np.float64) ** 2 + 1e-60, np.sqrt(square), np.inf)


def _made(config: EngineConfig, weights: BlendConfig, seed: int) -> dict[str, ItemModel]:
    return {part.name: part(config, seed=seed) for part in PARTS if weights.uses(part.name)}
