"""What admins are told about their weekly posts: why one is not there, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from discord import ui

from bot.cards import ids
from bot.cards.help import ACCENT
from bot.cards.paging import paged, turning
from bot.cards.permissions import permission_names
from bot.cards.song import Card, Item, layout
from bot.store.records import DiscoveryRun, Notice, RunState, Why
from bot.text import say

Mention = Callable[[str], str]

WEEKS_A_PAGE = 8


def number(week: str) -> str:
    """The number of an ISO week such as ``2026-W07``."""
    return week.rpartition("-W")[2].lstrip("0")


def why_text(why: Why | None, channel: int, mention: Mention, missing: Sequence[str] = ()) -> str:
    """What stood against a post, and what to do.

    Args:
        missing: permissions that Segue lacks in the channel.
    """
    place = f"<#{channel}>"
    if why is Why.PERMISSION and missing:
        return say("week.why.permission.named", channel=place, permissions=permission_names(missing))
    return say(
        f"week.why.{(why or Why.ERROR).value}",
        channel=place,
        choose=mention("discovery channel"),
        bring=mention("taste import playlist"),
        resume=mention("discovery resume"),
    )


def notice_text(notice: Notice, mention: Mention, missing: Sequence[str]) -> str:
    """What admins are told once about a week."""
    week, place, now = number(notice.week), f"<#{notice.channel}>", mention("discovery now")
    if notice.state is RunState.UNSURE:
        return say("week.note.unsure", week=week, channel=place, now=now)
    why = why_text(notice.why, notice.channel, mention, missing)
    if notice.state is RunState.WAITING:
        until = f"<t:{int(notice.until)}:F>"
        return say("week.note.waiting", week=week, channel=place, why=why, until=until, now=now)
    if notice.following is None:
        return say("week.note.skipped", week=week, why=why)
    return say("week.note.skipped.next", week=week, why=why, when=f"<t:{int(notice.following)}:F>")


def _line(run: DiscoveryRun, mention: Mention) -> str:
    week, when = number(run.week), f"<t:{int(run.at)}:D>"
    match run.state:
        case RunState.CONFIRMED:
            link = f"https://discord.com/channels/{run.server}/{run.channel}/{run.message}"
            return say("week.history.posted", week=week, when=when, link=link)
        case RunState.SKIPPED if run.why is Why.PAUSED:
            return say("week.history.paused", week=week, when=when)
        case RunState.SKIPPED:
            why = why_text(run.why, run.channel, mention)
            return say("week.history.skipped", week=week, when=when, why=why)
        case RunState.WAITING:
            why = why_text(run.why, run.channel, mention)
            return say("week.history.waiting", week=week, why=why, again=f"<t:{int(run.until)}:R>")
        case RunState.UNSURE:
            return say(
                "week.history.unsure", week=week, channel=f"<#{run.channel}>", now=mention("discovery now")
            )
        case RunState.CLAIMED | RunState.SENDING:
            return say("week.history.making", week=week)


def history_card(runs: Sequence[DiscoveryRun], count: int, page: int, mention: Mention) -> Card:
    """A page of a server's weeks, newest first; ``count`` is how many there are in all."""
    page, pages = paged(count, WEEKS_A_PAGE, page)
    if not runs:
        return layout(
            ui.TextDisplay(say("week.history.title")),
            ui.TextDisplay(say("week.history.none", now=mention("discovery now"))),
            accent=ACCENT,
        )
    items: list[Item] = [
        ui.TextDisplay(say("week.history.title")),
        ui.TextDisplay("\n".join(_line(run, mention) for run in runs)),
    ]
    if pages > 1:
        items.append(ui.TextDisplay(say("week.history.page", page=page + 1, pages=pages)))
        items += turning(ids.weeks, page, pages)
    return layout(*items, accent=ACCENT)


def preview_card(card: Card) -> Card:
    """The very card of a post, with nothing that could be pressed, and what it is."""
    for part in card.view.walk_children():
        if isinstance(part, ui.Button | ui.Select):
            part.disabled = True
    card.view.add_item(ui.TextDisplay(say("discovery.preview")))
    return card
