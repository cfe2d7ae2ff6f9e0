"""What Radio Browser answers, and what is made of it."""

from __future__ import annotations

import re

from pydantic import Field

from bot.sources.errors import SourceNotFound
from bot.sources.found import FoundSpoken, SourceId, SourceName, SpokenKind
from bot.sources.reading import (
    LONGEST_TAG,
    Answer,
    Count,
    MaybeLink,
    MaybeName,
    Name,
    NeededMbid,
    Prose,
    distinct,
    rows,
    text,
)

NAME = SourceName("radio_browser")
LABEL = "Radio Browser"
MOST_TAGS = 8
# Many have an icon for browsers only, which Discord does not show.
_PICTURE = re.compile(r"\.(?:png|jpe?g|webp|gif)(?:\?|$)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class _Station(Answer):
    id: NeededMbid = Field(alias="stationuuid")  # any UUID in lower case
    name: Name
    homepage: MaybeLink = None
    stream: MaybeLink = Field(default=None, alias="url_resolved")
    favicon: MaybeLink = None
    tags: Prose = None
    country: MaybeName = None
    state: MaybeName = None
    languages: MaybeName = Field(default=None, alias="languagecodes")
    works: Count = Field(default=None, alias="lastcheckok")


def stations(answer: object) -> tuple[FoundSpoken, ...]:
    """The stations of a search, each once, without those that did not play when they were last tried."""
    if answer == []:
        raise SourceNotFound(LABEL, "empty list")
    return distinct(_station(row) for row in rows(_Station, answer) if row.works != 0)


def _station(row: _Station) -> FoundSpoken:
    return FoundSpoken(
        source=NAME,
        id=SourceId(row.id),
        kind=SpokenKind.RADIO,
        title=row.name,
        description=" · ".join(dict.fromkeys(filter(None, (row.state, row.country)))) or None,
        genres=_tags(row.tags),
        language=_language(row.languages),
        artwork=row.favicon if _PICTURE.search(row.favicon or "") else None,
        link=row.homepage or row.stream,
    )


def _tags(listed: str | None) -> tuple[str, ...]:
    """Tags come in one text with commas between them."""
    read = (text(part, LONGEST_TAG) for part in (listed or "").split(","))
    return tuple(dict.fromkeys(tag.lower() for tag in read if tag))[:MOST_TAGS]


def _language(listed: str | None) -> str | None:
    """The first of several codes."""
    first = (listed or "").split(",")[0].strip().lower()
    return first if _LANGUAGE.fullmatch(first) else None
