"""What every model can do: learn, score all items for a batch of questions, and take a score apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from recommender.config import EngineConfig
from recommender.errors import NotFitted
from recommender.material import Material
from recommender.sparse import Arrays, Csr, Doubles, Floats, Positions, from_parts
from recommender.types import GroupId, MemberId


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a question comes from."""

    group: GroupId | None = None
    member: MemberId | None = None
    now: float | None = None
    """Unix time in seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A batch of questions; a single one is a batch of one.

    evidence: csr of shape (questions, items), signed weights of the order of one: like 1, skip -.3. An item may
        stand twice in a row (as seed and as taste); entries keep their order.
    """

    evidence: Csr
    askers: Sequence[Asker]
    """One for each question."""
    recent: Sequence[Positions] = ()
    """What each question's listener heard last, oldest first; empty, or one array for each question."""

    @classmethod
    def one(
        cls,
        positions: Positions,
        weights: Doubles,
        items: int,
        asker: Asker | None = None,
        recent: Positions | None = None,
    ) -> Asked:
        """Ask one question."""
        pointers = np.array([0, len(positions)])
        evidence = from_parts(weights.astype(np.float32), positions, pointers, (1, items))
        return cls(evidence, (asker or Asker(),), () if recent is None else (recent,))

    def __len__(self) -> int:
        return self.evidence.shape[0]


class ItemModel(ABC):
    """A model of items, linear in the evidence of each question.

    After `learn` a model never changes: what members do later reaches it as evidence, or through the material's
    ledger where it reads that. `scores` of a batch and of each question alone are the same.
    """

    name: ClassVar[str]

    def __init__(self, config: EngineConfig | None = None, *, seed: int = 0) -> None:
        self.config = config or EngineConfig()
        self.seed = seed
        self._material: Material | None = None

    @property
    def material(self) -> Material:
        """What was learnt from.

        Raises:
            NotFitted: nothing yet.
        """
        if self._material is None:
            raise NotFitted(f"The model {self.name} has not learnt anything yet.")
        return self._material

    def learn(self, material: Material) -> Self:
        """Learn everything anew."""
        self._begin(material)
        return self

    @abstractmethod
    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Score the items `among` (all by default) for each question; shape (questions, items or among)."""

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the first question's scores of `positions` among its evidence.

        Returns:
            shape (positions, entries of the first row of evidence); each row sums to the score, but for what the
            model says without any evidence.
        """
        return np.zeros((len(positions), int(asked.evidence.indptr[1])))

    def split(self, asked: Asked, positions: Positions) -> tuple[Doubles, Doubles]:
        """Divide the first question's scores of `positions` among its evidence and where it is asked.

        Returns:
            what `shares` gives, and what the asker's server and friends as a whole have; shape (positions,).
        """
        return self.shares(asked, positions), np.zeros(len(positions))

    def arrays(self) -> Arrays:
        """Give what was learnt as named arrays, for a file."""
        return {}

    def restore(self, material: Material, arrays: Arrays) -> Self:  # noqa: ARG002
        """Take over what `arrays` gave, as if it had been learnt from `material` here."""
        self._begin(material)
        return self

    def _begin(self, material: Material) -> None:
        """Turn to `material`; what a model keeps between questions belongs to the one before."""
        self._material = material
