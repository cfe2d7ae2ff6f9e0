"""A believable server: who is in it, what they like, and the history that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.folding import fold
from bot.preview.shows import shows
from bot.store import Store
from bot.store.records import Entry, EventId, FeedbackEvent, ItemKind, MemberId, ServerId, Song, SongId, Verb

SERVER = "Night Owls"
CHANNEL = "music"
DAY = 86_400.0
HISTORY_DAYS = 70
# The same history at every fresh start.
SEED = 47


@dataclass(frozen=True, slots=True)
class Persona:
    """A demo member: what they like and what they skip, by tag, and whether the others may see it."""

    name: str
    likes: tuple[str, ...]
    skips: tuple[str, ...] = ()
    answers: int = 34
    visible: bool = True


# Everyone you can act as comes first; the newcomer has said nothing yet.
PERSONAS = (
    Persona("Mira", ("trip hop", "dream pop", "shoegaze", "dreamy"), ("metal", "country"), visible=False),
    Persona("Jonas", ("techno", "house", "ambient", "hypnotic", "electronic"), ("country",)),
    Persona("Adaeze", ("afrobeat", "afrobeats", "highlife", "soul", "groovy"), ("metal",), visible=False),
    Persona("Kenji", ("city pop", "jazz", "bossa nova", "funk"), ("punk",)),
    Persona("Lena", ("rap", "neo soul", "r&b", "boom bap"), ("classical",)),
    Persona("Noor (new here)", (), answers=0, visible=False),
    Persona("Tom", ("rock", "grunge", "indie rock", "britpop")),
    Persona("Sofia", ("latin", "salsa", "samba", "mpb", "party")),
    Persona("Elif", ("anatolian rock", "psychedelic rock", "prog rock")),
    Persona("Marek", ("post-punk", "new wave", "synth-pop", "dark")),
    Persona("Aroha", ("reggae", "dub", "ska", "chill")),
    Persona("Priya", ("bollywood", "pop", "disco", "happy")),
    Persona("Yusuf", ("trip hop", "dub", "electronic", "dark")),
    Persona("Clara", ("folk", "singer-songwriter", "melancholic", "tender")),
)
ACTING = 6
# A list that everybody here keeps, a song from each.
SHARED_LIST, ITS_SONGS = "After midnight", 6


def _fondness(song: Song, persona: Persona) -> float:
    tags = {*song.genres, *song.moods}
    liked = sum(tag in tags for tag in persona.likes)
    disliked = sum(tag in tags for tag in persona.skips)
    return float(np.exp(1.6 * liked - 1.5 * disliked))


def history(
    persona: Persona, member: MemberId, server: ServerId, songs: Sequence[Song], now: float
) -> list[FeedbackEvent]:
    """What a member answered over the past ten weeks: mostly likes of what suits them, some skips."""
    if not persona.answers or not songs:
        return []
    rng = np.random.default_rng([SEED, len(persona.name), sum(map(ord, persona.name))])
    fondness = np.array([_fondness(song, persona) for song in songs])
    amount = min(persona.answers, len(songs))
    chosen = rng.choice(len(songs), amount, replace=False, p=fondness / fondness.sum())
    typical = float(np.median(fondness[chosen]))
    times = np.sort(now - rng.uniform(0.5, HISTORY_DAYS, amount) * DAY)
    events: list[FeedbackEvent] = []
    for index, at in zip(chosen, times, strict=True):
        suits = fondness[index] >= typical
        verb = Verb.LIKE if suits or rng.random() < 0.5 else Verb.SKIP if rng.random() < 0.8 else Verb.DISLIKE
        song = SongId(songs[int(index)].id)
        events.append(
            FeedbackEvent(EventId(0), server, member, song, verb, "command", None, None, None, float(at))
        )
    return events


async def remember(store: Store, server: ServerId, members: Sequence[MemberId], now: float) -> int:
    """Write everybody's history; how many events. Does nothing where there is a history."""
    async for _ in store.feedback.replay():
        return 0
    songs = [song for song in await store.catalog.songs() if song.kind is ItemKind.SONG]
    written: list[FeedbackEvent] = []
    for persona, member in zip(PERSONAS, members, strict=True):
        written += await store.feedback.append(history(persona, member, server, songs, now))
        if persona.visible:
            await store.tastes.show(server, member, visible=True, at=now)
    await _share(store, server, written, now)
    await store.catalog.add(shows(), now)
    return len(written)


async def _share(store: Store, server: ServerId, events: Sequence[FeedbackEvent], now: float) -> None:
    """Make the list that everybody keeps, of the newest likes of the first few."""
    liked = {event.member: event.song for event in events if event.verb is Verb.LIKE}
    first = next(iter(liked), None)
    if first is None:
        return
    made = await store.lists.make(
        server=server, maker=first, shared=True, name=SHARED_LIST, key=fold(SHARED_LIST), at=now
    )
    for member, song in list(liked.items())[:ITS_SONGS]:
        if made is not None:
            await store.lists.add(made.id, Entry(song, member, now), most=ITS_SONGS)
