"""``python -m benchmarks [speed|commands|first|down|matching|listens|kill|curves|accuracy|playlists|estimates|radio|rights|discovery|scale|tune]``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from benchmarks.peers.environments import LIBRARIES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Segue beside a bare bot.")
    parts = parser.add_subparsers(dest="part")
    speed = parts.add_parser("speed", help="times beside a bare bot, autocomplete, import (the default)")
    for chosen in (parser, speed):
        chosen.add_argument("--samples", type=int, default=350, help="of each kind for each bot")
        chosen.add_argument(
            "--imports", type=int, default=5, help="imports of the real file; the best counts"
        )
    commands = parts.add_parser("commands", help="the answer time of every command beside a bare bot")
    commands.add_argument("--samples", type=int, default=40, help="of each way to ask")
    commands.add_argument("--only", nargs="+", metavar="WAY", default=[], help="such as 'taste show'")
    first = parts.add_parser("first", help="the first answer after /taste start, beside popularity")
    first.add_argument("--validation", action="store_true", help="other members, to choose settings on")
    first.add_argument("--seed", type=int, default=0)
    down = parts.add_parser("down", help="what members wait while all music services are down")
    down.add_argument("--samples", type=int, default=200, help="of each command for each state")
    matching = parts.add_parser(
        "matching", help="real songs written with slips: found first, wrongly accepted"
    )
    matching.add_argument("--seeds", type=int, default=5, help="drawings of songs and slips")
    listens = parts.add_parser("listens", help="a long listening history: time, memory, killed in the middle")
    listens.add_argument("--plays", type=int, default=100_000)
    kill = parts.add_parser("kill", help="kill -9 in the middle of taps: is any acknowledged tap lost?")
    kill.add_argument("--runs", type=int, default=200)
    kill.add_argument("--seed", type=int, default=1)
    curves = parts.add_parser("curves", help="what the dial and alpha cost, as a picture in docs/")
    curves.add_argument("--members", type=int, default=400, help="of the test part, drawn at random")
    curves.add_argument("--seed", type=int, default=0)
    accuracy = parts.add_parser(
        "accuracy", help="beside other libraries, part by part; writes docs/benchmarks.md"
    )
    accuracy.add_argument(
        "--only",
        nargs="+",
        metavar="SECTION",
        default=[],
        help="engine, peers, ablation, protocols, next, speed; all of them without it",
    )
    accuracy.add_argument(
        "--libraries", nargs="+", choices=LIBRARIES, default=LIBRARIES, help="peers to measure"
    )
    accuracy.add_argument("--again", action="store_true", help="measure anew what is already there")
    accuracy.add_argument("--sample", type=int, help="so many tests of the next song; all without it")
    tune = parts.add_parser("tune", help="search settings of a peer on the validation part, or go on with it")
    tune.add_argument("library", choices=LIBRARIES)
    tune.add_argument("--models", nargs="+", default=[], help="names of models; all of them without it")
    tune.add_argument("--draws", type=int, help="random settings to begin with; 0 goes on from the best")
    playlists = parts.add_parser("playlists", help="half of each playlist hidden: the blend beside its parts")
    playlists.add_argument("--seeds", type=int, default=5, help="drawings of the halves")
    estimates = parts.add_parser("estimates", help="estimated audio features beside the means of the genre")
    estimates.add_argument("--tracks", type=Path, help="spotify_songs.csv, if it lies elsewhere")
    estimates.add_argument("--seeds", type=int, default=3, help="drawings of what is held out")
    radio = parts.add_parser("radio", help="radios of the real catalogue, steered by simulated listeners")
    radio.add_argument("--seeds", type=int, default=50, help="songs that a radio is started from")
    radio.add_argument("--songs", type=int, default=100, help="of each radio")
    rights = parts.add_parser("rights", help="export and deletion of a member's data: time, and what is left")
    rights.add_argument("--events", type=int, default=100_000)
    discovery = parts.add_parser(
        "discovery", help="twelve weekly posts in simulated servers; writes into docs/recommendations.md"
    )
    discovery.add_argument("--servers", type=int, default=40, help="of friends on Last.fm")
    discovery.add_argument("--songs", type=int, default=12, help="of an artist, at most")
    discovery.add_argument(
        "--beyond", action="store_true", help="members also like, by a model, what they do not play yet"
    )
    discovery.add_argument("--seed", type=int, default=0)
    scale = parts.add_parser("scale", help="fit, memory and answers of the engine in a synthetic world")
    scale.add_argument("--members", type=int, default=2_000)
    scale.add_argument("--tracks", type=int, default=100_000)
    scale.add_argument(
        "--runs", type=int, default=5, help="fits, and processes that ask; the best one counts"
    )
    scale.add_argument("--first", action="store_true", help="time a first fit too, which learns weights")
    scale.add_argument(
        "--environments", type=Path, help="folder of the peers' environments; asks implicit too"
    )
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    parts_by_name = {
        "commands": commanded,
        "first": begun,
        "down": left_alone,
        "matching": matched,
        "listens": listened,
        "kill": killed,
        "curves": drawn,
        "accuracy": judged,
        "playlists": hidden,
        "estimates": estimated,
        "radio": radioed,
        "rights": claimed,
        "discovery": discovered,
        "scale": scaled,
        "tune": tuned,
    }
    return parts_by_name.get(chosen.part, measured)(chosen)


def left_alone(chosen: argparse.Namespace) -> int:
    from benchmarks.down import measure
    from benchmarks.figures import show

    if missing():
        return 2
    show(asyncio.run(measure(chosen.samples)), "All music services down, beside all of them up")
    return 0


def commanded(chosen: argparse.Namespace) -> int:
    from benchmarks.commands import measure, show

    if missing():
        return 2
    show(asyncio.run(measure(chosen.samples, chosen.only)))
    return 0


def begun(chosen: argparse.Namespace) -> int:
    from benchmarks.first import measure, show
    from benchmarks.lastfm import REAL

    if not REAL.exists():
        print(f"{REAL} is missing: newcomers are taken from this split.")
        return 2
    rows = measure(
        validation=chosen.validation, seed=chosen.seed, told=lambda line: print(line, file=sys.stderr)
    )
    part = "members to choose settings on" if chosen.validation else "the fixed unseen members"
    show(rows, f"The first answer to a newcomer, {part}")
    return 0


def matched(chosen: argparse.Namespace) -> int:
    from benchmarks.figures import show
    from benchmarks.matching import measure

    if missing():
        return 2
    show(measure(chosen.seeds), f"Real songs as members write them, {chosen.seeds} drawings")
    return 0


def listened(chosen: argparse.Namespace) -> int:
    from benchmarks.figures import show
    from benchmarks.listens import measure

    if missing():
        return 2
    show(measure(chosen.plays), "A listening history as Spotify sends it")
    return 0


def claimed(chosen: argparse.Namespace) -> int:
    from benchmarks.figures import show
    from benchmarks.rights import measure

    show(asyncio.run(measure(chosen.events)), "Everything of one member: taken along, and deleted")
    return 0


def missing() -> bool:
    """Whether the real tracks are not there; says so."""
    from benchmarks.importing import TRACKS

    if not TRACKS.exists():
        print(f"{TRACKS} is missing: the figures are measured on these tracks.")
    return not TRACKS.exists()


def judged(chosen: argparse.Namespace) -> int:
    from benchmarks.accuracy.running import run
    from benchmarks.accuracy.sections import MEASURED, Chosen
    from benchmarks.lastfm import REAL

    if unknown := set(chosen.only) - set(MEASURED):
        print(f"There is no section {min(unknown)}. Choose from {', '.join(MEASURED)}.")
        return 2
    if not REAL.exists():
        print(f"{REAL} is missing: accuracy is measured on this split.")
        return 2
    run(Chosen(chosen.only, chosen.again, chosen.libraries, chosen.sample))
    return 0


def tuned(chosen: argparse.Namespace) -> int:
    from benchmarks.accuracy.ours import PEERS
    from benchmarks.peers.measure import search

    search(PEERS, chosen.library, chosen.models, chosen.draws)
    return 0


def drawn(chosen: argparse.Namespace) -> int:
    from benchmarks.curves import DATA, PICTURE, draw, measure

    if not DATA.exists():
        print(f"{DATA} is missing: the curves are measured on this split.")
        return 2
    draw(measure(chosen.members, chosen.seed, print), PICTURE)
    print(f"Drawn: {PICTURE}")
    return 0


def hidden(chosen: argparse.Namespace) -> int:
    from benchmarks.playlists import REAL, measure, show

    if not REAL.exists():
        print(f"{REAL} is missing: half of each of its playlists is hidden.")
        return 2
    rows = measure(chosen.seeds, told=lambda line: print(line, file=sys.stderr))
    show(rows, f"Half of each playlist hidden, mean over {chosen.seeds} drawings [95 % interval]")
    return 0


def estimated(chosen: argparse.Namespace) -> int:
    from benchmarks.estimates import measure, show
    from benchmarks.playlists import REAL

    tracks = chosen.tracks or REAL
    if not tracks.exists():
        print(f"{tracks} is missing: a fifth of its songs is held out.")
        return 2
    rows = measure(tracks, chosen.seeds, told=lambda line: print(line, file=sys.stderr))
    show(rows, f"A fifth held out, mean over {chosen.seeds} drawings")
    return 0


def radioed(chosen: argparse.Namespace) -> int:
    from benchmarks.importing import TRACKS, imported
    from benchmarks.radio import measure, show

    if not TRACKS.exists():
        print(f"{TRACKS} is missing: the radios play its songs.")
        return 2
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as made:
        database = Path(made) / "radio.db"
        imported(database)
        report = asyncio.run(
            measure(database, chosen.seeds, chosen.songs, told=lambda line: print(line, file=sys.stderr))
        )
    show(report, f"{chosen.seeds} radios of {chosen.songs} songs")
    return 0


def discovered(chosen: argparse.Namespace) -> int:
    from benchmarks.discovery.beyond import curious
    from benchmarks.discovery.drawing import PICTURE, draw
    from benchmarks.discovery.page import PAGE, page, write
    from benchmarks.discovery.running import SERVERS, measure
    from benchmarks.discovery.world import MOST_SONGS, simulated
    from benchmarks.lastfm import REAL, Lastfm

    if not REAL.exists():
        print(f"{REAL} is missing: the servers are made of its friends.")
        return 2
    data = Lastfm.read()
    world = simulated(data, chosen.servers, songs=chosen.songs, seed=chosen.seed)
    if chosen.beyond:
        world = curious(world, data)
    played = asyncio.run(measure(world, told=lambda line: print(line, file=sys.stderr)))
    print(page(world, played))
    if (chosen.beyond, chosen.songs, chosen.servers) == (False, MOST_SONGS, SERVERS):
        draw(played, PICTURE)
        write(page(world, played))
        print(f"Drawn: {PICTURE}; written: {PAGE}")
    return 0


def scaled(chosen: argparse.Namespace) -> int:
    from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

    from benchmarks.figures import show
    from benchmarks.scale import keep, measure

    with threadpool_limits(limits=1):
        figures = measure(
            chosen.members,
            chosen.tracks,
            runs=chosen.runs,
            environments=chosen.environments,
            first=chosen.first,
        )
    keep(f"{chosen.members:,} members, {chosen.tracks:,} songs", figures)
    show(figures, f"The engine with {chosen.members} members and {chosen.tracks} tracks")
    return 0


def killed(chosen: argparse.Namespace) -> int:
    from benchmarks.killing import kill, report

    tally = asyncio.run(kill(chosen.runs, chosen.seed))
    print(report(tally))
    return 0 if tally.well else 1


def measured(chosen: argparse.Namespace) -> int:
    from benchmarks.figures import show
    from benchmarks.speed import measure

    if missing():
        return 2
    show(asyncio.run(measure(chosen.samples, chosen.imports)), "Segue beside a bare bot on the same wire")
    return 0


if __name__ == "__main__":
    sys.exit(main())
