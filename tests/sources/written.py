"""Songs of the real catalogue as members write them: with typos, guests, other spellings and without accents."""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.sources.naming import song_key, song_title
from bot.sources.tracks_csv import read_tracks
from bot.store.records import Song, SongId

KNOWN, UNKNOWN = 500, 200
_GUESTS = re.compile(r"\s*[(\[](?:feat|ft|with)\b\.?\s*([^()\[\]]+)[)\]]", re.IGNORECASE)
_SPELT = (
    (re.compile(r"\band\b", re.IGNORECASE), "&"),
    (re.compile(r"&"), "and"),
    (re.compile(r"ing\b"), "in'"),
    (re.compile(r"in'(?=\s|$)"), "ing"),
    (re.compile(r"['’]"), ""),
    (re.compile(r"\byou\b", re.IGNORECASE), "u"),
    (re.compile(r"\$"), "s"),
    (re.compile(r"colour"), "color"),
    (re.compile(r"\bPt\. ?"), "Part "),
    (re.compile(r"-"), " "),
    (re.compile(r"\bThe "), ""),
)


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody writes, and the song that they mean: as free text, and as a playlist's line has it."""

    artist: str
    title: str
    text: str
    meant: Song

    def is_meant(self, song: Song | None) -> bool:
        """Whether that is the song, in any of its recordings."""
        return song is not None and key(song) == key(self.meant)


def key(song: Song) -> str:
    """What all recordings of the song share."""
    return song_key(song.artist, song.title)


def real_songs(file: Path) -> list[Song]:
    """The songs of the real file, each once, in its order."""
    frames, _ = read_tracks(file)
    found: dict[str, Song] = {}
    rows = frames.songs[["title", "artist", "popularity"]].itertuples(index=False)
    for number, (title, artist, popularity) in enumerate(rows):
        song = Song(SongId(number), str(title), str(artist), popularity=float(popularity))
        found.setdefault(key(song), song)
    return list(found.values())


def parted(songs: Sequence[Song], seed: int) -> tuple[list[Song], list[Written], list[Written]]:
    """A catalogue, songs of it as they are written, and songs that were taken out of it as they are written."""
    dice = random.Random(seed)
    drawn = dice.sample(range(len(songs)), KNOWN + UNKNOWN)
    hidden = set(drawn[KNOWN:])
    kept = [song for place, song in enumerate(songs) if place not in hidden]
    known, unknown = (
        [written(songs[place], dice) for place in part] for part in (drawn[:KNOWN], drawn[KNOWN:])
    )
    return kept, known, unknown


def written(song: Song, dice: random.Random) -> Written:
    """A song as somebody writes it, with one to three slips."""
    title, guests = song_title(song.title), ""
    if told := _GUESTS.search(title):
        title, guests = _GUESTS.sub("", title), told[1]
    artist = song.artist
    for slip in dice.sample((_typo, _spelt, _bare, _lower), dice.randint(1, 3)):
        if dice.random() < 0.5:
            title = slip(title, dice)
        else:
            artist = slip(artist, dice)
    if dice.random() < (0.5 if guests else 0.1):
        title = f"{title} {dice.choice(('feat.', 'ft.', 'ft', 'featuring'))} {guests or 'Somebody Else'}"
    form = dice.choice(("{artist} - {title}", "{title} by {artist}", "{artist} {title}", "{title} {artist}"))
    return Written(artist, title, form.format(artist=artist, title=title), song)


def _typo(text: str, dice: random.Random) -> str:
    """Two letters swapped, one left out, another one, or one more."""
    if len(text) < 4:
        return text
    at = dice.randrange(1, len(text) - 1)
    letter = dice.choice(string.ascii_lowercase)
    return dice.choice(
        (
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at + 1 :],
            text[:at] + letter + text[at:],
        )
    )


def _spelt(text: str, dice: random.Random) -> str:
    """One of the other spellings that are possible."""
    able = [(old, new) for old, new in _SPELT if old.search(text)]
    if not able:
        return text
    old, new = dice.choice(able)
    return old.sub(new, text).strip() or text


def _bare(text: str, _dice: random.Random) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _lower(text: str, _dice: random.Random) -> str:
    return text.lower()
