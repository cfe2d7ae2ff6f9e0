"""``/taste``: a member's taste told to themselves, and to others where the member agreed.

What a linked account tells counts for its member alone (``own``), so nothing here rests on it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bot.errors import NameHidden
from bot.store import Store
from bot.store.records import ChannelId, MemberId, Post, PostKind, ServerId, Song, SongId
from bot.usecases import comparing, portrait
from bot.usecases.choices import Choices
from bot.usecases.library import Library
from bot.usecases.mapping import TasteMap, taste_map
from bot.usecases.picking import Picker, Question, numbered
from bot.usecases.taste import MOST_KEPT, Tastes

# Fewer members with a taste, and one could be told from the server's average.
FEWEST_FOR_AVERAGE = 3
FEWEST_ON_MAP, MOST_ON_MAP = 3, 24
# The heaviest songs of a taste: more would change little.
MOST_MEASURED = 400
# The newest likes that the engine is asked about, and how many it may hand over.
MOST_OFFERED, MOST_GIVEN = 15, 3


@dataclass(frozen=True, slots=True)
class Average:
    """A server's taste, taken apart, and the vector that it is of."""

    of: Mapping[SongId, float]
    genres: Mapping[str, float]
    decades: Mapping[str, float]
    features: Mapping[str, float]


