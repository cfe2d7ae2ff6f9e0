"""The weekly discovery: a collage, numbered songs by parts with reasons, menus to choose a song; and how it looks when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from itertools import groupby

import discord
from discord import ui

from bot.cards.art import Cover, collage
from bot.cards.exporting import export_button
from bot.cards.numbered import MOST_CHOICES, Numbered, choosing
from bot.cards.plain import clean, safe
from bot.cards.song import Card, Item, Shelf, accent, layout, name, public, sleeve
from bot.cards.why import GIVEN, why
from bot.store.records import MemberId, Part, Post, Slot, Song, SongId
from bot.store.verdicts import Verdict
from bot.text import say, speaking

COLLAGE = "week.jpg"
MOST_SONGS = 30
# Discord's limits for the answer of a poll, and for all text of a card, with a little to spare.
LONGEST_ANSWER = 55
LONGEST_TEXT = 3_960
# Characters of a song's names, of the names in its reason, and how many reasons: the first of these that fits is taken.
SIZES = ((60, 40, 2), (60, 40, 1), (40, 24, 1), (30, 16, 1), (22, 12, 1), (14, 10, 1), (20, 0, 0), (10, 0, 0))
# With names so short there is no room for the year either.
YEARS_FROM = 30
# Where names are cut, one example has to do.
EXAMPLES_FROM = 60
# Reasons that the heading of a part gives for all its songs.
HEADED = {Part.RELEASES: "new", Part.LITTLE_KNOWN: "little_known"}

Size = tuple[int, int, int]


@lru_cache(maxsize=64)
def _collage(pictures: tuple[bytes, ...]) -> bytes:
    return collage(pictures)


def _shown(post: Post, shelf: Shelf) -> list[Numbered]:
    return [(slot, song) for slot in post.slots[:MOST_SONGS] if (song := shelf.song(slot.song)) is not None]


def week_picture(post: Post, shelf: Shelf) -> Cover:
    """The collage of a post: tens of milliseconds the first time, so draw it in a thread before the card."""
    drawn = [sleeve(song) for _, song in _shown(post, shelf)]
    return Cover(_collage(tuple(each.data for each in drawn)), COLLAGE)


@public
def weekly_card(post: Post, shelf: Shelf, spare: int = 0) -> Card:
    """The post of one week, and once that is over, what the server thought of it; ``post`` has at least one song.

    Args:
        spare: characters that are left free for what is added to it.
    """
    shown = _shown(post, shelf)
    found = Verdict.of_kept(post.query.get("verdict")) if post.closed else None
    gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
    gallery.add_item(media=f"attachment://{COLLAGE}", description=say("weekly.collage", count=len(shown)))
    above = [_title(post, closed=found is not None), *_told(found, shelf)]
    below = _footer(post, shelf, closed=found is not None)
    listed = _parts(post, shown, shelf) if found is None else _by_likes(post, shown, shelf)
    room = LONGEST_TEXT - spare - _length("\n".join([*above, below]))
    listing: list[Item] = []
    for text in _fitting(listed, room):
        listing += [ui.Separator(), ui.TextDisplay(text)]
    return layout(
        ui.TextDisplay("\n".join(above)),
        gallery,
        *listing[1:],
        *_menus(post, shown),
        ui.ActionRow(export_button(post)),
        ui.TextDisplay(below),
        covers=[week_picture(post, shelf)],
        accent=accent(shown[0][1]),
    )


def weekly_poll(post: Post, songs: Sequence[SongId], hours: int, shelf: Shelf) -> discord.Poll:
    """The poll on the best songs of a post; at most ten of them."""
    chosen = post.query.get("language")
    with speaking(chosen if isinstance(chosen, str) else shelf.language(post.server)):
        poll = discord.Poll(
            question=say("weekly.poll", week=_week(post)), duration=timedelta(hours=max(1, hours))
        )
    for number in songs:
        song = shelf.song(number)
        title = str(number) if song is None else f"{song.title} · {song.artist}"
        poll.add_answer(text=clean(title, LONGEST_ANSWER))
    return poll


def _week(post: Post) -> str:
    return str(post.query.get("week", "")).rpartition("-W")[2].lstrip("0")


def _title(post: Post, *, closed: bool) -> str:
    return say("weekly.closed" if closed else "weekly.title", week=safe(_week(post)))


def _told(found: Verdict | None, shelf: Shelf) -> list[str]:
    """What the server thought of a post that is over."""
    if found is None:
        return []
    if not found.members:
        return [say("weekly.verdict.nobody")]
    said = [
        say("weekly.verdict", n=found.of, liked=found.liked),
        say("weekly.verdict.members", n=found.members),
    ]
    lines = [" · ".join(said)]
    song = None if found.favourite is None else shelf.song(found.favourite)
    if song is not None:
        lines.append(say("weekly.favourite.voted" if found.voted else "weekly.favourite", song=name(song)))
    return lines


def _footer(post: Post, shelf: Shelf, *, closed: bool) -> str:
    """How to answer, what it rests on where that is little, and how the last one was received."""
    if closed:
        return say("weekly.closed.footer")
    lines: list[str] = []
    answers = post.query.get("answers")
    if isinstance(answers, int):
        lines.append(say("weekly.guess", n=answers) if answers else say("weekly.guess.blind"))
    last = Verdict.of_kept(post.query.get("last"))
    if last is not None and last.members:
        song = None if last.favourite is None else shelf.song(last.favourite)
        lines.append(
            say("weekly.last", n=last.of, liked=last.liked)
            if song is None
            else say("weekly.last.favourite", n=last.of, liked=last.liked, song=name(song, 40))
        )
    return "\n".join([*lines, say("weekly.footer")])


def _length(text: str) -> int:
    """Characters as Discord's clients count them."""
    return len(text.encode("utf-16-le")) // 2


