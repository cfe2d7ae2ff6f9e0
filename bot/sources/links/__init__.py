"""Links to music: what a pasted address of a service names. Nothing is ever followed or asked for."""

from __future__ import annotations

from bot.sources.links.link import Kind, Link, Service
from bot.sources.links.pasted import links_in, read_link

__all__ = ["Kind", "Link", "Service", "links_in", "read_link"]
