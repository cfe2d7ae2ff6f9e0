"""What goes wrong on purpose: statuses, rate limits, silence, cut connections."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(eq=False)
class Fault:
    """Plays for the next `times` requests that match; `*` is one segment of the path, `**` any number.

    Without `status`, `hang` and `close` nothing happens. `applied` lets the request take effect first: the answer
    gets lost, not the request.
    """

    method: str
    path: str
    status: int | None = None
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    times: int = 1
    hang: bool = False
    close: bool = False
    applied: bool = False
    hits: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        parts = re.split(r"(\*\*|\*)", self.path)
        wild = {"**": ".*", "*": "[^/]+"}
        self._pattern = re.compile("".join(wild.get(part) or re.escape(part) for part in parts))

    def release(self) -> None:
        """Let hanging requests go on."""
        self.released.set()

    def fits(self, method: str, path: str) -> bool:
        return self.hits < self.times and method == self.method and bool(self._pattern.fullmatch(path))


def too_many(
    method: str, path: str, retry_after: float, times: int = 1, *, everywhere: bool = False
) -> Fault:
    """A 429 as discord.py wants it: `Via` tells it from Cloudflare's."""
    body: Json = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
    headers = {"Via": "1.1 google", "Retry-After": str(retry_after), "X-RateLimit-Remaining": "0"}
    headers |= {"X-RateLimit-Scope": "shared", "X-RateLimit-Reset-After": str(retry_after)}
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    return Fault(method, path, status=429, body=body, headers=headers, times=times)


class Faults:
    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def take(self, method: str, path: str) -> Fault | None:
        for fault in self.planned:
            if fault.fits(method, path):
                fault.hits += 1
                fault.arrived.set()
                return fault
        return None

    def clear(self) -> None:
        for fault in self.planned:
            fault.release()
        self.planned.clear()
