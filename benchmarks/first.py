"""The first ``/recommend`` after ``/taste start`` on the Last.fm split: what a few choices in its menus are worth.

Members no row of whom was fitted choose in the very menus, of what these offer, the genres and artists that fit what they
play (the train part); the bot's own `Picker` answers, and what they play beside that (the test part) is looked for in the
answer. An artist of the split is a song of the catalogue here, its genres are what fitted members call it. Nobody says
which decades an artist is of.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.lastfm import HOME, REAL, Lastfm
from bot.app import App, open_app
from bot.cards.tasting import menus
from bot.store.records import MemberId, ServerId, Song, SongId
from bot.store.tastes import ChoiceKind
from bot.usecases.choosing import Choices, Choosing
from bot.usecases.knowledge import Knowledge
from bot.usecases.library import Library
from bot.usecases.little_known import LittleKnown
from bot.usecases.offering import Offer
from bot.usecases.picking import Picker, Question
from bot.usecases.share import Share
from bot.usecases.songs import Songs
from recommender import Engine, EngineConfig
from recommender.config import BlendConfig
from recommender.evaluation.bootstrap import Interval, difference, means
from recommender.evaluation.metrics import ndcg
from recommender.sparse import Doubles
from tests.conftest import settings

PICKS = 20
MOST = 3
"""Genres, and artists, that a member chooses at most."""
HELD = 0.2
"""Of the members that settings are judged on, so much of what they play is looked for."""
STRANGERS = 300
_OF_SONG = 3
_SERVER = ServerId(int(HOME))
# Learning the weights takes minutes; the bot's first start does without it as well.
_CONFIG = EngineConfig(blend=BlendConfig(learned=False))

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody whom the engine has not met: what they play, the most played first, and what is looked for."""

    id: MemberId
    plays: tuple[SongId, ...]
    wanted: frozenset[SongId]


@dataclass(frozen=True, slots=True)
class Row:
    """NDCG@20 of one way to answer, and how far it is above popularity with the same members."""

    name: str
    ndcg: Interval
    above: Interval


class Fixed(Library):
    """A library that holds what it is given."""

    def __init__(self, songs: Songs, engine: Engine) -> None:
        super().__init__()
        self._now = Knowledge(songs, engine)


def newcomers(data: Lastfm, *, validation: bool, seed: int = 0) -> list[Newcomer]:
    """The unseen members of the fixed ids with their test part; or others, with a fifth of their train part for it."""
    fixed = pd.read_csv(REAL / "unseen_members.csv.gz")["user"].unique()
    users: Sequence[int] = fixed.tolist()
    dice = np.random.default_rng(seed)
    if validation:
        others = np.setdiff1d(data.train["user"].unique(), fixed)
        users = np.sort(dice.choice(others, STRANGERS, replace=False)).tolist()
    found: list[Newcomer] = []
    for user in users:
        own = data.train[data.train["user"] == user].sort_values("weight", ascending=False, kind="stable")
        plays = [SongId(int(item)) for item in own["item"]]
        wanted = {SongId(item) for item in data.wanted.get(user, ())}
        if validation:
            count = max(1, round(HELD * len(plays)))
            places: list[int] = dice.choice(len(plays), count, replace=False).tolist()
            wanted = {plays[place] for place in places}
            plays = [song for song in plays if song not in wanted]
        if wanted and plays:
            found.append(Newcomer(MemberId(user + 1), tuple(plays), frozenset(wanted)))
    return found


def songs_of(data: Lastfm, tags: pd.DataFrame, popularity: Mapping[int, float]) -> list[Song]:
    """Each artist as a song of theirs, with the genres that most members call it by."""
    counted = tags.groupby(["item", "tag"])["user"].nunique().reset_index(name="by")
    counted = counted.sort_values(["item", "by", "tag"], ascending=[True, False, True])
    genres = counted.groupby("item").head(_OF_SONG).groupby("item")["tag"].agg(tuple).to_dict()
    return [
        Song(SongId(item), name, name, popularity=popularity.get(item, 0.0), genres=genres.get(item, ()))
        for item, name in zip(data.artists["item"].tolist(), data.artists["name"].astype(str), strict=True)
    ]


def wants(
    newcomer: Newcomer, songs: Mapping[SongId, Song], kind: ChoiceKind, there: Iterable[str]
) -> list[str]:
    """What a newcomer chooses of what is there: the genres and artists of most of what they play, at most three."""
    counted: Counter[str] = Counter()
    for place, number in enumerate(newcomer.plays):
        song = songs[number]
        if kind is ChoiceKind.GENRE:
            counted.update(song.genres)
        elif kind is ChoiceKind.ARTIST:
            counted[song.artist] = len(newcomer.plays) - place
    ranked = sorted((value for value in there if counted[value]), key=lambda value: -counted[value])
    return ranked[:MOST]


