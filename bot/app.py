"""Builds the parts in order and closes them in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord
import numpy as np
import structlog

from bot.cards.song import Shelf
from bot.client import Segue
from bot.linking.opening import open_linking
from bot.settings import Settings
from bot.sources.opening import open_sources
from bot.sources.spotify_accounts import Addresses
from bot.sources.together import Sources
from bot.store import Store
from bot.store.records import Counts, Post, ServerId, Song, SongId
from bot.text import DEFAULT
from bot.usecases import unlearning
from bot.usecases.accounts import Accounts
from bot.usecases.answered import Answered
from bot.usecases.arranging import Arranging
from bot.usecases.artists import Artists
from bot.usecases.asks import Asks
from bot.usecases.blocks import Blocks
from bot.usecases.bringing import Bringing
from bot.usecases.charts import Charts
from bot.usecases.choices import Choices
from bot.usecases.choosing import Choosing
from bot.usecases.claims import Claims
from bot.usecases.clockwork import Clockwork
from bot.usecases.closing import Closing
from bot.usecases.composing import Composer
from bot.usecases.daily import Daily
from bot.usecases.enriching import Enricher
from bot.usecases.exporting import Exporting
from bot.usecases.feedback import Feedback
from bot.usecases.finding import Finder
from bot.usecases.finds import Finds
from bot.usecases.fitting import shelf_of
from bot.usecases.forgetting import Memory
from bot.usecases.fresh import Fresh
from bot.usecases.histories import Histories
from bot.usecases.insights import Insight
from bot.usecases.keeping import Keeping
from bot.usecases.library import Library
from bot.usecases.linked import Linked
from bot.usecases.linking import Linking
from bot.usecases.lists import Lists
from bot.usecases.little_known import LittleKnown
from bot.usecases.nowplaying import NowPlaying
from bot.usecases.own import OwnMixes
from bot.usecases.picking import Picker
from bot.usecases.playlists import Playlists
from bot.usecases.portraits import Portraits
from bot.usecases.posting import Posting
from bot.usecases.radio import Radio
from bot.usecases.recommend import Recommend
from bot.usecases.registering import Registering
from bot.usecases.rights import Rights
from bot.usecases.searching import Search
from bot.usecases.share import Share
from bot.usecases.spoken import SpokenWord
from bot.usecases.switches import Switches
from bot.usecases.taste import Tastes, load_listened
from bot.usecases.training import Trainer, Worker
from bot.usecases.weekly import Weekly

log = structlog.get_logger(__name__)

# Tasks in which discord.py answers members, by the names that it gives them.
PROMISES = (
    "CommandTree-",
    "discord-ui-",
    "discord.py: on_raw_reaction",
    "discord.py: on_message",
    "discord.py: on_interaction",
)


def clock() -> float:
    """Unix time in seconds: the one clock of the program (a stand-in for Discord may turn it)."""
    return discord.utils.utcnow().timestamp()


def promises() -> list[asyncio.Task[object]]:
    """The answers to members that are under way."""
    return [task for task in asyncio.all_tasks() if task.get_name().startswith(PROMISES)]


@dataclass(frozen=True, slots=True)
class App:
    """Everything that can be asked of Segue, ready to use."""

    settings: Settings
    store: Store
    tastes: Tastes
    choices: Choices
    arranging: Arranging
    choosing: Choosing
    portraits: Portraits
    library: Library
    little_known: LittleKnown
    claims: Claims
    registering: Registering
    picker: Picker
    blocks: Blocks
    recommend: Recommend
    search: Search
    artists: Artists
    radio: Radio
    feedback: Feedback
    composer: Composer
    closing: Closing
    weekly: Weekly
    own: OwnMixes
    clockwork: Clockwork
    trainer: Trainer
    sources: Sources
    finder: Finder
    histories: Histories
    nowplaying: NowPlaying
    playlists: Playlists
    accounts: Accounts
    linked: Linked
    linking: Linking | None
    enricher: Enricher
    exporting: Exporting
    bringing: Bringing
    answered: Answered
    daily: Daily
    lists: Lists
    asks: Asks
    rights: Rights
    keeping: Keeping
    switches: Switches
    charts: Charts
    finds: Finds
    insight: Insight
    languages: dict[ServerId, str] = field(default_factory=dict[ServerId, str])
    """What servers speak, as far as Discord has told."""

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None]:
        """What goes on beside the bot for the length of the block: fitting, and asking sources."""
        async with (
            self.trainer.running(),
            self.enricher.running(),
            self.histories.running(),
            self.nowplaying.running(),
            self.keeping.running(),
            self.switches.running(),
        ):
            yield

    @property
    def shelf(self) -> Shelf:
        """Where cards look up songs and counts."""
        return Shelf(
            song=self._song,
            counts=self._counts,
            language=self._language,
            list_name=self.lists.name,
            named=self.choices.named,
        )

    def _song(self, song: int) -> Song | None:
        return self.library.songs.get(SongId(song))

    def _language(self, server: ServerId) -> str:
        return self.choices.server(server).language or self.languages.get(server, DEFAULT)

    def _counts(self, post: Post, song: int) -> Counts:
        return self.tastes.counts(post.server, SongId(song))


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    now: Callable[[], float] = clock,
    seed: int | None = None,
    sources: Sources | None = None,
    spotify: Addresses | None = None,
) -> AsyncGenerator[App]:
    """Open the store, read it into memory, load the engine's newest model or fit it.

    Args:
        seed: for the draws of exploration; from the operating system when None.
        sources: in place of those that the settings name.
        spotify: where members' accounts are, in place of Spotify itself.

    Raises:
        StoreError: the database cannot be opened; nothing was changed.
    """
    async with (
        Store(settings.database_url) as store,
        opened_switches(store) as switches,
        opened_sources(settings, store, sources, switches.source_off) as outside,
        open_linking(settings, store, outside, now, spotify or Addresses()) as links,
    ):
        tastes = Tastes()
        async for event in store.feedback.replay():
            tastes.apply(event)
        await load_listened(store, tastes)
        library = Library(blas_threads=settings.blas_threads)
        models = shelf_of(settings.database_url)
        await unlearning.catch_up(store, models)
        await library.load(store, tastes, models, version=switches.version)
        library.mute(switches.models)
        switches.whenever(lambda: library.mute(switches.models))
        blocks = Blocks(store, library, now)
        await blocks.load()
        choices = Choices(store, now)
        await choices.load()
        choosing = Choosing(store, tastes, library, choices, now)
        await choosing.load()
        claims = Claims(store, now, beyond=settings.artists)
        await claims.load()
        little_known, rng = LittleKnown(library), np.random.default_rng(seed)
        share = Share(library, little_known, choices, rng.spawn(1)[0])
        picker = Picker(store, tastes, library, now, rng, blocks, choosing, claims, share, choices)
        await picker.load()
        trainer = Trainer(
            store,
            tastes,
            library,
            now,
            shelf=models,
            worker=Worker.of(settings.database_url, blas_threads=settings.blas_threads),
            minutes=settings.refit_minutes,
            chosen=lambda: switches.version,
        )
        switches.whenever(trainer.look)
        lists = Lists(store, picker, library, now)
        await lists.load()
        finder = Finder(store, library, outside, now)
        spoken = SpokenWord(store, library, picker, outside, now)
        artists = Artists(library, picker, outside, finder)
        recommend = Recommend(picker, library, spoken, choices)
        beside = outside.in_background()
        histories = Histories(store, tastes, library, outside, links.linked, choices, now)
        links.accounts.forgets(histories.forget_account)
        feedback = Feedback(store, tastes, library, claims, choices, now)
        exporting = Exporting(store, library, outside, finder, links.accounts, links.linked, now)
        links.accounts.forgets(exporting.forget)
        bringing = Bringing(store, finder, picker, now)
        await bringing.load()
        nowplaying = NowPlaying(store, library, finder, histories, choices, now, on=settings.presence)
        await nowplaying.load()
        composer = Composer(store, tastes, library, picker, blocks, choices, choosing, now)
        weekly = Weekly(store, picker, composer, now)
        own = OwnMixes(store, picker, weekly, now)
        await own.load()
        memory = Memory(
            store,
            tastes,
            choices,
            choosing,
            blocks,
            claims,
            picker,
            lists,
            histories,
            nowplaying,
            own,
            bringing,
        )
        rights = Rights(store, memory, feedback, links.accounts, trainer, now)
        log.info("opened", songs=len(library.songs))
        yield App(
            settings=settings,
            store=store,
            tastes=tastes,
            choices=choices,
            arranging=Arranging(store, choices, now),
            choosing=choosing,
            portraits=Portraits(store, tastes, library, picker, choices, now),
            library=library,
            little_known=little_known,
            claims=claims,
            registering=Registering(store, tastes, library, choices, claims, feedback, histories, now),
            picker=picker,
            blocks=blocks,
            recommend=recommend,
            search=Search(library, picker, outside, finder, spoken, artists),
            artists=artists,
            radio=Radio(store, tastes, picker, library, share, now),
            feedback=feedback,
            weekly=weekly,
            own=own,
            clockwork=Clockwork(store, weekly, own, Posting(store, picker, now), now),
            composer=composer,
            closing=Closing(store, tastes, picker, now),
            trainer=trainer,
            sources=outside,
            finder=finder,
            histories=histories,
            nowplaying=nowplaying,
            playlists=Playlists(
                store, library, outside, Finder(store, library, beside, now), histories, choices, now
            ),
            accounts=links.accounts,
            linked=links.linked,
            linking=links.linking,
            exporting=exporting,
            bringing=bringing,
            enricher=Enricher(
                store,
                outside,
                now,
                library=library,
                fresh=Fresh(store, beside, now, library=library),
                a_day=settings.enrich,
                new_a_day=settings.enrich_new,
                busy=lambda: bool(promises()),
            ),
            answered=Answered(tastes, library),
            daily=Daily(store, tastes, library, picker, choices, now),
            lists=lists,
            asks=Asks(store, picker, library, recommend, choices),
            rights=rights,
            keeping=Keeping(store, rights, choices, now),
            switches=switches,
            charts=Charts(tastes, library, now),
            finds=Finds(store, tastes, library, choices),
            insight=Insight(store, library, now),
        )


@asynccontextmanager
async def opened_switches(store: Store) -> AsyncGenerator[Switches]:
    """The operator's switches as they are now."""
    switches = Switches(store)
    await switches.look()
    yield switches


@asynccontextmanager
async def opened_sources(
    settings: Settings,
    store: Store,
    sources: Sources | None = None,
    off: Callable[[str], bool] = lambda _: False,
) -> AsyncGenerator[Sources]:
    """The sources that the settings name, or those that are given, without what is `off` whenever they are asked."""
    if sources is not None:
        yield sources.unless(off)
        return
    async with open_sources(settings.sources, settings.keys, store.meta) as opened:
        yield opened.unless(off)


def create_bot(app: App, *, always_sync: bool = False) -> Segue:
    """The bot on an open app, not yet connected."""
    return Segue(app, always_sync=always_sync)
