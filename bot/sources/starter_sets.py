"""Larger public catalogues that can be fetched: where they are, what they are, and the checksum that they must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MEGABYTE = 1_000_000


class StarterSet(BaseModel):
    """One file of tracks on the web.

    What it is imported as, its columns say by themselves (see `bot.sources.tracks_csv`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="What the operator calls it.")
    url: str = Field(pattern=r"^https?://[^/?#]+/[^#]*$", description="Of one version that never changes.")
    sha256: Sha256 = Field(description="The checksum of the file, without which nothing is imported.")
    largest: int = Field(default=2_000 * MEGABYTE, ge=1, description="Bytes; a longer file is refused.")
    what: str = Field(description="What is in it, in one sentence.")
    licence: str = Field(description="Under which terms it is, in one sentence.")
    form: str = Field(description="As which form of file it is read: spotify_songs, tracks_csv or starter.")


SETS: Mapping[str, StarterSet] = {
    each.name: each
    for each in (
        StarterSet(
            name="spotify-tracks",
            # The revision is pinned; the checksum is the one that the page of this file shows there.
            url="https://huggingface.co/datasets/maharshipandya/spotify-tracks-dataset/resolve/74c06031718aafcd9d96bf2cd770249d88e0c238/dataset.csv",
            sha256="b202fa49909b2d5cef71a04b1d21243cfeb36414535f2ca9272aa646721177bd",
            largest=25 * MEGABYTE,
            what="114,000 tracks in 114 genres with Spotify's ids, popularity and audio features (20 MB).",
            licence=(
                "its page says BSD; the values come from Spotify, whose developer policy forbids to train models on "
                "them: whether you may is yours to judge."
            ),
            form="tracks_csv",
        ),
    )
}
"""Only sets whose checksum is published beside the file."""
