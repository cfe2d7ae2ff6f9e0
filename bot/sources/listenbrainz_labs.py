"""ListenBrainz Labs: recordings and artists that are heard in the same sessions, without a token.

Experiments of ListenBrainz on another host. Answers come in no sure order and with duplicates; scores count shared
sessions and have no upper bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bot.sources.errors import SourceNotFound
from bot.sources.listenbrainz_shapes import LABEL as SITE
from bot.sources.listenbrainz_shapes import NAME as SONGS
from bot.sources.listenbrainz_shapes import PAGES, cover, first_id
from bot.sources.outbound import Metrics, Outbound, Policy
from bot.sources.protocol import (
    FoundArtist,
    FoundSong,
    SimilarArtist,
    SimilarSong,
    SourceId,
    SourceName,
)
from bot.sources.reading import (
    Answer,
    Count,
    MaybeIdent,
    MaybeMbid,
    MaybeName,
    Name,
    NeededMbid,
    known,
    mbid,
    rows,
)

NAME = SourceName("listenbrainz_labs")
LABEL = f"{SITE} Labs"
POLICY = Policy(
    name=NAME,
    label=LABEL,
    base="https://labs.api.listenbrainz.org",
    calls=28,
    per_seconds=10.0,
    quota_seconds=10.0,
)
NOTHING_LISTED = "empty list"
Found = TypeVar("Found", FoundSong, FoundArtist)


class Algorithms(BaseModel):
    """By which data sets likeness is told; the service takes those that it has computed and refuses others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    songs: str = Field(
        default="session_based_days_9000_session_300_contribution_5_threshold_15_limit_50_skip_30",
        pattern=r"^[A-Za-z0-9_]{1,200}$",
        description="For similar recordings; a wrong name is answered with the names that there are.",
    )
    artists: str = Field(
        default="session_based_days_7500_session_300_contribution_5_threshold_10_limit_100_filter_True_skip_30",
        pattern=r"^[A-Za-z0-9_]{1,200}$",
        description="For similar artists; a wrong name is answered with the names that there are.",
    )


class _Recording(Answer):
    recording_mbid: NeededMbid
    recording_name: Name
    artist_credit_name: Name
    artist_credit_mbids: object = None
    release_name: MaybeName = None
    release_mbid: MaybeMbid = None
    caa_id: MaybeIdent = None
    caa_release_mbid: MaybeMbid = None
    score: Count = None


class _Artist(Answer):
    artist_mbid: NeededMbid
    name: Name
    comment: MaybeName = None
    score: Count = None


class ListenBrainzLabs:
    """Asks the data sets of ListenBrainz Labs; what they tell of is stored as ListenBrainz'."""

    name = NAME

    def __init__(self, outbound: Outbound, *, algorithms: Algorithms | None = None) -> None:
        self._outbound = outbound
        self._algorithms = algorithms or Algorithms()

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def similar_songs(self, song: FoundSong, *, limit: int = 25) -> tuple[SimilarSong, ...]:
        """Recordings near one that has an MBID; the nearest has a likeness of 1."""
        seed = known(mbid(song.mbid), LABEL)
        query = {"recording_mbids": seed, "algorithm": self._algorithms.songs}
        found = _ranked(await self._scored("similar-recordings/json", _songs, query), seed)
        return tuple(SimilarSong(near, likeness) for near, likeness in found[: max(limit, 0)])

    async def similar_artists(self, artist: FoundArtist, *, limit: int = 25) -> tuple[SimilarArtist, ...]:
        """Artists near one that has an MBID; the nearest has a likeness of 1."""
        seed = known(mbid(artist.mbid), LABEL)
        query = {"artist_mbids": seed, "algorithm": self._algorithms.artists}
        found = _ranked(await self._scored("similar-artists/json", _artists, query), seed)
        return tuple(SimilarArtist(near, likeness) for near, likeness in found[: max(limit, 0)])

    async def related_artists(self, artist_id: SourceId, *, limit: int = 20) -> tuple[FoundArtist, ...]:
        """Artists near the one with this MBID, nearest first."""
        seed = FoundArtist(SONGS, artist_id, "", mbid=known(mbid(artist_id), LABEL))
        return tuple(near.artist for near in await self.similar_artists(seed, limit=limit))

    async def _scored(
        self, path: str, read: Callable[[object], tuple[tuple[Found, int], ...]], query: dict[str, str]
    ) -> tuple[tuple[Found, int], ...]:
        try:
            return await self._outbound.get(path, read, query=query)
        except SourceNotFound as error:
            if error.detail == NOTHING_LISTED:
                return ()
            raise


def _ranked(found: Iterable[tuple[Found, int]], seed: str) -> list[tuple[Found, float]]:
    """Each once with its best score, without the seed, nearest first; scores as parts of the best one."""
    best: dict[SourceId, tuple[Found, int]] = {}
    for near, score in found:
        if near.id != seed and (near.id not in best or best[near.id][1] < score):
            best[near.id] = (near, score)
    most = max((score for _, score in best.values()), default=0) or 1
    ranked = sorted(best.values(), key=lambda scored: (-scored[1], scored[0].id))
    return [(near, score / most) for near, score in ranked]


def _songs(answer: object) -> tuple[tuple[FoundSong, int], ...]:
    if answer == []:
        raise SourceNotFound(LABEL, NOTHING_LISTED)
    return tuple((_song_of(row), row.score or 0) for row in rows(_Recording, answer))


def _artists(answer: object) -> tuple[tuple[FoundArtist, int], ...]:
    if answer == []:
        raise SourceNotFound(LABEL, NOTHING_LISTED)
    return tuple((_artist_of(row), row.score or 0) for row in rows(_Artist, answer))


def _song_of(row: _Recording) -> FoundSong:
    return FoundSong(
        source=SONGS,
        id=SourceId(row.recording_mbid),
        title=row.recording_name,
        artists=(row.artist_credit_name,),
        artist_id=first_id(row.artist_credit_mbids),
        album=row.release_name,
        album_id=SourceId(row.release_mbid) if row.release_mbid else None,
        mbid=row.recording_mbid,
        artwork=cover(row.caa_id, row.caa_release_mbid),
        link=f"{PAGES}/recording/{row.recording_mbid}",
    )


def _artist_of(row: _Artist) -> FoundArtist:
    return FoundArtist(
        source=SONGS,
        id=SourceId(row.artist_mbid),
        name=row.name,
        mbid=row.artist_mbid,
        note=row.comment,
        link=f"{PAGES}/artist/{row.artist_mbid}",
    )
