"""The end of the page: how it was measured, and what to think of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.accuracy.kept import Kept
from benchmarks.accuracy.markdown import listed, paragraph, point
from benchmarks.accuracy.ours import Own
from benchmarks.peers.environments import LIBRARIES
from benchmarks.peers.measure import Row

SPLIT = """
The split is the published 80/20 one of HetRec 2011 Last.fm. Every artist that a member does not play in train is ranked.
Recall is hits over all that a member wants; NDCG has binary gains. A wanted artist that only the test knows counts as
missed, for everybody.
"""
OURS = """
The engine is run as `python -m recommender evaluate` runs it, with train, tags, audio and friends. Tags that a member gave to a
wanted artist are not in the data. These are the lists by score, before re-ranking:
[what that costs](recommendations.md#what-it-costs).
"""
LOOKED_AT = """
The test part was looked at more than once while the engine was built. Numbers were chosen on validation parts of train, but a
little of a lead may be luck that was kept.
"""
GRIDS = """
Each peer runs in an environment of its own, with the settings that were best on one validation part by NDCG@10: a fifth of
each member's pairs in train. All of a small grid is tried; of a large one a random draw, then the search climbs from the best. The
grids, with their sources, stand in `benchmarks/peers/`. The engine's defaults were tuned on validation parts of train too, but not on
exactly the same rows, and it learns the weights of its blend on a part of train in every fit.
"""
GIVEN = """
Peers get the same play weights where a model takes weights, and the same tags where it takes features. None is given friends or
audio, and none is blended with another. So the lead is of the engine with all it knows over a library as it comes; the table of
the parts shows what friends and audio bring.
"""
PROTOCOLS = """
Unseen members: none of their rows is learned from; they are asked for by their first likes. Cold artists: 480 artists without any
listener are ranked among themselves. Groups: 450 circles of friends, 20 artists that none of them plays, the mean over members.
"""
NEXT_SONG = """
Next song: #nowplaying, each place of a test session is a question and every song a candidate; intervals are over sessions.
Figures that others published for this split (GCE-GNN: 22.37 % and 8.40 %) were not measured again.
"""
HALVES = """
Playlists: half of each Spotify playlist of `spotify_songs` is hidden, every song is a candidate, means over five drawings. Four in
five hidden songs stand in no visible half, so company cannot know them; genres are read from visible rows only. A lead is the
blend's over that model, with a paired 95 % interval over playlists. Versions of one name are one song.
"""
WORLD = """
Scale: a synthetic world (scenes, a power law of popularity, tags, audio, 40 servers), fitted here, stored, and asked in a process of its
own: a tap by a member drawn at random is folded in and ten picks with reasons are asked for. Memory is what that process
grows by. Weights of the blend are known, as in every fit but the first and those after much growth.
"""
ASKED = """
A fit is one fit with settings that are known. Milliseconds a member are the median of 200, asked one at a time for 20 by score.
"""
FEW = 12
"""Fewer settings than these are called few, unless there were no more."""
TITLES = {
    "engine": "accuracy",
    "peers": "other libraries",
    "ablation": "parts",
    "protocols": "other questions",
    "next": "next song",
    "playlists": "playlists",
    "speed": "time",
    "scale": "scale",
}


def methods(found: Mapping[str, Kept[Any]]) -> list[str]:
    """What concerns the sections that are there."""
    points = [*_lastfm(found), *_peers(found)]
    told = {"protocols": PROTOCOLS, "next": NEXT_SONG, "playlists": HALVES, "scale": WORLD}
    points += [text for name, text in told.items() if name in found]
    points += [*_times(found), *(note for kept in found.values() for note in kept.notes)]
    if not points:
        return []
    return ["## How it was measured", "", *(point(text) for text in points), "", *_dates(found)]


def _lastfm(found: Mapping[str, Kept[Any]]) -> list[str]:
    if not found.keys() & {"engine", "peers", "ablation"}:
        return []
    size = ""
    if "engine" in found:
        own: Own = found["engine"].rows[0]
        size = f"{own.members:,} members are asked; {own.candidates:,} artists stand in train, tags or audio."
    return [f"{SPLIT} {size}", OURS, LOOKED_AT]


def _peers(found: Mapping[str, Kept[Any]]) -> list[str]:
    if "peers" not in found:
        return []
    rows: list[Row] = [row for row in found["peers"].rows if row.validation is not None]
    thin = [
        f"{row.model} of {row.library.replace('_', '-')} ({row.tried} of {row.grid:,})"
        for row in rows
        if row.tried < min(FEW, row.grid)
    ]
    few = [f"Few settings were tried for {listed(thin)}; with more they may do better."] if thin else []
    measured = {row.library for row in rows}
    missing = [library.replace("_", "-") for library in LIBRARIES if library not in measured]
    absent = [f"Not in the table, because not measured this time: {listed(missing)}."] if missing else []
    return [GRIDS, GIVEN, *few, *absent]


def _times(found: Mapping[str, Kept[Any]]) -> list[str]:
    timed = {name: kept for name, kept in found.items() if name in {"peers", "next", "speed"}}
    if not timed:
        return []
    on = next(iter(timed.values())).on
    disturbed = [TITLES[name] for name, kept in timed.items() if kept.disturbed]
    busy = (
        f"Other programs were busy meanwhile, so these are too long: {listed(disturbed)}."
        if disturbed
        else ""
    )
    machine = f"Times are of one thread, {on['cores']} cores, {on['architecture']}, Python {on['python']}."
    own: list[Own] = found["engine"].rows if "engine" in found else []
    blend = [
        f"Learning the weights of the blend and all models takes the engine {each.learning_seconds:.0f} s."
        for each in own
    ]
    return [" ".join([machine, *([ASKED] if found.keys() & {"peers", "speed"} else []), *blend, busy])]


def _dates(found: Mapping[str, Kept[Any]]) -> list[str]:
    by_date: dict[str, list[str]] = {}
    for name, kept in found.items():
        by_date.setdefault(kept.measured, []).append(TITLES.get(name, name))
    dates = [f"{date} ({listed(names)})" for date, names in sorted(by_date.items())]
    return paragraph(f"Measured on {'; '.join(dates)}.")
