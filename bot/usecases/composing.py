"""What the weekly discovery of a server is made of: its parts, mixed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.errors import NothingLeft
from bot.store.records import DiscoverySettings, Part, Slot
from bot.usecases.picking import Picker, Question
from recommender import Dial


@dataclass(frozen=True, slots=True)
class Composition:
    """The songs of one week, not yet a post.

    Attributes:
        question: what was asked, for `Picker.publish`: its server, and no member.
        slots: numbered from 1, each with its `Slot.part`.
        query: JSON values that the card and its closing need beside the slots; ``week`` is always in it.
    """

    question: Question
    slots: tuple[Slot, ...]
    query: dict[str, object]


class Composer:
    """Mixes the parts of a week. It writes nothing: asking twice shows nobody anything.

    ``await Composer(...).compose(settings, "2026-W47")`` gives a `Composition`;
    ``await picker.publish(PostKind.WEEKLY, made.question, list(made.slots), channel=…, query=made.query)`` makes it a post.
    Whoever answers it (`Tastes.apply`, `Library.learn` after `Feedback`) changes what the next week is made of.
    """

    def __init__(self, picker: Picker) -> None:
        self._picker = picker

    async def compose(self, settings: DiscoverySettings, week: str) -> Composition:
        """Choose the songs of a week, such as ``2026-W47``.

        Raises:
            EmptyCatalog, NothingLeft: no song is new to this server.
        """
        question = Question(
            server=settings.server,
            member=None,
            count=settings.count,
            dial=Dial(settings.dial),
            whole_server=True,
            per_artist=1,
            explore=settings.count // 5,
        )
        slots = await self._picker.pick(question)
        if not slots:
            raise NothingLeft("No song is new to this server.")
        return Composition(question, tuple(replace(slot, part=Part.ALL) for slot in slots), {"week": week})
