"""Parts of the engine that say nothing for a while, without a fit: their weights are 0, and back as they were after it."""

from __future__ import annotations

from collections.abc import Collection

from recommender import Engine
from recommender.models.blend import PARTS
from recommender.models.sessions import Sessions

MODELS: tuple[str, ...] = (*(part.name for part in PARTS), Sessions.name)
"""What can be muted: the parts of the blend, and what radios learnt from sessions."""


class Muting:
    """The weights that an engine was fitted with, to silence parts of it and to put them back."""

    def __init__(self, engine: Engine) -> None:
        self._scale = engine.scale if engine.items else None
        if self._scale is not None:
            self._weights = self._scale.blend.weights
            self._sessions = self._scale.sessions

    def mute(self, off: Collection[str]) -> None:
        """Silence these parts and no others; with none, the engine is exactly the one that was fitted."""
        if self._scale is None:
            return
        weights = self._weights
        if any(name in off for name in weights.weights):
            left = {
                name: (0.0,) * len(each) if name in off else each for name, each in weights.weights.items()
            }
            weights = weights.model_copy(update={"weights": left})
        self._scale.blend.weights = weights
        self._scale.sessions = None if Sessions.name in off else self._sessions
