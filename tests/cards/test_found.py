"""Lists, artists and small print: whatever things are called, Discord takes the message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards.found import artist_card, list_card
from bot.cards.listen import listen_text
from bot.cards.song import Shelf, one
from bot.store.named import NamedAlbum, NamedArtist
from bot.store.records import About, ItemKind, PostKind, Slot, SongId
from tests.cards.test_cards import LONG, accepted, post, shelf, song, texts
from tests.openapi import Judge

LINK = "https://example.net/show_(one)"


def artist(text: str) -> NamedArtist:
    return NamedArtist(text, text, "DE", (text, text, text), {"deezer": "1"}, song=SongId(1))


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_every_list_is_taken(judge: Judge, text: str) -> None:
    here = shelf(text)
    songs = post(PostKind.SEARCH, 25, {"what": "songs", "text": text, "down": [text] * 5})
    artists: dict[str, object] = {
        "what": "related",
        "text": text,
        "found": [artist(text).kept()] * 25,
        "down": [],
    }
    albums: dict[str, object] = {
        "what": "albums",
        "text": text,
        "found": [NamedAlbum(text, text, 1998).kept()] * 25,
    }
    for page in (0, 1, 2, 99):
        accepted(judge, list_card(songs, here, page))
        accepted(judge, list_card(post(PostKind.SEARCH, 0, artists), here, page))
        accepted(judge, list_card(post(PostKind.SEARCH, 0, albums), here, page))
    accepted(judge, artist_card(post(PostKind.ARTIST, 10, artist(text).kept()), here))
    accepted(judge, artist_card(post(PostKind.ARTIST, 0, artist(text).kept()), here))


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_small_print_of_any_length_is_taken(judge: Judge, text: str) -> None:
    credited = {"writers": (text,) * 30, "featured": (text,) * 30} | {
        f"{text[:50]} {n}": (text,) * 9 for n in range(30)
    }
    about = About(credits=credited, language=text[:3] or "en", description=text, link=LINK)
    accepted(judge, one(post(PostKind.SONG, 1), Slot(1, SongId(1)), shelf(text), "### Title", about))


def test_a_list_whose_songs_are_gone_is_still_a_list(judge: Judge) -> None:
    empty = Shelf(song=lambda _: None, counts=shelf("x").counts)
    gone = post(PostKind.SEARCH, 3, {"what": "songs", "text": "x"})
    assert "**1** ?" in texts(accepted(judge, list_card(gone, empty)))[1]


def test_what_was_kept_in_a_post_is_read_whatever_it_is() -> None:
    known = artist("Massive Attack")
    assert NamedArtist.of(known.kept()) == known
    album = NamedAlbum("Mezzanine", "Massive Attack", 1998, {"deezer": "1"})
    assert NamedAlbum.of(album.kept()) == album
    broken: dict[str, object] = {"name": 3, "tags": "x", "ids": 4, "song": "1"}
    for odd in (None, 7, "x", broken):
        assert NamedArtist.of(odd) == NamedArtist("?")
        assert NamedAlbum.of(odd).title == "?"


def test_pages_have_arrows_and_many_pages_lead_to_both_ends(judge: Judge) -> None:
    for count, arrows in ((10, 0), (11, 2), (30, 2), (31, 4)):
        card = accepted(judge, list_card(post(PostKind.SEARCH, count, {"what": "songs"}), shelf("x")))
        pressed = [item for item in card.view.walk_children() if getattr(item, "emoji", None)]
        assert len(pressed) == arrows, count


def test_what_is_spoken_by_nobody_has_its_title_alone_and_opens_where_it_is() -> None:
    station = replace(song(1, "Radio X"), artist="Radio X", kind=ItemKind.RADIO)
    text = listen_text(station, LINK)
    assert text.splitlines()[0] == "**Radio X**"
    assert "[Open](https://example.net/show_%28one%29)" in text
    assert len(listen_text(replace(song(1, "終" * 4000), kind=ItemKind.PODCAST), LINK)) <= 2000
