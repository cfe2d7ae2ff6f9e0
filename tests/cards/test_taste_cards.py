"""The cards below ``/taste`` and "why": Discord takes them whatever songs, genres and members are called."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cards import ids
from bot.cards.listen import listen_card
from bot.cards.portraits import (
    agreement_card,
    agreement_picture,
    map_card,
    map_picture,
    portrait_card,
    portrait_picture,
)
from bot.cards.reasons import reasons_card, reasons_picture
from bot.cards.song import Card
from bot.cards.tasting import chosen_card, menus, step_card
from bot.store.records import MemberId, PostKind, Slot, SongId
from bot.store.tastes import ChoiceKind
from bot.usecases.choosing import Choices
from bot.usecases.comparing import Comparison
from bot.usecases.mapping import TasteMap
from bot.usecases.offering import MOST_ARTISTS, MOST_DECADES, MOST_GENRES, Offer
from bot.usecases.portrait import Beside, Portrait
from bot.usecases.reasoning import Reasoning
from tests.cards.test_cards import LONG, REASONS, accepted, buttons, parts, post, shelf, song, texts
from tests.openapi import Judge


def alt(card: Card) -> str:
    """What its pictures say in words."""
    items: list[dict[str, Any]] = [item for part in parts(card) for item in part.get("items", [])]
    return " ".join(item["description"] for item in items)


def beside(text: str, count: int) -> tuple[Beside, ...]:
    return tuple(Beside(f"{text[:90]}{n}", 0.4, 0.2 if n % 2 else None) for n in range(count))


def offer(text: str) -> Offer:
    artists = tuple(f"{n}{text}"[:100].strip() for n in range(MOST_ARTISTS))
    return Offer(
        genres=tuple(f"{n}{text}"[:100].strip() for n in range(MOST_GENRES)),
        everybody=artists,
        decades=tuple(range(2020, 2020 - 10 * MOST_DECADES, -10)),
    )


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
class TestTaken:
    def test_every_step(self, judge: Judge, text: str) -> None:
        offered = offer(text)
        everything = Choices(
            offered.genres, offered.everybody, tuple(str(decade) for decade in offered.decades)
        )
        for picked in (Choices(), everything):
            for kind in ChoiceKind:
                card = accepted(judge, step_card(kind, offered, picked))
                assert ids.taste_step("done") in buttons(card)
            accepted(judge, chosen_card(picked, lambda name: f"`/{name}`"))

    def test_why(self, judge: Judge, text: str) -> None:
        asked, here = post(PostKind.RECOMMEND, 1), shelf(text)
        told = Reasoning((("tags", 0.8), ("popular", -0.1), ("other", 0.2)), complete=True)
        picture = reasons_picture(told.parts)
        card = accepted(judge, reasons_card(asked, asked.slots[0], here, told, picture))
        assert "Genres and moods 80%" in alt(card)
        assert "red ones" in texts(card)[-1]
        accepted(judge, reasons_card(asked, asked.slots[0], here, Reasoning((), complete=False), None))
        accepted(judge, listen_card(asked, asked.slots[0], song(1, text)))

    def test_portraits(self, judge: Judge, text: str) -> None:
        shown = Portrait(10**6, beside(text, 6), beside("1990", 5), (), 0.5, beside(text, 3))
        card = portrait_card(text, shown, portrait_picture(text, shown), share=True)
        assert ids.taste_share() in buttons(accepted(judge, card))

    def test_comparisons(self, judge: Judge, text: str) -> None:
        here, songs = shelf(text), tuple(SongId(n) for n in range(1, 6))
        artists = (text[:200],) * 5
        compared = Comparison(0.62, beside(text, 5), artists, songs, songs[:3], songs[:3])
        picture = agreement_picture((text, text), compared, here)
        given = post(PostKind.SONG, 3)
        assert ids.choose(given.id) in buttons(
            accepted(judge, agreement_card(text, compared, given, here, picture))
        )
        nothing = Comparison(0.0)
        picture = agreement_picture((text, text), nothing, here)
        assert "nothing yet" in alt(accepted(judge, agreement_card("Bob", nothing, None, here, picture)))

    def test_maps(self, judge: Judge, text: str) -> None:
        members = {MemberId(n): (n / 24, -n / 24) for n in range(24)}
        names = dict.fromkeys(members, text)
        mapped = TasteMap(members, [(text[:100], (0.5, 0.5))] * 8)
        card = map_card(names, mapped, map_picture(text, names, mapped), "`/taste visible`")
        assert len(alt(accepted(judge, card))) <= 1_024


def test_menus_hold_what_discord_allows_and_leave_nothing_out() -> None:
    offered = offer("x")
    split = menus(ChoiceKind.GENRE, offered, Choices())
    assert [len(values) for values in split] == [25, 25, 25]
    assert sorted(value for values in split for value in values) == sorted(offered.genres)
    assert menus(ChoiceKind.GENRE, Offer(), Choices()) == []


def test_what_is_not_offered_any_more_can_still_be_taken_back() -> None:
    gone = Choices(genres=("forgotten",))
    assert menus(ChoiceKind.GENRE, offer("x"), gone)[-1] == ("forgotten",)
    many = Choices(artists=tuple(f"artist {n}" for n in range(500)))
    assert len(menus(ChoiceKind.ARTIST, offer("x"), many)) == 5


def test_a_catalogue_that_offers_nothing_can_still_be_left() -> None:
    for kind in ChoiceKind:
        assert ids.taste_step("done") in buttons(step_card(kind, Offer(), Choices()))


def test_why_is_offered_where_there_is_a_reason() -> None:
    asked = post(PostKind.SONG, 1)
    with_reasons, without = Slot(1, SongId(1), reasons=REASONS), Slot(1, SongId(1))
    assert buttons(listen_card(asked, with_reasons, song(1, "x")))[:1] == [ids.why(asked.id, 1)]
    assert ids.why(asked.id, 1) not in buttons(listen_card(asked, without, song(1, "x")))
