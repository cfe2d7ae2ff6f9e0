"""What a member chooses to begin with: kept, felt, and fading."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.store.records import ItemKind, MemberId, NewSong, ServerId, SongId, Verb
from bot.store.tastes import ChoiceKind
from bot.store.wishes import Wish
from bot.usecases.choosing import ASKED, HALF_LIFE, SONG, SONGS, Choices
from tests.conftest import settings

HOME, ALICE, BOB = ServerId(1), MemberId(10), MemberId(11)
GENRE, ARTIST, DECADE = ChoiceKind.GENRE, ChoiceKind.ARTIST, ChoiceKind.DECADE


async def choose(app: App, kind: ChoiceKind, *values: str) -> None:
    await app.choosing.choose(HOME, ALICE, kind, values, offered=values)


async def like(app: App, song: SongId) -> None:
    await app.feedback.say(server=HOME, member=ALICE, song=song, verb=Verb.LIKE, cause=f"like {song}")


async def test_choices_outlive_the_process(database: Path) -> None:
    async with open_app(settings(database), seed=1) as app:
        await choose(app, GENRE, "jazz", "soul")
        await choose(app, ARTIST, "Massive Attack")
    async with open_app(settings(database), seed=1) as app:
        chosen = app.choosing.of(HOME, ALICE)
        assert chosen == Choices(("jazz", "soul"), ("Massive Attack",), ())
        assert not app.choosing.of(HOME, BOB)
        assert app.picker.knows(HOME, ALICE)


async def test_a_menu_changes_only_what_it_offers(app: App) -> None:
    await app.choosing.choose(HOME, ALICE, GENRE, ["a", "b"], offered=["a", "b", "c"])
    chosen = await app.choosing.choose(HOME, ALICE, GENRE, ["x", "forged"], offered=["x", "y"])
    assert chosen.genres == ("a", "b", "x")
    for _ in range(2):
        chosen = await app.choosing.choose(HOME, ALICE, GENRE, [], offered=["a", "b", "c"])
    assert chosen.genres == ("x",)


async def test_genres_and_decades_are_asked_for_and_artists_songs_are_a_light_taste(app: App) -> None:
    await choose(app, GENRE, "jazz")
    await choose(app, DECADE, "1960")
    await choose(app, ARTIST, "Massive Attack", "nobody of that name")
    wishes = app.choosing.wishes(HOME, ALICE)
    assert wishes.tags == {"jazz": ASKED}
    assert wishes.decades == {1960: ASKED}
    assert 0 < len(wishes.taste) <= SONGS
    assert set(wishes.taste.values()) == {SONG}
    assert {app.library.songs[song].artist for song in wishes.taste} == {"Massive Attack"}
    # It is no answer: nobody sees a like, and nothing is learnt of it.
    assert not app.tastes.likes(HOME, ALICE)
    assert not app.tastes.members(HOME)


async def test_own_answers_take_its_place(app: App) -> None:
    await choose(app, GENRE, "jazz")
    songs = list(app.library.songs)
    for number in songs[:HALF_LIFE]:
        await like(app, number)
    assert app.choosing.wishes(HOME, ALICE).tags["jazz"] == pytest.approx(ASKED / 2)
    for number in songs[HALF_LIFE : 5 * HALF_LIFE]:
        await like(app, number)
    assert not app.choosing.wishes(HOME, ALICE).tags


async def test_the_answer_to_a_newcomer_is_what_they_chose_and_that_to_a_song_is_like_the_song(
    app: App,
) -> None:
    await choose(app, GENRE, "jazz")
    seed = app.library.resolve("teardrop massive attack").id

    async def jazz(start: SongId | None) -> int:
        post = await app.recommend.ask(
            server=HOME, member=ALICE, channel=None, wish=Wish(seed=start, count=8)
        )
        return sum("jazz" in app.library.songs[slot.song].genres for slot in post.slots)

    assert await jazz(None) >= 5
    assert await jazz(seed) <= 1


async def test_what_is_no_song_is_not_offered(app: App) -> None:
    before = await app.choosing.offer()
    podcasts = [
        NewSong(
            f"podcast|{n}",
            f"Show {n}",
            "Some Network",
            "a file of somebody's",
            tags=(("genre", "true crime", 1.0),),
            kind=ItemKind.PODCAST,
        )
        for n in range(500)
    ]
    await app.store.catalog.add(podcasts, 1.0)
    await app.library.load(app.store, app.tastes)
    assert app.library.now.songs.of_kind(ItemKind.PODCAST)
    offered = await app.choosing.offer()
    assert "true crime" not in offered.genres
    assert (offered.genres, offered.everybody) == (before.genres, before.everybody)
