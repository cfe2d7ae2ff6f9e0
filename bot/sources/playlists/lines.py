"""Text line by line, with every limit kept."""

from __future__ import annotations

from collections.abc import Iterator

from bot.sources.playlists.entries import Gathering

LONGEST_LINE = 1_000


def lines_of(text: str, gathered: Gathering, *, comment: str | None = None) -> Iterator[tuple[int, str]]:
    """Number and words of each line that is not blank; a long one is cut, what is beyond the limit only counted.

    Args:
        comment: lines that begin so are never counted as songs.
    """
    for number, whole in enumerate(text.splitlines(), start=1):
        line = " ".join(whole[:LONGEST_LINE].split())
        if not line:
            continue
        if not gathered.room:
            if comment is None or not line.startswith(comment):
                gathered.pass_over()
            continue
        if len(whole) > LONGEST_LINE:
            gathered.cut += 1
        yield number, line
