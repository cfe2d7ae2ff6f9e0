"""Careful readers: what a service sent, as what it should be, or None. No type, size or character is trusted."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Protocol, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from yarl import URL

from bot.sources.errors import SourceNotFound, SourceNotUnderstood
from bot.sources.found import Isrc, Mbid, SourceId
from bot.sources.legible import legible
from bot.sources.tracks_csv.cleaning import sure_date

LONGEST_NAME = 300
LONGEST_PROSE = 1_000
LONGEST_TAG = 60
LONGEST_LINK = 512  # what Discord takes as a link
LONGEST_QUESTION = 200
MOST_ROWS = 500
MOST_NAMES = 20
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_IDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
Checked = TypeVar("Checked", bound=str)
_MARKUP = re.compile(r"<[^<>]{0,200}>")


def text(value: object, longest: int = LONGEST_NAME) -> str | None:
    """A text for reading, of ``longest`` characters at most, cut with an ellipsis; None when there is nothing to see."""
    if not isinstance(value, str):
        return None
    # A megabyte is cut before it is looked at; a character may be hidden or mangled into four.
    shown = legible(value[: 4 * longest])
    if not any(unicodedata.category(char)[0] not in "ZCM" for char in shown):
        return None
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"


def prose(value: object) -> str | None:
    """A description without HTML marks."""
    if not isinstance(value, str):
        return None
    return text(html.unescape(_MARKUP.sub(" ", value[: 4 * LONGEST_PROSE])), LONGEST_PROSE)


def number(value: object, low: float, high: float) -> float | None:
    """A finite number between ``low`` and ``high``; numbers written as text count, true and false do not."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Compared before it is made a float: a whole number of JSON may be too large for one.
    return float(value) if low <= value <= high and math.isfinite(value) else None


def whole(value: object, low: int, high: int) -> int | None:
    """A whole number between ``low`` and ``high``."""
    read = number(value, low, high)
    return int(read) if read is not None and read == int(read) else None


def flag(value: object) -> bool | None:
    """True or false."""
    return value if isinstance(value, bool) else None


def ident(value: object) -> SourceId | None:
    """An id that can stand in a path: letters, digits, dots, hyphens; numbers count, 0 does not."""
    if isinstance(value, int) and not isinstance(value, bool):
        return SourceId(str(value)) if 0 < value < 2**63 else None
    return SourceId(value) if isinstance(value, str) and _IDENT.fullmatch(value) and value != "0" else None


def isrc(value: object) -> Isrc | None:
    """An ISRC, upper case and without hyphens."""
    if not isinstance(value, str) or len(value) > 20:
        return None
    bare = value.replace("-", "").strip().upper()
    return Isrc(bare) if _ISRC.fullmatch(bare) else None


def mbid(value: object) -> Mbid | None:
    """A MusicBrainz id."""
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        read = str(UUID(value))
    except ValueError:
        return None
    return Mbid(read) if read == value.lower() else None


def link(value: object) -> str | None:
    """A web address that Discord takes and that holds no user name, password, space or odd character."""
    if not isinstance(value, str) or not 10 <= len(value) <= LONGEST_LINK:
        return None
    if not value.isascii() or not value.isprintable() or any(char in ' "<>\\^`{|}' for char in value):
        return None
    try:
        url = URL(value)
        port = url.port
    except ValueError:
        return None
    plain = (
        url.scheme in {"http", "https"} and port in {80, 443} and url.user is None and url.password is None
    )
    # The last label of a name begins with a letter; that of a bare address does not.
    return value if plain and re.search(r"\.[a-z][a-z0-9-]+$", url.host or "") else None


