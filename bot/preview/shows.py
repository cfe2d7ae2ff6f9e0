"""The demo server's podcasts: invented, so that `/search` and `/recommend` have some without a service that is asked."""

from __future__ import annotations

from bot.folding import fold
from bot.store.records import ItemKind, NewSong
from bot.usecases.words import words_of

SOURCE = "demo"
# Title, who makes it, genre, what it says of itself.
SHOWS = (
    (
        "Bass Lines",
        "Imani Brooks",
        "music history",
        "The stories of trip hop, dub and jungle, told by those who made the records.",
    ),
    (
        "Pedalboard",
        "Rowan Ellis",
        "music",
        "Guitarists of dream pop and shoegaze take one sound apart, effect by effect.",
    ),
    (
        "Liner Notes",
        "Sana Malik",
        "music",
        "One album in each episode: who played on it, who mixed it, and what it changed.",
    ),
    (
        "The Night Bus",
        "Theo Lind",
        "stories",
        "Quiet stories for the way home, with ambient music between them.",
    ),
    (
        "Crate Diggers",
        "Ana Reis",
        "music history",
        "Looking for lost records in Lagos, Lima and Osaka: highlife, chicha and city pop.",
    ),
    (
        "Small Rooms",
        "June Okafor",
        "music interviews",
        "Singers and songwriters about the first ten people who ever listened.",
    ),
    (
        "Signal Path",
        "Mats Berg",
        "technology",
        "How synthesizers, samplers and drum machines work, and the records made with them.",
    ),
    (
        "Hold the Line",
        "Carla Nunes",
        "society",
        "What people do while they wait: lighthouses, night shifts and long queues.",
    ),
)


def shows() -> list[NewSong]:
    """The podcasts as the catalogue takes them."""
    return [
        NewSong(
            key=f"{ItemKind.PODCAST.value}|{fold(creator)}|{fold(title)}",
            title=title,
            artist=creator,
            source=SOURCE,
            language="en",
            ids={f"{SOURCE}:{ItemKind.PODCAST.value}": str(number)},
            tags=(
                ("genre", genre, 1.0),
                *(("word", word, weight) for word, weight in words_of(title, description)),
            ),
            kind=ItemKind.PODCAST,
            description=description,
        )
        for number, (title, creator, genre, description) in enumerate(SHOWS, start=1)
    ]
