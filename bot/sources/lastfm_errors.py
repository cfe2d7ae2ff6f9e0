"""The errors that Last.fm tells by number."""

from __future__ import annotations

from pydantic import Field

from bot.sources.errors import (
    SourceDown,
    SourceError,
    SourceNotFound,
    SourceNotUnderstood,
    SourceQuota,
    SourceRefused,
)
from bot.sources.lastfm_shapes import LABEL
from bot.sources.reading import Answer, maybe

_NOT_FOUND, _REFUSED, _DOWN, _QUOTA, _HIDDEN = {6, 7}, {4, 9, 10, 14, 26}, {2, 8, 11, 16}, {29}, {17}


class Hidden(SourceRefused):
    """A listener keeps their plays to themselves."""

    sentence = "{source} does not show that listener's plays; they can be opened in its privacy settings."


class _Error(Answer):
    error: int = Field(strict=True)


def told(answer: object) -> SourceError | None:
    """The error that an answer tells of, by Last.fm's own number; its HTTP status often says something else."""
    said = maybe(_Error, answer)
    if said is None:
        return None
    code, detail = said.error, f"error {said.error}"
    if code in _NOT_FOUND:
        return SourceNotFound(LABEL, detail)
    if code in _REFUSED:
        return SourceRefused(LABEL, detail)
    if code in _DOWN:
        return SourceDown(LABEL, detail)
    if code in _QUOTA:
        return SourceQuota(LABEL, detail)
    if code in _HIDDEN:
        return Hidden(LABEL, detail)
    return SourceNotUnderstood(LABEL, detail, unwell=False)
