"""What members paste names a thing at a service, or nothing: never another host's page, never with its tracking."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.sources.links import Kind, Link, Service, links_in, read_link

ID = "4uLU6hMCjMI75M1A2tKUQC"
MBID = "6b6f4451-d105-45aa-ae6e-187a373172e1"
OTHER = "f8d186be-5bdf-4e2d-883a-0a3c4d7a9989"
VIDEO = "dQw4w9WgXcQ"
NO_SHRINKING = settings(phases=(Phase.explicit, Phase.generate), max_examples=200, deadline=None)

NAMED = [
    (f"https://open.spotify.com/track/{ID}?si=abc&utm_source=x", "spotify", "track", ID),
    (f"http://open.spotify.com/intl-de/album/{ID}/", "spotify", "album", ID),
    (f"https://open.spotify.com/artist/{ID}#top", "spotify", "artist", ID),
    (f"HTTPS://OPEN.Spotify.COM/playlist/{ID}", "spotify", "playlist", ID),
    (f"https://open.spotify.com/user/somebody/playlist/{ID}", "spotify", "playlist", ID),
    (f"open.spotify.com/episode/{ID}", "spotify", "episode", ID),
    (f"https://open.spotify.com/embed/show/{ID}", "spotify", "show", ID),
    (f"spotify:track:{ID}", "spotify", "track", ID),
    (f"spotify:user:somebody:playlist:{ID}", "spotify", "playlist", ID),
    ("https://spotify.link/AbC123xyz", "spotify", "short", "AbC123xyz"),
    ("https://spoti.fi/3xYz", "spotify", "short", "3xYz"),
    ("https://www.deezer.com/en/track/3135556?utm_campaign=x", "deezer", "track", "3135556"),
    ("https://deezer.com/album/302127", "deezer", "album", "302127"),
    ("https://www.deezer.com/pt-br/artist/27", "deezer", "artist", "27"),
    ("https://m.deezer.com/playlist/908622995", "deezer", "playlist", "908622995"),
    ("https://deezer.page.link/AbCd", "deezer", "short", "AbCd"),
    ("https://link.deezer.com/s/30abc", "deezer", "short", "30abc"),
    ("https://music.apple.com/de/album/teardrop/724466069?i=724466660&uo=4", "apple", "track", "724466660"),
    ("https://music.apple.com/us/song/teardrop/724466660", "apple", "track", "724466660"),
    ("https://geo.music.apple.com/us/album/mezzanine/724466069", "apple", "album", "724466069"),
    ("https://music.apple.com/album/724466069", "apple", "album", "724466069"),
    ("https://music.apple.com/gb/artist/massive-attack/5256", "apple", "artist", "5256"),
    ("https://itunes.apple.com/us/album/x/id724466069", "apple", "album", "724466069"),
    ("https://music.apple.com/us/playlist/chill/pl.u-8aAVZAvIdNpvA", "apple", "playlist", "pl.u-8aAVZAvIdNpvA"),
    ("https://music.apple.com/us/station/x/ra.978194965", "apple", "station", "ra.978194965"),
    (f"https://www.youtube.com/watch?v={VIDEO}&list=RD{VIDEO}&t=3s", "youtube", "track", VIDEO),
    (f"https://m.youtube.com/watch?app=desktop&v={VIDEO}", "youtube", "track", VIDEO),
    (f"https://youtu.be/{VIDEO}?si=abc", "youtube", "track", VIDEO),
    (f"https://youtube.com/shorts/{VIDEO}", "youtube", "track", VIDEO),
    ("https://www.youtube.com/playlist?list=PL1234567890", "youtube", "playlist", "PL1234567890"),
    (f"https://music.youtube.com/watch?v={VIDEO}", "youtube-music", "track", VIDEO),
    ("https://music.youtube.com/playlist?list=OLAK5uy_abc", "youtube-music", "album", "OLAK5uy_abc"),
    ("https://tidal.com/browse/track/77646169", "tidal", "track", "77646169"),
    ("https://listen.tidal.com/album/77646164/track/77646169", "tidal", "track", "77646169"),
    ("https://tidal.com/album/77646164/u", "tidal", "album", "77646164"),
    (f"https://tidal.com/playlist/{MBID}", "tidal", "playlist", MBID),
    ("https://soundcloud.com/some-one/Some-Song?in=x/sets/y", "soundcloud", "track", "some-one/some-song"),
    ("https://m.soundcloud.com/some-one/sets/list", "soundcloud", "playlist", "some-one/sets/list"),
    ("https://on.soundcloud.com/AbC12", "soundcloud", "short", "AbC12"),
    ("https://somebody.bandcamp.com/track/a-song", "bandcamp", "track", "somebody/a-song"),
    ("https://some-body.bandcamp.com/album/an-album?from=x", "bandcamp", "album", "some-body/an-album"),
    (f"https://listenbrainz.org/playlist/{MBID}/", "listenbrainz", "playlist", MBID),
    ("https://listenbrainz.org/user/some%20body/", "listenbrainz", "user", "some body"),
    (f"https://listenbrainz.org/player/?recording_mbids={MBID}%2C{OTHER}", "listenbrainz", "player", f"{MBID},{OTHER}"),
    (f"https://listenbrainz.org/player/release/{MBID}", "listenbrainz", "album", MBID),
    (f"https://musicbrainz.org/recording/{MBID.upper()}", "musicbrainz", "track", MBID),
    (f"https://musicbrainz.org/release/{MBID}/discids", "musicbrainz", "album", MBID),
    (f"https://musicbrainz.org/artist/{MBID}", "musicbrainz", "artist", MBID),
    (f"https://beta.musicbrainz.org/work/{MBID}", "musicbrainz", "work", MBID),
]  # fmt: skip


@pytest.mark.parametrize(("pasted", "service", "kind", "name"), NAMED)
def test_a_link_names_a_thing(pasted: str, service: str, kind: str, name: str) -> None:
    link = read_link(pasted)
    assert link is not None
    assert (link.service, link.kind, link.id) == (service, kind, name)


@pytest.mark.parametrize("pasted", [pasted for pasted, *_ in NAMED])
def test_the_address_given_back_is_clean_and_names_the_same(pasted: str) -> None:
    link = read_link(pasted)
    assert link is not None
    assert link.url.startswith("https://")
    assert not any(mark in link.url for mark in ("utm_", "si=", "uo=", "#", "from=", "&"))
    assert read_link(link.url) == link
    assert links_in(f"listen: {pasted}, it is good") == (link,)


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://spotify.com.evil.example/track/{ID}",
        f"https://open.spotify.com.evil.example/track/{ID}",
        f"https://evilopen.spotify.com/track/{ID}",
        f"https://open.spotify.com@evil.example/track/{ID}",
        f"https://evil.example@open.spotify.com/track/{ID}",
        f"https://user:pass@open.spotify.com/track/{ID}",
        f"https://open.spotify.com:8443/track/{ID}",
        f"https://open.spotify.com./track/{ID}",
        f"https://open.spotify.com\\@evil.example/track/{ID}",
        f"https:\\\\open.spotify.com\\track\\{ID}",
        f"https://evil.example\\.open.spotify.com/track/{ID}",
        f"https://xn--open-spotify-9db.com/track/{ID}",
        f"https://оpen.spotify.com/track/{ID}",
        f"https://open。spotify。com/track/{ID}",
        f"https://ｏpen.spotify.com/track/{ID}",
        f"https://35.186.224.25/track/{ID}",
        f"https://[::1]/track/{ID}",
        f"https://0x7f000001/track/{ID}",
        f"https://open.spotify.com//track/{ID}",
        f"https://open.spotify.com/x/../track/{ID}",
        f"https://open.spotify.com/track/{ID}x",
        f"https://open.spotify.com/track/{ID[:-1]}é",
        f"https://open.spotify.com/lyrics/{ID}",
        f"https://evil.example/?u=https://open.spotify.com/track/{ID}",
        f"ftp://open.spotify.com/track/{ID}",
        f"javascript:open.spotify.com/track/{ID}",
        f"somebody@open.spotify.com/track/{ID}",
        "https://open.spotify.com/",
        "https://youtu.be/",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/embed/videoseries?list=PL1234567890",
        "https://bandcamp.com/track/x",
        "https://evilbandcamp.com/track/x",
        "https://xn--abc.bandcamp.com/track/x",
        "https://a.b.bandcamp.com/track/x",
        "https://soundcloud.com/discover/sets/x",
        "https://soundcloud.com/somebody/song/s-SecretToken",
        "https://www.deezer.com/track/0",
        "https://www.deezer.com/track/٣",
        f"https://musicbrainz.org/recording/{MBID}x",
        "https://listenbrainz.org/player?recording_mbids=x",
        "https://listenbrainz.org/user/%00/",
        "https://music.apple.com/us/playlist/x/ra.1",
        "https://" + "a" * 3_000 + ".bandcamp.com/track/x",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_names_nothing(pasted: str) -> None:
    assert read_link(pasted) is None
    assert links_in(f"look: {pasted}") == ()


def test_links_are_found_in_the_middle_of_a_message_each_once() -> None:
    said = (
        f"two for you: <https://open.spotify.com/track/{ID}?si=1>, (https://youtu.be/{VIDEO}), "
        f"[again](https://open.spotify.com/intl-fr/track/{ID})! ||https://tidal.com/track/1||"
        f"\nspotify:album:{ID}. https://example.org/track/{ID} **https://deezer.com/track/2**"
    )
    assert [(link.service, link.kind, link.id) for link in links_in(said)] == [
        (Service.SPOTIFY, Kind.TRACK, ID),
        (Service.YOUTUBE, Kind.TRACK, VIDEO),
        (Service.TIDAL, Kind.TRACK, "1"),
        (Service.SPOTIFY, Kind.ALBUM, ID),
        (Service.DEEZER, Kind.TRACK, "2"),
    ]


def test_only_so_many_links_are_taken() -> None:
    said = " ".join(f"https://tidal.com/track/{number}" for number in range(1, 100))
    assert len(links_in(said)) == 25
    assert len(links_in(said, limit=3)) == 3


def test_links_are_values() -> None:
    link = Link(Service.TIDAL, Kind.TRACK, "1", "https://tidal.com/track/1")
    assert read_link("tidal.com/track/1") == link
    assert len({link, read_link("https://tidal.com/browse/track/1")}) == 1


@NO_SHRINKING
@given(st.text(alphabet="htps:/.openyutbcmwachv=?&@\\[]<>()#%-_ 4é", max_size=80) | st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for link in links_in(f"https://{text} {text} https://open.spotify.com/{text} spotify:{text}"):
        assert read_link(link.url) == link
