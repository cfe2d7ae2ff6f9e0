"""What stands in brackets or after a dash: a mark of a re-issue, a mark of another version, or part of the name."""

from __future__ import annotations

import re

from bot.folding import fold

# A part with one of these words is another performance or arrangement, whatever stands beside it.
_OTHER_SONG = re.compile(
    r"\b(live|remix|rmx|acoustic|unplugged|a?cappella|acapella|instrumental|karaoke|cover|demo|sessions?|reprise"
    r"|rework|bootleg|mashup|dub|orchestral|piano)\b"
)
# A part made of signs and fillers alone says how the same recording was sold again; it takes one sign at least,
# since "- New" or "(Special)" may be a title.
_SIGN = (
    r"remaster(?:ed|s|ing|izado|ise|isee)?|single|album|edit(?:ed|s)?|radio|mono|stereo|deluxe|expanded|edition"
    r"|official|original|anniversary|bonus|explicit|clean|versions?|lyrics?|audio|video|(?:19|20)\d\d mix|short edit"
)
_FILLER = (
    r"digital(?:ly)?|newly|mix|track|dirty|lp|ep|cd|hd|hq|4k|super|special|collectors?|limited|standard|main|new|music"
    r"|visualizer|the|in|and|(?:19|20)?\d\d|\d+(?:st|nd|rd|th)"
)
_REISSUE = re.compile(
    rf"(?:(?:deluxe|official|remaster|remastered)\b.*"
    rf"|(?:(?:{_FILLER}) )*(?:{_SIGN})(?: (?:{_SIGN}|{_FILLER}))*)"
)
# Words that say "version" wherever they stand in the part, and words that only do so at its beginning or end:
# "(Live at Wembley)" is a version, "(We Live for Love)" is a name.
_VERSION = re.compile(
    r"\b(?:remix|remixed|rmx|remake|rework|reworked|refix|remode|bootleg|mash ?up|acoustic|unplugged|a ?cappella"
    r"|acappella|instrumental|karaoke|demo|reprise|orchestral|symphonic|stripped|slowed|sped up|nightcore"
    r"|re ?recorded|originally performed by|in the style of|tribute to|made famous by|spotify singles?)\b"
    r"|^(?:live|cover|piano|extended|session)\b"
    r"|\b(?:live|cover|piano|dub|mix|edit|versions?|sessions?|flip|vip|rehearsal|extended|strings|take \d+)$"
    r"|\blive (?:at|in|from|on)\b|\bversion \d+$"
)
_NUMBERED = re.compile(r"\b(?:pt|part|parts)\s(?:\d+|[ivx]+|one|two|three|four)\b")

_INNER = re.compile(r"\s*[/;,|]\s*")


def pieces(part: str) -> list[str]:
    """The things that one pair of brackets says: ``Live / Remastered 2011`` → ``Live``, ``Remastered 2011``."""
    return _INNER.split(part)


def is_reissue(piece: str) -> bool:
    """Whether this says how the same recording was sold again ("2011 Remaster", "Radio Edit"); blank pieces do."""
    words = fold(piece)
    return not words or (not _OTHER_SONG.search(words) and _REISSUE.fullmatch(words) is not None)


def is_version(part: str) -> bool:
    """Whether this names another performance or arrangement ("Live at Wembley, 1986", "Somebody Remix").

    A numbered part ("Pt. 2") is a song of its own, remixed or not.
    """
    if _NUMBERED.search(fold(part)):
        return False
    return any(_VERSION.search(fold(piece)) for piece in pieces(part))
