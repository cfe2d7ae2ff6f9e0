"""The uploaded file: a ZIP archive that is looked at before it is believed, or one history by itself."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import BinaryIO

from bot.sources.histories.limits import Limits
from bot.sources.histories.plays import HistoryError

WHAT_TO_SEND = (
    "Send Spotify's “Extended streaming history” (spotify.com → Account → Privacy → Download your data) "
    "or ListenBrainz' export (Settings → Export data), as the ZIP file that arrives."
)

# The full Spotify export, the short one of the account data, and ListenBrainz: one file a month or one for all.
_EXTENDED = re.compile(
    r"(?:Streaming_History_Audio_\d[\d_-]{0,30}|endsong_\d{1,4}|endsong)(?: ?\(\d\))?\.json", re.ASCII
)
_SHORT = re.compile(
    r"StreamingHistory(?:_(?:music|podcast|audiobook))?_?\d{0,4}(?: ?\(\d\))?\.json", re.ASCII
)
_LISTENS = re.compile(r"(?:[\w -]{1,80}/)?listens/\d{4}/\d{1,2}\.jsonl|listens\.jsonl", re.ASCII)
_LISTENS_ONCE = re.compile(r"[\w.-]{1,80}_lb-\d{4}-\d\d-\d\d\.json|listens\.json", re.ASCII)

_END, _ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_END = 22 + 65_535


def opened_archive(file: BinaryIO, limits: Limits) -> zipfile.ZipFile | None:
    """The archive, or None when the file is none.

    Raises:
        HistoryError: its table of contents is broken, or too large to be read.
    """
    file.seek(0)
    if file.read(4) not in {b"PK\x03\x04", _END}:
        return None
    _check_contents(file, limits)
    archive = None
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        archive = None
    if archive is None:
        raise HistoryError(f"That ZIP file is damaged; download it again. {WHAT_TO_SEND}", "damaged")
    return archive


def histories(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    """The listening histories in the archive, by name; the short Spotify form only where the full one is missing.

    Names that lead out of the archive are never a history. Nothing is unpacked to disk.

    Raises:
        HistoryError: there is none, one has a password, or they are too large by what the archive declares.
    """
    entries = [info for info in archive.infolist() if not info.is_dir() and _stays_inside(info.filename)]
    found = [info for info in entries if _extended(info)]
    found = found or [info for info in entries if _SHORT.fullmatch(_last(info))]
    found += [
        info for info in entries if _LISTENS.fullmatch(info.filename) or _LISTENS_ONCE.fullmatch(_last(info))
    ]
    if not found:
        raise _nothing(entries)
    if any(info.flag_bits & 0x1 for info in found):
        raise HistoryError("That ZIP file has a password. Send it without one.", "password")
    if any(info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for info in found):
        raise HistoryError(f"That ZIP file was packed in an unusual way. {WHAT_TO_SEND}", "unusual")
    if sum(info.file_size for info in found) > limits.unpacked:
        raise _too_large(limits)
    if any(info.file_size > max(limits.record, info.compress_size * limits.ratio) for info in found):
        raise HistoryError(
            f"That ZIP file unpacks to far more than a listening history. {WHAT_TO_SEND}", "bomb"
        )
    return sorted(found, key=lambda info: info.filename)


def label(info: zipfile.ZipInfo) -> str:
    """What to call a history in a report: nothing of its name that may be the member's."""
    last = _last(info)
    if _EXTENDED.fullmatch(last) or _SHORT.fullmatch(last):
        return last
    return "/".join(info.filename.split("/")[-3:]) if _LISTENS.fullmatch(info.filename) else "the listens"


def checked_size(file: BinaryIO, limits: Limits) -> int:
    """The size of the upload in bytes; nothing of it is read.

    Raises:
        HistoryError: it is empty or too large.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise HistoryError(f"That file is empty. {WHAT_TO_SEND}", "empty")
    if size > limits.upload:
        megabytes = limits.upload // 1024**2
        raise HistoryError(
            f"That file is larger than {megabytes} MB. {WHAT_TO_SEND}", "large", most=megabytes
        )
    return size


def _too_large(limits: Limits) -> HistoryError:
    megabytes = limits.unpacked // 1024**2
    return HistoryError(
        f"That history is larger than {megabytes} MB unpacked. Send its files in several parts.",
        "unpacked",
        most=megabytes,
    )


def _check_contents(file: BinaryIO, limits: Limits) -> None:
    """Read how long the table of contents is, before anybody builds it in memory; it may lie, but then it is broken."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _LONGEST_END - 20))
    tail = file.read()
    end = len(tail) - 22 if tail[-22:].startswith(_END) and tail.endswith(b"\0\0") else tail.rfind(_END)
    if end < 0 or len(tail) - end < 22:
        raise HistoryError(f"That ZIP file is cut off; download it again. {WHAT_TO_SEND}", "cut")
    entries, length = struct.unpack("<HI", tail[end + 10 : end + 16])
    if tail[max(0, end - 20) : end].startswith(_ZIP64) or entries > limits.files or length > limits.names:
        raise HistoryError(f"That ZIP file holds too many files. {WHAT_TO_SEND}", "many")


def _extended(info: zipfile.ZipInfo) -> bool:
    return _EXTENDED.fullmatch(_last(info)) is not None


def _last(info: zipfile.ZipInfo) -> str:
    return info.filename.rsplit("/", 1)[-1]


def _stays_inside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return not name.startswith(("/", "\\")) and ".." not in parts and ":" not in parts[0]


def _nothing(entries: list[zipfile.ZipInfo]) -> HistoryError:
    if any(_last(info).lower().endswith(".zip") for info in entries):
        return HistoryError(
            f"That ZIP file holds another ZIP file. Unpack it and send the inner one. {WHAT_TO_SEND}",
            "nested",
        )
    return HistoryError(f"There is no listening history in that ZIP file. {WHAT_TO_SEND}", "nothing")
