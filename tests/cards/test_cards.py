"""Cards: whatever the songs are called, Discord takes the message and every button leads somewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from bot.cards import ids
from bot.cards.answered import answered_card
from bot.cards.asks import ask_card
from bot.cards.brought import brought_card
from bot.cards.daily import daily_card
from bot.cards.exporting import export_card, links_card, links_text
from bot.cards.help import help_card
from bot.cards.listen import listen_text
from bot.cards.lists import deleting_card, list_card, overview_card, saving_card, told_card
from bot.cards.meant import meant_card
from bot.cards.radio import radio_card
from bot.cards.radio_history import SONGS, history_card, played_card
from bot.cards.recommend import page_of, recommend_card
from bot.cards.song import Card, Shelf, one
from bot.cards.weekly import weekly_card, weekly_poll
from bot.cards.why import why
from bot.store.accounts import AccountService
from bot.store.exports import Offer
from bot.store.radio_query import Toward, Whose
from bot.store.records import (
    ChannelId,
    Counts,
    EventId,
    FeedbackEvent,
    ListId,
    MemberId,
    MessageId,
    Part,
    PastRadio,
    Post,
    PostId,
    PostKind,
    RadioPage,
    ServerId,
    Slot,
    Song,
    SongId,
    SongList,
    StoredReason,
    Verb,
)
from bot.text import CATALOGUES, speaking, spoken
from bot.usecases.answered import Answers
from recommender import ReasonKind
from tests.openapi import Judge

PATTERNS = (
    ids.FEEDBACK,
    ids.PAGE,
    ids.MORE,
    ids.RADIO,
    ids.STEER,
    ids.PAST,
    ids.OPEN_RADIO,
    ids.PLAYED,
    ids.CHOOSE,
    ids.EXPORT,
    ids.EXPORT_AS,
    ids.EXPORT_LINKS,
    ids.MEANT,
    ids.OPEN,
    ids.FROM,
    ids.HIDE,
    ids.ARTIST,
    ids.WHY,
    ids.TASTE_STEP,
    ids.TASTE_MENU,
    ids.TASTE_SHARE,
    ids.SAVE,
    ids.SAVE_TO,
    ids.DELETE_LIST,
    ids.LISTS,
    ids.HISTORY,
    ids.HISTORY_SONG,
    ids.ASK,
)
ALICE = MemberId(2**63 - 1)
LONG = {
    "ordinary": "Teardrop",
    "letters": "x" * 4000,
    "signs": "*" * 4000,
    "spoilers": "||spoiler||" * 400,
    "links": "[a](http://x)" * 300,
    "right to left": "שיר " * 1000,
    "emoji": "👩‍👩‍👧‍👦🎉" * 500,
    "pings": "@everyone <@1> <#1> " * 200,
    "headings": "# heading\n- list\n> quote\n" * 200,
    "invisible": "\u200b\u202e" * 2000,
    "cjk": "終わりなき旅" * 600,
}
ACCOUNTS = (AccountService.SPOTIFY, AccountService.LISTENBRAINZ)
STEERED: dict[str, object] = {"steer": ["calmer", "newer", "stranger"], "upcoming": [4, 5]}
REASONS = (
    StoredReason("liked", 0.6, items=(1, 2)),
    StoredReason("tags", 0.3, tags=("|tag|" * 10, "_tag_" * 10, "[tag]" * 10)),
    StoredReason("era", 0.1),
)


def song(number: int, text: str) -> Song:
    return Song(
        SongId(number),
        title=text,
        artist=text[::-1],
        released="1998-04-20",
        genres=(text, text, text),
        moods=(text,),
        tempo=77.4,
        links={"spotify": "4uLU6hMCjMI75M1A2tKUQC"},
    )


def shelf(text: str, *, counts: Counts | None = None) -> Shelf:
    known = {number: song(number, text) for number in range(1, 41)}

    def counted(_post: Post, _song: int) -> Counts:
        return counts or Counts(10**6, 10**6, 10**6)

    return Shelf(song=known.get, counts=counted, list_name=lambda number: text if number == 1 else None)


def post(kind: PostKind, count: int, query: dict[str, object] | None = None, *, closed: bool = False) -> Post:
    slots = tuple(Slot(n, SongId(n), reasons=REASONS) for n in range(1, count + 1))
    member = None if kind is PostKind.WEEKLY else MemberId(2**63 - 1)
    asked = query or {}
    server, message = ServerId(1), MessageId(3)
    return Post(PostId(10**18 - 1), kind, server, ChannelId(2), message, member, asked, 1.79e9, slots, closed)


def past(text: str, number: int = 7) -> PastRadio:
    query: dict[str, object] = {"seed": 1, "artist": text, "mood": [text]}
    return PastRadio(
        PostId(number), ServerId(1), ChannelId(2), MessageId(3), query, 1.79e9, songs=40, closed=True
    )


def parts(card: Card) -> list[dict[str, Any]]:
    """Every component of a card, nested ones too."""

    def walk(components: list[Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for component in components:
            found.append(component)
            found += walk(component.get("components", []))
            found += [component["accessory"]] if "accessory" in component else []
        return found

    return walk(card.view.to_components())


def texts(card: Card) -> list[str]:
    return [part["content"] for part in parts(card) if part["type"] == 10]


def buttons(card: Card, *, enabled: bool = False) -> list[str]:
    """The ids of what can be pressed; of all that there is, or only of what is not disabled."""
    return [
        part["custom_id"]
        for part in parts(card)
        if "custom_id" in part and not (enabled and part.get("disabled"))
    ]


def accepted(judge: Judge, card: Card) -> Card:
    """The card, after Discord's own document took it; every id is one that somebody answers."""
    attached = [{"id": n, "filename": file.filename} for n, file in enumerate(card.files)]
    body = {"flags": 1 << 15, "components": card.view.to_components(), "attachments": attached}
    judge.check("POST", "/channels/1/messages", body)
    assert len(parts(card)) <= 40
    # However Discord counts: an emoji is two in UTF-16.
    assert sum(len(text.encode("utf-16-le")) // 2 for text in texts(card)) <= 4000
    assert len({each["filename"] for each in attached}) == len(attached)
    for custom_id in buttons(card):
        assert len([p for p in PATTERNS if re.fullmatch(p, custom_id)]) == 1, custom_id
    return card


def in_language(text: str, language: str) -> Shelf:
    """A shelf of songs called so, in a server that speaks a language."""

    def spoken_there(_server: ServerId) -> str:
        return language

    return replace(shelf(text), language=spoken_there)


def every_card(text: str) -> list[Card]:
    here = in_language(text, spoken())
    twelve = post(PostKind.RECOMMEND, 12, {"seed": 1, "dial": "adventurous"})
    return [
        *(recommend_card(twelve, here, page) for page in range(3)),
        recommend_card(post(PostKind.RECOMMEND, 4, {"dial": "familiar"}), here),
        radio_card(post(PostKind.RADIO, 3, {"seed": 1}), here),
        radio_card(post(PostKind.RADIO, 3, STEERED | {"artist": text, "mood": [text]}), here),
        history_card(RadioPage([past(text, number) for number in range(8)], 1, 3), Whose.SERVER, here),
        played_card(post(PostKind.RADIO, 40, {"seed": 1}), Whose.ME, 1, here, 1),
        weekly_card(post(PostKind.WEEKLY, 10, {"week": "2026-W47"}), here),
        weekly_card(post(PostKind.WEEKLY, 25, {"week": "2026-W47"}), here),
        one(post(PostKind.SONG, 1), Slot(1, SongId(1)), here, "### You like this"),
        brought_card(post(PostKind.FOUND, 1), here),
        meant_card(twelve, twelve.slots, here, "like"),
        export_card(twelve, 12, dict.fromkeys(ACCOUNTS, Offer.READY), here, lambda name: f"/{name}"),
        export_card(twelve, 12, {}, here, lambda name: f"/{name}"),
        *kept_cards(text),
    ]


def kept_cards(text: str) -> list[Card]:
    """Cards of lists, asks, a day's mix and a member's answers."""
    here = in_language(text, spoken())
    lists = [
        SongList(ListId(n), ServerId(1), None if n % 2 else ALICE, ALICE, text, 1.0) for n in range(1, 51)
    ]
    long = brought(post(PostKind.LIST, 40, {"list": 1}))
    asked = post(PostKind.ASK, 20, {"mood": text[:200]})
    return [
        daily_card(post(PostKind.DAILY, 12, {"unknown": True}), here, 1),
        list_card(long, here),
        list_card(long, here, 1),
        list_card(post(PostKind.LIST, 1, {"list": 9}), here),
        overview_card(lists, {}, 1),
        overview_card([], {}),
        saving_card(asked, Slot(1, SongId(1)), here, lists, new=True),
        deleting_card(lists[0], 500),
        told_card("Nothing was deleted."),
        ask_card(brought(asked), here),
        ask_card(replace(asked, closed=True), here),
        ask_card(post(PostKind.ASK, 0, {}), here),
        answered_card(answers(text, 20, page=2), "`/recommend`"),
        answered_card(answers(text, 0), "`/recommend`"),
    ]


def brought(asked: Post) -> Post:
    """The same post, with every song brought by a member."""
    return replace(asked, slots=tuple(replace(slot, brought=ALICE) for slot in asked.slots))


def answers(text: str, count: int, page: int = 0) -> Answers:
    """One page of a member's answers."""
    event = FeedbackEvent(
        EventId(1), ServerId(1), ALICE, SongId(1), Verb.LIKE, "button", None, None, None, 1.79e9
    )
    lines = tuple((event, song(number, text)) for number in range(1, count + 1))
    return Answers(None, lines, page, 5, dict.fromkeys((Verb.LIKE, Verb.SKIP, Verb.DISLIKE), count))


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_discord_takes_every_card_whatever_songs_are_called(judge: Judge, text: str) -> None:
    for card in every_card(text):
        accepted(judge, card)


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("name", ["ordinary", "letters", "signs"])
def test_discord_takes_every_card_in_every_language(judge: Judge, language: str, name: str) -> None:
    here = in_language(LONG[name], language)
    with speaking(language):
        cards = [
            *every_card(LONG[name]),
            recommend_card(post(PostKind.RECOMMEND, 12, {"unknown": True}), here),
        ]
    for card in cards:
        accepted(judge, card)


@pytest.mark.parametrize("name", ["signs", "spoilers", "links", "pings", "headings"])
def test_titles_neither_ping_nor_format(name: str) -> None:
    for card in every_card(LONG[name]):
        for line in "\n".join(texts(card)).split("\n"):
            # Our own formatting, then what was escaped; what is left are words.
            ours = re.sub(
                r"^(-# |#{2,3} )|\*\*|<@9223372036854775807>|<t:\d+:[RDd]>|`/[a-z ]+`",
                "",
                line.replace("\\*", ""),
            )
            left = re.sub(r"\\[^0-9A-Za-z\s]", "", ours)
            assert not set(left) & set("*_~|`<>[]#"), line
            assert "@everyone" not in line


class TestRecommend:
    def test_a_full_page_keeps_the_budget_of_components(self, judge: Judge) -> None:
        card = accepted(judge, recommend_card(post(PostKind.RECOMMEND, 12), shelf("Teardrop"), 1))
        assert len(parts(card)) == 8 + 4 * 8
        assert [each for each in buttons(card) if each.endswith(":like")] == [
            ids.feedback(PostId(10**18 - 1), number, "like") for number in (5, 6, 7, 8)
        ]

    @pytest.mark.parametrize(
        ("count", "page", "leads_to"),
        [(4, 0, []), (5, 0, [1]), (8, 1, [0]), (12, 0, [1]), (12, 1, [0, 2]), (12, 2, [1]), (12, 99, [1])],
    )
    def test_pages_lead_to_their_neighbours(
        self, judge: Judge, count: int, page: int, leads_to: list[int]
    ) -> None:
        asked = post(PostKind.RECOMMEND, count)
        card = accepted(judge, recommend_card(asked, shelf("Teardrop"), page))
        pressed = [re.fullmatch(ids.PAGE, each) for each in buttons(card, enabled=True)]
        assert [int(match["page"]) for match in pressed if match] == leads_to

    def test_two_pages_of_the_less_known_keep_their_small_print(self, judge: Judge) -> None:
        card = accepted(judge, recommend_card(post(PostKind.RECOMMEND, 8), shelf("Teardrop")))
        assert len(parts(card)) == 8 + 4 * 8
        assert "page 1 of 2" in texts(card)[0]
        assert any(each.endswith(":adventurous") for each in buttons(card))

    def test_every_song_is_on_its_page(self) -> None:
        asked = post(PostKind.RECOMMEND, 12)
        for slot in asked.slots:
            card = recommend_card(asked, shelf("Teardrop"), page_of(slot.number))
            assert ids.feedback(asked.id, slot.number, "like") in buttons(card)

    def test_it_says_whom_it_is_for_or_what_it_is_like(self) -> None:
        here = shelf("Teardrop")
        assert texts(recommend_card(post(PostKind.RECOMMEND, 1), here))[0] == "### For <@9223372036854775807>"
        unknown = texts(recommend_card(post(PostKind.RECOMMEND, 1, {"unknown": True}), here))[0]
        assert "Nothing known about you yet" in unknown
        seeded = texts(recommend_card(post(PostKind.RECOMMEND, 1, {"seed": 1, "unknown": True}), here))[0]
        assert seeded == "### Like Teardrop · pordraeT"

    def test_who_is_new_is_offered_a_start_within_the_budget(self, judge: Judge) -> None:
        for count in (1, 4, 8, 12):
            card = accepted(
                judge, recommend_card(post(PostKind.RECOMMEND, count, {"unknown": True}), shelf("x"))
            )
            assert ids.taste_step("begin") in buttons(card)

    def test_less_known_is_offered_until_it_is_adventurous(self) -> None:
        for dial, offered in (("balanced", True), ("adventurous", False)):
            card = recommend_card(post(PostKind.RECOMMEND, 4, {"dial": dial}), shelf("Teardrop"))
            assert any(each.endswith(":adventurous") for each in buttons(card)) is offered

    def test_counts_are_shown_once_there_are_any(self) -> None:
        def labels(counts: Counts) -> list[str | None]:
            card = recommend_card(post(PostKind.RECOMMEND, 1), shelf("Teardrop", counts=counts))
            return [part.get("label") for part in parts(card) if part["type"] == 2][:3]

        assert labels(Counts(likes=4, dislikes=1)) == ["4", None, "1"]


class TestRadio:
    def test_plays_its_newest_song_and_can_be_steered(self, judge: Judge) -> None:
        card = accepted(judge, radio_card(post(PostKind.RADIO, 3, {"seed": 1}), shelf("Teardrop")))
        actions = [match["action"] for each in buttons(card) if (match := re.fullmatch(ids.RADIO, each))]
        assert actions == ["next", "like_this", "stop"]
        slots = {match["slot"] for each in buttons(card) if (match := re.fullmatch(ids.FEEDBACK, each))}
        assert slots == {"3"}
        assert texts(card)[-1] == "-# song 3 · ❤️ ⏭️ 👎 steer what comes next"

    def test_tells_what_comes_next_and_where_it_is_steered(self, judge: Judge) -> None:
        card = accepted(judge, radio_card(post(PostKind.RADIO, 3, STEERED), shelf("Teardrop")))
        assert texts(card)[-1].split("\n")[:2] == [
            "-# next: **Teardrop** · pordraeT, then **Teardrop** · pordraeT",
            "-# steered: calmer, newer, stranger",
        ]
        [menu] = [part for part in parts(card) if part["type"] == 3]
        assert [option["value"] for option in menu["options"]] == [each.value for each in Toward]
        assert [option["label"] for option in menu["options"]] == [
            "undo: calmer",
            "livelier",
            "undo: newer",
            "undo: stranger",
            "back to the start",
        ]
        assert not any(option.get("default") for option in menu["options"]), "it could not be chosen again"

    def test_has_room_for_more(self) -> None:
        card = radio_card(post(PostKind.RADIO, 3, STEERED), shelf("Teardrop"))
        assert len(parts(card)) == 20

    def test_says_from_what_or_for_whom_it_plays(self) -> None:
        here = shelf("Teardrop")

        def title(**query: object) -> str:
            return texts(radio_card(post(PostKind.RADIO, 1, query), here))[0]

        assert title(seed=1) == "### 📻 Radio from Teardrop · pordraeT"
        assert title(artist="Björk", mood=["calm", "90s"]) == "### 📻 Radio from Björk / calm, 90s"
        assert title(whose="server") == "### 📻 Radio for this server"
        assert title() == "### 📻 Radio for <@9223372036854775807>"
        assert title(seed=1, whose="server") == "### 📻 Radio from Teardrop · pordraeT"

    def test_of_somebody_elses_taste_speaks_to_nobody_alone(self) -> None:
        card = radio_card(post(PostKind.RADIO, 1, {"whose": "server"}), shelf("Teardrop"))
        assert "you" not in texts(card)[1]

    def test_that_has_ended_only_takes_answers_and_goes_out(self, judge: Judge) -> None:
        ended = post(PostKind.RADIO, 3, {"seed": 1}, closed=True)
        card = accepted(judge, radio_card(ended, shelf("Teardrop")))
        left = [each for each in buttons(card) if not re.fullmatch(ids.FEEDBACK, each)]
        assert {*left} - {ids.why(ended.id, ended.slots[-1].number)} == {ids.export(ended.id)}
        assert "-# ended after 3 songs" in texts(card)


class TestExporting:
    @pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
    def test_every_page_of_links_fits_and_no_song_is_lost(self, judge: Judge, text: str) -> None:
        radio = post(PostKind.RADIO, 40)
        songs = [song(number, text) for number in range(1, 41)]
        seen: list[str] = []
        for page in range(40):
            card = accepted(judge, links_card(radio, songs, page))
            seen += re.findall(r"^\*\*(\d+)\*\* ", "\n".join(texts(card)), re.MULTILINE)
            if seen[-1] == "40":
                break
        assert seen == [str(number) for number in range(1, 41)]

    def test_direct_links_come_before_searches(self, judge: Judge) -> None:
        card = accepted(judge, links_card(post(PostKind.RECOMMEND, 1), [song(1, "Teardrop")]))
        assert "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC" in texts(card)[0]
        assert "https://www.deezer.com/search/pordraeT%20Teardrop" in texts(card)[0]
        assert links_text([song(1, "Teardrop")]).startswith(
            "pordraeT - Teardrop\nhttps://open.spotify.com/track/"
        )


class TestPastRadios:
    def test_are_listed_with_when_what_how_many_and_where(self, judge: Judge) -> None:
        card = accepted(judge, history_card(RadioPage([past("Björk")], 0, 1), Whose.ME, shelf("Teardrop")))
        assert texts(card) == [
            "### Your radios",
            "<t:1790000000:d> · Teardrop · pordraeT / Björk / Björk · 40 songs · https://discord.com/channels/1/2/3",
        ]

    def test_have_arrows_to_the_pages_that_there_are(self) -> None:
        def leads_to(number: int, pages: int) -> list[str]:
            page = RadioPage([past("x")], number, pages)
            found = buttons(history_card(page, Whose.SERVER, shelf("x")), enabled=True)
            return [each for each in found if re.fullmatch(ids.PAST, each)]

        assert leads_to(0, 1) == []
        assert leads_to(0, 2) == ["past:v1:server:1:n"]
        assert leads_to(1, 3) == ["past:v1:server:0:b", "past:v1:server:2:n"]

    def test_arrows_of_cards_from_before_still_lead_on(self) -> None:
        for template, custom_id in (
            (ids.PAGE, "pg:v1:7:1"),
            (ids.PAST, "past:v1:me:1"),
            (ids.PLAYED, "played:v1:7:1:me:0"),
            (ids.EXPORT_LINKS, "ex:v1:7:links:1"),
        ):
            found = re.fullmatch(template, custom_id)
            assert found is not None
            assert found["page"] == "1"

    def test_show_every_song_on_one_of_their_pages(self) -> None:
        radio = post(PostKind.RADIO, 40, {"seed": 1})
        shown = [
            number
            for page in range(-(-40 // SONGS))
            for number in re.findall(
                r"^\*\*(\d+)\*\*", texts(played_card(radio, Whose.ME, 0, shelf("x"), page))[1], re.MULTILINE
            )
        ]
        assert shown == [str(number) for number in range(1, 41)]


def thirty(language: str, *, closed: bool = False) -> Post:
    """A week of thirty songs in five parts, in a language, with all that can be told around them."""
    last: dict[str, object] = {"liked": 30, "of": 30, "members": 99, "favourite": 3, "voted": True}
    query: dict[str, object] = {
        "week": "2026-W53",
        "language": language,
        "answers": 14,
        "last": last,
        "verdict": last,
    }
    week = post(PostKind.WEEKLY, 30, query, closed=closed)
    kinds = [part for part, times in zip(Part, (12, 6, 4, 4, 4), strict=True) for _ in range(times)]
    slots = [
        replace(
            slot,
            part=part,
            whom=ALICE if part is Part.MEMBERS else None,
            brought=ALICE if part is Part.FINDS else None,
        )
        for slot, part in zip(week.slots, kinds, strict=True)
    ]
    return replace(week, slots=tuple(slots))


class TestWeekly:
    def test_lists_every_song_with_its_reason_and_offers_it(self, judge: Judge) -> None:
        week = post(PostKind.WEEKLY, 10, {"week": "2026-W07"})
        card = accepted(judge, weekly_card(week, shelf("Teardrop", counts=Counts(likes=2))))
        title, listed, _footer = texts(card)
        assert title == "## Week 7 · new to you all"
        assert listed.count("**Teardrop** · pordraeT · 1998 · ❤️ 2\n-# because people here like") == 10
        [menu] = [part for part in parts(card) if part["type"] == 3]
        assert [option["value"] for option in menu["options"]] == [str(n) for n in range(1, 11)]
        assert [file.filename for file in card.files] == ["week.jpg"]

    def test_has_two_menus_where_one_is_too_short(self, judge: Judge) -> None:
        card = accepted(judge, weekly_card(post(PostKind.WEEKLY, 40, {"week": "2026-W53"}), shelf("x")))
        menus = [part for part in parts(card) if part["type"] == 3]
        offered = [[int(option["value"]) for option in menu["options"]] for menu in menus]
        assert offered == [list(range(1, 16)), list(range(16, 31))]
        assert [menu["placeholder"] for menu in menus] == [
            "Rate or hear songs 1 to 15",
            "Rate or hear songs 16 to 30",
        ]
        assert texts(card)[0] == "## Week 53 · new to you all"

    @pytest.mark.parametrize("language", CATALOGUES)
    @pytest.mark.parametrize("closed", [False, True])
    def test_of_thirty_songs_in_all_parts_fits_in_every_language(
        self, judge: Judge, language: str, closed: bool
    ) -> None:
        for text in LONG.values():
            card = accepted(judge, weekly_card(thirty(language, closed=closed), shelf(text)))
            numbered = re.findall(r"^\*\*(\d+)\*\* ", "\n".join(texts(card)), flags=re.MULTILINE)
            assert sorted(map(int, numbered)) == list(range(1, 31))

    @pytest.mark.parametrize("language", CATALOGUES)
    def test_of_thirty_songs_with_long_names_has_a_reason_for_each(self, judge: Judge, language: str) -> None:
        for text in (
            "Teardrop",
            "The Ballad of the Windmills of Your Mind, Part Two (Live at Home)",
            "終わりなき旅" * 20,
        ):
            card = accepted(judge, weekly_card(thirty(language), shelf(text)))
            listed = texts(card)[1:-1]
            assert len(listed) == len(Part)
            assert "\n".join(listed).count("\n-# ") == 30

    def test_groups_songs_under_their_parts_and_names_who_agreed(self) -> None:
        def named(_server: ServerId, member: MemberId) -> bool:
            return member != 7

        slots = (
            Slot(1, SongId(1), reasons=REASONS, part=Part.ALL),
            Slot(2, SongId(2), reasons=REASONS, part=Part.MEMBERS, whom=MemberId(5)),
            Slot(3, SongId(3), reasons=REASONS, part=Part.MEMBERS, whom=MemberId(7)),
            Slot(
                4, SongId(4), part=Part.FINDS, brought=MemberId(6), reasons=(StoredReason("part_finds", 1.0),)
            ),
            Slot(
                5, SongId(5), part=Part.FINDS, brought=MemberId(7), reasons=(StoredReason("part_finds", 1.0),)
            ),
        )
        week = replace(post(PostKind.WEEKLY, 0, {"week": "2026-W07"}), slots=slots)
        listed = texts(weekly_card(week, replace(shelf("Teardrop"), named=named)))[1:-1]
        assert [text.partition("\n")[0] for text in listed] == [
            "### For all of you",
            "### For one of you each",
            "### Brought by you",
        ]
        assert "-# for <@5> · because people here like" in listed[1]
        assert "-# brought by <@6> · nobody here has rated it yet" in listed[2]
        assert "<@7>" not in "".join(listed)

    def test_says_how_to_answer_what_it_rests_on_and_how_the_last_was_received(self) -> None:
        last = {"liked": 11, "of": 15, "members": 4, "favourite": 3, "voted": False}
        query: dict[str, object] = {"week": "2026-W07", "answers": 3, "last": last}
        footer = texts(weekly_card(post(PostKind.WEEKLY, 5, query), shelf("Teardrop")))[-1].split("\n")
        assert footer[0].startswith("-# I know only 3 answers from this server so far")
        assert footer[1] == "-# last week you liked 11 of 15 songs · favourite: **Teardrop** · pordraeT"
        assert footer[2].startswith("-# choose a song in the menu")

    @pytest.mark.parametrize(
        ("verdict", "said"),
        [
            (
                {"liked": 2, "of": 10, "members": 1, "favourite": 2, "voted": True},
                [
                    "You liked 2 of 10 songs · 1 of you answered",
                    "🏆 Your favourite, by vote: **Teardrop** · pordraeT",
                ],
            ),
            (
                {"liked": 0, "of": 10, "members": 3, "favourite": None, "voted": False},
                ["You liked 0 of 10 songs · 3 of you answered"],
            ),
            (
                {"liked": 0, "of": 10, "members": 0, "favourite": None, "voted": False},
                ["Nobody has rated these songs yet. It is not too late: every ❤️ shapes the next posts."],
            ),
        ],
    )
    def test_that_is_over_tells_what_was_thought_of_it(
        self, verdict: dict[str, object], said: list[str]
    ) -> None:
        week = post(PostKind.WEEKLY, 10, {"week": "2026-W07", "verdict": verdict}, closed=True)
        title, listed, _footer = texts(weekly_card(week, shelf("Teardrop", counts=Counts())))
        assert title.split("\n") == ["## Week 7 · what you made of it", *said]
        assert "-# " not in listed

    def test_polls_have_four_answers_that_discord_takes(self, judge: Judge) -> None:
        for language in CATALOGUES:
            for text in LONG.values():
                week = post(PostKind.WEEKLY, 10, {"week": "2026-W07", "language": language})
                poll = weekly_poll(week, [SongId(number) for number in (1, 2, 3, 4)], 46, shelf(text))
                judge.check("POST", "/channels/1/messages", {"poll": poll._to_dict()})  # pyright: ignore[reportPrivateUsage]
                assert all(len(answer.text) <= 55 for answer in poll.answers)

    def test_names_every_song_even_when_reasons_have_no_room(self, judge: Judge) -> None:
        for text in ("*" * 60, "|" * 4000):
            card = accepted(judge, weekly_card(post(PostKind.WEEKLY, 25, {"week": "2026-W47"}), shelf(text)))
            numbered = re.findall(r"^\*\*(\d+)\*\* ", texts(card)[1], flags=re.MULTILINE)
            assert numbered == [str(n) for n in range(1, 26)]


FULL = {
    "seed": StoredReason("seed", 0.5, items=(1,)),
    "liked": StoredReason("liked", 0.5, items=(1,)),
    "members": StoredReason("members", 0.5, members=2),
    "tags": StoredReason("tags", 0.5, tags=("dub",)),
    "audio": StoredReason("audio", 0.5, feature="tempo"),
}


class TestWhy:
    @pytest.mark.parametrize("everybody", [False, True])
    def test_there_are_words_for_everything_the_engine_says(self, everybody: bool) -> None:
        teardrop = song(1, "Teardrop")
        said: set[str] = set()
        for kind in ReasonKind:
            reason = FULL.get(kind.value, StoredReason(kind.value, 0.5))
            words = why([reason], teardrop, lambda _: teardrop, everybody=everybody)
            assert words, kind
            said.add(words)
        assert len(said) == len(ReasonKind)

    def test_a_post_to_everybody_speaks_to_nobody_alone(self) -> None:
        teardrop = song(1, "Teardrop")
        for reason in FULL.values():
            assert "you" not in why([reason], teardrop, lambda _: teardrop, everybody=True)

    def test_a_radio_does_not_say_of_who_asked_what_only_its_song_has(self) -> None:
        teardrop = song(1, "Teardrop")
        for kind in ("tags", "audio", "era"):
            reason = FULL.get(kind, StoredReason(kind, 0.5))
            words = why([reason], teardrop, lambda _: teardrop, radio=True)
            assert "radio" in words
            assert "you" not in words

    def test_the_two_largest_are_said_and_a_draw_always(self) -> None:
        teardrop = song(1, "Teardrop")

        def words(*reasons: StoredReason) -> list[str]:
            return why(reasons, teardrop, lambda _: teardrop).split(" · ")

        popular, new, server, artist = (
            StoredReason(kind, share)
            for kind, share in (("popular", 0.4), ("new", 0.3), ("server", 0.2), ("artist", 0.1))
        )
        drawn = StoredReason("explore", 0.0)
        assert words(popular, new, server) == ["widely loved", "just released"]
        assert words(popular, new, artist)[1].startswith("more by"), "what is about the member comes second"
        assert words(popular, StoredReason("era", 0.2)) == ["widely loved"], (
            "years are said where they weigh a lot"
        )
        assert words(popular, new, drawn) == ["a wild card", "widely loved"]
        assert words(popular, StoredReason("new", 0.01)) == ["widely loved"]
        assert words(StoredReason("new", 0.01)) == ["just released"]

    def test_what_cannot_be_said_is_left_out(self) -> None:
        gone = dict[int, Song]().get
        teardrop = song(1, "Teardrop")
        assert why([FULL["liked"]], teardrop, gone) == ""
        assert why([], teardrop, gone) == ""
        assert why([StoredReason("from a newer version", 0.9)], teardrop, gone) == ""


class TestListen:
    @pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
    def test_fits_a_message_whatever_the_song_is_called(self, text: str) -> None:
        links = {"spotify": "x" * 22, "deezer": "1" * 12, "musicbrainz": "x" * 36}
        assert len(listen_text(Song(SongId(1), text, text, links=links))) <= 2000

    def test_has_the_direct_link_first_and_searches_elsewhere(self) -> None:
        text = listen_text(Song(SongId(1), "Jóga", "Björk & Co", links={"spotify": "4uLU6", "unknown": "1"}))
        title, direct, searches = text.split("\n")
        assert title == "**Jóga** · Björk & Co"
        assert direct == "[Spotify](https://open.spotify.com/track/4uLU6)"
        assert re.findall(r"\[(\w+)\]", searches) == ["YouTube", "Deezer", "Bandcamp"]
        assert "search_query=Bj%C3%B6rk%20%26%20Co%20J%C3%B3ga" in searches

    @pytest.mark.parametrize("odd", ["a) [evil](http://evil)", "../../x?y#z", "a b\n# c", "<>\"'()[]"])
    def test_quotes_ids_and_names(self, odd: str) -> None:
        text = listen_text(Song(SongId(1), odd, "Artist", links={"spotify": odd}))
        links: list[str] = re.findall(r"(?<!\\)\]\(([^)\s]*)\)", text)
        assert len(links) == 4
        assert {urlsplit(link).netloc for link in links} == {
            "open.spotify.com",
            "www.youtube.com",
            "www.deezer.com",
            "bandcamp.com",
        }
        assert unquote(urlsplit(links[0]).path) == f"/track/{odd}"


def test_the_help_card_is_taken(judge: Judge) -> None:
    card = accepted(judge, help_card(lambda name: f"</{name}:{2**63}>"))
    assert "</recommend:" in texts(card)[0]


def test_a_song_with_artwork_needs_no_drawing(judge: Judge) -> None:
    art = Song(SongId(1), "Teardrop", "Massive Attack", artwork_url="https://i.scdn.co/image/x")
    here = Shelf(song=lambda _: art, counts=lambda _post, _song: Counts())
    card = accepted(judge, recommend_card(post(PostKind.RECOMMEND, 4), here))
    assert card.files == []


def test_tags_that_two_reasons_share_are_named_once() -> None:
    tags = ("downtempo", "dreamy")
    reasons = (StoredReason("tags", 0.5, tags=tags), StoredReason("seed", 0.4, items=(2,), tags=tags[::-1]))
    assert why(reasons, song(1, "x"), shelf("Teardrop").song) == "you like downtempo, dreamy · like Teardrop"
