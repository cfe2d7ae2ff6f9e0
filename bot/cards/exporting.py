"""A list on its way out: what it can become, its links page by page, and where it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import discord
from discord import ui

from bot.cards import ids
from bot.cards.accounts import service_name
from bot.cards.help import ACCENT
from bot.cards.listen import search_words
from bot.cards.paging import paged, turning
from bot.cards.plain import clean, safe
from bot.cards.song import Card, Item, Shelf, layout, name
from bot.sources.links.songs import SONG_PAGES
from bot.store.accounts import AccountService
from bot.store.exports import Offer, Sent
from bot.store.records import Post, PostKind, Song
from bot.text import say

Mention = Callable[[str], str]

FILES = ("csv", "m3u", "jspf")
SEARCHES = {
    "spotify": ("Spotify", "https://open.spotify.com/search/{}"),
    "deezer": ("Deezer", "https://www.deezer.com/search/{}"),
    "itunes": ("Apple Music", "https://music.apple.com/us/search?term={}"),
    "youtube": ("YouTube", "https://www.youtube.com/results?search_query={}"),
}
# Characters of links on one page: title and page number have the rest of Discord's 4,000.
LONGEST_PAGE = 3_600


def export_button(post: Post) -> ui.Button[Any]:
    """What stands on every list."""
    style = discord.ButtonStyle.secondary
    return ui.Button(style=style, label=say("export.button"), custom_id=ids.export(post.id))


def list_name(post: Post, shelf: Shelf) -> str:
    """What a list is called in a file or an account."""
    seed = post.query.get("seed")
    song = shelf.song(seed) if isinstance(seed, int) else None
    start = "" if song is None else clean(f"{song.title} · {song.artist}", 70)
    number = post.query.get("list")
    named = shelf.list_name(number) if isinstance(number, int) and post.kind is PostKind.LIST else None
    if named is not None:
        return clean(named, 70)
    if post.kind is PostKind.WEEKLY:
        return say("export.name.week", week=clean(str(post.query.get("week", "")), 10))
    if song is not None and post.kind is PostKind.RADIO:
        return say("export.name.radio", song=start)
    if song is not None:
        return say("export.name.like", song=start)
    return say("export.name.list", day=datetime.fromtimestamp(post.at, UTC).date().isoformat())


def export_card(
    post: Post, count: int, offers: Mapping[AccountService, Offer], shelf: Shelf, mention: Mention
) -> Card:
    """What a list of so many songs can become; accounts only where that works, else how it would."""

    def button(form: str, label: str) -> ui.Button[Any]:
        style = discord.ButtonStyle.secondary
        return ui.Button(style=style, label=label, custom_id=ids.export_as(post.id, form))

    files = [button(form, say(f"export.{form}")) for form in ("links", *FILES)]
    accounts = [
        button(service.value, say("export.to", service=service_name(service)))
        for service, offer in offers.items()
        if offer is Offer.READY
    ]
    wanting = [say(f"export.link.{each}", link=mention(f"link {each}")) for each in _unlinked(offers)]
    items: list[Item] = [
        ui.TextDisplay(say("export.title", n=count, name=safe(list_name(post, shelf), 100))),
        ui.ActionRow(*files),
    ]
    if accounts:
        items.append(ui.ActionRow(*accounts))
    if wanting:
        items.append(ui.TextDisplay("\n".join(wanting)))
    return layout(*items, accent=ACCENT)


def _unlinked(offers: Mapping[AccountService, Offer]) -> list[str]:
    return [service.value for service, offer in offers.items() if offer is Offer.LINK]


def addresses(song: Song) -> list[tuple[str, str]]:
    """Where a song is at several services: its page where the id is known, else a search."""
    asked = search_words(song)
    return [
        (label, SONG_PAGES[service].format(quote(song.links[service], safe="")))
        if service in SONG_PAGES and service in song.links
        else (label, search.format(asked))
        for service, (label, search) in SEARCHES.items()
    ]


def links_text(songs: Sequence[Song]) -> str:
    """All links as a plain text file."""
    parts = [
        "\n".join([f"{song.artist} - {song.title}", *(address for _, address in addresses(song))])
        for song in songs
    ]
    return "\n\n".join(parts) + "\n"


def links_card(post: Post, songs: Sequence[Song], page: int = 0) -> Card:
    """One page of links, as many songs as fit."""
    pages = _pages([_line(number, song) for number, song in enumerate(songs, start=1)])
    page, _ = paged(len(pages), 1, page)
    items: list[Item] = [ui.TextDisplay(pages[page])]
    if len(pages) > 1:
        items.append(ui.TextDisplay(say("export.page", page=page + 1, pages=len(pages))))
    as_text: ui.Button[Any] = ui.Button(
        style=discord.ButtonStyle.secondary,
        label=say("export.text"),
        custom_id=ids.export_as(post.id, "text"),
    )
    items += turning(partial(ids.export_links, post.id), page, len(pages), as_text)
    return layout(*items, accent=ACCENT)


def _line(number: int, song: Song) -> str:
    links = (say("listen.direct", service=label, url=address) for label, address in addresses(song))
    return say("weekly.line", number=number, song=name(song)) + "\n" + " · ".join(links)


def _pages(lines: Sequence[str]) -> list[str]:
    pages = [""]
    for line in lines:
        longer = f"{pages[-1]}\n{line}".lstrip("\n")
        if pages[-1] and len(longer) > LONGEST_PAGE:
            pages.append(line)
        else:
            pages[-1] = longer
    return pages


def sent_text(sent: Sent, service: AccountService) -> str:
    """Where a list is now, and what is missing."""
    called = service_name(service)
    if sent.link is None:
        return say("export.none", service=called)
    key = "export.again" if sent.again else "export.sent"
    lines = [say(key, n=sent.added, service=called, link=sent.link)]
    if sent.left_out:
        lines.append(say("export.left_out", n=sent.left_out, service=called))
    return "\n".join(lines)
