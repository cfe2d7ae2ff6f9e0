"""The engine's command line: evaluate, next."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from recommender.errors import DatasetError
from recommender.evaluation.exam import Candidates
from recommender.evaluation.next_report import show_next
from recommender.evaluation.next_song import NextPlan, judge_next
from recommender.evaluation.reading import Files
from recommender.evaluation.report import show
from recommender.evaluation.running import Plan, Told, evaluate
from recommender.models import MODELS
from recommender.models.base import ItemModel
from recommender.models.sessions import Sessions

app = typer.Typer(
    help="Segue's recommender, by itself: judge its models on your own files.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
out = Console()
err = Console(stderr=True)

Threads = Annotated[int, typer.Option(min=1, help="Threads for linear algebra.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of everything random.")]


@app.callback()
def commands() -> None:
    """Segue's recommender, by itself: judge its models on your own files."""


@app.command("evaluate")
def evaluate_command(
    train: Annotated[Path, typer.Option(help="user,item[,weight|plays][,unix_time], .csv or .csv.gz.")],
    test: Annotated[Path, typer.Option(help="The same; what is wanted.")],
    tags: Annotated[Path | None, typer.Option(help="[user,][user,]item,tag[,weight].")] = None,
    audio: Annotated[Path | None, typer.Option(help="item and any columns of numbers.")] = None,
    groups: Annotated[Path | None, typer.Option(help="user,friend or group,user.")] = None,
    model: Annotated[str, typer.Option(help=f"One of {', '.join(sorted(MODELS))}.")] = "blend",
    candidates: Annotated[
        Candidates, typer.Option(help="What may be recommended: all, or only items without train rows.")
    ] = Candidates.ALL,
    count: Annotated[int, typer.Option(min=20, help="Recommendations for each user.")] = 20,
    seed: Seed = 0,
    threads: Threads = 2,
    recs: Annotated[
        Path | None, typer.Option("--out", help="Write user,rank,item,score here, .csv or .csv.gz.")
    ] = None,
) -> None:
    """Learn from one file, recommend to every user of another, and measure how good that is.

    Ids are any strings. Items that are only in tags or audio may be recommended too; what is in a user's train
    rows is not.
    """
    plan = Plan(Files(train, test, tags, audio, groups), candidates, count, seed, recs)
    with explained(), threadpool_limits(limits=threads):
        with progress() as told:
            outcome = evaluate(plan, _model(model, seed), told)
        show(out, outcome, plan)


@app.command("next")
def next_command(
    sessions: Annotated[
        Path,
        typer.Option(
            help="One session a line, oldest first: ids separated by spaces; or session,item[,unix_time]."
        ),
    ],
    test: Annotated[
        Path,
        typer.Option(
            help="Ids heard, a tab, the id that came next; or prefix,target; or session,item[,unix_time]."
        ),
    ],
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Write test,rank,item,score here, .csv or .csv.gz.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many of the tests, drawn by the seed.")
    ] = None,
    seed: Seed = 0,
    threads: Threads = 1,
) -> None:
    """Learn from listening sessions, tell the next song of others, and measure how good that is.

    Ids are any strings; files may end in .gz. P@20 is how often the next song is among 20, MRR@20 the mean of one
    over its rank there. A song that was just heard may come again. Unknown ids are passed over, unknown next songs
    count as missed.
    """
    plan = NextPlan(sessions, test, sample, seed, out_file)
    with explained(), threadpool_limits(limits=threads):
        with progress() as told:
            outcome = judge_next(plan, told)
        show_next(out, outcome, plan)


def _model(name: str, seed: int) -> ItemModel:
    if name == Sessions.name:
        raise typer.BadParameter("The model sessions tells the next song. Judge it with the command next.")
    if name not in MODELS:
        raise typer.BadParameter(f"There is no model {name}. Choose from {', '.join(sorted(MODELS))}.")
    return MODELS[name](seed=seed)


@contextmanager
def explained() -> Generator[None]:
    """Turn what is wrong with the input into one line and exit code 2."""
    try:
        yield
    except (DatasetError, typer.BadParameter) as error:
        err.print(f"Error: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None


@contextmanager
def progress() -> Generator[Told]:
    """Show on stderr what is being done, where somebody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def told(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield told


if __name__ == "__main__":
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
