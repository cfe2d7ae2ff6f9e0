"""Sleeves for songs without artwork: always the same, never too large, never failing on a strange title."""

# pyright: reportPrivateUsage=false

import random
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.cards.art import (
    Cover,
    UnreadablePictureError,
    accent_of,
    canvas,
    collage,
    cover,
    lettering,
    printing,
)
from bot.cards.art.canvas import Canvas
from bot.cards.art.cover import SIDE, _cover
from bot.cards.art.lettering import settable
from bot.cards.art.moods import FAMILIES, mood
from bot.cards.art.palette import PALETTES, Palette
from bot.cards.art.printing import MAX_BYTES

SONGS = [
    ("Teardrop", "Massive Attack", ("trip hop", "dreamy")),
    ("Paranoid", "Black Sabbath", ("metal", "rock")),
    ("Windowlicker", "Aphex Twin", ("idm", "electronic")),
    ("So What", "Miles Davis", ("jazz",)),
    ("Gymnopédie No. 1", "Erik Satie", ("classical", "piano")),
    ("Water No Get Enemy", "Fela Kuti", ("afrobeat",)),
    ("Pink Moon", "Nick Drake", ("folk",)),
    ("Dynamite", "BTS", ("k-pop",)),
    ("N.Y. State of Mind", "Nas", ("hip hop",)),
    ("真夜中のドア", "松原みき", ()),
]

ODD = [
    "",
    " ",
    "\x00\x07\x1b[31m",
    "\ud800 half a pair",
    "🎷🔥👩‍👩‍👧",
    "أنت عمري",
    "ירושלים של זהב",
    "\u202eright to left\u202c",
    "夜に駆ける",
    "봄날",
    "รักแรกพบ",
    "Z̸̢a̷l̶g̴o̷" + "\u0301" * 200,
    "ﷺ" * 50,
    "ß ŉ ǰ",
    "x" * 4000,
    "a word and " * 364,
    "%s {0} `code` @everyone <@1>",
]


@pytest.fixture(autouse=True)
def forget() -> None:
    _cover.cache_clear()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def luminance(colour: int) -> float:
    channels = [(colour >> shift & 255) / 255 for shift in (16, 8, 0)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: int, other: int) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def flat(
    colour: tuple[int, ...], mode: str = "RGB", kind: str = "PNG", size: tuple[int, int] = (40, 40)
) -> bytes:
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind)
    return out.getvalue()


def assert_sound(drawn: Cover) -> None:
    picture = opened(drawn.data)
    assert picture.size == (SIDE, SIDE)
    assert picture.format == "JPEG"
    assert len(drawn.data) <= MAX_BYTES
    assert re.fullmatch(r"cover-[0-9a-f]{10}\.jpg", drawn.filename)
    assert 0 < drawn.accent <= 0xFFFFFF
    assert contrast(drawn.accent, 0x2B2D31) >= 2.2
    assert contrast(drawn.accent, 0xFFFFFF) >= 2.2


@pytest.mark.parametrize(("title", "artist", "tags"), SONGS)
def test_a_song_has_one_sleeve(title: str, artist: str, tags: tuple[str, ...]) -> None:
    first = cover(title, artist, tags)
    _cover.cache_clear()
    assert cover(title, artist, list(tags)) == first
    assert_sound(first)


def test_case_and_spaces_do_not_change_the_composition() -> None:
    usual = cover("A title too long to be set on the sleeve", "Radiohead", ("rock",))
    assert cover("a title  too long to be SET on the sleeve ", "RADIOHEAD", ("Rock",)) == usual


def test_songs_differ() -> None:
    drawn = [cover(*song) for song in SONGS] + [cover(f"Song {n}", "Someone", ("jazz",)) for n in range(30)]
    assert len({sleeve.data for sleeve in drawn}) == len(drawn)
    assert len({sleeve.filename for sleeve in drawn}) == len(drawn)


def test_moods_have_their_own_look() -> None:
    by_mood = {
        tag: cover("Untitled", "Unknown", (tag,)).data
        for tag in ("ambient", "metal", "techno", "jazz", "salsa")
    }
    assert len(set(by_mood.values())) == len(by_mood)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("ambient", "electronic"), "dreamy"),
        (("Trip_Hop",), "dreamy"),
        (("metal",), "bold"),
        (("Techno",), "electric"),
        (("cool jazz",), "blue"),
        (("modern classical",), "fine"),
        (("afrobeat",), "warm"),
        (("k-pop",), "pop"),
        (("hip hop",), "street"),
        (("singer-songwriter",), "folk"),
        (("trap",), "street"),
        (("seen live", "1998"), None),
        ((), None),
    ],
)
def test_tags_choose_the_mood(tags: tuple[str, ...], expected: str | None) -> None:
    assert mood(tags) == expected


def test_an_artists_songs_share_a_palette_but_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    palettes: set[Palette] = set()
    plain = Canvas.__init__

    def watched(self: Canvas, side: int, palette: Palette, dice: random.Random, initial: str) -> None:
        palettes.add(palette)
        plain(self, side, palette, dice, initial)

    monkeypatch.setattr(Canvas, "__init__", watched)
    drawn = {cover(f"Part {n}", "Erik Satie", ("classical",)).data for n in range(12)}
    assert len(palettes) == 1
    assert len(drawn) == 12


