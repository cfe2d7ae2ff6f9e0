"""What must not come as an answer to a question."""

from __future__ import annotations

from bot.store import Store
from bot.store.records import PostKind, ServerId, SongId
from bot.usecases.blocks import Blocks
from bot.usecases.claims import Claims
from bot.usecases.library import Library
from bot.usecases.picking.question import Question
from bot.usecases.taste import Tastes
from recommender import Dial


class Refusing:
    """Reads what was rated, heard, blocked, posted or registered by those who are asked for."""

    def __init__(
        self, store: Store, tastes: Tastes, library: Library, blocks: Blocks, claims: Claims
    ) -> None:
        self._store = store
        self._tastes = tastes
        self._library = library
        self._blocks = blocks
        self._claims = claims

    async def never(self, question: Question, *, strict: bool = True) -> set[SongId]:
        """Songs that must not come; where too few are left, what was only shown to somebody may come again."""
        never = {*question.leave_out, *self._library.now.songs.others(question.kind)}
        if question.whole_server:
            known = question.met if strict else None
            never |= await self.met(question.server, strict=strict) if known is None else set(known)
        for member in question.whose:
            # Who asks for the familiar may hear again what they listen to; nobody else is told what they know.
            familiar = question.dial is Dial.FAMILIAR
            if not (familiar and question.together):
                never |= set(self._tastes.answered(question.server, member))
            if not familiar:
                never |= self._tastes.heard(member).keys()
            never |= self._blocks.songs(question.server, member) | self._claims.own(member)
        return never

    async def met(self, server: ServerId, *, strict: bool = True) -> set[SongId]:
        """What is not new to a server: what anybody rated there, and what was posted; not strict, in a weekly post."""
        posted = await self._store.posts.songs_of_server(server, None if strict else PostKind.WEEKLY)
        return self._tastes.rated(server) | posted
