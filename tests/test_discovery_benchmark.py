"""The weekly posts of simulated servers: who is in them, what they answer, what is counted, and a small run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.discovery.beyond import alike, curious
from benchmarks.discovery.communities import communities
from benchmarks.discovery.drawing import POPULAR, RANDOM, SEGUE, STILL, draw
from benchmarks.discovery.judging import Curve, acceptance, first_acceptance, liked, little, possible
from benchmarks.discovery.page import BEGIN, END, PAGE, page, table, write
from benchmarks.discovery.playing import Counts, play
from benchmarks.discovery.posters import SONGS, Popular, Random
from benchmarks.discovery.running import measure
from benchmarks.discovery.world import LEAST, MOST, Artist, ArtistId, Listener, Person, World, simulated
from benchmarks.lastfm import Lastfm
from bot.store.records import MemberId, ServerId, SongId, Verb
from tests.conftest import needs

HOME = ServerId(1)
ARTISTS, OTHERS = 60, 40


def world() -> World:
    """Two scenes of thirty artists; servers of five members each, who play artists of one scene."""
    artists = [
        Artist(ArtistId(number), f"artist {number}", (("metal", "jazz")[number % 2],), 0, (SongId(number),))
        for number in range(1, ARTISTS + 1)
    ]
    dice = np.random.default_rng(0)
    scenes = [[each.id for each in artists if each.id % 2 == scene] for scene in (0, 1)]
    others = [
        Listener(
            MemberId(1_000 + number),
            ServerId(100),
            {ArtistId(int(each)): 0.5 for each in dice.permutation(scenes[number % 2])[:15]},
        )
        for number in range(OTHERS)
    ]
    counted = {each.id: sum(each.id in other.plays for other in others) for each in artists}
    servers = {
        ServerId(1 + scene): [
            Person(
                MemberId(10 * scene + number),
                tuple(scenes[scene][:2]) if number == 1 else (),
                frozenset(scenes[scene][2 + number :: 2]),
                0.9,
            )
            for number in range(1, 6)
        ]
        for scene in (0, 1)
    }
    return World([replace(each, listeners=counted[each.id]) for each in artists], servers, others)


def test_friends_who_know_each_other_are_one_community() -> None:
    circles = [range(10), range(10, 16), range(16, 30)]
    inside = [(one, other) for circle in circles for one in circle for other in circle]
    between = [(0, 10), (11, 16), (29, 5)]
    assert communities([*inside, *between], most=40, seed=3) == [
        list(circle) for circle in (circles[2], circles[0], circles[1])
    ]


def test_a_community_that_is_too_large_is_parted_again() -> None:
    circles = [range(6 * circle, 6 * circle + 6) for circle in range(8)]
    friends = [(one, other) for circle in circles for one in circle for other in circle]
    friends += [(circle[-1], circle[-1] + 1) for circle in circles[:-1]]
    found = communities(friends, most=6, seed=0)
    assert found == [list(circle) for circle in circles]


def test_members_like_what_is_hidden_and_nothing_else() -> None:
    made = world()
    person = made.servers[HOME][0]
    songs = list(made.artist)
    said = [each for week in range(6) for each in made.answers(HOME, week, songs) if each.member == person.id]
    assert {made.artist[each.song] for each in said if each.verb is Verb.LIKE} == person.hidden
    skipped = {made.artist[each.song] for each in said if each.verb is Verb.SKIP}
    assert skipped
    assert not skipped & (person.hidden | set(person.told))
    assert made.answers(HOME, 0, songs) == made.answers(HOME, 0, songs), "the same dice for all"


async def test_popular_and_random_show_what_is_new_by_one_artist_each() -> None:
    made = world()
    told = {song for song, artist in made.artist.items() if artist in made.servers[HOME][0].told}
    for poster in (Popular(made), Random(made)):
        weeks = [(await poster.post(week))[HOME] for week in range(3)]
        shown = [song for week in weeks for song in week]
        assert len(shown) == len(set(shown)) == 3 * SONGS
        assert not told & set(shown)


async def test_popular_goes_by_listeners_and_by_likes() -> None:
    made = world()
    popular = Popular(made)
    best = max(made.listeners, key=lambda song: (made.listeners[song], -song))
    first = await popular.post(0)
    assert best in {*first[HOME], *first[ServerId(2)]}
    unknown = min(made.listeners, key=lambda song: made.listeners[song])
    await popular.learn(
        100 * made.answers(HOME, 0, [unknown]) + 100 * made.answers(ServerId(2), 0, [unknown])
    )
    assert unknown in {song for posts in (await popular.post(1)).values() for song in posts}


def counts(likes: list[list[float]]) -> Counts:
    of = np.array(likes)
    full = np.full(of.shape, 10.0)
    return Counts(full, full, of, of, full / 2, of / 2, full, full / 2, of / 2)


def test_figures_are_means_over_servers_and_the_rise_is_within_them() -> None:
    given = counts([[1, 1, 1, 1, 2, 2, 3, 3, 3, 3], [0, 0, 0, 0, 0, 0, 2, 2, 2, 2]])
    assert acceptance(given, slice(0, 1)).tolist() == [0.1, 0.0]
    assert possible(given, slice(0, 1)).tolist() == [0.2, 0.0]
    assert liked(given).tolist() == acceptance(given).tolist()
    assert first_acceptance(given, slice(0, 1)).tolist() == [0.1, 0.0]
    assert little(given, slice(0, 1)).tolist() == [0.05, 0.0]
    curve = Curve.of(given, acceptance)
    assert (curve.begins.value, curve.ends.value) == pytest.approx((0.05, 0.25))
    assert curve.rises.value == pytest.approx(0.2)
    assert curve.rises.certain
    assert curve.learnt.value == pytest.approx(0.2)
    assert len(curve.weeks) == 10
    nothing = Curve.lead(given, given, acceptance)
    assert (nothing.begins.value, nothing.rises.value) == (0, 0)
    assert not nothing.rises.certain


def test_a_server_where_nobody_looked_is_left_out() -> None:
    given = counts([[1.0] * 8, [4.0] * 8])
    given.looks[1] = 0
    assert np.isnan(acceptance(given)[1])
    assert Curve.of(given, acceptance).begins.value == pytest.approx(0.1)


def test_likeness_leaves_the_artist_itself_out() -> None:
    tags = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    played = np.array([[True, True, False], [True, False, False]])
    assert alike(played, tags) == pytest.approx(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0]]))


def test_what_was_measured_takes_the_place_of_what_was_before(tmp_path: Path) -> None:
    into = tmp_path / "page.md"
    into.write_text(f"# Before\n\n{BEGIN}\n\nold\n\n{END}\n\nAfter.\n")
    write("new", into)
    assert into.read_text() == f"# Before\n\n{BEGIN}\n\nnew\n\n{END}\n\nAfter.\n"
    into.write_text("# No place\n")
    with pytest.raises(ValueError, match="has no lines"):
        write("new", into)
    text = PAGE.read_text()
    assert text.index(BEGIN) < text.index(END)


async def test_a_small_run_learns_and_stays_within_the_rules(tmp_path: Path) -> None:
    made = world()
    played = await measure(made, weeks=2)
    assert list(played) == [SEGUE, STILL, POPULAR, RANDOM]
    for each in played.values():
        assert (each.slots == SONGS).all()
        assert (each.likes <= each.most).all()
        assert (each.first <= each.slots).all()
    first = slice(0, 1)
    assert acceptance(played[SEGUE], first).tolist() == acceptance(played[STILL], first).tolist()
    assert acceptance(played[SEGUE]).mean() > acceptance(played[RANDOM]).mean()
    draw(played, tmp_path / "images" / "weeks.png")
    with Image.open(tmp_path / "images" / "weeks.png") as picture:
        assert picture.width > 1_000
    assert page(made, played).count("| Segue |") == 4
    assert table(["", "a"], [["b", "c"]]) == "|  | a |\n| --- | --: |\n| b | c |"


async def test_servers_of_the_real_friends(tmp_path: Path) -> None:
    """No fit here: who is in the servers, what is hidden, and what popularity and chance reach with them."""
    needs("data/lastfm/train.csv.gz")
    data = Lastfm.read()
    made = simulated(data, 40)
    sizes = [len(people) for people in made.servers.values()]
    assert len(sizes) == 40
    assert min(sizes) >= LEAST
    assert max(sizes) <= MOST
    inside = {person.id for people in made.servers.values() for person in people}
    assert not inside & {other.id for other in made.others}
    told = [sum(len(person.told) for person in people) for people in made.servers.values()]
    assert max(told) <= 3
    assert 30 < np.mean([len(person.hidden) for people in made.servers.values() for person in people]) < 45
    popular, chance = await play(made, Popular(made)), await play(made, Random(made))
    assert 0.12 < np.nanmean(acceptance(popular)) < 0.19
    assert 0.01 < np.nanmean(acceptance(chance)) < 0.04
    assert np.nanmean(little(popular)) < 0.02
    more = curious(made, data)
    assert all(
        before.hidden <= after.hidden
        for server, people in made.servers.items()
        for before, after in zip(people, more.servers[server], strict=True)
    )
