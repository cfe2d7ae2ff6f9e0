"""What a preview holds before it starts, where a picture needs more than the starter catalogue tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bot.run import ensure_catalog
from bot.settings import Settings
from bot.sources.naming import song_key
from bot.store import Store
from bot.store.records import NewSong

# Invented, as the demo's members are: title, artist, genres.
RELEASES = (
    ("Ferry at Four", "Salt Lamps", ("dream pop", "shoegaze")),
    ("Cedar Static", "Oda Wren", ("trip hop", "downtempo")),
    ("Paper Tides", "Kite Atlas", ("indie rock", "post-punk")),
    ("Low Sun, Long Way", "Amara Quay", ("neo soul", "r&b")),
    ("Harbour Lights Off", "Nils & Noor", ("ambient", "electronic")),
    ("Mercury Bakery", "The Late Trams", ("city pop", "funk")),
    ("Sleeper Train", "Vela Moss", ("dream pop", "ambient")),
    ("Glass Market", "Juno Reyes", ("latin", "electronic")),
)
LITTLE_KNOWN = (
    ("Moths in the Projector", "Ida Falke", ("trip hop", "dream pop")),
    ("Half a Map", "Tin Harvest", ("folk", "singer-songwriter")),
    ("Neon Laundry", "Koto Machine", ("city pop", "electronic")),
    ("Under the Tram Wires", "Grey Lido", ("post-punk", "new wave")),
    ("Slow Elevator", "Mabel Ono", ("jazz", "bossa nova")),
    ("Red Dust Choir", "Sahel Twins", ("afrobeat", "highlife")),
    ("Coral Radio", "Deep Lane", ("dub", "reggae")),
    ("Undertow Waltz", "Fern & Flint", ("folk", "dreamy")),
    ("Tin Roof Hymn", "Opal Street", ("soul", "neo soul")),
    ("Night Ferry Blues", "Carlo Bright", ("rock", "indie rock")),
    ("Signals", "Marble Owl", ("techno", "electronic")),
    ("Winter Bus", "Lise Hallow", ("singer-songwriter", "ambient")),
    ("Maracas in Reverse", "Los Tranvías", ("latin", "salsa")),
    ("Velvet Antenna", "Dora Kline", ("synth-pop", "new wave")),
)
WELL_KNOWN, RISING, HARDLY = 60.0, 25.0, 2.0


def _song(title: str, artist: str, genres: tuple[str, ...], released: str, popularity: float) -> NewSong:
    return NewSong(
        key=song_key(artist, title),
        title=title,
        artist=artist,
        source="demo",
        released=released,
        popularity=popularity,
        tags=tuple(("genre", genre, 1.0) for genre in genres),
    )


async def living_catalogue(folder: Path) -> None:
    """The starter catalogue as it is once sources were asked: who is well known, who is not, and what is new."""
    chosen = Settings.model_validate(
        {"SEGUE_PREVIEW_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/data/preview.db"}
    )
    here = chosen.model_copy(update={"database_url": chosen.preview_database_url})
    await ensure_catalog(here)
    now = datetime.now(UTC)
    lately = (now - timedelta(days=9)).date().isoformat()
    async with Store(here.database_url) as store:
        async with store.db.write() as connection:
            await connection.execute(text("UPDATE songs SET popularity = :known"), {"known": WELL_KNOWN})
        await store.catalog.add([_song(*each, lately, RISING) for each in RELEASES], now.timestamp())
        await store.catalog.add([_song(*each, "2019", HARDLY) for each in LITTLE_KNOWN], now.timestamp())
