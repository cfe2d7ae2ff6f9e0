"""What a song's tags say about its sleeve: a mood, and the compositions that suit it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from bot.cards.art import patterns, posters, scenes
from bot.cards.art.canvas import Canvas

Family = Callable[[Canvas], None]

# One named twice is drawn twice as often.
FAMILIES: Final[dict[str, tuple[Family, ...]]] = {
    "dreamy": (
        scenes.aurora,
        scenes.aurora,
        scenes.horizon,
        scenes.fluted,
        scenes.spheres,
        scenes.orbits,
        scenes.hills,
    ),
    "bold": (
        posters.slabs,
        posters.burst,
        patterns.bauhaus,
        posters.slabs,
        posters.letter,
        patterns.halftone,
    ),
    "electric": (
        scenes.fluted,
        patterns.halftone,
        patterns.ridges,
        patterns.truchet,
        scenes.orbits,
        scenes.aurora,
    ),
    "blue": (posters.keys, posters.blocks, posters.keys, posters.slabs, posters.cutouts, posters.disc),
    "fine": (
        patterns.contours,
        patterns.strings,
        patterns.staves,
        patterns.contours,
        patterns.strings,
        scenes.orbits,
    ),
    "warm": (
        patterns.wax,
        patterns.weave,
        patterns.truchet,
        posters.burst,
        posters.arches,
        posters.cutouts,
        posters.ribbons,
    ),
    "folk": (
        scenes.hills,
        scenes.horizon,
        posters.arches,
        posters.ribbons,
        posters.cutouts,
        patterns.contours,
    ),
    "pop": (
        scenes.spheres,
        posters.cutouts,
        posters.ribbons,
        patterns.bauhaus,
        posters.letter,
        posters.arches,
        patterns.halftone,
    ),
    "street": (
        posters.disc,
        posters.letter,
        posters.slabs,
        scenes.fluted,
        posters.blocks,
        patterns.halftone,
        patterns.bauhaus,
    ),
}

LOUD: Final = frozenset(
    (
        posters.letter,
        patterns.wax,
        patterns.weave,
        patterns.truchet,
        patterns.bauhaus,
        patterns.halftone,
        patterns.strings,
        posters.blocks,
    )
)
"""Compositions that leave no room for a title."""

_WORDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("fine", ("classical", "baroque", "orchestr", "symphon", "opera", "piano", "chamber", "soundtrack", "score", "minimalis", "choral", "string", "instrumental")),
    ("warm", ("latin", "afro", "salsa", "reggae", "samba", "bossa", "cumbia", "funk", "soul", "disco", "world", "highlife", "tropical", "dub", "ska", "flamenco", "mpb", "african", "arab", "turkish", "bollywood", "tango", "mambo", "desert", "rai", "fado")),
    ("blue", ("jazz", "blues", "bebop", "swing", "big band", "lounge", "ragtime", "bop")),
    ("dreamy", ("ambient", "dream", "shoegaze", "chill", "new age", "drone", "downtempo", "trip hop", "trip-hop", "lo-fi", "lofi", "sleep", "ethereal", "slowcore", "mellow", "calm", "vapor", "space", "atmospheric", "meditat")),
    ("street", ("hip hop", "hip-hop", "rap", "trap", "r&b", "rnb", "grime", "drill", "boom bap", "phonk", "gangsta")),
    ("electric", ("electro", "techno", "house", "synth", "edm", "trance", "drum and bass", "dnb", "jungle", "idm", "rave", "garage", "dubstep", "industrial", "wave", "8-bit", "breakbeat", "kraut", "club")),
    ("folk", ("folk", "country", "acoustic", "singer-songwriter", "americana", "bluegrass", "celtic", "campfire", "banjo")),
    ("pop", ("pop", "dance", "k-pop", "j-pop", "happy", "teen", "idol", "girl group", "summer")),
    ("bold", ("rock", "punk", "metal", "grunge", "hardcore", "emo", "alternative", "indie", "noise", "psych", "loud", "angry")),
)  # fmt: skip


def mood(tags: Sequence[str]) -> str | None:
    """Return the mood most tags speak for; earlier tags weigh more, and a whole word more than a part of one."""
    votes = dict.fromkeys(FAMILIES, 0.0)
    for place, tag in enumerate(tags[:12]):
        text = unicodedata.normalize("NFKC", tag[:60]).casefold().replace("_", " ")
        for mood, words in _WORDS:
            longest = max((len(word) for word in words if word in text), default=0)
            votes[mood] += longest / (3 + place)
    best = max(votes, key=votes.__getitem__)
    return best if votes[best] else None
