"""Bytes on their way to the parser: counted, and valid UTF-8 whatever they were before."""

from __future__ import annotations

import codecs
import zipfile
import zlib
from typing import IO

from bot.sources.histories.limits import Limits
from bot.sources.histories.plays import HistoryError
from bot.sources.unread import Unread

CHUNK = 64 * 1024


class Broken(Exception):
    """A file cannot be read any further."""

    def __init__(self, why: Unread) -> None:
        super().__init__(why.value)
        self.why = why


class Budget:
    """What is left of `Limits.unpacked` for all files of an import together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.unpacked

    def spend(self, count: int) -> None:
        """Take that many bytes.

        Raises:
            HistoryError: there is no more; the file is larger than it said.
        """
        self._left -= count
        if self._left < 0:
            megabytes = self._limits.unpacked // 1024**2
            raise HistoryError(
                f"That history is larger than {megabytes} MB unpacked. Send its files in several parts.",
                "unpacked",
                most=megabytes,
            )


class Flow:
    """A file to be read in chunks of valid UTF-8; every read is counted against the budget and the longest record."""

    def __init__(self, raw: IO[bytes], budget: Budget, limits: Limits) -> None:
        self._raw = raw
        self._budget = budget
        self._longest = limits.record + CHUNK
        self._since = 0
        self._rest = b""
        first = self._chunk()
        encoding = "utf-16" if first[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "utf-8-sig"
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._first: bytes | None = first
        self.replaced = False
        """Whether there were bytes that are no text; they were read as U+FFFD."""

    def read(self, size: int = -1) -> bytes:
        """At most about ``size`` bytes (a chunk by default); empty at the end.

        Raises:
            Broken: the packed bytes are damaged, or one record is too long.
            HistoryError: the budget is spent.
        """
        if size == 0:
            return b""
        if not self._rest:
            self._rest = self._decoded()
        if 0 < size < len(self._rest):
            piece, self._rest = self._rest[:size], self._rest[size:]
        else:
            piece, self._rest = self._rest, b""
        self._since += len(piece)
        if self._since > self._longest:
            raise Broken(Unread.TOO_LONG)
        return piece

    def mark(self) -> None:
        """Say that a record has ended: the next one may be as long as it is allowed to be."""
        self._since = 0

    def _decoded(self) -> bytes:
        while True:
            chunk = self._chunk() if self._first is None else self._first
            self._first = None
            text = self._decoder.decode(chunk, final=not chunk)
            self.replaced = self.replaced or "\ufffd" in text
            if text or not chunk:
                return text.encode("utf-8", errors="replace")

    def _chunk(self) -> bytes:
        chunk = None
        try:
            chunk = self._raw.read(CHUNK)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ):
            chunk = None
        if chunk is None:
            raise Broken(Unread.DAMAGED)
        self._budget.spend(len(chunk))
        return chunk
