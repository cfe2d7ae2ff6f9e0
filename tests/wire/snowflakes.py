"""Ids as Discord gives them: the time in milliseconds, then a counter."""

from __future__ import annotations

import time

EPOCH_MS = 1_420_070_400_000


class Snowflakes:
    def __init__(self) -> None:
        self._last = 0

    def new(self) -> int:
        now = (time.time_ns() // 1_000_000 - EPOCH_MS) << 22
        self._last = max(now, self._last + 1)
        return self._last