@pytest.mark.parametrize("shown", sorted(FAMILIES))
def test_every_composition_paints_the_whole_sleeve(shown: str) -> None:
    for family in set(FAMILIES[shown]):
        for palette in PALETTES[shown]:
            painted = Canvas(96, palette, random.Random(7), "A")
            family(painted)
            assert painted.image.shape == (3, 96, 96)
            assert np.isfinite(painted.image).all()
            assert painted.image.std() > 0.02


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("tag", ["rock", "pop", "ambient", ""])
def test_odd_words_do_not_fail(text: str, tag: str) -> None:
    assert_sound(cover(text, "Artist", (tag,)))
    assert_sound(cover("Title", text, (tag, text)))
    assert_sound(cover(text, text, (text,)))


@settings(max_examples=60)
@given(
    title=st.text(max_size=60), artist=st.text(max_size=30), tags=st.lists(st.text(max_size=12), max_size=4)
)
def test_any_words_make_a_sleeve(title: str, artist: str, tags: list[str]) -> None:
    assert_sound(cover(title, artist, tags))


@pytest.mark.parametrize(
    "text", ["أنت عمري", "ירושלים", "夜に駆ける", "봄날", "รัก", "🎷", "e\u0338", "", "\x00"]
)
def test_text_the_font_cannot_set_is_left_away(text: str) -> None:
    assert not settable(text)


@pytest.mark.parametrize(
    "text", ["So What", "Ágætis byrjun", "Группа крови", "Ζάλογγο", "(I Can't Get No)", "1/1"]
)
def test_text_the_font_has_is_set(text: str) -> None:
    assert settable(text)


@pytest.mark.parametrize("size", [32, 80, 100, 255, 512])
def test_other_sizes(size: int) -> None:
    for song in SONGS:
        assert opened(cover(*song, size=size).data).size == (size, size)


@pytest.mark.parametrize("size", [0, -1, 31, 5000])
def test_sizes_without_sense_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size"):
        cover("Title", "Artist", size=size)


def test_threads_draw_the_same() -> None:
    songs = [(f"Title {number}", "Artist", (tag,)) for tag in sorted(FAMILIES) for number in range(6)]

    def draw(song: tuple[str, str, tuple[str, ...]]) -> tuple[Cover, bytes]:
        drawn = _cover.__wrapped__(*song, 128)
        return drawn, collage([drawn.data] * 3, size=96)

    alone = [draw(song) for song in songs]
    for cached in (canvas._ramp, canvas.grid, printing._grain, lettering._font_file, lettering._has_glyph):
        cached.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(draw, songs * 2))
    assert together == alone * 2


def test_what_threads_share_cannot_be_painted_on() -> None:
    shared = [canvas._ramp(((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))), *canvas.grid(32), printing._grain(32)]
    assert not any(sheet.flags.writeable for sheet in shared)


def test_accent_is_the_telling_colour() -> None:
    picture = Image.new("RGB", (100, 100), (240, 240, 238))
    picture.paste((200, 30, 40), (30, 30, 60, 60))
    out = BytesIO()
    picture.save(out, "PNG")
    accent = accent_of(out.getvalue())
    assert accent >> 16 > 2 * max(accent >> 8 & 255, accent & 255)


@pytest.mark.parametrize(
    "colour", [(0, 0, 0), (255, 255, 255), (255, 255, 0), (0, 0, 90), (250, 250, 250), (127, 127, 127)]
)
def test_accents_show_on_dark_and_on_light(colour: tuple[int, int, int]) -> None:
    accent = accent_of(flat(colour))
    assert contrast(accent, 0x2B2D31) >= 2.2
    assert contrast(accent, 0xFFFFFF) >= 2.2


def test_accent_of_other_formats() -> None:
    assert accent_of(flat((200, 30, 40, 255), "RGBA"))
    assert accent_of(flat((90, 120), "LA"))
    assert accent_of(flat((200, 30, 40), kind="WEBP"))
    assert accent_of(flat((200, 30, 40), kind="JPEG", size=(1200, 1)))


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0 cut short"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePictureError):
        accent_of(data)
    with pytest.raises(UnreadablePictureError) as refused:
        collage([flat((1, 2, 3)), data])
    assert refused.value.index == 1


def test_half_a_picture_is_refused() -> None:
    data = cover("Half", "Artist").data
    with pytest.raises(UnreadablePictureError):
        accent_of(data[: len(data) // 3])


@pytest.mark.parametrize("count", range(1, 31))
def test_collages_of_up_to_30(count: int) -> None:
    sleeve = [cover(f"Song {n}", "Artist").data for n in range(count)]
    data = collage(sleeve)
    picture = opened(data)
    assert picture.width == 640
    assert 200 < picture.height <= 640
    assert data == collage(sleeve)


def test_a_collage_keeps_the_order_and_centres_the_last_row() -> None:
    red, green, blue = (flat(colour) for colour in ((220, 0, 0), (0, 200, 0), (0, 0, 220)))
    picture = np.asarray(opened(collage([red, green, blue], columns=2)).convert("RGB"))
    assert [int(picture[y, x].argmax()) for x, y in ((160, 160), (480, 160), (320, 480))] == [0, 1, 2]
    assert picture[480, 20].max() < 60


def test_a_collage_takes_wide_tall_and_transparent_pictures() -> None:
    wide, tall = flat((10, 200, 10), size=(300, 40)), flat((10, 10, 200), size=(40, 300))
    assert opened(collage([wide, tall, flat((0, 0, 0, 0), "RGBA")], columns=3, size=300)).width == 300


@pytest.mark.parametrize(
    ("count", "columns", "size"), [(0, None, 640), (31, None, 640), (4, 0, 640), (4, 40, 640), (4, 4, 20)]
)
def test_collages_without_sense_are_refused(count: int, columns: int | None, size: int) -> None:
    with pytest.raises(ValueError, match=r"collage|columns"):
        collage([flat((1, 2, 3))] * count, columns=columns, size=size)
