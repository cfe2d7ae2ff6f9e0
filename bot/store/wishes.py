"""What a member asks for in one answer, small enough to be stored with the post and asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from bot.store.records import ChannelId, ItemKind, MemberId, SongId
from recommender import Dial

MOST = 12
DEFAULT = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What songs are asked for.

    Attributes:
        seed: a song to start from.
        seeds: songs to start from together; none of them comes.
        artist: an artist to start from, as the catalogue spells the name.
        mood: free text.
        people: for whom; nobody means whoever asks.
        named: those of them who let others see for whom a song is.
        room: the voice channel that they sit in, where they were not named one by one.
        everybody: for the whole server.
        kind: songs, or one sort of what is spoken.
        count: how many songs, 1 to 12.
        of_list, of_ask: the list or the ask that it comes from.
        private: whether the answer is for the member alone.
    """

    seed: SongId | None = None
    seeds: tuple[SongId, ...] = ()
    artist: str = ""
    mood: str = ""
    people: tuple[MemberId, ...] = ()
    named: tuple[MemberId, ...] = ()
    room: ChannelId | None = None
    everybody: bool = False
    kind: ItemKind = ItemKind.SONG
    dial: Dial = Dial.BALANCED
    count: int = DEFAULT
    of_list: int | None = None
    of_ask: int | None = None
    private: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", min(max(self.count, 1), MOST))

    @property
    def open(self) -> bool:
        """Whether it starts from nothing but a taste."""
        return self.seed is None and not (self.seeds or self.artist or self.mood)

    @property
    def own(self) -> bool:
        """Whether it is for whoever asks, and nobody else."""
        return not (self.people or self.everybody)

    def stored(self) -> dict[str, object]:
        """The wish as JSON values."""
        return {
            "seed": self.seed,
            "seeds": list(self.seeds),
            "artist": self.artist,
            "mood": self.mood,
            "people": list(self.people),
            "named": list(self.named),
            "room": self.room,
            "everybody": self.everybody,
            "kind": self.kind.value,
            "dial": self.dial.value,
            "count": self.count,
            "of_list": self.of_list,
            "of_ask": self.of_ask,
            "private": self.private,
        }

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Self:
        """The wish that a post was made for; what is missing or strange, as in posts from before, is left out."""
        names = ("seed", "room", "count", "of_list", "of_ask")
        seed, room, count, of_list, of_ask = (_number(query.get(name)) for name in names)
        return cls(
            seed=None if seed is None else SongId(seed),
            seeds=tuple(SongId(each) for each in _numbers(query.get("seeds"))),
            artist=_words(query.get("artist")),
            mood=_words(query.get("mood")),
            people=tuple(MemberId(each) for each in _numbers(query.get("people"))),
            named=tuple(MemberId(each) for each in _numbers(query.get("named"))),
            room=None if room is None else ChannelId(room),
            everybody=query.get("everybody") is True,
            kind=ItemKind(str(query.get("kind") or ItemKind.SONG.value)),
            dial=Dial(str(query.get("dial") or Dial.BALANCED.value)),
            count=DEFAULT if count is None else count,
            of_list=of_list,
            of_ask=of_ask,
            private=query.get("private") is True,
        )


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _numbers(value: object) -> list[int]:
    listed = cast("list[object]", value) if isinstance(value, list) else []
    return [each for each in listed if isinstance(each, int)]
