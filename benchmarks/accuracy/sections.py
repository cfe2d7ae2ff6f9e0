"""The sections of the page: how each is measured, and on what its figures depend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import playlists
from benchmarks.accuracy import ours, parts, protocols, timing
from benchmarks.accuracy.fingerprint import fingerprint
from benchmarks.accuracy.kept import Line, load
from benchmarks.accuracy.ours import ENGINE, PEERS, Own, Told
from benchmarks.accuracy.parts import Part
from benchmarks.lastfm import REAL
from benchmarks.peers.environments import LIBRARIES
from benchmarks.peers.measure import Row, measure

HERE = Path(__file__).parent
RUNNERS = HERE.parent / "peers"
OURS = (HERE / "ours.py", RUNNERS / "judge.py", RUNNERS / "split.py", REAL)
_STATED = 200
"""Letters of an error that go into a note."""


@dataclass(frozen=True)
class Chosen:
    """What was asked for on the command line.

    Attributes:
        only: names of sections; empty for all.
        again: measure even what was measured with the same code.
        libraries: peers to measure.
        sample: so many of the tests of the next song; None for all.
    """

    only: Sequence[str] = ()
    again: bool = False
    libraries: Sequence[str] = LIBRARIES
    sample: int | None = None


@dataclass(frozen=True)
class Section:
    """One kind of figures.

    Attributes:
        row: the class of its rows.
        measure: gives the rows, and sentences for the page; None where another command leaves them.
        reads: files and folders beside the engine that the rows depend on.
        options: on which of the choices they depend.
        needs: a section that must be measured before.
    """

    row: type[Any]
    measure: Callable[[Told, Chosen], tuple[Sequence[Any], list[str]]] | None = None
    reads: tuple[Path, ...] = ()
    options: Callable[[Chosen], list[str]] = lambda _: []
    needs: str | None = None

    def fingerprint(self) -> str:
        return fingerprint(*self.reads)


def _engine(told: Told, _: Chosen) -> tuple[Sequence[Own], list[str]]:
    return [ours.measure(told)], []


def _peers(told: Told, chosen: Chosen) -> tuple[Sequence[Row], list[str]]:
    told(f"peers: {', '.join(chosen.libraries)}, each in an environment of its own")
    found = measure(PEERS, ENGINE, chosen.libraries, again=chosen.again)
    rows = [
        replace(row, model="all models together") if row.validation is None else row for row in found.rows
    ]
    return rows, [f"{library} could not be run: {why[:_STATED]}" for library, why in found.missing.items()]


def _ablation(told: Told, _: Chosen) -> tuple[Sequence[Part], list[str]]:
    return parts.measure(told), []


def _protocols(told: Told, _: Chosen) -> tuple[Sequence[Line], list[str]]:
    return protocols.measure(told), []


def _next(told: Told, chosen: Chosen) -> tuple[Sequence[Line], list[str]]:
    return protocols.next_song(told, chosen.sample), []


def _playlists(told: Told, _: Chosen) -> tuple[Sequence[Line], list[str]]:
    told("playlists: half of each hidden, five drawings")
    return playlists.lines(playlists.measure(5, told=told)), []


def _speed(told: Told, _: Chosen) -> tuple[Sequence[Line], list[str]]:
    kept = load("engine", Own)
    assert kept is not None, "the engine is measured before"
    found, notes = timing.theirs(told)
    return timing.measure(told, kept.rows[0]) + found, notes


SECTIONS: Mapping[str, Section] = {
    "engine": Section(Own, _engine, OURS),
    "peers": Section(Row, _peers, (*OURS, RUNNERS), lambda chosen: list(chosen.libraries), "engine"),
    "ablation": Section(Part, _ablation, (*OURS, HERE / "parts.py"), needs="engine"),
    "protocols": Section(Line, _protocols, (HERE / "protocols.py", HERE.parent / "lastfm.py", REAL)),
    "next": Section(
        Line,
        _next,
        (HERE / "protocols.py", protocols.SESSIONS),
        lambda chosen: [] if chosen.sample is None else [str(chosen.sample)],
    ),
    "speed": Section(Line, _speed, (HERE / "timing.py", RUNNERS / "run_implicit.py", REAL), needs="engine"),
    "playlists": Section(Line, _playlists, (HERE.parent / "playlists.py", playlists.REAL)),
    # Left by `python -m benchmarks scale` (see `kept`), with the fingerprint of the engine alone.
    "scale": Section(Line),
}
MEASURED = tuple(name for name, section in SECTIONS.items() if section.measure is not None)
