"""From a question to a written post: ask the engine, leave out what was just shown, write slots and impressions."""

from __future__ import annotations

from bot.usecases.picking.picker import NAMED, Picker
from bot.usecases.picking.question import Question
from bot.usecases.picking.shown import REST_DAYS
from bot.usecases.picking.slots import numbered, stored

__all__ = ["NAMED", "REST_DAYS", "Picker", "Question", "numbered", "stored"]
