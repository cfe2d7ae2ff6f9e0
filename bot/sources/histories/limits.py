"""How much of a history is read, so that no file can cost more than a little memory and a few minutes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one import; the defaults hold ten times what the longest real exports have.

    Attributes:
        upload: bytes of the file itself.
        unpacked: bytes of the histories in it, as declared and as counted while they are read.
        ratio: how many times its packed size a history may be; listening histories stay under 40.
        record: bytes of one play.
        files: entries of the archive; names: bytes of its table of contents.
        plays: plays of one import; what is beyond is left out and told.
    """

    upload: int = 512 * 1024**2
    unpacked: int = 2 * 1024**3
    ratio: int = 200
    record: int = 1024**2
    files: int = 10_000
    names: int = 4 * 1024**2
    plays: int = 2_000_000
