"""A synthetic world of the size asked for: how long a fit takes, how much memory an engine needs, how fast it answers.

The engine is fitted here, stored, and asked in a process of its own that restores it. There each tap is folded in and
the top 10 asked for anew, with all its reasons: first by members drawn at random, then by one member again and again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from benchmarks.accuracy.fingerprint import fingerprint
from benchmarks.accuracy.kept import Kept, Line, load, save
from benchmarks.figures import Figure
from benchmarks.peers.environments import ROOT, NoEnvironment, environment
from recommender import Dataset, Engine, EngineConfig, GroupId, ItemId, MemberId, Query
from recommender.archive import Origin, Shelf

Ids = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

SERVER, MEMBER = 10**17, 9 * 10**17
SERVERS = 40
LIKES = (50, 100)
SCENES_PER_TRACK = 1 / 2_000
TAGS_PER_TRACK = 5
TAGS_OF_SCENE = 25
LARGE = 200_000
TARGETS = {False: {"fit": 10.0, "tap": 10.0, "memory": 350.0}, True: {"tap": 25.0, "memory": 1_500.0}}
"""Below `LARGE` tracks and from there on: seconds, milliseconds, MB."""
WARM_UP = 20
TAPS = 200
TAGS = 1_500
FEATURES = ("energy", "valence", "danceability", "acousticness", "instrumentalness", "tempo", "speechiness")
DAY = 86_400.0
NOW = 1_790_000_000.0


@dataclass(frozen=True)
class World:
    """Who likes what, and why.

    Attributes:
        scene: of each track.
        weight: how popular each track is, a power law; the sum is 1.
        likes: the tracks of each member.
        server: of each member.
    """

    dataset: Dataset
    scene: Ids
    weight: Doubles
    likes: Sequence[Ids]
    server: Ids


def world(members: int, tracks: int, seed: int = 0) -> World:
    """Scenes of tracks by artists with several each; members like a few scenes, popular tracks more often.

    As in real catalogues most tracks have no listener here at all, a few artists have many tracks, and tags follow
    the scene but for every fifth one.
    """
    dice = np.random.default_rng(seed)
    scenes = max(12, round(tracks * SCENES_PER_TRACK))
    artist, scene = _artists(tracks, scenes, dice)
    rank = dice.permutation(tracks).astype(np.float64)
    weight: Doubles = np.power(1 + rank, -0.85)
    weight = weight * dice.lognormal(0, 0.5, int(artist.max()) + 1)[artist]
    weight = weight / weight.sum()
    server, likes, interactions = _likes(members, scene, weight, scenes, dice)
    fame: Doubles = np.power(weight / float(weight.max()), 0.25) * dice.uniform(0.7, 1, tracks)
    listed = np.round(100 * fame, 1)
    items = pd.DataFrame(
        {
            "artist": np.char.add("artist ", artist.astype(str)),
            "released": 1960 + 65 * dice.beta(3, 1.2, tracks),
            "popularity": np.where(dice.random(tracks) < 0.8, listed, np.nan),
        },
        index=pd.RangeIndex(1, tracks + 1),
    )
    dataset = Dataset.from_frames(
        items=items,
        tags=_tags(scene, scenes, dice),
        audio=_audio(scene, scenes, dice),
        interactions=interactions,
    )
    return World(dataset, scene, weight, likes, server)


def _artists(tracks: int, scenes: int, dice: np.random.Generator) -> tuple[Ids, Ids]:
    """The artist of each track, a few of them with hundreds of tracks, and the scene of each artist's tracks."""
    sizes = np.minimum(dice.zipf(1.6, tracks), 400)
    artist = np.repeat(np.arange(tracks), sizes)[:tracks]
    popular = dice.dirichlet(np.full(scenes, 1.0))
    of_artist = dice.choice(scenes, int(artist.max()) + 1, p=popular)
    elsewhere = dice.random(tracks) < 0.1
    scene = np.where(elsewhere, dice.choice(scenes, tracks, p=popular), of_artist[artist])
    order = dice.permutation(tracks)
    return artist[order], scene[order]


