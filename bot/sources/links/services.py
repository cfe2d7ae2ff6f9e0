"""Which addresses of which service name what. Hosts are compared as a whole: a name that only ends alike is another's."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.sources.identifiers import MBID
from bot.sources.links.address import Address
from bot.sources.links.link import Kind, Link, Service
from bot.sources.links.pages import bandcamp, listenbrainz, musicbrainz, soundcloud

_BASE62 = re.compile(r"[0-9A-Za-z]{22}")
_DIGITS = re.compile(r"[1-9]\d{0,18}")
_VIDEO = re.compile(r"[\w-]{11}", re.ASCII)
_LIST = re.compile(r"[A-Z][\w-]{1,63}", re.ASCII)
_CODE = re.compile(r"[\w-]{1,64}", re.ASCII)
_LOCALE = re.compile(r"[a-z]{2}(?:-[a-z]{2,4})?", re.IGNORECASE)
_APPLE_LIST = re.compile(r"(?:pl|ra)\.[\w-]{1,80}", re.ASCII)

_SPOTIFY = {
    kind.value: kind for kind in (Kind.TRACK, Kind.ALBUM, Kind.ARTIST, Kind.PLAYLIST, Kind.EPISODE, Kind.SHOW)
}
_DEEZER = _SPOTIFY
_TIDAL = {kind.value: kind for kind in (Kind.TRACK, Kind.ALBUM, Kind.ARTIST)}


def named(at: Address) -> Link | None:
    """What an address names, or None when it is no page of a known service."""
    rule = _RULES.get(at.host)
    if rule is not None:
        return rule(at)
    return bandcamp(at) if at.host.endswith(".bandcamp.com") else None


def spotify_uri(text: str) -> Link | None:
    """What ``spotify:track:…`` names; the old ``spotify:user:<name>:playlist:…`` too."""
    parts = text.split(":")[1:]
    return _spotify_thing(parts[2:] if len(parts) == 4 and parts[0] == "user" else parts)


def _spotify(at: Address) -> Link | None:
    path = list(at.path)
    if path and re.fullmatch(r"intl-[a-z]{2,3}|embed|embed-podcast", path[0]):
        del path[0]
    if len(path) == 4 and path[0] == "user":
        del path[:2]
    return _spotify_thing(path)


def _spotify_thing(parts: list[str]) -> Link | None:
    if len(parts) != 2 or parts[0] not in _SPOTIFY or not _BASE62.fullmatch(parts[1]):
        return None
    kind = _SPOTIFY[parts[0]]
    return Link(Service.SPOTIFY, kind, parts[1], f"https://open.spotify.com/{kind}/{parts[1]}")


def _deezer(at: Address) -> Link | None:
    path = at.path[1:] if len(at.path) == 3 and _LOCALE.fullmatch(at.path[0]) else at.path
    if len(path) != 2 or path[0] not in _DEEZER or not _DIGITS.fullmatch(path[1]):
        return None
    kind = _DEEZER[path[0]]
    return Link(Service.DEEZER, kind, path[1], f"https://www.deezer.com/{kind}/{path[1]}")


def _apple(at: Address) -> Link | None:
    """``/<store>/album/<name>/<id>?i=<song>``; store and name may be missing."""
    path, store = at.path, "us"
    if path and re.fullmatch(r"[a-z]{2}", path[0]):
        store, path = path[0], path[1:]
    if not 2 <= len(path) <= 3:
        return None
    page, number = path[0], path[-1].removeprefix("id")
    base = f"https://music.apple.com/{store}/"
    if page in {"playlist", "station"}:
        kind = Kind(page)
        known = _APPLE_LIST.fullmatch(number) and number.startswith("pl." if page == "playlist" else "ra.")
        return Link(Service.APPLE, kind, number, f"{base}{page}/{number}") if known else None
    if not _DIGITS.fullmatch(number):
        return None
    song = at.query.get("i", "")
    if page == "album" and _DIGITS.fullmatch(song):
        return Link(Service.APPLE, Kind.TRACK, song, f"{base}album/{number}?i={song}")
    kinds = {"song": Kind.TRACK, "album": Kind.ALBUM, "artist": Kind.ARTIST}
    return Link(Service.APPLE, kinds[page], number, f"{base}{page}/{number}") if page in kinds else None


def _youtube(at: Address) -> Link | None:
    if at.path == ("watch",):
        return _video(Service.YOUTUBE, at.query.get("v", ""))
    if at.path == ("playlist",):
        return _videos(Service.YOUTUBE, at.query.get("list", ""))
    if len(at.path) == 2 and at.path[0] in {"shorts", "embed", "live", "v"} and at.path[1] != "videoseries":
        return _video(Service.YOUTUBE, at.path[1])
    return None


def _youtu_be(at: Address) -> Link | None:
    return _video(Service.YOUTUBE, at.path[0]) if len(at.path) == 1 else None


def _youtube_music(at: Address) -> Link | None:
    if at.path == ("watch",):
        return _video(Service.YOUTUBE_MUSIC, at.query.get("v", ""))
    return _videos(Service.YOUTUBE_MUSIC, at.query.get("list", "")) if at.path == ("playlist",) else None


def _youtube_host(service: Service) -> str:
    return "music.youtube.com" if service is Service.YOUTUBE_MUSIC else "www.youtube.com"


def _video(service: Service, video: str) -> Link | None:
    if not _VIDEO.fullmatch(video):
        return None
    return Link(service, Kind.TRACK, video, f"https://{_youtube_host(service)}/watch?v={video}")


def _videos(service: Service, playlist: str) -> Link | None:
    if not _LIST.fullmatch(playlist):
        return None
    kind = Kind.ALBUM if playlist.startswith("OLAK5uy_") else Kind.PLAYLIST
    return Link(service, kind, playlist, f"https://{_youtube_host(service)}/playlist?list={playlist}")


def _tidal(at: Address) -> Link | None:
    """``/browse/track/<id>``, ``/album/<id>/track/<id>``; shared links may end in ``/u``."""
    path = at.path[1:] if at.path[:1] == ("browse",) else at.path
    path = path[:-1] if path[-1:] == ("u",) else path
    if len(path) == 4 and path[0] == "album" and path[2] == "track":
        path = path[2:]
    if len(path) != 2:
        return None
    page, number = path
    if page == "playlist" and MBID.fullmatch(number.lower()):
        return Link(
            Service.TIDAL, Kind.PLAYLIST, number.lower(), f"https://tidal.com/playlist/{number.lower()}"
        )
    if page not in _TIDAL or not _DIGITS.fullmatch(number):
        return None
    return Link(Service.TIDAL, _TIDAL[page], number, f"https://tidal.com/{page}/{number}")


def _short(service: Service, *before: str) -> Callable[[Address], Link | None]:
    def rule(at: Address) -> Link | None:
        if at.path[:-1] != before or not at.path or not _CODE.fullmatch(at.path[-1]):
            return None
        return Link(service, Kind.SHORT, at.path[-1], f"https://{at.host}/{'/'.join(at.path)}")

    return rule


_RULES: dict[str, Callable[[Address], Link | None]] = {
    **dict.fromkeys(("open.spotify.com", "play.spotify.com"), _spotify),
    **dict.fromkeys(("spotify.link", "spoti.fi", "spotify.app.link"), _short(Service.SPOTIFY)),
    **dict.fromkeys(("www.deezer.com", "deezer.com", "m.deezer.com"), _deezer),
    **dict.fromkeys(("deezer.page.link", "dzr.page.link"), _short(Service.DEEZER)),
    "link.deezer.com": _short(Service.DEEZER, "s"),
    **dict.fromkeys(
        (
            "music.apple.com",
            "geo.music.apple.com",
            "embed.music.apple.com",
            "itunes.apple.com",
            "geo.itunes.apple.com",
        ),
        _apple,
    ),
    **dict.fromkeys(
        ("youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com"), _youtube
    ),
    "youtu.be": _youtu_be,
    "music.youtube.com": _youtube_music,
    **dict.fromkeys(("tidal.com", "www.tidal.com", "listen.tidal.com"), _tidal),
    **dict.fromkeys(("soundcloud.com", "www.soundcloud.com", "m.soundcloud.com"), soundcloud),
    **dict.fromkeys(("on.soundcloud.com", "soundcloud.app.goo.gl"), _short(Service.SOUNDCLOUD)),
    **dict.fromkeys(("listenbrainz.org", "www.listenbrainz.org"), listenbrainz),
    **dict.fromkeys(("musicbrainz.org", "www.musicbrainz.org", "beta.musicbrainz.org"), musicbrainz),
}
