"""What a radio asks the engine: its anchor, what its listeners said of the songs so far, and where they steer it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.store.radio_query import RadioQuery, Toward
from bot.store.records import MemberId, SongId, Verb
from recommender import Dial
from recommender.moods import Mood

Weights = Mapping[SongId, float]

# How the engine calls what a radio is steered to, and how loudly it is wished for: as what is learnt from taps is.
WORDS = {Toward.CALMER: "calm", Toward.LIVELIER: "energetic"}
STEERED, STEERED_TAGS = 1.5, 1.1
NEW_DECADE, LAST_DECADE = 1.5, 0.9
# What is left of the anchor's pull on a stranger radio, and beside songs that more was asked of.
LOOSE, TURNED = 0.4, 0.4
# So many members' "more like this" count at a time, the newest of each.
TURNS = 3

# What a tap says beside an anchor of 1, and what is left of it one song later.
SAID = {Verb.LIKE: 0.6, Verb.SKIP: -0.3, Verb.DISLIKE: -1.0}
FADE = 0.9
# All that one member said weighs so much at most, and all of them together no more than this: the anchor keeps its share.
MOST_OF_ONE, MOST_OF_ALL = 1.0, 1.5

# The sound that is wished for: the anchor counts as so many songs, all taps of one who is alone as so many at most. Where
# several take part, one of them counts no more than the anchor does.
ANCHOR_SONGS, MOST_ALONE = 1.0, 12.0
REMEMBERED = 0.98
SOUND, GENRES = 1.5, 0.8
# What is left of that beside a mood; and so many taps are half of what can be learnt where there is no song to begin with.
BESIDE_MOOD, FEW = 0.4, 3.0


@dataclass(frozen=True, slots=True)
class Tap:
    """What a member says of a song that the radio played.

    Attributes:
        age: how many songs came after it.
    """

    member: MemberId
    song: SongId
    verb: Verb
    age: int


@dataclass(frozen=True, slots=True)
class Course:
    """Where a radio goes: what the engine is asked with."""

    seeds: Weights
    tags: Mapping[str, float] = field(default_factory=dict[str, float])
    audio: Mapping[str, float] = field(default_factory=dict[str, float])
    decades: Mapping[int, float] = field(default_factory=dict[int, float])
    dial: Dial = Dial.BALANCED


def course(
    query: RadioQuery,
    anchor: Weights,
    turned: Iterable[SongId],
    taps: Sequence[Tap],
    now: float,
    *,
    alone: bool,
    sound: Callable[[SongId], Mapping[str, float]],
    genres: Callable[[SongId], Mapping[str, float]],
    mood: Callable[[str], Mood],
) -> Course:
    """Add up what a radio is asked for.

    Args:
        anchor: what it was started from, weighted.
        turned: songs that more was asked of, the newest last.
        now: unix time, for what is new.
        alone: whether nobody but who started it takes part.
        sound: how a song sounds beside an ordinary one, by audio feature.
        genres: its genres.
        mood: what a word says of songs.
    """
    turns = list(dict.fromkeys(turned))[-TURNS:]
    pull = (TURNED if turns else 1.0) * (LOOSE if Toward.STRANGER in query.steer else 1.0)
    bound = {song: weight * pull for song, weight in scaled(anchor, 1.0).items()}
    bound |= dict.fromkeys(turns, 1.0)
    most = MOST_ALONE if alone else ANCHOR_SONGS
    # A mood is an anchor of its own: what was learnt beside it only tilts it, as genres do where a mood is steered to.
    heard, part = ({}, BESIDE_MOOD) if query.mood else (bound, 1.0)
    worded = any(direction in WORDS for direction in query.steer)
    tags = wished(heard, taps, genres, (BESIDE_MOOD if worded else part) * GENRES, most)
    audio = wished(heard, taps, sound, part * SOUND, most)
    tags, audio, decades = tags | query.tags, audio | query.audio, dict(query.decades)
    for direction in query.steer:
        if direction in WORDS:
            meant = mood(WORDS[direction])
            audio |= {name: STEERED * weight for name, weight in meant.audio.items()}
            tags |= {name: STEERED_TAGS * weight for name, weight in meant.tags.items()}
        elif direction is Toward.NEWER:
            decade = datetime.fromtimestamp(now, UTC).year // 10 * 10
            decades |= {decade: NEW_DECADE, decade - 10: LAST_DECADE}
    dial = Dial.ADVENTUROUS if Toward.STRANGER in query.steer else Dial.BALANCED
    return Course(_sum(bound, said(taps)), tags, audio, decades, dial)


def said(taps: Iterable[Tap]) -> dict[SongId, float]:
    """What all taps say together: each member's own are held, so that several outweigh one who taps a lot."""
    of_member: defaultdict[MemberId, dict[SongId, float]] = defaultdict(dict)
    for tap in taps:
        of_member[tap.member][tap.song] = SAID[tap.verb] * FADE**tap.age
    held = [scaled(weights, MOST_OF_ONE, stretch=False) for weights in of_member.values()]
    return scaled(_sum(*held), MOST_OF_ALL, stretch=False)


def wished(
    bound: Weights,
    taps: Sequence[Tap],
    told: Callable[[SongId], Mapping[str, float]],
    loudness: float,
    most: float,
) -> dict[str, float]:
    """What to wish for in words: what the anchor and the liked songs have, less what the others have.

    Rocchio's feedback (1971). What else the engine knows tells a radio's genre well and its sound badly.

    Args:
        told: what a song has, by name, the squares adding up to 1.
        loudness: the largest weight of the answer.
        most: the taps of one member count as so many songs at most.
    """
    wanted, unwanted = scaled(bound, ANCHOR_SONGS), dict[SongId, float]()
    for member in dict.fromkeys(tap.member for tap in taps):
        mine = {tap.song: REMEMBERED**tap.age for tap in taps if tap.member == member}
        liked = {tap.song for tap in taps if tap.member == member and tap.verb is Verb.LIKE}
        for song, weight in scaled(mine, most, stretch=False).items():
            side = wanted if song in liked else unwanted
            side[song] = side.get(song, 0.0) + weight
    direction = defaultdict[str, float](float)
    for side, sign, prior in ((wanted, 1.0, 0.0), (unwanted, -1.0, ANCHOR_SONGS)):
        whole = sum(side.values()) + prior
        for song, weight in side.items():
            for name, value in told(song).items():
                direction[name] += sign * weight * value / whole
    tapped = sum(wanted.values()) + sum(unwanted.values())
    sure = 1.0 if bound else tapped / (tapped + FEW)
    loudest = max((abs(value) for value in direction.values()), default=0.0)
    return {name: sure * loudness * value / loudest for name, value in direction.items()} if loudest else {}


def scaled(weights: Weights, length: float, *, stretch: bool = True) -> dict[SongId, float]:
    """The weights, their sizes adding up to a length; without ``stretch`` only if they are more than that."""
    whole = sum(abs(weight) for weight in weights.values())
    if whole <= 0 or (whole <= length and not stretch):
        return dict(weights)
    return {song: weight * length / whole for song, weight in weights.items()}


def _sum(*vectors: Weights) -> dict[SongId, float]:
    total = defaultdict[SongId, float](float)
    for weights in vectors:
        for song, weight in weights.items():
            total[song] += weight
    return dict(total)
