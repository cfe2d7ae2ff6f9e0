"""Artists and albums as a list names them: by name and by what sources call them, small enough to be kept in a post."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self, cast

from bot.store.records import SongId


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _ids(value: object) -> dict[str, str]:
    given = cast("dict[object, object]", value) if isinstance(value, dict) else {}
    return {str(name): str(each) for name, each in given.items()}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class NamedArtist:
    """An artist.

    Attributes:
        note: tells apart artists of one name.
        country: ISO 3166-1 code.
        tags: what they play, most telling first.
        ids: by source.
        song: one of theirs that is known here.
    """

    name: str
    note: str | None = None
    country: str | None = None
    tags: tuple[str, ...] = ()
    ids: dict[str, str] = field(default_factory=dict[str, str])
    mbid: str | None = None
    song: SongId | None = None

    def kept(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "name": self.name,
            "note": self.note,
            "country": self.country,
            "tags": list(self.tags),
            "ids": self.ids,
            "mbid": self.mbid,
            "song": self.song,
        }

    @classmethod
    def of(cls, kept: object) -> Self:
        """From JSON values, whatever they are."""
        given = cast("dict[str, object]", kept) if isinstance(kept, dict) else {}
        tags = given.get("tags")
        song = _number(given.get("song"))
        return cls(
            name=_text(given.get("name")) or "?",
            note=_text(given.get("note")),
            country=_text(given.get("country")),
            tags=tuple(map(str, cast("list[object]", tags))) if isinstance(tags, list) else (),
            ids=_ids(given.get("ids")),
            mbid=_text(given.get("mbid")),
            song=None if song is None else SongId(song),
        )

    def also(self, other: NamedArtist) -> NamedArtist:
        """With what somebody else says of the same artist."""
        return replace(
            self,
            note=self.note or other.note,
            country=self.country or other.country,
            tags=self.tags or other.tags,
            ids={**other.ids, **self.ids},
            mbid=self.mbid or other.mbid,
            song=self.song or other.song,
        )

    def id_at(self, source: str) -> str | None:
        """What a source calls them; some go by MusicBrainz' ids or by the name alone."""
        if source in {"listenbrainz", "listenbrainz_labs", "musicbrainz"}:
            return self.mbid
        return self.name if source == "lastfm" else self.ids.get(source)


@dataclass(frozen=True, slots=True)
class NamedAlbum:
    """An album; ``ids`` by source."""

    title: str
    artist: str
    year: int | None = None
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def kept(self) -> dict[str, object]:
        """As JSON values."""
        return {"title": self.title, "artist": self.artist, "year": self.year, "ids": self.ids}

    @classmethod
    def of(cls, kept: object) -> Self:
        """From JSON values, whatever they are."""
        given = cast("dict[str, object]", kept) if isinstance(kept, dict) else {}
        return cls(
            title=_text(given.get("title")) or "?",
            artist=_text(given.get("artist")) or "?",
            year=_number(given.get("year")),
            ids=_ids(given.get("ids")),
        )

    def also(self, other: NamedAlbum) -> NamedAlbum:
        """With what somebody else says of the same album."""
        return replace(self, year=self.year or other.year, ids={**other.ids, **self.ids})