class Portraits:
    """Takes tastes apart, compares two, and lays many out on a map."""

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        library: Library,
        picker: Picker,
        choices: Choices,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._choices = choices
        self._tastes = tastes
        self._library = library
        self._picker = picker
        self._clock = clock
        self._averages: dict[ServerId, Average] = {}

    async def show(self, server: ServerId, member: MemberId, *, visible: bool) -> None:
        """Let the others of a server see a member's taste, or no longer; then radios from it go on without it.

        Raises:
            NameHidden: a taste is shown with its name, and theirs is hidden.
        """
        if visible:
            self.check(server, member)
        await self._store.tastes.show(server, member, visible=visible, at=self._clock())
        if not visible:
            await self._store.posts.unname(server, member)
            await self._store.radios.withhold(server, member)
            self._picker.forget_posts()

    async def visible(self, server: ServerId, member: MemberId) -> bool:
        """Whether a member lets the others see their taste."""
        return member in await self.consenting(server)

    async def consenting(self, server: ServerId) -> list[MemberId]:
        """Who lets the others see their taste, and their name with it; longest agreed first."""
        agreed = await self._store.tastes.visible(server)
        return [member for member in agreed if self._choices.named(server, member)]

    def check(self, server: ServerId, member: MemberId) -> None:
        """See that a member's taste may be shown with their name.

        Raises:
            NameHidden: not that.
        """
        if not self._choices.named(server, member):
            raise NameHidden("The name is hidden.")

    async def of(self, server: ServerId, member: MemberId) -> portrait.Portrait | None:
        """A member's taste beside the server's average; None while nothing is known of it."""
        taste = self._taste(server, member)
        if not taste:
            return None
        now, find = self._clock(), self._song
        average = await self._average(server, now)
        own = portrait.means(taste, await self._measured(taste))
        likes = self._tastes.likes(server, member)
        genres, decades = (None, None) if average is None else (average.genres, average.decades)
        return portrait.Portrait(
            songs=len(taste),
            genres=portrait.beside(portrait.genre_shares(taste, find), genres, portrait.MOST_GENRES),
            decades=portrait.beside(portrait.decade_shares(taste, find), decades, portrait.MOST_DECADES),
            features=tuple(
                portrait.Beside(name, own[name], None if average is None else average.features.get(name))
                for name in portrait.FEATURES
                if name in own
            ),
            adventurous=portrait.adventure(likes, find),
            moved=portrait.moved(likes, find, now),
        )

    async def _average(self, server: ServerId, now: float) -> Average | None:
        """A server's taste, worked out once while it stays the same; None where it would give members away."""
        if len(self._tastes.members(server)) < FEWEST_FOR_AVERAGE:
            return None
        vector, kept = self._tastes.server_vector(server, now), self._averages.get(server)
        if kept is None or kept.of is not vector:
            liked = _liked(vector)
            kept = Average(
                vector,
                portrait.genre_shares(liked, self._song),
                portrait.decade_shares(liked, self._song),
                portrait.means(liked, await self._measured(liked)),
            )
            if len(self._averages) >= MOST_KEPT:
                self._averages.clear()
            self._averages[server] = kept
        return kept

    async def compare(
        self, server: ServerId, asker: MemberId, other: MemberId
    ) -> comparing.Comparison | None:
        """What two members share and could give each other; None while nothing is known of one of them."""
        one, also, find = self._taste(server, asker), self._taste(server, other), self._song
        if not one or not also:
            return None
        shares, others = portrait.genre_shares(one, find), portrait.genre_shares(also, find)
        likes, liked = self._tastes.likes(server, asker), self._tastes.likes(server, other)
        both = sorted(likes.keys() & liked.keys(), key=lambda song: -min(likes[song], liked[song]))
        return comparing.Comparison(
            agreement=comparing.agreement(shares, others),
            genres=comparing.shared_genres(shares, others),
            artists=comparing.shared_artists(one, also, find),
            songs=tuple(song for song in both if find(song) is not None)[: comparing.MOST_SHARED],
            for_asker=await self._gifts(server, asker, liked),
            for_other=await self._gifts(server, other, likes),
        )

    async def given(
        self, server: ServerId, asker: MemberId, channel: ChannelId | None, songs: Collection[SongId]
    ) -> Post | None:
        """A post of the songs that somebody could give, so that they can be answered to and heard; None without any."""
        if not songs:
            return None
        return await self._picker.named(
            PostKind.SONG, server=server, member=asker, channel=channel, slots=numbered(list(songs))
        )

    async def agreed(self, server: ServerId) -> list[MemberId]:
        """Who may stand on the map: they agreed, and something is known of their taste."""
        agreed = await self.consenting(server)
        return [member for member in agreed if self._genres(server, member)]

    async def map(self, server: ServerId, members: Collection[MemberId]) -> TasteMap:
        """These members by taste."""
        shares = {member: self._genres(server, member) for member in members}
        return await asyncio.to_thread(taste_map, shares)

    def _taste(self, server: ServerId, member: MemberId) -> dict[SongId, float]:
        return _liked(self._tastes.vector(server, member, self._clock(), own=False))

    def _genres(self, server: ServerId, member: MemberId) -> dict[str, float]:
        return portrait.genre_shares(self._taste(server, member), self._song)

    def _song(self, song: SongId) -> Song | None:
        return self._library.songs.get(song)

    async def _measured(self, taste: Mapping[SongId, float]) -> dict[SongId, dict[str, float]]:
        heaviest = sorted(taste, key=lambda song: -taste[song])[:MOST_MEASURED]
        return await self._store.tastes.measured(heaviest, portrait.FEATURES)

    async def _gifts(
        self, server: ServerId, taker: MemberId, liked: Mapping[SongId, float]
    ) -> tuple[SongId, ...]:
        """Of the newest likes of one, what the engine ranks highest for the other, who does not know it."""
        known = {*self._tastes.answered(server, taker), *self._tastes.heard(taker, own=False)}
        newest = sorted(liked, key=lambda song: -liked[song])
        offered = [song for song in newest if song not in known and self._song(song)][:MOST_OFFERED]
        # Asked for by nobody: of who takes no more is known here than others may know.
        question = Question(server=server, member=None, of=taker, count=1)
        found = self._picker.scores(question, offered, self._clock())
        await asyncio.sleep(0)  # it took a few milliseconds: others come in between
        scores = {song: score for song, score in found.items() if score > 0}
        return tuple(sorted(scores, key=lambda song: -scores[song])[:MOST_GIVEN])


def _liked(vector: Mapping[SongId, float]) -> dict[SongId, float]:
    return {song: weight for song, weight in vector.items() if weight > 0}
