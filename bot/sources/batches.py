"""Questions about many things at once, in as many calls as a service needs for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from bot.sources.errors import SourceNotFound

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


async def in_batches(
    keys: Sequence[Key], size: int, ask: Callable[[tuple[Key, ...]], Awaitable[Mapping[Key, Found]]]
) -> dict[Key, Found]:
    """What is known of each key, asked ``size`` at a time, one call after another, each key once.

    A batch of which nothing is known is no failure. Any other failure is the failure of the whole, since what is not
    in the answer counts as unknown to the service.
    """
    once = tuple(dict.fromkeys(keys))
    found: dict[Key, Found] = {}
    for start in range(0, len(once), size):
        try:
            found.update(await ask(once[start : start + size]))
        except SourceNotFound:
            continue
    return found