def day(value: object) -> str | None:
    """The sure part of a date: ``2012``, ``2012-05`` or ``2012-05-31``."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    return sure_date(value.strip(), latest_year=datetime.now(UTC).year + 1)


def question(words: str) -> str:
    """What is asked, as it may be sent: legible, on one line, at most 200 characters; perhaps empty."""
    return legible(words[: 4 * LONGEST_QUESTION])[:LONGEST_QUESTION].strip()


class _Told(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> SourceId: ...


Told = TypeVar("Told", bound=_Told)


def known(read: Checked | None, source: str) -> Checked:
    """What may be put into a path.

    Raises:
        SourceNotFound: it is no id at all, so the service need not be asked.
    """
    if read is None:
        raise SourceNotFound(source, "not an id")
    return read


def same(found: Told, asked: str, source: str) -> Told:
    """What was found, if it is what was asked for.

    Raises:
        SourceNotUnderstood: the service told of something else.
    """
    if found.id != asked:
        raise SourceNotUnderstood(source, "another id than asked for", unwell=False)
    return found


def _needed(read: Any, value: object) -> Any:
    found = read(value)
    if found is None:
        raise ValueError("needed")
    return found


Name = Annotated[str, BeforeValidator(partial(_needed, text))]
TagName = Annotated[str, BeforeValidator(partial(_needed, partial(text, longest=LONGEST_TAG)))]
MaybeName = Annotated[str | None, BeforeValidator(text)]
Prose = Annotated[str | None, BeforeValidator(prose)]
Ident = Annotated[SourceId, BeforeValidator(partial(_needed, ident))]
MaybeIdent = Annotated[SourceId | None, BeforeValidator(ident)]
MaybeIsrc = Annotated[Isrc | None, BeforeValidator(isrc)]
NeededMbid = Annotated[Mbid, BeforeValidator(partial(_needed, mbid))]
MaybeMbid = Annotated[Mbid | None, BeforeValidator(mbid)]
MaybeLink = Annotated[str | None, BeforeValidator(link)]
Day = Annotated[str | None, BeforeValidator(day)]
Flag = Annotated[bool | None, BeforeValidator(flag)]
Count = Annotated[int | None, BeforeValidator(partial(whole, low=0, high=10**12))]
Seconds = Annotated[int | None, BeforeValidator(partial(whole, low=1, high=86_400))]
Milliseconds = Annotated[int | None, BeforeValidator(partial(whole, low=1, high=86_400_000))]
Bpm = Annotated[float | None, BeforeValidator(partial(number, low=20, high=400))]
Share = Annotated[float | None, BeforeValidator(partial(number, low=0, high=1))]
Decibels = Annotated[float | None, BeforeValidator(partial(number, low=-60, high=5))]
Pitch = Annotated[int | None, BeforeValidator(partial(whole, low=0, high=11))]


class Answer(BaseModel):
    """A documented shape. Unknown fields are ignored, optional ones of a wrong type unknown, needed ones refuse the row."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Row = TypeVar("Row", bound=Answer)


def maybe(model: type[Row], value: object) -> Row | None:
    """The value in this shape, or None."""
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def rows(model: type[Row], value: object, most: int = MOST_ROWS) -> tuple[Row, ...]:
    """The first ``most`` elements of a list, those that can be read.

    Raises:
        ValueError: it is no list, or there are elements and none can be read.
    """
    if not isinstance(value, list):
        raise ValueError("not a list")
    given = cast("list[object]", value)
    read = tuple(row for each in given[:most] if (row := maybe(model, each)) is not None)
    if given and not read:
        raise ValueError("no row can be read")
    return read


def distinct(found: Iterable[Told]) -> tuple[Told, ...]:
    """The first of each id, in their order."""
    first: dict[SourceId, Told] = {}
    for each in found:
        first.setdefault(each.id, each)
    return tuple(first.values())


def maybe_rows(model: type[Row], value: object, most: int = MOST_NAMES) -> tuple[Row, ...]:
    """As `rows`, empty for anything that cannot be read."""
    try:
        return rows(model, value, most)
    except ValueError:
        return ()


def elements(value: object, most: int = MOST_NAMES) -> list[object]:
    """The first ``most`` elements of a list; empty for anything else."""
    return cast("list[object]", value)[:most] if isinstance(value, list) else []


def member(value: object, name: str) -> object:
    """A field of a JSON object.

    Raises:
        ValueError: it is no object or has no such field.
    """
    if not isinstance(value, dict) or name not in value:
        raise ValueError(f"no {name}")
    return cast("dict[str, object]", value)[name]


def maybe_member(value: object, name: str) -> object:
    """A field of a JSON object, or None."""
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None