def _likes(
    members: int, scene: Ids, weight: Doubles, scenes: int, dice: np.random.Generator
) -> tuple[Ids, list[Ids], pd.DataFrame]:
    """Each member likes 50 to 100 tracks of three scenes, of which those of the server are liked more often."""
    by_scene = np.argsort(scene, kind="stable")
    starts = np.searchsorted(scene[by_scene], np.arange(scenes + 1))
    ends = np.append(0, np.cumsum(weight[by_scene]))
    mass = ends[starts[1:]] - ends[starts[:-1]]
    tastes = dice.dirichlet(np.full(scenes, 20 / scenes), SERVERS) + 0.2 * mass
    server = dice.integers(SERVERS, size=members)
    rows: list[Ids] = []
    for member in range(members):
        chance = np.where(mass > 0, tastes[server[member]], 0)
        chosen = dice.choice(scenes, min(3, int((chance > 0).sum())), replace=False, p=chance / chance.sum())
        count = int(dice.integers(LIKES[0], LIKES[1] + 1))
        which = dice.choice(chosen, 2 * count, p=dice.dirichlet(np.ones(len(chosen))))
        at = ends[starts[which]] + dice.random(2 * count) * mass[which]
        anything = np.searchsorted(ends, dice.random(2 * count), side="right") - 1
        found = np.searchsorted(ends, at, side="right") - 1
        picked = by_scene[np.where(dice.random(2 * count) < 0.1, anything, found)]
        _, first = np.unique(picked, return_index=True)
        rows.append(picked[np.sort(first)[:count]] + 1)
    numbers = np.repeat(np.arange(members), [len(row) for row in rows])
    frame = pd.DataFrame(
        {
            "group": SERVER + server[numbers],
            "member": MEMBER + numbers,
            "item": np.concatenate(rows),
            "weight": np.where(dice.random(len(numbers)) < 0.8, 1.0, 0.5),
            "unix_time": np.round(NOW - 400 * DAY * dice.random(len(numbers))),
        }
    )
    return server, rows, frame


def _tags(scene: Ids, scenes: int, dice: np.random.Generator) -> pd.DataFrame:
    """Five tags a track on average, by a power law within those of its scene; every fifth one is anybody's."""
    usual = (1 + np.arange(TAGS)) ** -0.8
    of_scene = np.stack(
        [dice.choice(TAGS, TAGS_OF_SCENE, replace=False, p=usual / usual.sum()) for _ in range(scenes)]
    )
    within = (1 + np.arange(TAGS_OF_SCENE)) ** -0.7
    items = np.repeat(np.arange(len(scene)), dice.poisson(TAGS_PER_TRACK, len(scene)))
    own = of_scene[scene[items], dice.choice(TAGS_OF_SCENE, len(items), p=within / within.sum())]
    anybody = dice.choice(TAGS, len(items), p=usual / usual.sum())
    tag = np.where(dice.random(len(items)) < 0.2, anybody, own)
    weight = np.ceil(100 * dice.beta(1, 2, len(items)))
    names = np.array([f"tag {number}" for number in range(TAGS)], dtype=object)
    return pd.DataFrame({"item": items + 1, "tag": names[tag], "weight": weight})


def _audio(scene: Ids, scenes: int, dice: np.random.Generator) -> pd.DataFrame:
    """Around the mean of the scene; known of four tracks in five."""
    known = np.flatnonzero(dice.random(len(scene)) < 0.8)
    mean = dice.random((scenes, len(FEATURES)))
    values = np.clip(mean[scene[known]] + dice.normal(0, 0.15, (len(known), len(FEATURES))), 0, 1)
    return pd.DataFrame(values.astype(np.float32), columns=list(FEATURES), index=known + 1)


def measure(
    members: int,
    tracks: int,
    *,
    runs: int,
    environments: Path | None,
    first: bool = False,
    say: Callable[[str], None] = print,
) -> list[Figure]:
    """Fit, store, ask in a process of its own `runs` times (the best one counts), and ask implicit the same.

    `first` times a first fit too, which learns the weights of the blend before.
    """
    target = TARGETS[tracks >= LARGE]
    made = world(members, tracks)
    heard = made.dataset.interactions["item"].nunique()
    say(f"{members} members, {tracks} tracks, {heard} of them liked by somebody; fitting")
    with tempfile.TemporaryDirectory(prefix="segue-scale-") as folder:
        shelf, figures = Shelf(Path(folder) / "shelf"), list[Figure]()
        fits = runs if tracks < LARGE else 1
        engine, took, cpu = min(
            (_fit(EngineConfig().tuned(None), made) for _ in range(fits)), key=lambda fit: fit[1]
        )
        detail = f"{cpu:.1f} s of the processor, best of {fits}"
        figures.append(Figure("a fit", took, "s", target.get("fit"), detail))
        shelf.save(engine, Origin(catalogue="", last_event=0, last_mark="", verdicts=0), {}, created=0)
        form = getattr(engine.scale.blend.parts.get("ease"), "form", "none")
        say(f"EASE in its {form} form; stored")
        del engine
        if first:
            _, took, cpu = _fit(EngineConfig(), made)
            detail = f"{cpu:.1f} s of the processor"
            figures.append(Figure("a fit that learns the blend's weights first", took, "s", None, detail))
        _write(made, Path(folder))
        found = [_asked(Path(folder)) for _ in range(runs)]
        figures += _figures(found, target)
        if environments is not None:
            figures += _beside(Path(folder), environments, min(run["p50"] for run in found))
    return figures


def _fit(config: EngineConfig, made: World) -> tuple[Engine, float, float]:
    """Fit; with the seconds by the clock, and of the processor."""
    begun, worked = time.perf_counter(), time.process_time()
    engine = Engine(config).fit(made.dataset)
    return engine, time.perf_counter() - begun, time.process_time() - worked


