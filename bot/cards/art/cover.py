"""The sleeve of a song, from its title, its artist and its tags."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from bot.cards.art import posters
from bot.cards.art.canvas import Canvas
from bot.cards.art.lettering import plain, set_title, settable
from bot.cards.art.moods import FAMILIES, LOUD, mood
from bot.cards.art.palette import PALETTES
from bot.cards.art.pictures import accent_of
from bot.cards.art.printing import printed

_MOODS: Final = sorted(FAMILIES)
SIDE: Final = 144
"""Pixels: a thumbnail is shown at 80 to 85, on fine screens at up to twice that."""
_MIN_SIDE, _MAX_SIDE = 32, 1024


@dataclass(frozen=True, slots=True)
class Cover:
    """A drawn sleeve, ready to attach."""

    data: bytes
    filename: str

    @property
    def accent(self) -> int:
        """The most telling colour, as 0xRRGGBB for a card's edge; found when asked, as one song of a card lends it."""
        return _accent(self.data)


_accent = lru_cache(maxsize=2048)(accent_of)


def cover(title: str, artist: str, tags: Sequence[str] = (), *, size: int = SIDE) -> Cover:
    """Draw the sleeve of a song, the same bytes for the same words.

    Letter case and spaces change no more than the lettering. Songs of one artist share a palette as long as their tags
    share a mood. size is the side in pixels, 32 to 1024; up to 256 the data is a JPEG of at most 20 kB.
    """
    if not _MIN_SIDE <= size <= _MAX_SIDE:
        raise ValueError(f"size must be {_MIN_SIDE} to {_MAX_SIDE}, not {size}")
    return _cover(title, artist, tuple(tags), size)


@lru_cache(maxsize=2048)
def _cover(title: str, artist: str, tags: tuple[str, ...], size: int) -> Cover:
    own, song = _digest(artist), _digest(artist, title)
    shown = mood(tags) or _MOODS[own[0] % len(_MOODS)]
    palettes = PALETTES[shown]
    palette = palettes[int.from_bytes(own[1:3]) % len(palettes)]
    initial = next((letter for letter in plain(title, 40).upper() if letter.isalnum()), "")
    canvas = Canvas(size, palette, random.Random(song), initial)  # noqa: S311 - a drawing, not a secret
    families = [f for f in FAMILIES[shown] if f is not posters.letter or settable(initial)]
    family = families[int.from_bytes(song[:4]) % len(families)]
    family(canvas)
    if family not in LOUD:
        set_title(canvas, plain(title, 200))
    data = printed(canvas)
    name = blake2b(data, digest_size=5).hexdigest()
    return Cover(data, f"cover-{name}.jpg")


def _digest(*parts: str) -> bytes:
    body = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
    return blake2b(body.encode("utf-8", "surrogatepass"), digest_size=16).digest()
