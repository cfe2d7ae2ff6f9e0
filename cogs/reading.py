"""What a message holds for Segue: links to songs and nothing else of what it says."""

from __future__ import annotations

import re

import discord

from bot.cards import ids
from bot.sources.links import Kind, Link, Service, links_in, read_link
from bot.store.records import PostId
from bot.usecases.bringing import ShownLink

_HEARD_AT = re.compile(r"^listen to .* on spotify\.\s*", re.IGNORECASE)


def links_of(message: discord.Message) -> list[ShownLink]:
    """The links to songs in a message and in what Discord shows below it, each once, with the titles shown there."""
    said = [message, *message.message_snapshots]  # a forwarded message is a snapshot in an empty one
    texts = [each.content for each in said]
    shown: dict[str, ShownLink] = {}
    for embed in [embed for each in said for embed in each.embeds]:
        texts += [embed.url or "", embed.description or ""]
        link = read_link(embed.url) if embed.url else None
        if link is not None and embed.title:
            shown.setdefault(link.id, ShownLink(link, embed.title, _author(link, embed)))
    links = [link for link in links_in("\n".join(texts)) if link.kind in {Kind.TRACK, Kind.SHORT}]
    # What a short link leads to stands in the embed below it.
    told = {link.service for link in links if link.kind is Kind.TRACK}
    return [
        ShownLink(link, shown[link.id].title, shown[link.id].author) if link.id in shown else ShownLink(link)
        for link in links
        if link.kind is Kind.TRACK or link.service not in told
    ]


def _author(link: Link, embed: discord.Embed) -> str:
    """Whose song it is: the channel, or the first part of what Spotify writes below a title."""
    if embed.author.name:
        return embed.author.name
    if link.service is Service.SPOTIFY and embed.description:
        return _HEARD_AT.sub("", embed.description).split(" · ")[0]
    return ""


def post_in(message: discord.Message) -> PostId | None:
    """The post that the buttons of a card name."""
    for part in discord.ui.LayoutView.from_message(message, timeout=None).walk_children():
        match = re.fullmatch(ids.FEEDBACK, str(getattr(part, "custom_id", "")))
        if match is not None:
            return PostId(int(match["post"]))
    return None
