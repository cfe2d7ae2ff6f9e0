"""What a song is called: the title that members read, the key of a song and the key of a work."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.folding import fold
from bot.sources.marks import is_reissue, is_version, pieces

_YEAR = re.compile(r"(19|20)\d\d")
_NESTED = re.compile(r"([(\[{][^()\[\]{}]*)[(\[{]([^()\[\]{}]*)[)\]}]")
_PARTS = re.compile(r"([(\[{][^()\[\]{}]*[)\]}])|(\s+[-–—~]+\s+)")
_PARTS_AS_WRITTEN = re.compile(r"(\s*[(\[{](?:[^()\[\]{}]|[(\[{][^()\[\]{}]*[)\]}])*[)\]}])|(\s+[-–—~]+\s+)")
_DASHES = " -–—~\t\u00a0"
_GUESTS = re.compile(r"(?<!\d)\s+(?:featuring|feat|ft)\b\.?(?!\s+of\b)\s*\S.*$", re.IGNORECASE)
_ONLY_GUESTS = re.compile(r"^\s*(?:featuring|feat|ft|with)\b\.?\s*\S", re.IGNORECASE)
_TRAILING = re.compile(
    r"(?<=\S)\s+(?:(?:19|20)\d\d\s+(?:digital\s+)?remaster(?:ed)?(?:\s+version)?"
    r"|(?:digitally\s+)?remastered(?:\s+version)?(?:\s+in)?(?:\s+(?:19|20)\d\d)?|remaster\s+(?:19|20)\d\d)\s*$",
    re.IGNORECASE,
)
# Where a title has none of these there is nothing to take off.
_MARKED = re.compile(r"[()\[\]{}]|\s[-–—~]|featuring|feat|ft|remaster", re.IGNORECASE)
# Without brackets only what can hardly be a name: "Long Live" is one.
_TRAILING_VERSION = re.compile(
    r"(?<=\S)\s+(?:remix|karaoke|instrumental|(?:live|acoustic|piano|demo|instrumental|karaoke|cover) version)\s*$",
    re.IGNORECASE,
)


def song_key(artist: str, title: str) -> str:
    """The key that all recordings of one song share: ``artist|title``, folded, without guests and re-issue marks.

    Of several artists (separated by ``;``) the first one counts. Live, remix, acoustic, cover, instrumental and
    karaoke versions and numbered parts are other songs and keep their words.
    """
    return f"{_settled(_first(artist, ';'))}|{_settled(title)}"


def work_key(artist: str, title: str) -> str:
    """The key that all versions of one song share: its `song_key` without marks of live, remix, acoustic and the like.

    Numbered parts stay apart. Of several artists (separated by ``;`` or, as songs of the catalogue have them, by
    ``,``) the first one counts.
    """
    bare = _TRAILING_VERSION.sub("", _reduced(title, versions=True))
    return f"{_settled(_first(artist, ';,'))}|{_settled(bare)}"


def song_title(title: str) -> str:
    """The title without the re-issue marks of one recording, for reading; guests and versions stay.

    It always has the same `song_key` as the whole title, which is returned where nothing else would do.
    """
    kept: list[str] = []
    dash = ""
    for part in filter(None, _PARTS_AS_WRITTEN.split(title)):
        if not part.strip(_DASHES):
            dash = part
            continue
        shown = _without_marks(part, marked=bool(dash) or part.lstrip()[:1] in "([{")
        if shown:
            kept.append(dash + shown)
        dash = ""
    if kept and "".join(kept) != title:  # "Song - 2011 - Remaster" leaves a year behind
        kept = [kept[0], *(part for part in kept[1:] if not _YEAR.fullmatch(part.strip(_DASHES + "()[]{}")))]
    shown = "".join(kept).strip()
    return shown if shown != title and _settled(shown) == _settled(title) else title


def _without_marks(part: str, *, marked: bool) -> str:
    """A part of a title, as written, without the pieces that are re-issue marks; empty when there are no others."""
    if not marked:
        return _TRAILING.sub("", part)
    bracketed = part.lstrip()[:1] in "([{"
    content = part.strip()[1:-1] if bracketed else part
    if _ONLY_GUESTS.match(content):
        return part
    said = [piece for piece in pieces(content) if piece.strip()]
    sound = [piece.strip() for piece in said if not is_reissue(piece)]
    if len(sound) == len(said):
        return part if bracketed else _TRAILING.sub("", part)
    told = ", ".join(sound)
    return f" {part.strip()[0]}{told}{part[-1]}" if told and bracketed else told


def _first(artists: str, marks: str) -> str:
    if not any(mark in artists for mark in marks):
        return artists
    return next((name for name in re.split(f"[{marks}]", artists) if name.strip()), artists)


@lru_cache(maxsize=20_000)
def _settled(text: str) -> str:
    """Reduce until nothing changes: a mark may come to light when another one is gone.

    The last ones are remembered: a history names the same artists and songs again and again.
    """
    for _ in range(12):
        reduced = fold(_reduced(text)) or fold(text)
        if reduced == text:
            break
        text = reduced
    return text


def _reduced(text: str, *, versions: bool = False) -> str:
    """The text without guests and re-issue marks, with ``versions`` without version marks too.

    The whole text where nothing else would be left.
    """
    if not _MARKED.search(text):
        return f" {text}"
    flat = text
    while (flatter := _NESTED.sub(r"\1 \2 ", flat)) != flat:
        flat = flatter
    kept: list[str] = []
    dropped = dashed = False
    for part in _PARTS.split(flat):
        if not part or not part.strip():
            continue
        if not part.strip(_DASHES):
            dashed = True
            continue
        bracketed = part[0] in "([{" and part[-1] in ")]}"
        content = part[1:-1] if bracketed else part
        marked, dashed = bracketed or dashed, False
        if marked and (_ONLY_GUESTS.match(content) or (versions and is_version(content))):
            continue
        if marked:
            sound = [piece for piece in pieces(content) if not is_reissue(piece)]
            dropped = dropped or not sound
            content = " ".join(sound)
        kept.append(_TRAILING.sub("", _GUESTS.sub("", f" {content}")))
    if dropped and len(kept) > 1:  # "Song - 2011 - Remaster" leaves a year behind
        kept = [kept[0], *(part for part in kept[1:] if not _YEAR.fullmatch(part.strip()))]
    return " ".join(kept) if any(fold(part) for part in kept) else flat
