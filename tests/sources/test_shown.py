"""Titles as services show them lead to artist and song."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.sources.links import Service
from bot.sources.shown import MOST_GUESSES, Guess, shown_title

YT, SP, AM, SC = Service.YOUTUBE, Service.SPOTIFY, Service.APPLE, Service.SOUNDCLOUD


@pytest.mark.parametrize(
    ("service", "title", "author", "artist", "song"),
    [
        (YT, "Massive Attack - Teardrop (Official Video) [4K]", "Massive Attack", "Massive Attack", "Teardrop"),
        (YT, "Massive Attack – Teardrop | Official Video", "somebody", "Massive Attack", "Teardrop"),
        (YT, "Teardrop - Massive Attack (Lyrics)", "MassiveAttackVEVO", "Massive Attack", "Teardrop"),
        (YT, "Teardrop", "Massive Attack - Topic", "Massive Attack", "Teardrop"),
        (YT, "Teardrop - Remastered 2012", "Massive Attack – Topic", "Massive Attack", "Teardrop - Remastered 2012"),
        (YT, "Teardrop", "MassiveAttackVEVO", "Massive Attack", "Teardrop"),
        (YT, "Queen - Radio Ga Ga (Live at Wembley) [HD]", "", "Queen", "Radio Ga Ga (Live at Wembley)"),
        (YT, 'IU(아이유) "Celebrity" MV', "1theK", "IU(아이유)", "Celebrity"),
        (YT, "JAY-Z - 99 Problems", "", "JAY-Z", "99 Problems"),
        (YT, "Stand by Me", "Ben E. King", "Ben E. King", "Stand by Me"),
        (SP, "Teardrop · Massive Attack", "", "Massive Attack", "Teardrop"),
        (SP, "Teardrop - song and lyrics by Massive Attack | Spotify", "", "Massive Attack", "Teardrop"),
        (SP, "Teardrop - Remastered 2012", "Massive Attack", "Massive Attack", "Teardrop - Remastered 2012"),
        (AM, "Teardrop by Massive Attack on Apple Music", "", "Massive Attack", "Teardrop"),
        (AM, "Teardrop - Single by Massive Attack on Apple Music", "", "Massive Attack", "Teardrop"),
        (AM, "Stand By Me - Live by Ben E. King on Apple Music", "", "Ben E. King", "Stand By Me - Live"),
        (SC, "Teardrop by Massive Attack", "", "Massive Attack", "Teardrop"),
        (SC, "Massive Attack - Teardrop by somebody", "somebody", "Massive Attack", "Teardrop"),
        (Service.BANDCAMP, "Teardrop | Massive Attack", "", "Massive Attack", "Teardrop"),
        (None, "Massive Attack - Teardrop", "", "Massive Attack", "Teardrop"),
        (None, "Take On Me by a-ha", "", "a-ha", "Take On Me"),
        (None, "a-ha - Take On Me", "", "a-ha", "Take On Me"),
        (None, "teardrop", "", "", "teardrop"),
        (None, "(Official Video)", "", "", "(Official Video)"),
    ],
)  # fmt: skip
def test_the_best_guess_is_right(
    service: Service | None, title: str, author: str, artist: str, song: str
) -> None:
    assert shown_title(service, title, author)[0] == Guess(artist, song)


def test_other_readings_come_after_it() -> None:
    assert shown_title(YT, "A - B - C") == (Guess("A", "B - C"), Guess("B - C", "A"), Guess("A - B", "C"))
    assert Guess("Somebody", "A - B") in shown_title(YT, "A - B", "Somebody")


def test_a_blank_title_has_no_guess() -> None:
    assert shown_title(YT, " \u200b", "Somebody") == ()


@settings(phases=(Phase.explicit, Phase.generate), max_examples=200, deadline=None)
@given(
    st.sampled_from([None, *Service]),
    st.text(max_size=60) | st.text(alphabet='aB -–|·()[]"by officalvdeo', max_size=60),
    st.text(max_size=20),
)
def test_any_title_has_few_guesses_with_a_title_each(
    service: Service | None, title: str, author: str
) -> None:
    guesses = shown_title(service, title, author)
    assert len(guesses) <= MOST_GUESSES
    assert all(guess.title for guess in guesses)
