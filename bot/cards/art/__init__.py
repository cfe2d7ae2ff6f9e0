"""Draws record sleeves for songs without artwork, and what every picture on a card needs: an accent and a grid.

A sleeve is a pure function of title, artist and tags. The tags choose a mood; the artist chooses the palette inside the
mood, so an artist's songs look like one catalogue; the song chooses the composition, its proportions and the roles of
the colours. Every function here may be called from any thread.
"""

from bot.cards.art.collage import collage
from bot.cards.art.cover import Cover, cover
from bot.cards.art.pictures import UnreadablePictureError, accent_of

__all__ = ["Cover", "UnreadablePictureError", "accent_of", "collage", "cover"]
