"""The calls of Spotify that are made, each by spotipy's method; what is not here cannot be asked.

Most of what spotipy offers beside them was closed to new apps in 2024 or removed in 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import spotipy  # pyright: ignore[reportMissingTypeStubs]

from bot.sources.outbound.question import Question


class Legacy(StrEnum):
    """What only apps from before may still ask for."""

    AUDIO_FEATURES = "audio-features"
    RELATED_ARTISTS = "related-artists"
    RECOMMENDATIONS = "recommendations"
    TOP_TRACKS = "top-tracks"
    BATCH_READS = "batch-reads"


class Client(spotipy.Spotify):
    """spotipy's client with the legacy calls of its own, as spotipy warns of those, and warnings belong to a process."""

    def legacy(self, path: str, query: Mapping[str, str]) -> object:
        """Ask by path."""
        this: Any = self
        return this._get(path, dict(query))


def call(client: Client, question: Question) -> None:
    """Make the call that a question's path names, with its query as arguments.

    Raises:
        LookupError: there is no such call.
    """
    ask: Any = client
    given: dict[str, Any] = dict(question.query)
    match question.path.split("/"):
        case ["search"]:
            ask.search(**given)
        case ["tracks", track]:
            ask.track(track, **given)
        case ["albums", album]:
            ask.album(album, **given)
        case ["albums", album, "tracks"]:
            ask.album_tracks(album, **given)
        case ["artists", artist]:
            ask.artist(artist, **given)
        case ["artists", artist, "albums"]:
            ask.artist_albums(artist, **given)
        case ["playlists", playlist]:
            ask.playlist(playlist, **given)
        case ["playlists", playlist, "items"]:
            ask.playlist_items(playlist, **given)
        case _:
            _spoken_or_legacy(client, question)


def _spoken_or_legacy(client: Client, question: Question) -> None:
    ask: Any = client
    given: dict[str, Any] = dict(question.query)
    match question.path.split("/"):
        case ["shows", show]:
            ask.show(show, **given)
        case ["episodes", episode]:
            ask.episode(episode, **given)
        case ["audiobooks", audiobook]:
            ask.get_audiobook(audiobook, **given)
        case ["artists", _, "related-artists" | "top-tracks"] | [
            "audio-features" | "recommendations" | "tracks"
        ]:
            client.legacy(question.path, given)
        case _:
            raise LookupError("no such call")
