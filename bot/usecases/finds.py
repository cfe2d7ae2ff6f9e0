"""``/finds``: through whom songs came into a server, and how the others took them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store import Store
from bot.store.finds import Credit
from bot.store.records import MemberId, ServerId, Song, SongId, Verb
from bot.usecases.choices import Choices
from bot.usecases.library import Library
from bot.usecases.taste import Tastes

PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Find:
    """A song and through whom it came.

    Attributes:
        member: None where they hide their name, or where it is not known any more.
        at: unix time.
        likes: members who like it, whoever brought it left out.
        shown: on how many cards it stood: those on which it was brought, and those on which Segue chose it.
    """

    song: Song
    member: MemberId | None
    at: float
    likes: int
    shown: int


@dataclass(frozen=True, slots=True)
class FindsPage:
    """One page of finds, the newest first; ``member`` is whose they are, None for everybody's."""

    finds: tuple[Find, ...]
    total: int
    page: int
    pages: int
    member: MemberId | None = None


class Finds:
    """Finds the first who brought a song. What Segue itself had shown before is nobody's find."""

    def __init__(self, store: Store, tastes: Tastes, library: Library, choices: Choices) -> None:
        self._store = store
        self._tastes = tastes
        self._library = library
        self._choices = choices

    async def page(self, server: ServerId, member: MemberId | None = None, number: int = 0) -> FindsPage:
        """A page of a server's finds, or of one member's; a number beyond the last page gives the last one."""
        found = await self._all(server)
        if member is not None:
            found = [(credit, times) for credit, times in found if credit.member == member]
        pages = max(1, -(-len(found) // PER_PAGE))
        number = min(max(number, 0), pages - 1)
        part = found[number * PER_PAGE : (number + 1) * PER_PAGE]
        finds = tuple(self._find(server, credit, times, own=member) for credit, times in part)
        return FindsPage(finds, len(found), number, pages, member)

    async def _all(self, server: ServerId) -> list[tuple[Credit, int]]:
        """The first credit of each song, with how often it was shown; the newest first."""
        given = await self._store.finds.credits(server)
        showings = await self._store.finds.showings(server)
        first: dict[SongId, Credit] = {}
        times: dict[SongId, int] = {}
        for credit in given:
            first.setdefault(credit.song, credit)
            times[credit.song] = times.get(credit.song, 0) + credit.card
        found: list[tuple[Credit, int]] = []
        for song, credit in first.items():
            shown = showings.get(song)
            if song in self._library.songs and (shown is None or credit.at <= shown.first):
                found.append((credit, times[song] + (0 if shown is None else shown.times)))
        return sorted(found, key=lambda pair: (-pair[0].at, pair[0].song))

    def _find(self, server: ServerId, credit: Credit, times: int, *, own: MemberId | None) -> Find:
        likes = [
            event
            for event in self._tastes.verdicts(server, credit.song)
            if event.verb is Verb.LIKE and event.member != credit.member
        ]
        who = credit.member
        if who is not None and who != own and self._choices.member(server, who).hidden:
            who = None
        return Find(self._library.songs[credit.song], who, credit.at, len(likes), times)