def keep(size: str, figures: Sequence[Figure]) -> None:
    """Leave figures for docs/benchmarks.md, beside those of other sizes that the same code gave."""
    before, now = load("scale", Line), fingerprint()
    others = [line for line in before.rows if not line.name.startswith(size)] if before else []
    lines = [
        Line(f"{size}: {each.name}", each.value, each.unit, each.target, lower=True, detail=each.detail)
        for each in figures
        if np.isfinite(each.value)
    ]
    kept: list[Line] = others if before and before.fingerprint == now else []
    save("scale", Kept[Line].now([*kept, *lines], now))


def _figures(found: list[dict[str, float]], target: Mapping[str, float]) -> list[Figure]:
    best = {name: min(run[name] for run in found) for name in found[0]}
    tap, memory = target["tap"], target["memory"]
    return [
        Figure("tap + new top 10, p50", best["p50"], "ms", tap, f"{best['cpu']:.1f} ms of the processor"),
        Figure("tap + new top 10, p99", best["p99"], "ms", tap, "any member"),
        Figure("the same member again, p50", best["again_p50"], "ms", tap),
        Figure("the same member again, p99", best["again_p99"], "ms", tap),
        Figure("memory of the engine", best["memory"], "MB", memory, "growth of a fresh process"),
        Figure("memory at its peak", best["peak"], "MB", None, "while it restores"),
        Figure("restored in", best["restored"], "s"),
    ]


def _write(made: World, folder: Path) -> None:
    items = np.concatenate([np.empty(0, dtype=np.int64), *made.likes])
    pointers = np.append(0, np.cumsum([len(liked) for liked in made.likes]))
    shape = (len(made.likes), len(made.scene))
    rows: Any = sp.csr_matrix((np.ones(len(items), dtype=np.float32), items - 1, pointers), shape=shape)
    rows.sort_indices()
    sp.save_npz(folder / "rows.npz", rows)
    np.save(folder / "server.npy", made.server)


def _asked(folder: Path) -> dict[str, float]:
    """Ask in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scale", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _beside(folder: Path, environments: Path, ours: float) -> list[Figure]:
    """How many times as long as implicit's `recalculate_user` and top 10, which has no reasons, filters or servers."""
    try:
        inside = environment("implicit", environments)
    except NoEnvironment as error:
        return [Figure("implicit", float("nan"), "ms", None, str(error)[:80])]
    command = [str(inside), "-m", "benchmarks.peers.run_implicit", "--latency", str(folder / "rows.npz")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=dict(os.environ))
    peer = json.loads(done.stdout.splitlines()[-1])
    detail = f"implicit p50 {peer['p50_ms']:.2f} ms, p99 {peer['p99_ms']:.2f} ms"
    return [Figure("beside implicit's ALS, p50", ours / peer["p50_ms"], "×", None, detail)]


def _resident() -> float:
    """MB of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak() -> float:
    """MB at most so far; `getrusage` would count the process that started this one."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1_024 / 1e6


def ask(folder: Path) -> dict[str, float]:
    """Restore the engine and ask; all times in milliseconds, memory in MB."""
    rows: Any = cast(Any, sp).load_npz(folder / "rows.npz")
    server: Ids = np.load(folder / "server.npy")
    before, begun = _resident(), time.perf_counter()
    engine = Shelf(folder / "shelf").read(1).engine
    restored = time.perf_counter() - begun
    dice = np.random.default_rng(0)

    def tap(member: int) -> tuple[float, float]:
        new = ItemId(int(rows.indices[int(dice.integers(int(rows.nnz)))]) + 1)
        asker = GroupId(SERVER + int(server[member])), MemberId(MEMBER + member)
        taste = {
            ItemId(int(place) + 1): 1.0
            for place in rows.indices[rows.indptr[member] : rows.indptr[member + 1]]
        }
        taste[new] = 1.0
        query = Query(
            taste=taste, group=asker[0], member=asker[1], exclude=frozenset(taste), count=10, now=NOW
        )
        began, worked = time.perf_counter(), time.thread_time()
        engine.fold_in(group=asker[0], member=asker[1], item=new, weight=1.0, unix_time=NOW)
        picks = engine.recommend(query)
        took = time.perf_counter() - began, time.thread_time() - worked
        assert len(picks) == 10
        assert all(pick.reasons for pick in picks)
        return took

    some = dice.integers(len(server), size=WARM_UP + TAPS).tolist()
    taken = np.array([tap(member) for member in some])[WARM_UP:] * 1_000
    again = np.array([tap(some[0]) for _ in range(TAPS)])[WARM_UP:] * 1_000
    return {
        "restored": restored,
        "p50": float(np.percentile(taken[:, 0], 50)),
        "p99": float(np.percentile(taken[:, 0], 99)),
        "cpu": float(np.percentile(taken[:, 1], 50)),
        "again_p50": float(np.percentile(again[:, 0], 50)),
        "again_p99": float(np.percentile(again[:, 0], 99)),
        "memory": _resident() - before,
        "peak": peak() - before,
    }


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[1]))))
