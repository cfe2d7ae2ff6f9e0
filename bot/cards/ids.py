"""The ids of everything that can be pressed. All state is in the store; an id only says where to look."""

from __future__ import annotations

from bot.store.records import PostId

FEEDBACK = r"fb:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4}):(?P<verb>like|skip|dislike|listen)"
PAGE = r"pg:v1:(?P<post>\d{1,18}):(?P<page>\d{1,3})"
MORE = r"more:v1:(?P<post>\d{1,18}):(?P<dial>same|adventurous)"
RADIO = r"radio:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4}):(?P<action>next|like_this|stop)"
CHOOSE = r"pick:v1:(?P<post>\d{1,18})"
EXPORT = r"ex:v1:(?P<post>\d{1,18}):open"
EXPORT_AS = r"ex:v1:(?P<post>\d{1,18}):(?P<form>links|text|csv|m3u|jspf|spotify|listenbrainz)"
EXPORT_LINKS = r"ex:v1:(?P<post>\d{1,18}):links:(?P<page>\d{1,4})"
MEANT = r"meant:v1:(?P<post>\d{1,18}):(?P<wish>like|recommend)"
WHY = r"why:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4})"
TASTE_STEP = r"ts:v1:step:(?P<step>open|genre|artist|decade|done)"
TASTE_MENU = r"ts:v1:menu:(?P<kind>genre|artist|decade):(?P<number>\d)"
TASTE_SHARE = r"ts:v1:share"
OPEN = r"open:v1:(?P<post>\d{1,18})"
ARTIST = r"artist:v1:(?P<post>\d{1,18}):(?P<action>related|albums)"


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


def choose(post: PostId) -> str:
    """Choose one song of a long post."""
    return f"pick:v1:{post}"


def export(post: PostId) -> str:
    """Take a list out."""
    return f"ex:v1:{post}:open"


def export_as(post: PostId, form: str) -> str:
    """Take a list out as links, a file, or into an account."""
    return f"ex:v1:{post}:{form}"


def export_links(post: PostId, page: int) -> str:
    """Turn to a page of links, counted from 0."""
    return f"ex:v1:{post}:links:{page}"


def meant(post: PostId, wish: str) -> str:
    """Say which song of a message is meant, to like it or to ask from it."""
    return f"meant:v1:{post}:{wish}"


def why(post: PostId, slot: int) -> str:
    """Ask why a slot was chosen."""
    return f"why:v1:{post}:{slot}"


def taste_step(step: str) -> str:
    """Go to a step of `/taste start`: ``genre``, ``artist``, ``decade`` or ``done``; ``open`` begins privately."""
    return f"ts:v1:step:{step}"


def taste_menu(kind: str, number: int) -> str:
    """Choose in one of a step's menus, counted from 0."""
    return f"ts:v1:menu:{kind}:{number}"


def taste_share() -> str:
    """Show one's own taste to everybody."""
    return "ts:v1:share"


def open_one(post: PostId) -> str:
    """Open one line of a list."""
    return f"open:v1:{post}"


def artist(post: PostId, action: str) -> str:
    """Go on from an artist: ``related`` or ``albums``."""
    return f"artist:v1:{post}:{action}"
