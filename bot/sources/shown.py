"""Titles as services show them: guesses of who plays and what, best first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.folding import fold
from bot.sources.legible import legible
from bot.sources.links import Service

MOST_GUESSES = 4
LONGEST = 500

_FROM = re.compile(
    r"\s+(?:[|\-–—·]\s+(?:spotify|apple music|youtube(?: music)?|deezer|tidal|bandcamp|soundcloud"
    r"|(?:listen|free listening|stream)\b.*\bon (?:soundcloud|deezer|spotify))"
    r"|on (?:apple music|spotify|tidal|deezer|soundcloud|bandcamp))\s*$",
    re.IGNORECASE,
)
_SONG_BY = re.compile(
    r"\s+[-–—]\s+(?:song|single|ep|album|song and lyrics|letra y canción)\s+by\s+", re.IGNORECASE
)
_BY = re.compile(r",?\s+by\s+", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—‒―−~]+\s+|\s*[–—]\s+|(?<=\w)\s*-\s+")
_DOT = re.compile(r"\s+[·•∙]\s+")
_BAR = re.compile(r"\s+[|｜]\s+")
_QUOTED = re.compile(r"^(?P<artist>[^\"“”「『]+?)\s*[\"“「『](?P<title>[^\"“”」』]+)[\"”」』]")
_TOPIC = re.compile(r"\s+[-–—]\s+topic\s*$", re.IGNORECASE)
_VEVO = re.compile(r"(?<=\w)vevo\s*$", re.IGNORECASE)
_RUN_TOGETHER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BRACKETS = re.compile(r"\s*[(\[【{]([^()\[\]【】{}]*)[)\]】}]")
_NOISE = frozenset(
    [
        "official",
        "oficial",
        "officiel",
        "officielle",
        "offizielles",
        "offiziell",
        "ufficiale",
        "music",
        "musik",
        "musica",
        "song",
        "video",
        "videoclip",
        "clip",
        "audio",
        "lyric",
        "lyrics",
        "letra",
        "paroles",
        "text",
        "visualizer",
        "visualiser",
        "mv",
        "pv",
        "m",
        "v",
        "hd",
        "hq",
        "uhd",
        "full",
        "4k",
        "8k",
        "2k",
        "1080p",
        "720p",
        "60fps",
        "remastered",
        "in",
        "ai",
        "upscaled",
        "explicit",
        "clean",
        "version",
        "with",
        "color",
        "coded",
        "teaser",
        "premiere",
        "out",
        "now",
        "new",
        "sub",
        "eng",
        "cc",
        "stream",
        "high",
        "quality",
        "the",
    ]
)
# Of the vocabulary these say something only beside another word: "(In)" and "(The Version)" may be names.
_WEAK = frozenset(
    "in the v m with full new version song text now out remastered ai clean explicit eng sub".split()  # noqa: SIM905
)
# What these show is the song's own title: a dash in it belongs to it as soon as the artist stands beside it.
_CATALOGUES = frozenset(Service) - {Service.YOUTUBE, Service.SOUNDCLOUD}


@dataclass(frozen=True, slots=True)
class Guess:
    """Who may play what; the artist is empty where nothing tells it."""

    artist: str
    title: str


def shown_title(service: Service | None, title: str, author: str = "") -> tuple[Guess, ...]:
    """Guesses of artist and song from a title as a service shows it, best first; none for a blank title.

    Args:
        service: where it was shown; None for text that a member typed.
        title: such as ``Artist - Title (Official Video) [4K]``, ``Title · Artist``, ``Title by Artist on Apple Music``.
        author: the channel or account beside it, where there is one; ``Artist - Topic`` is sure.
    """
    whole = _FROM.sub("", _without_noise(legible(title[:LONGEST])))
    channel = legible(author[:LONGEST])
    owner = _owner(channel)
    guesses: list[Guess] = []
    if owner and (_TOPIC.search(channel) or service in _CATALOGUES):
        guesses.append(Guess(owner, whole))
    guesses += _told(whole, owner, service)
    if owner:
        guesses.append(Guess(owner, whole))
    guesses.append(Guess("", whole))
    return _different(guesses)


def _told(whole: str, owner: str, service: Service | None) -> list[Guess]:
    """What the title itself tells, whichever of its forms is first found."""
    if found := _SONG_BY.search(whole):
        return [Guess(whole[found.end() :], whole[: found.start()])]
    if service in {Service.APPLE, Service.SOUNDCLOUD} and (found := _last_by(whole, owner)):
        title, by = whole[: found.start()], whole[found.end() :]
        uploaded = list(_DASH.finditer(title)) if service is Service.SOUNDCLOUD else []
        return [*(_dashed(title, uploaded, owner) if uploaded else []), Guess(by, title)]
    dashes = list(_DASH.finditer(whole))
    if dashes:
        return _dashed(whole, dashes, owner, title_first=service is Service.SPOTIFY)
    if found := _DOT.search(whole):
        return _either(whole[found.end() :].split(" · ", maxsplit=1)[0], whole[: found.start()], owner)
    if service is not Service.YOUTUBE and (found := _last_by(whole, owner)):
        return [Guess(whole[found.end() :], whole[: found.start()])]
    if found := _QUOTED.match(whole):
        return [Guess(found["artist"], found["title"])]
    if found := _BAR.search(whole):
        right = whole[found.end() :]
        bandcamp = service is Service.BANDCAMP
        return _either(
            right if bandcamp else whole[: found.start()],
            whole[: found.start()] if bandcamp else right,
            owner,
        )
    return []


def _dashed(whole: str, dashes: list[re.Match[str]], owner: str, *, title_first: bool = False) -> list[Guess]:
    first, last = dashes[0], dashes[-1]
    left, right = whole[: first.start()], whole[first.end() :]
    guesses = _either(right, left, owner) if title_first else _either(left, right, owner)
    if last is not first:
        guesses.append(Guess(whole[: last.start()], whole[last.end() :]))
    return guesses


def _either(artist: str, title: str, owner: str) -> list[Guess]:
    """Both readings, the likelier first: the one that agrees with whose channel it is."""
    both = [Guess(artist, title), Guess(title, artist)]
    agrees = owner and _same(title, owner) and not _same(artist, owner)
    return both[::-1] if agrees else both


def _last_by(whole: str, owner: str) -> re.Match[str] | None:
    """The "by" between title and artist: the one before the channel's own name, else the last."""
    found = list(_BY.finditer(whole))
    own = [match for match in found if owner and _same(whole[match.end() :], owner)]
    return (own or found or [None])[-1]


