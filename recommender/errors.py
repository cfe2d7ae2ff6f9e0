"""Typed errors of the engine, each with a sentence that is safe to show."""

from recommender.types import ItemId


class DatasetError(ValueError):
    """The data to learn from is not usable; the sentence names the table and the column."""


class NotFitted(RuntimeError):
    """A model was asked before it learnt anything."""


class UnknownItem(KeyError):
    """An item was named that the engine was not fitted with."""

    def __init__(self, item: ItemId) -> None:
        super().__init__(item)
        self.item = item

    def __str__(self) -> str:
        return f"The recommender does not know item {self.item}."
