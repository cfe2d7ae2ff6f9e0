"""What a member asks for in one answer, small enough to be stored with the post and asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

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
        seed, room, count, people = (query.get(name) for name in ("seed", "room", "count", "people"))
        listed: list[Any] = [*people] if isinstance(people, list) else []  # pyright: ignore[reportUnknownVariableType]
        return cls(
            seed=SongId(seed) if isinstance(seed, int) else None,
            artist=str(query.get("artist") or ""),
            mood=str(query.get("mood") or ""),
            people=tuple(MemberId(each) for each in listed if isinstance(each, int)),
            room=ChannelId(room) if isinstance(room, int) else None,
            everybody=query.get("everybody") is True,
            kind=ItemKind(str(query.get("kind") or ItemKind.SONG.value)),
            dial=Dial(str(query.get("dial") or Dial.BALANCED.value)),
            count=count if isinstance(count, int) else DEFAULT,
        )
