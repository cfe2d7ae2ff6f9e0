"""The ids of everything that can be pressed. All state is in the store; an id only says where to look."""

from __future__ import annotations

from bot.store.records import PostId

FEEDBACK = r"fb:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4}):(?P<verb>like|skip|dislike|listen)"
PAGE = r"pg:v1:(?P<post>\d{1,18}):(?P<page>\d{1,3})"
MORE = r"more:v1:(?P<post>\d{1,18}):(?P<dial>same|adventurous)"
RADIO = r"radio:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4}):(?P<action>next|like_this|stop)"
FROM = r"from:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4})"
CHOOSE = r"pick:v1:(?P<post>\d{1,18})"


def feedback(post: PostId, slot: int, verb: str) -> str:
    """Rate or hear a slot."""
    return f"fb:v1:{post}:{slot}:{verb}"


def page(post: PostId, number: int) -> str:
    """Turn to a page, counted from 0."""
    return f"pg:v1:{post}:{number}"


def more(post: PostId, dial: str) -> str:
    """Ask the same again: ``same`` or ``adventurous``."""
    return f"more:v1:{post}:{dial}"


def radio(post: PostId, slot: int, action: str) -> str:
    """Move a radio on from a slot."""
    return f"radio:v1:{post}:{slot}:{action}"


def start_from(post: PostId, slot: int) -> str:
    """Recommend from a slot's song."""
    return f"from:v1:{post}:{slot}"


def choose(post: PostId) -> str:
    """Choose one song of a long post."""
    return f"pick:v1:{post}"
