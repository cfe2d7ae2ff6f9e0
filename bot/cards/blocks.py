"""What is blocked, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.cards.plain import safe
from bot.store.records import Block
from bot.text import say

SHOWN = 25
# Characters of their lines: what stands around them has the rest of Discord's 2,000 for a message.
LONGEST = 1_700

Named = Callable[[Block], str]


def _line(block: Block, named: Named) -> str:
    name = safe(named(block), 80)
    if block.until is None:
        return say(f"block.line.{block.kind.value}", name=name)
    return say(f"block.line.{block.kind.value}.until", name=name, when=f"<t:{int(block.until)}:R>")


def blocked_text(made: Sequence[Block], named: Named, command: Callable[[str], str]) -> str:
    """What was blocked just now, and how to take it back."""
    lines = [_line(block, named) for block in made]
    return "\n".join([say("block.done"), *lines, say("block.undo", unblock=command("unblock"))])


def blocks_text(held: Sequence[Block], named: Named, command: Callable[[str], str]) -> str:
    """All that a member has blocked."""
    if not held:
        return say("block.nothing", block=command("block"))
    lines: list[str] = []
    for block in held[:SHOWN]:
        line = _line(block, named)
        if len("\n".join([*lines, line]).encode("utf-16-le")) // 2 > LONGEST:
            break
        lines.append(line)
    if len(held) > len(lines):
        lines.append(say("block.more", n=len(held) - len(lines)))
    return "\n".join([say("block.held"), *lines, say("block.undo", unblock=command("unblock"))])
