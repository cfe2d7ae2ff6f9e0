"""Radios of the real catalogue, each steered by a simulated listener whose taste it has to find out.

Protocol. A radio is started from each seed, a song drawn by popularity, through the bot's own use-cases on a database of
its own. Its listener has a favourite that nobody is told, one of the 300 songs nearest to the seed. A song is liked
if it is nearer to the favourite than three quarters of the 1,000 songs around the seed, and skipped if it is farther
than half of them; one answer in ten is an accident, any of the three. So a radio that learns nothing and stays around
the seed is skipped for about half of its songs. Whoever likes a song presses ❤️ and then Next.

Nearness is the benchmark's own: half the cosine of genres, half exp(-audio distance), where audio is the root mean
square difference of the features, each in its standard deviations. Intervals are bootstraps over the seeds.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from bot.app import App, open_app
from bot.folding import fold
from bot.sources.naming import work_key
from bot.store.radio_query import RadioQuery
from bot.store.records import MemberId, Post, ServerId, Song, SongId, Verb
from recommender.evaluation import bootstrap
from recommender.evaluation.bootstrap import Interval
from recommender.sparse import Doubles
from tests.conftest import settings

SEEDS, SONGS, ENDS = 50, 100, 20
HOME = ServerId(1)
NEAR, AROUND = 300, 1_000
LIKED, SKIPPED = 0.75, 0.5
ACCIDENTS = 0.1
_GUESTS = re.compile(r"\b(?:feat|ft|featuring|with)\b\.?\s+([^()\[\]]+)", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[,;&/+]\s*|\s+(?:x|vs\.?|feat\.?|ft\.?|featuring|with)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Nearness:
    """How near songs are to each other; rows of `genres` (length 1) and `audio` are `ids`."""

    ids: list[SongId]
    genres: Doubles
    audio: Doubles

    @classmethod
    async def of(cls, app: App) -> Nearness:
        """Read the catalogue; songs without a genre or without audio features are left out."""
        frames = await app.store.catalog.frames()
        audio = frames.audio.dropna()
        tags = frames.tags[frames.tags["item"].isin(audio.index)]
        genres = pd.crosstab(tags["item"], tags["tag"]).clip(upper=1)
        audio = audio.loc[genres.index]
        table = genres.to_numpy(dtype="float64")
        return cls(
            [SongId(int(number)) for number in genres.index],
            table / np.linalg.norm(table, axis=1, keepdims=True),
            ((audio - audio.mean()) / audio.std()).to_numpy(dtype="float64"),
        )

    def genre_distance(self, place: int) -> Doubles:
        """1 - cosine of the genres, from one song to each."""
        return 1 - self.genres @ self.genres[place]

    def audio_distance(self, place: int) -> Doubles:
        """Root mean square difference in standard deviations, from one song to each."""
        return np.sqrt(((self.audio - self.audio[place]) ** 2).mean(axis=1))

    def to(self, place: int) -> Doubles:
        """How near each song is to one, 0 to 1."""
        return 0.5 * (1 - self.genre_distance(place)) + 0.5 * np.exp(-self.audio_distance(place))


@dataclass(frozen=True)
class Taste:
    """What a simulated listener does: at least `liked` near to the favourite is liked, less than `skipped` skipped."""

    near: dict[SongId, float]
    liked: float
    skipped: float
    dice: random.Random

    @classmethod
    def around(cls, songs: Nearness, seed: int, dice: random.Random) -> Taste:
        """Draw a favourite near a seed."""
        by_nearness = np.argsort(-songs.to(seed), kind="stable")
        to = songs.to(int(by_nearness[dice.randrange(1, NEAR)]))
        around = to[by_nearness[1:AROUND]]
        liked, skipped = (float(np.quantile(around, part)) for part in (LIKED, SKIPPED))
        return cls(dict(zip(songs.ids, to.tolist(), strict=True)), liked, skipped, dice)

    def answer(self, song: SongId) -> Verb | None:
        """What is said of a song; None for nothing."""
        if self.dice.random() < ACCIDENTS:
            return self.dice.choice((Verb.LIKE, Verb.SKIP, None))
        near = self.near.get(song, 0.0)
        return Verb.LIKE if near >= self.liked else Verb.SKIP if near < self.skipped else None


@dataclass(frozen=True)
class Heard:
    """One radio: what it played from which seed, and what was said of each song."""

    seed: Song
    songs: list[Song]
    said: list[Verb | None]

    @property
    def repeats(self) -> int:
        """How many songs came again, in whatever version."""
        works = [work_key(song.artist, song.title) for song in (self.seed, *self.songs)]
        return len(works) - len(set(works))

    @property
    def most_of_an_artist(self) -> int:
        """How often an artist or guest came in any ten songs, at most."""
        lineups = [performers(song) for song in self.songs]
        return max(
            max(Counter(name for each in lineups[start : start + 10] for name in each).values())
            for start in range(max(1, len(lineups) - 9))
        )

    def skipped(self, part: slice) -> float:
        """The share of songs that were skipped."""
        said = self.said[part]
        return sum(verb is Verb.SKIP for verb in said) / len(said)


def performers(song: Song) -> set[str]:
    """Artists and guests of a song, folded; written apart from what the bot itself reads them by."""
    told = [song.artist, *_GUESTS.findall(song.title)]
    return {fold(part) for text in told for part in _SEVERAL.split(text) if fold(part)}


async def listen(app: App, member: MemberId, seed: SongId, taste: Taste, count: int) -> Heard:
    """Listen to one radio to its end."""
    post = await app.radio.start(server=HOME, member=member, channel=None, query=RadioQuery(seed=seed))
    said: list[Verb | None] = []
    while True:
        verb = taste.answer(post.slots[-1].song)
        said.append(verb)
        if verb is not None:
            await _tap(app, post, member, verb)
        if len(said) == count:
            break
        if verb is Verb.LIKE:
            post = await app.radio.answered(post, member)
        post = await app.radio.next(post, post.slots[-1].number, member=member, steered=verb is Verb.SKIP)
    songs = app.library.songs
    return Heard(songs[seed], [songs[slot.song] for slot in post.slots], said)


async def _tap(app: App, post: Post, member: MemberId, verb: Verb) -> None:
    slot = post.slots[-1].number
    await app.feedback.tap(
        server=post.server,
        member=member,
        post=post,
        slot=slot,
        verb=verb,
        cause=f"{post.id}:{slot}",
        toggle=False,
    )


@dataclass(frozen=True)
class Report:
    """What was measured; distances are means over the radios, columns as in COLUMNS."""

    radios: list[Heard]
    distances: dict[str, Interval]
    skips: dict[str, Interval]

    @property
    def repeats(self) -> int:
        return sum(radio.repeats for radio in self.radios)

    @property
    def most_of_an_artist(self) -> int:
        return max(radio.most_of_an_artist for radio in self.radios)


async def measure(
    database: Path, seeds: int = SEEDS, count: int = SONGS, told: Callable[[str], object] = lambda _: None
) -> Report:
    """Listen to a radio from each seed; each listener is a member of their own, so that nobody learns from others."""
    async with open_app(settings(database), seed=1) as app:
        near = await Nearness.of(app)
        radios: list[Heard] = []
        for number, place in enumerate(drawn(app, near, seeds)):
            taste = Taste.around(near, place, random.Random(number))
            radios.append(await listen(app, MemberId(1_000 + number), near.ids[place], taste, count))
            told(
                f"{number + 1} of {seeds}: {radios[-1].skipped(slice(ENDS)):.2f} → {radios[-1].skipped(slice(-ENDS, None)):.2f}"
            )
        return Report(radios, _distances(near, radios), _skips(radios))


def drawn(app: App, near: Nearness, seeds: int) -> list[int]:
    """Seeds, by popularity: what members know is what they start from."""
    songs = app.library.songs
    weights = [1 + (songs[number].popularity or 0) for number in near.ids]
    dice = random.Random(1)
    chosen: list[int] = []
    while len(chosen) < seeds:
        place = dice.choices(range(len(near.ids)), weights)[0]
        if place not in chosen:
            chosen.append(place)
    return chosen


def _skips(radios: Sequence[Heard]) -> dict[str, Interval]:
    first, last = (
        np.array([radio.skipped(part) for radio in radios]) for part in (slice(ENDS), slice(-ENDS, None))
    )
    return {
        f"first {ENDS}": bootstrap.means(first[:, None], 1)[0],
        f"last {ENDS}": bootstrap.means(last[:, None], 1)[0],
        "last less first": bootstrap.difference(last, first, 1),
    }


def _distances(near: Nearness, radios: Sequence[Heard]) -> dict[str, Interval]:
    place = {number: at for at, number in enumerate(near.ids)}
    rows: list[list[float]] = []
    for radio in radios:
        row: list[float] = []
        for distance in (
            near.genre_distance(place[radio.seed.id]),
            near.audio_distance(place[radio.seed.id]),
        ):
            played = np.array([distance[place[song.id]] for song in radio.songs if song.id in place])
            row += [float(played[:ENDS].mean()), float(played[-ENDS:].mean()), float(distance.mean())]
        rows.append(row)
    names = [
        f"{kind}, {part}"
        for kind in ("genre", "audio")
        for part in (f"first {ENDS}", f"last {ENDS}", "random songs")
    ]
    return dict(zip(names, bootstrap.means(np.array(rows), 1), strict=True))


def show(report: Report, title: str) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    table.add_column("measured", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_row("songs that came again", str(report.repeats), "")
    table.add_row("an artist in any ten songs, at most", str(report.most_of_an_artist), "")
    for name, found in report.skips.items():
        table.add_row(f"skipped, {name}", f"{found.value:.3f}", f"{found.low:.3f} to {found.high:.3f}")
    for name, found in report.distances.items():
        table.add_row(
            f"distance to the seed, {name}", f"{found.value:.3f}", f"{found.low:.3f} to {found.high:.3f}"
        )
    Console(width=110).print(table)
