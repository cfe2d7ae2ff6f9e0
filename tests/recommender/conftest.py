"""The engine's tests run on one BLAS thread: a second one that has to share its core makes a fit forty times slower."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(limits=1):
        yield
