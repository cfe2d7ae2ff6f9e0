"""How a registered song was received, in counts: where it was registered, and in all other servers together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.store import Store
from bot.store.records import Claim, ServerId, ShownIn, Verb
from bot.usecases.intervals import wilson
from bot.usecases.taste import Tastes

FEWEST_SERVERS = 3
"""From so many other servers on it is told how they answered: of fewer, one could tell which it was."""
FEWEST_CARDS = 10
"""Below so many cards an interval says no more than the counts."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts since a song was registered, without its artist.

    Attributes:
        shown: cards that showed it.
        liked, skipped, disliked: members who say so now, on a card or by command.
        ignored: cards that nobody answered to.
        welcome: cards on which somebody liked it.
    """

    shown: int = 0
    liked: int = 0
    skipped: int = 0
    disliked: int = 0
    ignored: int = 0
    welcome: int = 0

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which shares the cards lie on which it was liked, with 95 % certainty (Wilson 1927); None for few."""
        if self.shown < FEWEST_CARDS:
            return None
        return wilson(self.welcome, self.shown)


@dataclass(frozen=True, slots=True)
class Reception:
    """What an artist is told.

    Attributes:
        here: in the server where it was registered.
        elsewhere: in all others together; None where they are too few to tell how they answered.
        servers: how many others there are in which it was shown or answered to.
        shown_elsewhere: how often it was shown there.
    """

    claim: Claim
    here: Tally
    elsewhere: Tally | None
    servers: int
    shown_elsewhere: int


async def received(claim: Claim, store: Store, tastes: Tastes) -> Reception:
    """Count how a song was received."""
    shown = {each.server: each for each in await store.claims.shown(claim)}
    servers = {*shown, *await store.claims.answered_in(claim)}
    tallies = {server: _tally(claim, server, shown.get(server), tastes) for server in servers}
    here = tallies.pop(claim.server, Tally())
    others = {server: tally for server, tally in tallies.items() if tally != Tally()}
    enough = len(others) >= FEWEST_SERVERS
    return Reception(
        claim=claim,
        here=here,
        elsewhere=_sum(others.values()) if enough else None,
        servers=len(others),
        shown_elsewhere=sum(tally.shown for tally in others.values()),
    )


def _tally(claim: Claim, server: ServerId, shown: ShownIn | None, tastes: Tastes) -> Tally:
    said = [
        event.verb
        for event in tastes.verdicts(server, claim.song)
        if event.at >= claim.at and event.member != claim.member
    ]
    cards = shown or ShownIn(server, 0, 0, 0)
    return Tally(
        shown=cards.shown,
        liked=said.count(Verb.LIKE),
        skipped=said.count(Verb.SKIP),
        disliked=said.count(Verb.DISLIKE),
        ignored=cards.shown - cards.answered,
        welcome=cards.liked,
    )


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for each in tallies:
        total = Tally(
            shown=total.shown + each.shown,
            liked=total.liked + each.liked,
            skipped=total.skipped + each.skipped,
            disliked=total.disliked + each.disliked,
            ignored=total.ignored + each.ignored,
            welcome=total.welcome + each.welcome,
        )
    return total
