"""Where a song is at a service, by the id that the catalogue has for it."""

from __future__ import annotations

from collections.abc import Mapping

SONG_PAGES: Mapping[str, str] = {
    "spotify": "https://open.spotify.com/track/{}",
    "deezer": "https://www.deezer.com/track/{}",
    "itunes": "https://music.apple.com/us/song/{}",
}