async def choose(
    choosing: Choosing,
    offered: Offer,
    newcomer: Newcomer,
    songs: Mapping[SongId, Song],
    kinds: Iterable[ChoiceKind],
) -> Choices:
    """Answer the menus of these steps, one after another."""
    for kind in kinds:
        before = choosing.of(_SERVER, newcomer.id)
        there = [value for menu in menus(kind, offered, before) for value in menu]
        picked = wants(newcomer, songs, kind, there)
        await choosing.choose(_SERVER, newcomer.id, kind, picked, offered=there)
    return choosing.of(_SERVER, newcomer.id)


def judge(found: Sequence[Sequence[SongId]], of: Sequence[Newcomer]) -> Doubles:
    """NDCG@20 of each newcomer's answer."""
    hits = np.zeros((len(of), PICKS), dtype=bool)
    for row, (picks, newcomer) in enumerate(zip(found, of, strict=True)):
        hits[row, : len(picks)] = [song in newcomer.wanted for song in picks]
    return ndcg(hits, np.array([len(newcomer.wanted) for newcomer in of], dtype=np.intp), PICKS)


def popular(train: pd.DataFrame, of: Iterable[Newcomer]) -> list[list[SongId]]:
    """What most fitted members play, without what a newcomer plays."""
    ranked = [SongId(int(item)) for item in train["item"].value_counts(sort=True).index]
    return [[song for song in ranked if song not in set(each.plays)][:PICKS] for each in of]


async def answers(
    app: App, library: Library, of: Sequence[Newcomer], kinds: Sequence[ChoiceKind]
) -> list[list[SongId]]:
    """What each newcomer is shown after answering the menus of these steps; nothing was shown to them before."""
    choosing = Choosing(app.store, app.tastes, library, time.time)
    dice = np.random.default_rng(0)
    share = Share(library, LittleKnown(library), app.choices, dice.spawn(1)[0])
    picker = Picker(app.store, app.tastes, library, time.time, dice, app.blocks, choosing, app.claims, share)
    offered = await choosing.offer()
    found: list[list[SongId]] = []
    for each in of:
        await choose(choosing, offered, each, library.songs, kinds)
        question = Question(server=_SERVER, member=each.id, count=PICKS, leave_out=each.plays)
        found.append([slot.song for slot in await picker.pick(question)])
    return found


STEPS: Mapping[str, tuple[ChoiceKind, ...]] = {
    "nothing chosen": (),
    "genres": (ChoiceKind.GENRE,),
    "artists": (ChoiceKind.ARTIST,),
    "genres and artists": (ChoiceKind.GENRE, ChoiceKind.ARTIST),
}


async def _answered(library: Library, of: Sequence[Newcomer], told: Told) -> dict[str, Doubles]:
    found: dict[str, Doubles] = {}
    with tempfile.TemporaryDirectory(prefix="segue-first-") as made:
        async with open_app(settings(Path(made) / "segue.db")) as app:
            for name, kinds in STEPS.items():
                found[name] = judge(await answers(app, library, of, kinds), of)
                told(f"{name}: {found[name].mean():.4f}")
    return found


def measure(*, validation: bool, seed: int, told: Told) -> list[Row]:
    """Fit on everybody else, let the newcomers choose, and judge what they are shown."""
    data = Lastfm.read()
    of = newcomers(data, validation=validation, seed=seed)
    gone = {newcomer.id - 1 for newcomer in of} | set(pd.read_csv(REAL / "unseen_members.csv.gz")["user"])
    train, tags = data.train[~data.train["user"].isin(gone)], data.tags[~data.tags["user"].isin(gone)]
    dataset = data.dataset(train, tags, friends=False)
    engine = Engine(_CONFIG).fit(dataset)
    known = {int(item): float(value) for item, value in dataset.items["popularity"].items()}  # pyright: ignore
    library = Fixed(Songs.of("lastfm", (), songs_of(data, tags, known), {}), engine)
    figures = {"popularity": judge(popular(train, of), of)} | asyncio.run(_answered(library, of, told))
    everybody = figures["popularity"]
    return [
        Row(name, means(each[:, None], seed)[0], difference(each, everybody, seed))
        for name, each in figures.items()
    ]


def show(rows: Sequence[Row], title: str) -> None:
    """A table, with the intervals."""
    table = Table(title=title, title_justify="left")
    for column in ("chosen", "NDCG@20 [95 %]", "above popularity [95 %]"):
        table.add_column(column)
    for row in rows:
        table.add_row(row.name, _told(row.ndcg), "" if row.name == "popularity" else _told(row.above))
    Console(width=110).print(table)


def _told(figure: Interval) -> str:
    return f"{figure.value:.4f} [{figure.low:.4f}, {figure.high:.4f}]"
