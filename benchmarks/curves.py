"""What the dial, alpha and re-ranking cost: accuracy against novelty and coverage on the Last.fm split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from recommender import Dial, Engine, EngineConfig, ItemId, MemberId, Query
from recommender.config import BlendConfig, DialConfig
from recommender.evaluation import metrics
from recommender.evaluation.reading import Files, Split, member, read_split
from recommender.sparse import Arrays, Doubles

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data" / "lastfm"
PICTURE = ROOT / "docs" / "images" / "curves.png"
PICKS = 10
ALPHAS = (0.0, 0.05, 0.1, 0.2, 0.5, 1.0)
POPULARITIES = (0.1, 0.2, 0.4, 1.0)
INK, QUIET, FAINT, ACCENT = "#1f2430", "#8a93a3", "#e4e7ec", "#5b8def"
ENDS = {"alpha 0": "content alone", "popularity 1": "popularity alone"}
TOP = 0.35
ALIGNED = {Dial.FAMILIAR: "center", Dial.BALANCED: "center", Dial.ADVENTUROUS: "left"}
BASE = EngineConfig(blend=BlendConfig(learned=False))


@dataclass(frozen=True)
class Setting:
    """One way to ask.

    Attributes:
        line: the curve that it is a point of.
        at: where on it.
    """

    line: str
    at: str
    config: EngineConfig = BASE
    query: Query = field(default_factory=lambda: Query(count=PICKS))


@dataclass(frozen=True)
class Point:
    """What came of a setting.

    Attributes:
        ndcg: NDCG@10, the mean over the members.
        novelty: bits, -log2 of the share of members who listen to an artist, the mean over all picks.
        coverage: share of all artists that anybody is recommended.
        little: share of the picks by little-known artists.
    """

    setting: Setting
    ndcg: float
    novelty: float
    coverage: float
    little: float


def settings() -> list[Setting]:
    """The three curves: alpha by the score alone, alpha as it is re-ranked, and the dial."""
    plain = DialConfig(novelty=0.0, mmr_lambda=1.0)
    lines = {
        "score": (plain, Query(count=PICKS, little_known=0.0)),
        "re-ranked": (BASE.dials[Dial.BALANCED], Query(count=PICKS)),
    }
    found: list[Setting] = []
    for line, (dial, query) in lines.items():
        config = _with(dial)
        found += [Setting(line, f"alpha {a:g}", config, replace(query, alpha=a)) for a in ALPHAS]
        for share in POPULARITIES:
            company = {"content": 0.0, "company": 2 * (1 - share), "popularity": share}
            found.append(
                Setting(line, f"popularity {share:g}", _with(dial.model_copy(update=company)), query)
            )
    return found + [Setting("dial", dial, BASE, Query(count=PICKS, dial=dial)) for dial in Dial]


def _with(balanced: DialConfig) -> EngineConfig:
    return BASE.model_copy(update={"dials": {**BASE.dials, Dial.BALANCED: balanced}})


class Exam:
    """Some members of the test part, asked as strangers to each other, as the Last.fm protocol has it."""

    def __init__(self, split: Split, members: int, seed: int) -> None:
        rows = split.dataset.interactions
        asked = np.random.default_rng(seed).permutation(split.asked)[:members]
        self.wanted = {
            member(int(user)): set(split.test.loc[split.test["user"] == user, "item"].tolist())
            for user in asked
        }
        self.taste: dict[MemberId, dict[ItemId, float]] = {}
        for who in self.wanted:
            own = rows[rows["member"] == who]
            self.taste[who] = {
                ItemId(int(i)): float(w) for i, w in zip(own["item"], own["weight"], strict=True)
            }
        self.items = len(split.dataset.items)
        listeners = np.bincount(rows["item"], minlength=self.items)
        self.bits: Doubles = metrics.surprise(listeners, rows["member"].nunique())

    def judge(self, setting: Setting, arrays: Arrays) -> Point:
        """Ask for everybody and measure."""
        engine = Engine(setting.config).restore(arrays)
        items = np.full((len(self.wanted), PICKS), -1, dtype=np.intp)
        for row, (who, taste) in enumerate(self.taste.items()):
            picks = engine.recommend(replace(setting.query, taste=taste, member=who))
            items[row, : len(picks)] = [pick.item for pick in picks]
        hits = np.array(
            [[int(i) in w for i in row] for row, w in zip(items, self.wanted.values(), strict=True)]
        )
        wanted = np.array([len(w) for w in self.wanted.values()], dtype=np.intp)
        shown = items[items >= 0]
        return Point(
            setting,
            ndcg=float(metrics.ndcg(hits, wanted, PICKS).mean()),
            novelty=float(np.nanmean(metrics.novelty(items, self.bits, PICKS))),
            coverage=metrics.coverage(np.bincount(shown, minlength=self.items)),
            little=float(engine.little_known()[shown].mean()),
        )


def measure(members: int, seed: int, told: Callable[[str], None]) -> list[Point]:
    """Fit once, ask in every way."""
    with threadpool_limits(limits=1):
        split = read_split(
            Files(*(DATA / f"{name}.csv.gz" for name in ("train", "test", "tags", "audio"))), seed
        )
        exam = Exam(split, members, seed)
        arrays = Engine(BASE).fit(split.dataset).arrays()
        points: list[Point] = []
        for setting in settings():
            points.append(exam.judge(setting, arrays))
            told(said(points[-1]))
        return points


def said(point: Point) -> str:
    """A point in one line."""
    name = f"{point.setting.line}, {point.setting.at}"
    return (
        f"{name:28} NDCG@10 {point.ndcg:.4f}  novelty {point.novelty:.2f} bits"
        f"  coverage@10 {point.coverage:.1%}  little known {point.little:.0%}"
    )


def by_line(points: Sequence[Point]) -> Mapping[str, list[Point]]:
    """The points of each curve, in order."""
    lines: dict[str, list[Point]] = {}
    for point in points:
        lines.setdefault(point.setting.line, []).append(point)
    return lines


def draw(points: Sequence[Point], picture: Path) -> None:
    """Accuracy against novelty and against coverage, side by side."""
    from matplotlib import rc_context  # pyright: ignore[reportUnknownVariableType]
    from matplotlib.figure import Figure

    look: Any = {
        "font.size": 10,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": FAINT,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
    }
    with rc_context(look):
        figure: Any = Figure(figsize=(10.4, 4.6), dpi=150, layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        _panel(
            left,
            points,
            lambda point: point.novelty,
            "novelty: −log₂ of an artist's share of listeners, bits",
        )
        _panel(
            right, points, lambda point: 100 * point.coverage, "coverage: % of all artists in anybody's ten"
        )
        left.set_ylabel("accuracy: NDCG@10")
        left.set_ylim(0, TOP)
        handles, names = left.get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper left", ncols=3, frameon=False)
        picture.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(picture)


def _panel(axes: Any, points: Sequence[Point], across: Callable[[Point], float], label: str) -> None:
    styles = {
        "score": {"color": QUIET, "lw": 1.4, "ms": 4, "label": "alpha, by the score alone"},
        "re-ranked": {"color": INK, "lw": 1.8, "ms": 5, "label": "alpha, re-ranked as members see it"},
        "dial": {"color": ACCENT, "lw": 1.4, "ms": 8, "ls": "--", "label": "the dial, re-ranked"},
    }
    for line, on_it in by_line(points).items():
        style: dict[str, Any] = {"marker": "o", **styles[line]}
        axes.plot([across(point) for point in on_it], [point.ndcg for point in on_it], **style)
        for point in on_it:
            _name(axes, point, across(point))
    axes.set_xlabel(label)
    axes.grid(color=FAINT, lw=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0)
    axes.margins(x=0.14)


def _name(axes: Any, point: Point, across: float) -> None:
    """Name the positions of the dial above all curves, and the ends of alpha."""
    at = point.setting.at
    if point.setting.line == "dial":
        axes.annotate(
            at,
            (across, point.ndcg),
            (across, TOP - 0.02),
            ha=ALIGNED[Dial(at)],
            color=ACCENT,
            arrowprops={
                "arrowstyle": "-",
                "color": ACCENT,
                "lw": 0.8,
                "relpos": (0.0 if ALIGNED[Dial(at)] == "left" else 0.5, 0.0),
            },
        )
    elif point.setting.line == "re-ranked" and at in ENDS:
        axes.annotate(
            ENDS[at],
            (across, point.ndcg),
            (0, -15),
            textcoords="offset points",
            ha="left" if at == "popularity 1" else "right",
        )