def _owner(channel: str) -> str:
    """``Artist - Topic`` and ``ArtistNameVEVO`` → the artist."""
    topic = _TOPIC.sub("", channel)
    vevo = _VEVO.sub("", topic)
    return topic if vevo == topic else _RUN_TOGETHER.sub(" ", vevo.strip())


def _same(one: str, other: str) -> bool:
    return fold(one).replace(" ", "") == fold(other).replace(" ", "")


def _without_noise(title: str) -> str:
    """The title without brackets and a last ``| …`` that only speak of the video; all of it where nothing else is."""
    kept = _BRACKETS.sub(lambda found: "" if _is_noise(found[1]) else found[0], title)
    parts = _BAR.split(kept)
    while len(parts) > 1 and _is_noise(parts[-1]):
        parts.pop()
    kept = " | ".join(parts).strip() if len(parts) > 1 else parts[0].strip()
    return kept if fold(kept) else title


def _is_noise(part: str) -> bool:
    words = fold(part).split()
    return all(word in _NOISE for word in words) and (not words or not all(word in _WEAK for word in words))


def _different(guesses: list[Guess]) -> tuple[Guess, ...]:
    found: dict[tuple[str, str], Guess] = {}
    for guess in guesses:
        artist, title = guess.artist.strip(" -–—|"), _without_noise(guess.title.strip(" -–—|")).strip('"“”')
        if title:
            found.setdefault((fold(artist), fold(title)), Guess(artist, title))
    named = [guess for guess in found.values() if guess.artist]
    return tuple(named[:MOST_GUESSES] or list(found.values())[:1])
