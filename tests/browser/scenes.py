"""What is photographed: members at what they do, a name for the picture yielded whenever the newest card is one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sqlalchemy import update

from bot.store import Store
from bot.store.accounts import Account, AccountService
from bot.store.records import EventId, FeedbackEvent, MemberId, PostKind, Slot, Verb
from bot.store.schema import posts
from bot.usecases.taste import DAY
from tests.browser.page import Screen
from tests.browser.past import remember
from tests.browser.prepared import living_catalogue

# Pixels that hold thirty songs; seconds in which the preview's clock has surely looked.
WIDE, LONG, TURN = 1_060, 4_000, 80.0


class Scene(Protocol):
    """Plays in a preview of its own, from Mira's seat; the folder is where that preview keeps its things."""

    __name__: str

    def __call__(self, view: Screen, folder: Path, /) -> AsyncGenerator[str]: ...


ANSWERED = (Verb.LIKE, Verb.LIKE, Verb.LIKE, Verb.SKIP)
PLAYLIST = """artist,title
Massive Attack,Angel
Cocteau Twins,Heaven or Las Vegas
Slowdive,When the Sun Hits
Boards of Canada,Roygbiv
"""


async def recommending(view: Screen, _: Path) -> AsyncGenerator[str]:
    """Songs, and everything that hangs on them."""
    await view.command("/recommend")
    yield "recommend"
    await view.press("Listen")
    yield "listen"
    await view.press("Why this?")
    yield "why"
    await view.command("/recommend", song="teardrop", count="2")
    yield "recommend-song"
    await view.command("/recommend", artist="portishead", count="2")
    yield "recommend-artist"
    await view.command("/recommend", mood="rainy sunday, no vocals, 90s", count="2")
    yield "recommend-mood"
    await view.press("Export")
    yield "export"
    await view.command("/recommend", **{"for": "this server", "count": "2"})
    yield "recommend-server"
    await view.command("/mix", member="Yusuf", member2="Jonas")
    yield "mix"


async def answering(view: Screen, _: Path) -> AsyncGenerator[str]:
    """Likes of any song, and what was answered."""
    await view.command("/history")
    yield "history"
    await view.command("/like", "glory box")
    yield "like"
    await view.command("/skip", "wonderwall")
    yield "skip"
    await view.command("/dislike", "smells like teen spirit")
    yield "dislike"
    await view.command("/undo")
    yield "undo"
    await view.command("/block", genre="country")
    yield "block"
    await view.command("/block", artist="coldplay", **{"for": "a month"})
    await view.command("/block")
    yield "blocked"
    await view.command("/unblock", what="country")
    yield "unblock"


async def looking_up(view: Screen, _: Path) -> AsyncGenerator[str]:
    """Songs, artists, albums and podcasts by name."""
    await view.command("/search", query="blue")
    yield "search"
    await view.command("/search", query="radiohead", kind="artists")
    await view.choose("Radiohead")
    yield "artist"
    await view.command("/search", query="music", kind="podcasts")
    yield "search-podcasts"
    await view.choose("Liner Notes")
    yield "podcast"
    await view.press("❤️")
    await view.command("/recommend", kind="podcasts")
    yield "recommend-podcasts"
    await view.command("/related", artist="massive attack")
    yield "related"


async def listening(view: Screen, _: Path) -> AsyncGenerator[str]:
    """A radio from its first song to its end."""
    await view.command("/radio play", "teardrop")
    yield "radio"
    await view.press("❤️")
    await view.press("Next")
    await view.choose("calmer")
    yield "radio-steered"
    await view.press("Save")
    yield "save"
    await view.command("/radio history")
    yield "radio-history"


async def gathering(view: Screen, _: Path) -> AsyncGenerator[str]:
    """The day's mix, lists, and songs that others bring."""
    await view.command("/daily")
    yield "daily"
    await view.command("/playlist list")
    yield "playlists"
    await view.command("/playlist add", list="After midnight", song="roads")
    yield "playlist-add"
    await view.command("/playlist show", list="After midnight")
    yield "playlist"
    await view.command("/playlist recommend", list="After midnight")
    yield "playlist-recommend"
    await view.command("/ask", mood="rainy sunday, no vocals")
    for name, song in (("Jonas", "an ending ascent"), ("Kenji", "so what")):
        await view.act_as(name)
        await view.press("Bring a song")
        await view.fill(song)
    await view.act_as("Mira")
    yield "ask"
    await view.press("What Segue would add")
    yield "ask-add"


async def portraying(view: Screen, folder: Path) -> AsyncGenerator[str]:
    """One's own taste, and the others'."""
    await view.command("/taste show")
    yield "taste"
    await view.command("/taste compare", member="Yusuf")
    yield "taste-compare"
    await view.command("/taste visible", state="on")
    yield "taste-visible"
    await view.command("/taste server")
    yield "taste-server"
    await view.act_as("Noor (new here)")
    await view.command("/taste start")
    await view.choose("dream pop", "downtempo")
    yield "taste-start"
    await view.press("Next")
    await view.press("Skip this")
    await view.choose("2010s", "1990s")
    await view.press("Done")
    yield "taste-start-done"
    file = folder / "playlist.csv"
    file.write_text(PLAYLIST, encoding="utf-8")
    await view.command("/taste import playlist", file=file)
    yield "taste-import"
    await view.command("/taste forget")
    yield "taste-forget"


