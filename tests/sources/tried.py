"""How many faults of outside sources were tried, and how many survived; told at the end of the run."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager


class Tried:
    """Counts cases: one fault on one question to one source."""

    def __init__(self) -> None:
        self.total = 0
        self.survived = 0

    @contextmanager
    def case(self) -> Generator[None]:
        """One case; it survives when the block ends without an exception."""
        self.total += 1
        yield
        self.survived += 1
