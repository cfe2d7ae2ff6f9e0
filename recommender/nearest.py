"""The vectors with the largest inner products, found without looking at all of them: a graph (HNSW, Malkov and Yashunin 2020).

Voyager turns inner products into distances by one more dimension, which suits a graph where items of many likes have
long vectors; that dimension is set by the longest vector, which is therefore added first.
"""

from __future__ import annotations

from io import SEEK_CUR, SEEK_SET, BufferedReader, RawIOBase
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import voyager  # pyright: ignore[reportMissingTypeStubs]

from recommender.config import IndexConfig
from recommender.sparse import Arrays, Floats, Positions

_CHUNK = 50_000
_voyager: Any = voyager


class Nearest:
    """A graph of vectors; what is not in it, as its vector is 0, is never found."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph

    @classmethod
    def of(cls, vectors: Floats, config: IndexConfig, *, seed: int = 0) -> Nearest:
        """Build the graph, on one thread: on more of them, no two graphs would be the same."""
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        order = np.argsort(-lengths, kind="stable")
        order = order[lengths[order] > 0]
        graph = _voyager.Index(
            _voyager.Space.InnerProduct,
            num_dimensions=vectors.shape[1],
            M=config.links,
            ef_construction=config.effort,
            random_seed=seed + 1,
            max_elements=max(len(order), 1),
        )
        for start in range(0, len(order), _CHUNK):
            some = order[start : start + _CHUNK]
            graph.add_items(vectors[some], ids=some, num_threads=1)
        return cls(graph)

    def __call__(self, vector: Floats, count: int) -> Positions:
        """Give about `count` of the positions with the largest inner products, fewer where there are no more."""
        reach = min(count, len(self._graph))
        if not reach or not vector.any():
            return np.empty(0, dtype=np.intp)
        found, _ = self._graph.query(vector, k=reach, query_ef=reach)
        return np.asarray(found).astype(np.intp)

    def arrays(self) -> Arrays:
        """Give the graph as bytes, for a file."""
        written = cast(bytes, self._graph.as_bytes())
        return {"index.graph": np.frombuffer(written, dtype=np.uint8)}

    @classmethod
    def restore(cls, arrays: Arrays) -> Nearest:
        """Take over what `arrays` gave."""
        return cls(_voyager.Index.load(BufferedReader(_Bytes(arrays["index.graph"]))))


class _Bytes(RawIOBase):
    """An array of bytes as a file: read without a copy of all of it."""

    def __init__(self, written: npt.NDArray[np.uint8]) -> None:
        super().__init__()
        self._written = written
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        begin = {SEEK_SET: 0, SEEK_CUR: self._at}.get(whence, len(self._written))
        self._at = min(max(begin + offset, 0), len(self._written))
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        part = self._written[self._at : self._at + len(buffer)]
        memoryview(buffer)[: len(part)] = memoryview(cast(Any, part)).cast("B")
        self._at += len(part)
        return len(part)
