"""Services whose addresses are names rather than numbers (SoundCloud, Bandcamp), and MetaBrainz with its MBIDs."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from bot.sources.identifiers import MBID
from bot.sources.links.address import Address
from bot.sources.links.link import Kind, Link, Service

_SLUG = re.compile(r"[\w-]{1,255}", re.ASCII)
_BAND = re.compile(r"(?!xn--)[a-z0-9][a-z0-9-]{0,62}")
_NOT_ARTISTS = frozenset(
    [
        "discover",
        "search",
        "you",
        "stream",
        "upload",
        "charts",
        "pages",
        "settings",
        "terms-of-use",
        "signin",
        "logout",
        "mobile",
        "imprint",
        "jobs",
        "pro",
        "go",
        "feed",
        "library",
        "messages",
        "notifications",
        "people",
        "popular",
        "tags",
        "tracks",
        "sets",
        "getstarted",
    ]
)
_NOT_SONGS = frozenset(
    [
        "likes",
        "reposts",
        "tracks",
        "albums",
        "sets",
        "followers",
        "following",
        "popular-tracks",
        "comments",
        "spotlight",
    ]
)
_NOT_BANDS = frozenset(["www", "daily", "get", "help", "blog", "status"])
_MUSICBRAINZ = {"recording": Kind.TRACK, "release": Kind.ALBUM, "artist": Kind.ARTIST, "work": Kind.WORK}
_MOST_RECORDINGS = 100


def soundcloud(at: Address) -> Link | None:
    """``/<artist>``, ``/<artist>/<track>``, ``/<artist>/sets/<name>``; private links (``/s-…``) name nothing public."""
    path = tuple(part.lower() for part in at.path)
    if not path or path[0] in _NOT_ARTISTS or not all(_SLUG.fullmatch(part) for part in path):
        return None
    if len(path) == 1:
        kind = Kind.ARTIST
    elif len(path) == 2 and path[1] not in _NOT_SONGS:
        kind = Kind.TRACK
    elif len(path) == 3 and path[1] == "sets":
        kind = Kind.PLAYLIST
    else:
        return None
    return Link(Service.SOUNDCLOUD, kind, "/".join(path), f"https://soundcloud.com/{'/'.join(path)}")


def bandcamp(at: Address) -> Link | None:
    """``<band>.bandcamp.com``, with ``/track/<name>`` or ``/album/<name>``."""
    band = at.host.removesuffix(".bandcamp.com")
    if not _BAND.fullmatch(band) or band in _NOT_BANDS:
        return None
    if at.path in {(), ("music",)}:
        return Link(Service.BANDCAMP, Kind.ARTIST, band, f"https://{at.host}")
    if len(at.path) != 2 or at.path[0] not in {"track", "album"} or not _SLUG.fullmatch(at.path[1]):
        return None
    page, slug = at.path
    return Link(Service.BANDCAMP, Kind(page), f"{band}/{slug}", f"https://{at.host}/{page}/{slug}")


def musicbrainz(at: Address) -> Link | None:
    """``/recording/<mbid>`` and the pages of releases, artists and works, whichever tab is open."""
    if not 2 <= len(at.path) <= 3 or at.path[0] not in _MUSICBRAINZ:
        return None
    page, mbid = at.path[0], at.path[1].lower()
    if not MBID.fullmatch(mbid):
        return None
    return Link(Service.MUSICBRAINZ, _MUSICBRAINZ[page], mbid, f"https://musicbrainz.org/{page}/{mbid}")


def listenbrainz(at: Address) -> Link | None:
    """``/playlist/<mbid>``, ``/user/<name>``, ``/player?recording_mbids=…`` and ``/player/release/<mbid>``."""
    base = "https://listenbrainz.org"
    if at.path == ("player",):
        mbids = at.query.get("recording_mbids", "").lower().split(",")[:_MOST_RECORDINGS]
        together = ",".join(mbid for mbid in mbids if MBID.fullmatch(mbid))
        url = f"{base}/player?recording_mbids={together}"
        return Link(Service.LISTENBRAINZ, Kind.PLAYER, together, url) if together else None
    if len(at.path) == 2 and at.path[0] == "user":
        name = unquote(at.path[1])
        if not 0 < len(name) <= 64 or not name.isprintable():
            return None
        return Link(Service.LISTENBRAINZ, Kind.USER, name, f"{base}/user/{quote(name, safe='')}/")
    mbid = at.path[-1].lower() if at.path else ""
    if not MBID.fullmatch(mbid) or at.path[:-1] not in {("playlist",), ("player", "release")}:
        return None
    kind = Kind.PLAYLIST if len(at.path) == 2 else Kind.ALBUM
    return Link(Service.LISTENBRAINZ, kind, mbid, f"{base}/{'/'.join(at.path[:-1])}/{mbid}")
