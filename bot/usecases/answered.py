"""What a member has answered in a server, for themselves to look through."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.records import FeedbackEvent, MemberId, ServerId, Song, Verb
from bot.usecases.library import Library
from bot.usecases.taste import Tastes

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Answers:
    """One page of a member's answers, the newest first.

    Attributes:
        kind: the only verb that is listed; None for all.
        lines: each answer that counts, with its song.
        page: counted from 0.
        counts: how many answers there are of each verb, on all pages.
    """

    kind: Verb | None
    lines: tuple[tuple[FeedbackEvent, Song], ...]
    page: int
    pages: int
    counts: dict[Verb, int]


class Answered:
    """Reads answers from memory."""

    def __init__(self, tastes: Tastes, library: Library) -> None:
        self._tastes = tastes
        self._library = library

    def page(self, server: ServerId, member: MemberId, kind: Verb | None = None, number: int = 0) -> Answers:
        """A page of what a member thinks now; a number beyond the last page gives the last one."""
        songs = self._library.songs
        known = [
            (event, song)
            for event in self._tastes.said(server, member)
            if (song := songs.get(event.song)) is not None
        ]
        counts = {
            verb: sum(event.verb is verb for event, _ in known) for verb in Verb if verb is not Verb.UNDO
        }
        listed = [(event, song) for event, song in known if kind is None or event.verb is kind]
        pages = max(1, -(-len(listed) // PER_PAGE))
        number = min(max(number, 0), pages - 1)
        lines = tuple(listed[number * PER_PAGE : (number + 1) * PER_PAGE])
        return Answers(kind, lines, number, pages, counts)
