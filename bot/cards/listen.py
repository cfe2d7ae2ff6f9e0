"""Where a song can be heard: links we hold an id for, and searches elsewhere."""

from __future__ import annotations

from urllib.parse import quote

import discord
from discord import ui

from bot.cards import ids
from bot.cards.song import Card, accent, layout, name, why_button
from bot.store.records import ItemKind, Post, Slot, Song
from bot.text import say

PAGES = {
    "spotify": ("Spotify", "https://open.spotify.com/track/{}"),
    "deezer": ("Deezer", "https://www.deezer.com/track/{}"),
    "musicbrainz": ("MusicBrainz", "https://musicbrainz.org/recording/{}"),
}
SEARCHES = {
    "Spotify": "https://open.spotify.com/search/{}",
    "YouTube": "https://www.youtube.com/results?search_query={}",
    "Deezer": "https://www.deezer.com/search/{}",
    "Bandcamp": "https://bandcamp.com/search?q={}",
}

# Four searches, three links and a title stay below the 2,000 characters of a message; a letter may quote to twelve.
LONGEST_SEARCH = 270


def search_words(song: Song) -> str:
    """Artist and title as an address has them, no longer than a message can bear."""
    words = f"{song.artist} {song.title}"[:LONGEST_SEARCH]
    while len(asked := quote(words, safe="")) > LONGEST_SEARCH:
        words = words[:-1]
    return asked


SPOKEN_SEARCHES = ("Spotify", "YouTube")


def listen_text(song: Song, link: str | None = None) -> str:
    """Links to a song, direct ones first; ``link`` is where something spoken is."""
    if song.kind is not ItemKind.SONG:
        return _spoken(song, link)
    direct = {
        label: say("listen.direct", service=label, url=address.format(quote(song.links[service], safe="")))
        for service, (label, address) in PAGES.items()
        if service in song.links
    }
    asked = search_words(song)
    searches = [
        say("listen.direct", service=label, url=address.format(asked))
        for label, address in SEARCHES.items()
        if label not in direct
    ]
    rows = [name(song), " · ".join(direct.values()), say("listen.search", links=" · ".join(searches))]
    return "\n".join(row for row in rows if row)


def listen_card(post: Post, slot: Slot, song: Song, link: str | None = None) -> Card:
    """The links, and below them what else can be done with the song."""
    links: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(listen_text(song, link))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    if slot.reasons:
        row.add_item(why_button(post, slot))
    row.add_item(_button("card.like_this", ids.start_from(post.id, slot.number)))
    row.add_item(_button("card.hide", ids.hide(post.id, slot.number)))
    return layout(links, row, accent=accent(song))


def _button(key: str, custom_id: str) -> ui.Button[ui.LayoutView]:
    return ui.Button(style=discord.ButtonStyle.secondary, label=say(key), custom_id=custom_id)


def _spoken(song: Song, link: str | None) -> str:
    asked = search_words(song)
    searches = [
        say("listen.direct", service=label, url=SEARCHES[label].format(asked)) for label in SPOKEN_SEARCHES
    ]
    # A bracket would end the link where it is written.
    opened = link and say("listen.open", url=link.replace("(", "%28").replace(")", "%29"))
    rows = [name(song), opened, say("listen.search", links=" · ".join(searches))]
    return "\n".join(row for row in rows if row)
