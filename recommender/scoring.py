"""One query against the whole catalogue: what each part says and how the parts add up."""

from dataclasses import dataclass

import numpy as np

from recommender.config import DialConfig, EngineConfig
from recommender.evidence import Evidence
from recommender.popularity import Rates
from recommender.sparse import Floats, Mask


@dataclass(frozen=True, slots=True)
class Channels:
    """What each part says of every item, on its own scale; arrays of shape (items,)."""

    content: Floats
    server: Floats
    everywhere: Floats
    rates: Rates
    known: Floats


@dataclass(frozen=True, slots=True)
class Gains:
    """One factor a channel, constant for a query: score = sum of gain * channel."""

    content: float
    server: float
    everywhere: float
    rate: float
    known: float

    @classmethod
    def of(
        cls,
        channels: Channels,
        allowed: Mask,
        *,
        dial: DialConfig,
        config: EngineConfig,
        evidence: Evidence,
        likes: int,
        pairs: int,
    ) -> "Gains":
        """Bring the channels to a common scale and weigh them.

        Each channel is divided by its largest absolute value over the items that may be shown. Personal channels
        then weigh alpha = n / (n + 3) by the amount n of evidence, popularity 1 - alpha more than its share;
        the server's neighbours gamma = m / (m + kappa) by its m likes, all servers' the rest; both together
        by how many `pairs` (row, item) there are to learn company from.
        """
        alpha = evidence.amount / (evidence.amount + config.evidence_half)
        gamma = likes / (likes + config.cooccurrence.server_kappa)
        near = alpha * dial.cooccurrence * pairs / (pairs + config.cooccurrence.trust_kappa)
        like = alpha * dial.content * (config.seed_content if evidence.seed.any() else 1.0)
        return cls(
            content=like * _scale(channels.content, allowed),
            server=gamma * near * _scale(channels.server, allowed),
            everywhere=(1 - gamma) * near * _scale(channels.everywhere, allowed),
            rate=(1 - alpha + dial.popularity) * _scale(channels.rates.total, allowed),
            known=dial.known,
        )

    def scores(self, channels: Channels) -> Floats:
        """Add the channels up; shape (items,)."""
        total = np.float32(self.content) * channels.content
        total += np.float32(self.server) * channels.server
        total += np.float32(self.everywhere) * channels.everywhere
        total += np.float32(self.rate) * channels.rates.total
        total += np.float32(self.known) * channels.known
        return total


def _scale(channel: Floats, allowed: Mask) -> float:
    top = float(np.abs(channel[allowed]).max(initial=0))
    return 1 / top if top > 1e-12 else 0.0
