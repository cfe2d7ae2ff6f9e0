"""The pages that a browser sees after a sign-in: a few calm sentences, nothing that runs, nothing that was sent."""

from __future__ import annotations

import base64
import hashlib
from enum import StrEnum
from html import escape

from bot.sources.spotify_accounts import PEOPLE
from bot.text import say


class Outcome(StrEnum):
    """How a request ended; metrics count by it, and each has its page."""

    LINKED = "linked"
    DENIED = "denied"
    STALE = "stale"
    EXPIRED = "expired"
    INCOMPLETE = "incomplete"
    NOT_INVITED = "not_invited"
    REFUSED = "refused"
    DOWN = "down"
    BUSY = "busy"
    TOO_LONG = "too_long"
    METHOD = "method"
    NOWHERE = "nowhere"
    BROKEN = "broken"


STATUS = {
    Outcome.LINKED: 200,
    Outcome.DENIED: 200,
    Outcome.STALE: 400,
    Outcome.EXPIRED: 400,
    Outcome.INCOMPLETE: 400,
    Outcome.NOT_INVITED: 403,
    Outcome.REFUSED: 400,
    Outcome.DOWN: 503,
    Outcome.BUSY: 429,
    Outcome.TOO_LONG: 414,
    Outcome.METHOD: 405,
    Outcome.NOWHERE: 404,
    Outcome.BROKEN: 500,
}

STYLE = (
    ":root{color-scheme:light dark;--ink:#23242b;--paper:#f6f2ea;--card:#fffdf8;--accent:#5b8def}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e9e6df;--paper:#17181d;--card:#212229}}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);"
    "font:1.05rem/1.55 system-ui,sans-serif}"
    "main{max-width:30rem;margin:1.5rem;padding:2rem;background:var(--card);border-left:4px solid var(--accent);"
    "border-radius:8px}"
    "h1{margin:0 0 .6rem;font-size:1.35rem}p{margin:.6rem 0 0}small{opacity:.75}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Server": "Segue",
}


def page(outcome: Outcome, *, who: str = "", name: str = "", apps: str = "") -> str:
    """The page of an outcome.

    Args:
        who, name: what Discord and the service call the member, where they were linked.
        apps: where the member can take the permission back.
    """
    words = {"people": str(PEOPLE), "who": escape(who), "name": escape(name), "apps": escape(apps)}
    title, body, note = (say(f"page.{outcome.value}.{part}", **words) for part in ("title", "body", "note"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head>"
        f"<body><main><h1>{title}</h1><p>{body}</p><p><small>{note}</small></p></main></body></html>"
    )
