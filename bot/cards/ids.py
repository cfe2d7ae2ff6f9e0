"""The ids of everything that can be pressed. All state is in the store; an id only says where to look."""

from __future__ import annotations

from bot.store.records import PostId

FEEDBACK = r"fb:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4}):(?P<verb>like|skip|dislike|listen)"
PAGE = r"pg:v1:(?P<post>\d{1,18}):(?P<page>\d{1,3})"
MORE = r"more:v1:(?P<post>\d{1,18}):(?P<dial>same|adventurous)"
RADIO = r"radio:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4}):(?P<action>next|like_this|stop)"
STEER = r"steer:v1:(?P<post>\d{1,18})"
PAST = r"past:v1:(?P<whose>me|server):(?P<page>\d{1,6})"
OPEN = r"open:v1:(?P<whose>me|server):(?P<page>\d{1,6})"
PLAYED = r"played:v1:(?P<post>\d{1,18}):(?P<page>\d{1,6}):(?P<whose>me|server):(?P<back>\d{1,6})"
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


def steer(post: PostId) -> str:
    """Choose where to steer a radio."""
    return f"steer:v1:{post}"


def past(whose: str, page: int) -> str:
    """Turn to a page of past radios."""
    return f"past:v1:{whose}:{page}"


def open_radio(whose: str, page: int) -> str:
    """Choose a past radio from a page."""
    return f"open:v1:{whose}:{page}"


def played(post: PostId, page: int, whose: str, back: int) -> str:
    """Turn to a page of a past radio's songs; ``back`` is the page of the list that it was chosen from."""
    return f"played:v1:{post}:{page}:{whose}:{back}"


def choose(post: PostId) -> str:
    """Choose one song of a long post."""
    return f"pick:v1:{post}"
