"""``python -m benchmarks accuracy``: measure what is asked for and not there yet, then write the page."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.accuracy.fingerprint import ROOT
from benchmarks.accuracy.kept import FOLDER, Kept, load, save, surroundings
from benchmarks.accuracy.ours import ENGINE, Told
from benchmarks.accuracy.page import written
from benchmarks.accuracy.sections import MEASURED, SECTIONS, Chosen, Section

PAGE = ROOT / "docs" / "benchmarks.md"


def run(chosen: Chosen, folder: Path = FOLDER, page: Path = PAGE) -> None:
    """Measure section after section, keep each as soon as it is there, and write the page whole."""
    asked = chosen.only or MEASURED
    for name in ordered(asked):
        measure(name, SECTIONS[name], chosen, folder, on_stderr, again=chosen.again and name in asked)
    page.write_text(written(usable(SECTIONS, folder, on_stderr)), encoding="utf-8")
    on_stderr(f"written: {page}")


def ordered(names: Iterable[str]) -> list[str]:
    """What is asked for and what that needs, in the order of the sections."""
    wanted = set(names)
    wanted |= {need for name in wanted if (need := SECTIONS[name].needs)}
    return [name for name in SECTIONS if name in wanted]


def measure(
    name: str, section: Section, chosen: Chosen, folder: Path, told: Told, *, again: bool = False
) -> None:
    """Measure a section, unless the same code measured it before with the same options and nothing went wrong."""
    if section.measure is None:
        told(f"{name}: another command leaves these figures")
        return
    kept, options, print_now = load(name, section.row, folder), section.options(chosen), section.fingerprint()
    known = kept is not None and (kept.fingerprint, kept.options, kept.notes) == (print_now, options, [])
    if known and not again and (name != "engine" or ENGINE.exists()):
        told(f"{name}: measured before")
        return
    begun, on = time.monotonic(), surroundings()
    rows, notes = section.measure(told, chosen)
    save(name, Kept[Any].now(rows, print_now, notes, options, on), folder)
    told(f"{name}: done in {time.monotonic() - begun:.0f} s")


def usable(sections: Mapping[str, Section], folder: Path, told: Told) -> dict[str, Kept[Any]]:
    """What was kept and still belongs to the code as it is, whatever the options were."""
    found: dict[str, Kept[Any]] = {}
    for name, section in sections.items():
        kept = load(name, section.row, folder)
        if kept is None:
            continue
        if kept.fingerprint == section.fingerprint():
            found[name] = kept
        else:
            told(f"{name}: left out of the page, because the code has changed since {kept.measured}")
    return found


def on_stderr(what: str) -> None:
    print(f"{datetime.now():%H:%M:%S}  {what}", file=sys.stderr, flush=True)  # noqa: DTZ005