async def linking(view: Screen, folder: Path) -> AsyncGenerator[str]:
    """Accounts and what they play; the account is written down here, as nobody is asked for it on the page."""
    member = MemberId(int(await view.page.evaluate("simcordPreview.viewerId")))
    async with Store(f"sqlite+aiosqlite:///{folder}/data/preview.db") as store:
        await store.accounts.put(
            Account(member, AccountService.LISTENBRAINZ, "mira_listens", 1_790_000_000.0)
        )
    await view.command("/link status")
    yield "link"
    await view.command("/unlink", service="ListenBrainz")
    yield "unlink"
    await view.command("/nowplaying")
    yield "nowplaying"


async def deciding(view: Screen, _: Path) -> AsyncGenerator[str]:
    """What is kept, and what becomes of it."""
    await view.command("/privacy")
    yield "privacy"
    await view.press("Delete …")
    await view.press("In this server")
    yield "privacy-delete"
    await view.press("Back")
    await view.press("This server")
    yield "privacy-server"


async def discovering(view: Screen, folder: Path) -> AsyncGenerator[str]:
    """A weekly post of thirty songs, some of which members brought, and the same when its week is over."""
    await view.page.set_viewport_size({"width": WIDE, "height": LONG})
    async with Store(f"sqlite+aiosqlite:///{folder}/data/preview.db") as store:
        [settings] = await store.discovery.all()
        await store.discovery.configure(replace(settings, count=30))
        rated = {event.song async for event in store.feedback.replay()}
        brought = [song for song in await store.catalog.songs() if song.id not in rated][::131]
        for member, song in zip(await store.tastes.visible(settings.server), brought, strict=False):
            await store.posts.create(
                kind=PostKind.FOUND,
                server=settings.server,
                channel=settings.channel,
                member=member,
                query={},
                slots=[Slot(1, song.id)],
                at=settings.since,
                shown=False,
            )
        await view.command("/discovery now")
        yield "weekly"
        [post] = await store.posts.past(PostKind.WEEKLY, settings.server, 1)
        titles = {song.id: song.title for song in await store.catalog.songs()}
        for name, number in (("Jonas", 14), ("Kenji", 2), ("Lena", 2), ("Mira", 2)):
            await view.act_as(name)
            await view.choose(f"{number} {titles[post.slots[number - 1].song]}")
            await view.press("❤️")
        async with store.db.write() as connection:
            await connection.execute(update(posts).values(at=post.at - 8 * DAY))
        # The clock of the preview looks once a minute.
        await asyncio.sleep(TURN)
        await view.act_as("Noor (new here)")
        yield "weekly-closed"


async def making(view: Screen, folder: Path) -> AsyncGenerator[str]:
    """A song of one's own; the lists that showed it are written down here, as nobody can choose what is drawn."""
    await view.command("/artist register", song="teardrop")
    yield "artist-card"
    await view.press("Confirm")
    async with Store(f"sqlite+aiosqlite:///{folder}/data/preview.db") as store:
        [claim] = await store.claims.all()
        for number in range(14):
            slots = [Slot(1, claim.song, propensity=0.03, explored=True)]
            post = await store.posts.create(
                kind=PostKind.RECOMMEND,
                server=claim.server,
                channel=None,
                member=MemberId(number + 1),
                query={},
                slots=slots,
                at=claim.at + number,
            )
            if number < len(ANSWERED):
                said = FeedbackEvent(
                    EventId(0),
                    claim.server,
                    MemberId(number + 1),
                    claim.song,
                    ANSWERED[number],
                    "button",
                    post.id,
                    1,
                    None,
                    claim.at + number,
                )
                await store.feedback.append([said])
    for name, command in (("Jonas", "/like"), ("Kenji", "/like"), ("Lena", "/like"), ("Adaeze", "/skip")):
        await view.act_as(name)
        await view.command(command, "teardrop")
    await view.act_as("Mira")
    await view.command("/artist report", song="teardrop")
    yield "artist-report"


async def guiding(view: Screen, _: Path) -> AsyncGenerator[str]:
    """What became of the weekly posts, what the next one would be, and the help."""
    await view.command("/discovery now")
    await view.command("/discovery history")
    yield "weekly-history"
    await view.command("/discovery preview")
    yield "weekly-preview"
    await view.command("/help")
    yield "help"


async def charting(view: Screen, folder: Path) -> AsyncGenerator[str]:
    """What the server likes and finds, and how it took what it was shown."""
    await remember(folder)
    await view.command("/charts")
    yield "charts"
    await view.press("Rising")
    yield "charts-rising"
    await view.command("/finds")
    yield "finds"
    await view.command("/insights")
    yield "insights"


async def governing(view: Screen, _: Path) -> AsyncGenerator[str]:
    """How an admin sets Segue up, and the pages of the settings."""
    await view.command("/setup")
    yield "setup"
    await view.press("Next")
    await view.choose("18:00", menu=2)
    yield "setup-place"
    await view.press("Next")
    yield "setup-taste"
    await view.press("Next")
    yield "setup-finish"
    await view.press("At its hour")
    yield "setup-done"
    await view.command("/settings")
    yield "settings"
    for page, name in (
        ("what is in it", "what"),
        ("recommendations", "answers"),
        ("channels for commands", "channels"),
        ("privacy", "privacy"),
    ):
        await view.choose(page, menu=-1)
        if name == "answers":
            await view.choose("adventurous", menu=0)
        yield f"settings-{name}"
    await view.choose("last changes", menu=-1)
    yield "settings-log"


SCENES: tuple[Scene, ...] = (
    recommending,
    answering,
    looking_up,
    listening,
    gathering,
    portraying,
    linking,
    deciding,
    discovering,
    making,
    guiding,
    charting,
    governing,
)
# What a scene's preview holds before it starts, by the scene's name.
PREPARED = {discovering.__name__: living_catalogue}