class _Block:
    """A heading, if any, and the songs under it, written in any size."""

    def __init__(self, heading: str, post: Post, shown: Sequence[Numbered], shelf: Shelf) -> None:
        self._heading = heading
        self._post = post
        self._shown = shown
        self._shelf = shelf

    def written(self, size: Size) -> str:
        """Its text."""
        lines = [_line(self._post, slot, song, self._shelf, size) for slot, song in self._shown]
        return "\n".join([self._heading, *lines] if self._heading else lines)


def _parts(post: Post, shown: Sequence[Numbered], shelf: Shelf) -> list[_Block]:
    """The songs as they are numbered, each part under its heading; no heading where there is one part alone."""
    grouped = [(part, list(each)) for part, each in groupby(shown, key=lambda one: one[0].part or Part.ALL)]
    if len(grouped) == 1:
        return [_Block("", post, shown, shelf)]
    return [_Block(say(f"weekly.part.{part.value}"), post, each, shelf) for part, each in grouped]


def _by_likes(post: Post, shown: Sequence[Numbered], shelf: Shelf) -> list[_Block]:
    """The songs most liked first, then those that nobody likes; they keep their numbers."""

    def rank(one: Numbered) -> tuple[int, int, int]:
        counts = shelf.counts(post, one[0].song)
        return -counts.likes, counts.skips + counts.dislikes, one[0].number

    ranked = sorted(shown, key=rank)
    liked = sum(shelf.counts(post, slot.song).likes > 0 for slot, _ in ranked)
    return [_Block("", post, some, shelf) for some in (ranked[:liked], ranked[liked:]) if some]


def _fitting(blocks: Sequence[_Block], room: int) -> list[str]:
    texts: list[str] = []
    for size in SIZES:
        texts = [block.written(size) for block in blocks]
        if sum(map(_length, texts)) <= room:
            break
    return texts


def _line(post: Post, slot: Slot, song: Song, shelf: Shelf, size: Size) -> str:
    longest, _, reasons = size
    counts = shelf.counts(post, slot.song)
    head = say("weekly.line", number=slot.number, song=name(song, longest))
    year = f" · {song.year}" if song.year and longest >= YEARS_FROM else ""
    liked = f" · ❤️ {counts.likes}" if counts.likes else ""
    small = [_people(post, slot, shelf)]
    if reasons and not post.closed:
        small.append(_reason(slot, song, shelf, size))
    below = " · ".join(filter(None, small))
    return f"{head}{year}{liked}" + (f"\n-# {below}" if below else "")


def _reason(slot: Slot, song: Song, shelf: Shelf, size: Size) -> str:
    """Why a song is here; what its heading says already is not said again."""
    longest, of_reason, most = size
    headed = None if slot.part is None else HEADED.get(slot.part)
    telling = [reason for reason in slot.reasons if reason.kind != headed] or list(slot.reasons)
    if longest < EXAMPLES_FROM:
        telling = [replace(reason, items=reason.items[:1], tags=reason.tags[:1]) for reason in telling]
    elif any(reason.kind in GIVEN for reason in telling):
        most = 2  # that it is a wild card, or little known, is no reason alone
    return why(telling, song, shelf.song, everybody=True, most=most, limit=of_reason)


def _people(post: Post, slot: Slot, shelf: Shelf) -> str:
    """For whom a song is, or who brought it; without a name where they did not agree to be named."""

    def named(member: MemberId | None) -> bool:
        return member is not None and shelf.named(post.server, member)

    if slot.part is Part.MEMBERS and not post.closed:
        return say("why.whom", names=f"<@{slot.whom}>") if named(slot.whom) else ""
    if slot.part is Part.FINDS:
        return say("weekly.by", name=f"<@{slot.brought}>") if named(slot.brought) else ""
    return ""


def _menus(post: Post, shown: Sequence[Numbered]) -> list[Item]:
    """One menu, or two halves where Discord's limit makes two of it."""
    if len(shown) <= MOST_CHOICES:
        return [choosing(post, shown)]
    half = (len(shown) + 1) // 2
    return [
        choosing(
            post,
            some,
            number=number,
            placeholder=say("weekly.menu", first=some[0][0].number, last=some[-1][0].number),
        )
        for number, some in enumerate((shown[:half], shown[half:]))
    ]
