"""Pictures: whatever they are told, they are small PNGs of one width, the same ones for the same words."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from bot.cards.art.lettering import settable
from bot.cards.pictures import (
    Agreement,
    Bar,
    Likeness,
    Mark,
    Section,
    draw_agreement,
    draw_bars,
    draw_map,
    draw_portrait,
)
from bot.cards.pictures.lettering import legible
from bot.cards.pictures.sheet import COOL, GROUND, WARM, WIDTH

NAMES = {
    "ordinary": "trip hop",
    "long": "a name that does not end " * 200,
    "japanese": "終わりなき旅",
    "right to left": "שיר של אהבה",
    "emoji": "🎉👩‍👩‍👧‍👦",
    "nothing": "",
    "control": "a\u0000\u202e\nb",
}
COUNTS = (0, 1, 5, 3_000)


def rows(name: str, count: int) -> list[Likeness]:
    return [Likeness(name, (n % 7) / 7, "43%", None if n % 2 else 0.3) for n in range(count)]


def bars(name: str, count: int) -> bytes:
    return draw_bars(name, [Bar(name, (-1) ** n * 0.3, "30%") for n in range(count)])


def portrait(name: str, count: int) -> bytes:
    several = rows(name, count)
    sections = [Section(name, several), Section(name, several, shares=False, legend=(name, name))]
    return draw_portrait(name, sections, legend=(name, name))


def agreement(name: str, count: int) -> bytes:
    told = Agreement(0.5, "50%", name)
    lists = [(name, [name] * count), (name, list[str]())]
    return draw_agreement((name, name), told, rows(name, count), lists, heading=name)


def chart(name: str, count: int) -> bytes:
    marks = [Mark(name, (n % 20) / 10 - 1, (n % 13) / 6 - 1) for n in range(count)]
    return draw_map(name, marks, [*marks, Mark(name, 9.0, -9.0)])


DRAWN = [bars, portrait, agreement, chart]


@pytest.mark.parametrize("draw", DRAWN)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("count", COUNTS)
def test_a_picture_has_one_width_and_a_bounded_size(
    draw: Callable[[str, int], bytes], name: str, count: int
) -> None:
    drawn = draw(name, count)
    with Image.open(BytesIO(drawn)) as image:
        assert image.format == "PNG"
        assert image.width == WIDTH
        assert 100 <= image.height <= 1_600
        assert image.convert("RGB").getpixel((2, 2)) == GROUND
    assert len(drawn) < 130_000


@pytest.mark.parametrize("draw", DRAWN)
def test_the_same_words_give_the_same_bytes(draw: Callable[[str, int], bytes]) -> None:
    assert draw("Mira", 4) == draw("Mira", 4)
    assert draw("Mira", 4) != draw("Jonas", 4)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Björk · Łódź", "Björk · Łódź"),
        ("Привет", "Привет"),
        ("坂本 ok", "BanBen ok"),
        ("שיר", "syr"),
        ("🎉 party 🎉", "party"),
        ("🎉", ""),
        ("  a\n b ", "a b"),
    ],
)
def test_what_the_font_lacks_is_written_in_latin_or_left_out(text: str, shown: str) -> None:
    assert legible(text) == shown


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_letter_becomes_a_box(name: str) -> None:
    assert all(letter == " " or settable(letter) for letter in legible(name))


def colours(drawn: bytes) -> set[tuple[int, ...]]:
    with Image.open(BytesIO(drawn)) as image:
        found = image.convert("RGB").getcolors(maxcolors=1 << 24)
    assert found is not None
    return {colour for _, colour in found if isinstance(colour, tuple)}


def test_the_servers_bars_come_only_where_there_are_any() -> None:
    alone = draw_portrait("Mira", [Section("Genres", [Likeness("pop", 0.5, "50%")])])
    beside = draw_portrait("Mira", [Section("Genres", [Likeness("pop", 0.5, "50%", 0.2)])])
    assert WARM in colours(alone)
    assert COOL not in colours(alone)
    assert COOL in colours(beside)


def test_a_longer_bar_is_a_larger_share() -> None:
    def amount(share: float) -> int:
        drawn = draw_portrait("x", [Section("y", [Likeness("z", share, "")], shares=False)])
        with Image.open(BytesIO(drawn)) as image:
            return sum(pixel == WARM for pixel in image.convert("RGB").get_flattened_data())

    assert amount(0.2) < amount(0.5) < amount(0.9)
