"""What comes next on a radio: its post as a question, and the best answers that keep it varied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.store.radio_query import RadioQuery, Toward, Whose
from bot.store.records import MemberId, Post, Slot, SongId, Verb
from bot.usecases.discretion import discreet
from bot.usecases.library import Library
from bot.usecases.picking import Picker, Question
from bot.usecases.share import Share
from bot.usecases.spacing import Spacing
from bot.usecases.steering import Tap, Weights, course
from bot.usecases.taste import Tastes

# The taste of who started a radio from a song only colours it.
TASTE = 0.25
# So many songs of an artist, and of a taste, are what a radio from them is anchored to.
OF_ARTIST, OF_TASTE = 5, 20
# How many songs the engine is asked for, and asked again where the artists of the last songs leave too few.
REACH = (12, 60, 300)
# A stranger radio passes over what is nearest.
STRANGE = 12
# They would tell what one member likes.
TELLING_OF_TASTE = frozenset({"seed", "liked"})


class Foresight:
    """Asks for the next songs of a radio; changes nothing."""

    def __init__(
        self, tastes: Tastes, picker: Picker, library: Library, share: Share, clock: Callable[[], float]
    ) -> None:
        self._share = share
        self._tastes = tastes
        self._picker = picker
        self._library = library
        self._clock = clock

    async def ahead(
        self, post: Post, query: RadioQuery, count: int, told: Sequence[SongId] = ()
    ) -> list[Slot]:
        """Choose the next songs; what was told to come stays first if it still may."""
        question = self.question(post, query)
        songs = self._library.songs
        never = [songs[song] for song in question.leave_out if song in songs]
        played = [songs[slot.song] for slot in post.slots if slot.song in songs]
        begun = [songs[query.seed]] if query.seed is not None and query.seed in songs else []
        found: list[Slot] = []
        over = STRANGE if Toward.STRANGER in query.steer else 0
        for reach in REACH:
            due = self._share.due(post.server, count, coming=told)
            asked = replace(question, count=reach + over, little_known=due / (reach + over))
            picked = await self._picker.pick(asked)
            offered = {slot.song: slot for slot in picked}
            kept = [song for song in told if song in offered or self._still(post, song)]
            nearest = [slot.song for slot in picked]
            fresh = self._share.first([s for s in nearest[over:] or nearest if s not in kept], due)
            spacing = Spacing([*begun, *played], never=never)
            chosen = spacing.choose((songs[song] for song in (*kept, *fresh) if song in songs), count)
            found = [offered.get(song.id, Slot(1, song.id)) for song in chosen]
            if len(found) == count or len(picked) < reach:
                break
        if post.member is not None:
            # What a radio from a taste is anchored to, nobody has named.
            found = discreet(found, self._tastes.untold(post.server, post.member) - self._seeds(query).keys())
        if query.whose is Whose.MEMBER:
            found = [
                replace(slot, reasons=tuple(r for r in slot.reasons if r.kind not in TELLING_OF_TASTE))
                for slot in found
            ]
        return found

    def question(self, post: Post, query: RadioQuery) -> Question:
        """What the engine is asked for a radio's next song."""
        now = self._clock()
        played = [slot.song for slot in post.slots]
        seeds = self._seeds(query)
        taste = {s: w for s, w in self._taste(post, query, now).items() if s not in played}
        taps = self._taps(post, query)
        # Without a song to begin with the taste is the anchor, or else the mood is.
        anchor = seeds if seeds or query.mood else _largest(taste)
        asked = course(
            query,
            anchor,
            self._turned(post, query),
            taps,
            now,
            alone=len(self._members(post, taps)) < 2,
            sound=self._library.sound,
            genres=self._genres,
            mood=self._library.engine.mood,
        )
        unwelcome = {tap.song for tap in taps if tap.verb is not Verb.LIKE}
        return Question(
            server=post.server,
            member=post.member,
            count=1,
            dial=asked.dial,
            seeds=asked.seeds,
            taste=taste if seeds or query.mood else {},
            taste_weight=TASTE,
            tags=asked.tags,
            audio=asked.audio,
            decades=asked.decades,
            leave_out={*seeds, *played, *self._unwanted(post, taps)},
            recent=(*seeds, *(song for song in played if song not in unwelcome)),
            per_artist=1,
        )

    def _genres(self, song: SongId) -> dict[str, float]:
        found = self._library.songs.get(song)
        genres = () if found is None else found.genres
        return {genre: len(genres) ** -0.5 for genre in genres}

    def _still(self, post: Post, song: SongId) -> bool:
        """Whether a song that was told to come may, although the engine would not offer it any more."""
        return post.member is None or song not in self._tastes.answered(post.server, post.member)

    def _seeds(self, query: RadioQuery) -> dict[SongId, float]:
        """The songs that a radio was started from; none where it plays from a taste."""
        of_artist = [] if query.artist is None else self._library.by_artist(query.artist)[:OF_ARTIST]
        seeds = {song: 1.0 / len(of_artist) for song in of_artist}
        return seeds if query.seed is None else {**seeds, query.seed: 1.0}

    def _taste(self, post: Post, query: RadioQuery, now: float) -> Weights:
        of_member = next((each.member for each in post.listeners if each.of_taste), None)
        if query.whose is Whose.MEMBER and of_member is not None:
            return self._tastes.vector(post.server, of_member, now, own=False)
        if query.whose is Whose.ME and post.member is not None:
            return self._tastes.vector(post.server, post.member, now)
        return self._tastes.server_vector(post.server, now)

    def _turned(self, post: Post, query: RadioQuery) -> list[SongId]:
        """The songs that more was asked of, the newest last."""
        slots = {slot.number: slot.song for slot in post.slots}
        turned = sorted(each.turned_to for each in post.listeners if each.turned_to is not None)
        return [*query.anchors[1:], *(slots[number] for number in turned if query.since <= number in slots)]

    def _taps(self, post: Post, query: RadioQuery) -> list[Tap]:
        return [
            Tap(event.member, slot.song, event.verb, age)
            for age, slot in enumerate(reversed(post.slots))
            if slot.number >= query.since
            for event in self._tastes.verdicts(post.server, slot.song)
            if event.post == post.id
        ]

    def _members(self, post: Post, taps: Sequence[Tap]) -> set[MemberId]:
        """Who takes part."""
        started = set[MemberId]() if post.member is None else {post.member}
        return started | {tap.member for tap in taps} | {each.member for each in post.listeners}

    def _unwanted(self, post: Post, taps: Sequence[Tap]) -> set[SongId]:
        """What anybody who takes part never wants again."""
        members = self._members(post, taps)
        return {song for member in members for song in self._tastes.disliked(post.server, member)}


def _largest(taste: Weights) -> dict[SongId, float]:
    """The songs that a taste is most of all."""
    liked = sorted((pair for pair in taste.items() if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))
    return dict(liked[:OF_TASTE])
