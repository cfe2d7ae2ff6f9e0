"""The text of an uploaded file, in whichever encoding it was saved."""

from __future__ import annotations

import codecs

from bot.sources.playlists.entries import PlaylistError

MOST_BYTES = 10 * 1024 * 1024

_SEND = "Send a playlist as JSPF, M3U8 or CSV, or paste one song a line."
_NOT_TEXT = {
    b"PK\x03\x04": (
        f"That is a ZIP archive or an Excel workbook, not a list. Unpack it or save it as CSV. {_SEND}",
        "zip",
    ),
    b"%PDF": (f"That is a PDF, not a list. {_SEND}", "pdf"),
    b"\x1f\x8b": (f"That is a packed file. Unpack it first. {_SEND}", "packed"),
}


def text_of(data: bytes) -> str:
    """The text, without its byte-order mark: UTF-8, UTF-16, or else Windows-1252.

    Raises:
        PlaylistError: too large, empty, or no text.
    """
    if len(data) > MOST_BYTES:
        raise PlaylistError(
            "That playlist is larger than 10 MB. Split it, or send only the songs as CSV.", "large"
        )
    for mark, (sentence, reason) in _NOT_TEXT.items():
        if data.startswith(mark):
            raise PlaylistError(sentence, reason)
    text = _decoded(data)
    if not text.strip():
        raise PlaylistError(f"That playlist is empty. {_SEND}", "empty")
    if any(mark in text[:8192] for mark in "\x00\x01\x02\x03\x04\x05\x06\x07\x08"):
        raise PlaylistError(f"That is no text. {_SEND}", "text")
    return text


def _decoded(data: bytes) -> str:
    for encoding in _likely(data):
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except UnicodeError:
            continue
    return data.decode("cp1252", errors="replace")


def _likely(data: bytes) -> tuple[str, ...]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    head = data[:4096]
    # Text with a zero in every second byte is UTF-16 whose mark got lost.
    if len(head) >= 4 and head[1::2].count(0) * 3 > len(head):
        return ("utf-16-le",)
    if len(head) >= 4 and head[::2].count(0) * 3 > len(head):
        return ("utf-16-be",)
    return ("utf-8",)
