"""Names as they are written and as they are compared: display titles, search text and the key of a song."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

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
_YEAR = re.compile(r"(19|20)\d\d")

_NESTED = re.compile(r"([(\[{][^()\[\]{}]*)[(\[{]([^()\[\]{}]*)[)\]}]")
_PARTS = re.compile(r"([(\[{][^()\[\]{}]*[)\]}])|(\s+[-–—~]+\s+)")
_INNER = re.compile(r"\s*[/;,|]\s*")
_GUESTS = re.compile(r"(?<!\d)\s+(?:featuring|feat|ft)\b\.?(?!\s+of\b)\s*\S.*$", re.IGNORECASE)
_ONLY_GUESTS = re.compile(r"^\s*(?:featuring|feat|ft|with)\b\.?\s*\S", re.IGNORECASE)
_TRAILING = re.compile(
    r"(?<=\S)\s+(?:(?:19|20)\d\d\s+(?:digital\s+)?remaster(?:ed)?(?:\s+version)?"
    r"|(?:digitally\s+)?remastered(?:\s+version)?(?:\s+in)?(?:\s+(?:19|20)\d\d)?|remaster\s+(?:19|20)\d\d)\s*$",
    re.IGNORECASE,
)

_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_LETTER_SIGNS = ((re.compile(r"(?<=\w)\$(?=\w)|\$(?=[^\W\d])"), "s"), (re.compile(r"(?<=\w)!(?=\w)"), "i"))
_NOT_WORD = re.compile(r"[^a-z0-9]+")

# UTF-8 read as Latin-1 or Windows-1252 always begins a character with one of these.
_MOJIBAKE = re.compile(r"[Â-ßà-ô][\x80-¿ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
_KEPT_FORMATS = frozenset("\u200c\u200d")  # join Persian letters and emoji


def fold(text: str) -> str:
    """Lower-case ASCII words for comparing: accents and scripts folded, punctuation out, one space between.

    Text without a single letter or digit ("!!!") stays as it is, so that the result is empty for blank text only.
    """
    plain = text if text.isascii() else anyascii(unicodedata.normalize("NFKC", text))
    plain = _INITIALS.sub("", _APOSTROPHES.sub("", plain.lower()))
    for sign, letter in _LETTER_SIGNS:
        plain = sign.sub(letter, plain)
    plain = _NOT_WORD.sub(" ", plain.replace("&", " and ")).strip()
    return plain or " ".join(unicodedata.normalize("NFKC", text.casefold()).split())


def display_title(title: str) -> str:
    """The title as a member should read it: encoding accidents repaired, invisible characters and odd spaces out."""
    text = " ".join(_legible(title).split())
    # Text that was mangled twice, or whose damage hid behind an invisible character.
    return text if text == title else display_title(text)


def song_key(artist: str, title: str) -> str:
    """The key that all recordings of one song share: ``artist|title``, folded, without guests and re-issue marks.

    Of several artists (separated by ``;``) the first one counts. Live, remix, acoustic, cover, instrumental and
    karaoke versions and numbered parts are other songs and keep their words.
    """
    first = next((name for name in artist.split(";") if name.strip()), artist)
    return f"{_settled(first)}|{_settled(title)}"


def _legible(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(char for char in _unmangled(text) if _shown(char)))


def _shown(char: str) -> bool:
    category = unicodedata.category(char)
    return category not in {"Cc", "Cs", "Cf"} or char.isspace() or char in _KEPT_FORMATS


def _unmangled(text: str) -> str:
    """``BeyoncÃ©`` → ``Beyoncé``, when the text reads as UTF-8 from end to end; else unchanged."""
    if not _MOJIBAKE.search(text):
        return text
    raw = bytearray()
    for char in text:
        try:
            raw += char.encode("cp1252")
        except UnicodeEncodeError:
            if ord(char) > 0xFF:
                return text
            raw.append(ord(char))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return text


def _settled(text: str) -> str:
    """Reduce until nothing changes: a mark may come to light when another one is gone."""
    for _ in range(12):
        reduced = fold(_reduced(text)) or fold(text)
        if reduced == text:
            break
        text = reduced
    return text


def _reduced(text: str) -> str:
    """The text without guests and re-issue marks; the whole text where nothing else would be left."""
    while (flat := _NESTED.sub(r"\1 \2 ", text)) != text:
        text = flat
    kept: list[str] = []
    dropped = dashed = False
    for part in _PARTS.split(text):
        if not part or not part.strip():
            continue
        if not part.strip(" -–—~\t\u00a0"):
            dashed = True
            continue
        bracketed = part[0] in "([{" and part[-1] in ")]}"
        content = part[1:-1] if bracketed else part
        if (bracketed or dashed) and _ONLY_GUESTS.match(content):
            continue
        if bracketed or dashed:
            pieces = [piece for piece in _INNER.split(content) if not _is_reissue(piece)]
            dropped = dropped or not pieces
            content = " ".join(pieces)
        dashed = False
        kept.append(_TRAILING.sub("", _GUESTS.sub("", f" {content}")))
    if dropped and len(kept) > 1:  # "Song - 2011 - Remaster" leaves a year behind
        kept = [kept[0], *(part for part in kept[1:] if not _YEAR.fullmatch(part.strip()))]
    return " ".join(kept) if any(fold(part) for part in kept) else text


def _is_reissue(piece: str) -> bool:
    words = fold(piece)
    return not words or (not _OTHER_SONG.search(words) and _REISSUE.fullmatch(words) is not None)
