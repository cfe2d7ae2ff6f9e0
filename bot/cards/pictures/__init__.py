"""Pictures that tell: bars, portraits, comparisons, maps. Each is a pure function from data to the bytes of a PNG.

One visual language: light on a dark ground of its own, so that Discord's theme does not matter; warm is the member,
cool is whom they stand beside. Every function here may be called from any thread, and none says a word of its own.
"""

from bot.cards.pictures.agreement import Agreement, draw_agreement
from bot.cards.pictures.bars import Bar, draw_bars
from bot.cards.pictures.dashboard import Reach, Reaches, Stack, Stacks, Tile, draw_dashboard
from bot.cards.pictures.map import Mark, draw_map
from bot.cards.pictures.portrait import Likeness, Section, draw_portrait

__all__ = [
    "Agreement",
    "Bar",
    "Likeness",
    "Mark",
    "Reach",
    "Reaches",
    "Section",
    "Stack",
    "Stacks",
    "Tile",
    "draw_agreement",
    "draw_bars",
    "draw_dashboard",
    "draw_map",
    "draw_portrait",
]
