"""Reading a playlist, whatever it is written in."""

from __future__ import annotations

from bot.sources.playlists.encoding import MOST_BYTES, text_of
from bot.sources.playlists.entries import Form, Gathering, PlaylistError, PlaylistReading
from bot.sources.playlists.jspf import read_jspf
from bot.sources.playlists.m3u import read_m3u
from bot.sources.playlists.pasted import read_pasted
from bot.sources.playlists.table import is_table, read_table

_READERS = {Form.JSPF: read_jspf, Form.M3U: read_m3u, Form.CSV: read_table, Form.PASTED: read_pasted}


def read_playlist(data: bytes | str, filename: str = "") -> PlaylistReading:
    """Read a playlist: JSPF, M3U(8), CSV or pasted lines, told by its content first and its name second.

    Blocking: a usual list takes a few milliseconds, the worst 10 MB about ten seconds, so call it in a thread.

    Args:
        data: the bytes of a file (10 MB at most), or text that a member typed.
        filename: as uploaded; only its ending is looked at.

    Raises:
        PlaylistError: nothing can be read from it; the sentence says what to send instead.
    """
    if isinstance(data, str) and len(data) > MOST_BYTES:
        raise PlaylistError(
            "That is more than 10 MB of text. Split it, or send only the songs as CSV.", "large"
        )
    text = text_of(data.encode("utf-8", errors="replace") if isinstance(data, str) else data)
    form = _form(text, filename.lower())
    gathered = Gathering()
    _READERS[form](text, gathered)
    found = gathered.reading(form)
    if not found.entries:
        first = f" (line {found.problems[0].line}: {found.problems[0].why})" if found.problems else ""
        raise PlaylistError(
            f"No song could be read from that playlist{first}. "
            "Write one song a line as “Artist - Title”, or send a file as CSV, M3U8 or JSPF.",
            "unread",
        )
    return found


def _form(text: str, filename: str) -> Form:
    start = text[:2_000].lstrip()
    if start.startswith(("{", "[{")) or filename.endswith(".jspf"):
        return Form.JSPF
    if start.startswith(("<?xml", "<!DOCTYPE", "<!doctype", "<html", "<playlist")):
        raise PlaylistError(
            "That is a web page or XML. Export the playlist as JSPF, M3U8 or CSV instead.", "page"
        )
    if start.upper().startswith(("#EXTM3U", "#EXTINF")) or filename.endswith((".m3u", ".m3u8")):
        return Form.M3U
    if filename.endswith((".csv", ".tsv")) or is_table(text):
        return Form.CSV
    return Form.PASTED
