"""Tastes taken apart, compared and laid out: what the figures mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.store.records import MemberId, Song, SongId
from bot.usecases.comparing import agreement, shared_artists, shared_genres
from bot.usecases.mapping import taste_map
from bot.usecases.offering import MOST_ARTISTS, MOST_DECADES, MOST_GENRES, offer
from bot.usecases.portrait import adventure, decade_shares, genre_shares, means, moved

DAY = 86_400.0
NOW = 1_000 * DAY


def song(number: int, *genres: str, year: int | None = 1998, artist: str = "") -> Song:
    released = None if year is None else str(year)
    return Song(
        SongId(number), f"Song {number}", artist or f"Artist {number}", released=released, genres=genres
    )


CATALOGUE = {
    each.id: each
    for each in [
        song(1, "rock"),
        song(2, "rock", "pop"),
        song(3, "jazz", year=1959),
        song(4, year=None),
        *(song(n, "techno") for n in range(10, 20)),
        *(song(n, "folk") for n in range(20, 30)),
    ]
}


def liked(*numbers: int) -> dict[SongId, float]:
    return dict.fromkeys(map(SongId, numbers), 1.0)


def test_shares_add_up_to_one_and_what_is_disliked_is_left_out() -> None:
    shares = genre_shares({**liked(1, 2, 3), SongId(10): -1.0}, CATALOGUE.get)
    assert shares == pytest.approx({"rock": 0.5, "pop": 1 / 6, "jazz": 1 / 3})
    assert genre_shares(liked(4, 99), CATALOGUE.get) == {}
    assert decade_shares(liked(1, 3, 4), CATALOGUE.get) == {"1990": 0.5, "1950": 0.5}


def test_a_mean_needs_three_measured_songs() -> None:
    measured = {SongId(n): {"energy": n / 10} for n in (1, 2, 3)} | {SongId(4): {"valence": 0.5}}
    assert means(liked(1, 2, 3, 4), measured) == pytest.approx({"energy": 0.2})
    assert means(liked(1, 2), measured) == {}


def test_adventurous_is_the_share_of_likes_that_lead_away() -> None:
    main = [1, 2, *range(10, 13), *range(20, 23)]
    find = CATALOGUE.get
    assert adventure([], find) is None
    assert adventure(liked(*main), find) == 0.0
    assert adventure(liked(*main, 3), find) == pytest.approx(1 / 9)
    rare = {**CATALOGUE, SongId(10): replace(CATALOGUE[SongId(10)], popularity=12.0)}
    assert adventure(liked(*main, 3), rare.get) == pytest.approx(2 / 9)


def test_a_taste_moves_when_both_months_have_likes() -> None:
    early = {SongId(n): NOW - 100 * DAY for n in range(10, 16)}
    late = {SongId(n): NOW - DAY for n in range(20, 26)}
    assert moved(early, CATALOGUE.get, NOW) == ()
    changed = {each.name: (each.own, each.server) for each in moved(early | late, CATALOGUE.get, NOW)}
    assert changed == {"techno": (0.0, 1.0), "folk": (1.0, 0.0)}


def test_agreement_is_the_common_part_of_both_tastes() -> None:
    one, other = {"rock": 0.6, "pop": 0.4}, {"rock": 0.2, "jazz": 0.8}
    assert agreement(one, one) == pytest.approx(1.0)
    assert agreement(one, other) == agreement(other, one) == pytest.approx(0.2)
    assert agreement(one, {}) == 0.0
    assert [(each.name, each.own, each.server) for each in shared_genres(one, other)] == [("rock", 0.6, 0.2)]


def test_artists_are_shared_by_whom_the_less_fond_likes_most() -> None:
    known = {SongId(n): song(n, artist=artist) for n, artist in enumerate(("A", "A", "B", "B", "B"), start=1)}
    assert shared_artists(liked(1, 2, 3), liked(2, 3, 4, 5), known.get) == ("A", "B")
    assert shared_artists(liked(1), liked(3), known.get) == ()


class TestMap:
    def test_likes_stand_with_likes_and_genres_amid_them(self) -> None:
        rock, techno = {"rock": 1.0}, {"techno": 1.0}
        mapped = taste_map({MemberId(n): rock if n < 3 else techno for n in range(6)})
        places, genres = mapped.members, dict(mapped.landmarks)
        assert places[MemberId(0)] == places[MemberId(2)] != places[MemberId(3)]
        assert genres["rock"] == pytest.approx(places[MemberId(0)])
        assert genres["techno"] == pytest.approx(places[MemberId(5)])

    @pytest.mark.parametrize("count", [1, 2, 3, 200])
    def test_everybody_has_a_place_on_it(self, count: int) -> None:
        shares = {MemberId(n): {f"g{n % 7}": 0.5, f"g{n % 11}x": 0.5} for n in range(count)}
        mapped = taste_map(shares)
        assert mapped.members.keys() == shares.keys()
        assert all(-1 <= value <= 1 for place in mapped.members.values() for value in place)
        assert mapped == taste_map(shares)

    def test_the_same_taste_everywhere_is_one_point(self) -> None:
        same = taste_map({MemberId(n): {"pop": 1.0} for n in range(4)})
        assert set(same.members.values()) == {(0.0, 0.0)}
        assert taste_map({MemberId(1): {}}).members == {MemberId(1): (0.0, 0.0)}


class TestOffer:
    def test_the_common_comes_first_and_artists_take_turns(self) -> None:
        songs = [song(n, "rock", artist=f"R{n % 3}") for n in range(9)] + [song(20, "jazz", artist="J")]
        offered = offer(songs)
        assert offered.genres == ("rock", "jazz")
        assert offered.artists_of(("rock", "jazz")) == ("R0", "J", "R1", "R2")
        assert offered.artists_of(()) == offered.artists_of(("unheard of",)) == offered.everybody
        assert offered.decades == (1990,)

    def test_a_large_catalogue_fits_into_menus_and_an_empty_one_offers_nothing(self) -> None:
        many = [
            song(n, f"genre {n % 400}", year=1500 + n % 500, artist="x" * (n % 150)) for n in range(5_000)
        ]
        offered = offer(many)
        assert len(offered.genres) == MOST_GENRES
        assert len(offered.everybody) <= MOST_ARTISTS
        assert len(offered.decades) == MOST_DECADES
        assert all(0 < len(artist) <= 100 for artist in offered.artists_of(offered.genres))
        assert offer([]).artists_of(("rock",)) == ()
