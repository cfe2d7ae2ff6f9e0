"""What keeps a radio varied, whatever is offered."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.records import Song, SongId
from bot.usecases.spacing import MOST, REST, WINDOW, Spacing, names, work


def song(number: int, artist: str, title: str | None = None) -> Song:
    return Song(SongId(number), title or f"Song {number}", artist)


class TestNames:
    @pytest.mark.parametrize(
        ("artist", "title", "also"),
        [
            ("Beyoncé", "Crazy in Love (feat. JAY-Z)", {"beyonce", "jay z"}),
            ("Beyoncé", "Crazy in Love [ft. JAY-Z & Kelis]", {"beyonce", "jay z", "kelis"}),
            ("Beyoncé", "Crazy in Love feat. JAY-Z", {"beyonce", "jay z"}),
            ("Zedd, Maren Morris", "The Middle", {"zedd", "maren morris"}),
            ("Calvin Harris & Dua Lipa", "One Kiss (with Dua Lipa)", {"calvin harris", "dua lipa"}),
            ("Silk City x Dua Lipa", "Electricity", {"silk city", "dua lipa"}),
            ("Lil Nas X", "Old Town Road", {"lil nas x"}),
            ("Björk", "Jóga", {"bjork"}),
        ],
    )
    def test_are_everybody_on_a_song(self, artist: str, title: str, also: set[str]) -> None:
        assert also <= names(song(1, artist, title))

    def test_of_one_artist_are_one(self) -> None:
        assert names(song(1, "Lil Nas X")) == {"lil nas x"}


class TestSpacing:
    def test_no_version_comes_twice(self) -> None:
        spacing = Spacing([song(1, "Nirvana", "Lithium")])
        for title in ("Lithium", "Lithium - Live", "Lithium (Remastered 2011)", "LITHIUM (Acoustic Version)"):
            assert not spacing.allows(song(2, "Nirvana", title)), title
        assert spacing.allows(song(3, "Nirvana", "Polly"))

    def test_what_is_never_wanted_comes_in_no_version(self) -> None:
        spacing = Spacing([], never=[song(1, "Nirvana", "Lithium")])
        assert not spacing.allows(song(2, "Nirvana", "Lithium - Live"))

    def test_guests_count_as_artists_do(self) -> None:
        played = [song(1, "Zedd"), song(2, "Calvin Harris", "Outside (feat. Zedd)")]
        spacing = Spacing(played)
        assert not spacing.allows(song(3, "Zedd"))
        assert not spacing.allows(song(4, "Hayley", "Stay (with Zedd)"))
        assert spacing.allows(song(5, "Calvin Harris"))

    def test_others_are_preferred_while_an_artist_rests(self) -> None:
        spacing = Spacing([song(1, "Zedd")])
        first, second = spacing.choose([song(2, "Zedd"), song(3, "Hayley")], 2)
        assert (first.id, second.id) == (3, 2)

    def test_ends_where_nothing_may_come(self) -> None:
        assert len(Spacing([]).choose([song(n, "Zedd") for n in range(1, 9)], 5)) == MOST

    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=60))
    def test_holds_whatever_is_offered(self, drawn: list[tuple[int, int]]) -> None:
        offered = [
            song(number, f"artist {artist}", f"song {number} (feat. artist {guest})")
            for number, (artist, guest) in enumerate(drawn, start=1)
        ]
        played = Spacing([]).choose(offered, 60)
        assert len({work(each) for each in played}) == len(played)
        for start in range(max(1, len(played) - WINDOW + 1)):
            lately = Counter(name for each in played[start : start + WINDOW] for name in names(each))
            assert max(lately.values(), default=0) <= MOST

    def test_rest_is_shorter_than_the_window(self) -> None:
        assert REST < WINDOW
