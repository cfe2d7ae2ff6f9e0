"""A day of a busy server: Spotify is asked no more than its quota allows, and nobody has to wait for the next day."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import App, open_app
from bot.errors import UnknownLink
from bot.folding import fold
from bot.sources import deezer, spotify_accounts
from bot.sources.deezer import Deezer
from bot.sources.links import read_link
from bot.sources.outbound import Outbound, open_session
from bot.sources.spotify import Spotify, SpotifyConfig, open_outbound
from bot.sources.together import Sources
from bot.store import Store
from bot.store.records import MemberId, ServerId, Verb
from tests.conftest import settings
from tests.sources.hand_clock import HandClock
from tests.sources.services.deezer import DeezerService
from tests.sources.services.spotify import SpotifyService, paged, playlist, track
from tests.sources.services.spotify_accounts import CLIENT, AuthServer, auth_server
from tests.sources.services.tale import TEARDROP, Reply, Tale
from tests.sources.spotify_way import APP, with_token
from tests.sources.standin import Standin, standin, told
from tests.usecases.signing_in import REDIRECT, key

HOME = ServerId(1)
HOUR = 3_600.0
QUOTA = 800
MEMBERS = [MemberId(100 + number) for number in range(40)]
LINKED = MEMBERS[:5]
SYLLABLES = (
    "ba",
    "den",
    "fi",
    "gor",
    "hul",
    "ja",
    "kem",
    "lo",
    "mir",
    "nus",
    "po",
    "ral",
    "si",
    "tev",
    "wa",
    "zo",
)
ONLY_SPOTIFY = 4
"""Every fourth of the songs is not at Deezer."""


def tale(number: int) -> Tale:
    """One of the songs that services know, by its number."""
    dice = random.Random(number)
    words = ["".join(dice.choices(SYLLABLES, k=3)).capitalize() for _ in range(4)]
    return replace(
        TEARDROP,
        artist=" ".join(words[:2]),
        title=" ".join(words[2:]),
        isrc=f"QZXXX26{number:05d}",
        number=number,
        recording="",
    )


TALES = {number: tale(number) for number in range(10_000, 12_000)}
TITLES = {fold(each.title): each for each in TALES.values()}


def meant(request: web.Request) -> Tale | None:
    """The song that a question is about."""
    asked = fold(request.query.get("q", ""))
    for title, each in TITLES.items():
        if title in asked or each.isrc in request.path_qs:
            return each
    last = request.path.rpartition("/")[2]
    return TALES.get(int(last)) if last.isdecimal() else None


async def at_spotify(request: web.Request, service: Standin) -> web.StreamResponse:
    parts = request.path.strip("/").split("/")
    if parts[0] == "playlists" and parts[-1] == "items":
        start = int(parts[1][-5:]) + int(request.query.get("offset", "0"))
        rows = [{"item": track(TALES[number])} for number in range(start, start + 10)]
        return told(Reply(paged(*rows, total=10)))
    if parts[0] == "playlists":
        return told(Reply({**playlist(TEARDROP), "id": parts[1]}))
    found = meant(request)
    nothing = service.service.nothing("/".join(parts), dict(request.query))
    return told(
        nothing if found is None else service.service.answer("/".join(parts), dict(request.query), found)
    )


async def at_deezer(request: web.Request, service: Standin) -> web.StreamResponse:
    path, found = request.path.strip("/"), meant(request)
    if found is None or found.number % ONLY_SPOTIFY == 0:
        return told(service.service.nothing(path, dict(request.query)))
    return told(service.service.answer(path, dict(request.query), found))


@dataclass
class Day:
    """The app, the services that it asks, and what its members were told."""

    app: App
    clock: HandClock
    spotify: Standin
    accounts: AuthServer
    found: int = 0
    turned_away: list[UnknownLink] = field(default_factory=list[UnknownLink])

    @property
    def calls(self) -> int:
        return len(self.spotify.calls) + len(self.accounts.calls)

    async def link(self, member: MemberId) -> None:
        """Link a Spotify account with a thousand saved songs, and have it read."""
        linking = self.app.linking
        assert linking is not None
        back = self.accounts.agree(linking.begin(member, HOME, "somebody").url)
        await linking.complete(back.query["state"], SecretStr(back.query["code"]))
        await self.app.histories.read_linked(server=HOME, member=member)

    async def like(self, member: MemberId, text: str) -> None:
        """What /like does with a text or a link."""
        try:
            song = await self.app.finder.song(text)
        except UnknownLink as told_so:
            self.turned_away.append(told_so)
            return
        self.found += 1
        await self.app.feedback.say(
            server=HOME, member=member, song=song.id, verb=Verb.LIKE, cause=f"{self.found}"
        )

    async def recommend(self, member: MemberId) -> None:
        post = await self.app.recommend.ask(server=HOME, member=member, channel=None)
        assert post.slots

    async def playlist(self, member: MemberId, start: int) -> None:
        """Take in a playlist of ten songs."""
        link = read_link(f"https://open.spotify.com/playlist/{start:022d}")
        assert link is not None
        taken = await self.app.playlists.take_link(server=HOME, member=member, link=link)
        assert len(taken.songs) == 10

    async def rest(self, seconds: float) -> None:
        """Time goes by, and what works beside the members works."""
        for _ in range(3):
            await self.app.enricher.turn()
        self.clock.advance(seconds)


@asynccontextmanager
async def opened(database: Path) -> AsyncGenerator[Day]:
    """Segue with Deezer, Spotify and linked accounts, all of them local, on one clock."""
    clock = HandClock()

    def now() -> float:
        return clock.now().timestamp()

    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        spotify, other = (
            await enter(standin(SpotifyService(), clock)),
            await enter(standin(DeezerService(), clock)),
        )
        spotify.script, other.script = at_spotify, at_deezer
        accounts = await enter(auth_server(now, REDIRECT))
        accounts.plays = [(number, now() - 60.0 * number) for number in range(1, 51)]
        accounts.saved = [(number, now() - HOUR * number) for number in range(100, 1_100)]
        accounts.tops = list(range(300, 350))
        policy = deezer.POLICY.model_copy(update={"base": other.base})
        plenty = Outbound(policy, await enter(open_session()), clock=clock, rng=random.Random(1))
        plain = SpotifyConfig()
        config = plain.model_copy(update={"policy": plain.policy.model_copy(update={"base": spotify.base})})
        store = await enter(Store(f"sqlite+aiosqlite:///{database}"))
        few = open_outbound(
            APP, store.meta, config, clock=clock, rng=random.Random(1), transport=with_token(config, spotify)
        )
        chosen = settings(
            database,
            SEGUE_LINK_URL=REDIRECT.removesuffix("/callback"),
            SEGUE_SECRET_KEY=key(),
            SPOTIFY_CLIENT_ID=CLIENT,
        )
        sources = Sources([Deezer(plenty), Spotify(few, config)])
        app = await enter(open_app(chosen, now=now, seed=1, sources=sources, spotify=accounts.addresses))
        yield Day(app, clock, spotify, accounts)


@pytest.fixture
async def day(database: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Day]:
    # The accounts' own rate is by the real clock, which no test waits for.
    swift = spotify_accounts.POLICY.model_copy(update={"calls": 10_000})
    monkeypatch.setattr(spotify_accounts, "POLICY", swift)
    async with opened(database) as one:
        yield one


def text_of(number: int) -> str:
    return f"{TALES[number].artist} {TALES[number].title}"


def link_of(number: int) -> str:
    return f"https://open.spotify.com/track/{number:022d}"


async def busy(day: Day, hours: Sequence[int]) -> None:
    """Hours of the day: texts and links of songs that nobody here knows, recommendations, playlists, catching up."""
    for hour in hours:
        first = 10_000 + 10 * hour
        for number in range(first, first + 6):
            await day.like(MEMBERS[number % len(MEMBERS)], text_of(number))
        gone = range(90_000 + 100 * hour, 90_000 + 100 * hour + (20 if hour >= 12 else 0))
        for number in [*range(first + 6, first + 10), *gone]:
            await day.like(MEMBERS[number % len(MEMBERS)], link_of(number))
        for turn in range(4):
            await day.recommend(MEMBERS[(hour + turn) % len(MEMBERS)])
        if hour in {2, 9}:
            await day.playlist(MEMBERS[hour], 11_000 + 20 * hour)
        if hour % 6 == 5:
            await day.app.histories.catch_up()
        await day.rest(HOUR)


async def test_a_busy_day_stays_within_the_quota_and_fails_nobody(
    day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    for member in LINKED:
        await day.link(member)
    await busy(day, range(12))
    assert not day.turned_away, "half a day is served whole"
    assert all(day.app.tastes.heard(member) for member in LINKED)
    await busy(day, range(12, 24))
    with capsys.disabled():
        print(
            f"\n{day.calls} calls to Spotify in a day, {day.found} songs found, {len(day.turned_away)} links not"
        )
    assert day.calls <= QUOTA
    for number in range(95_000, 95_000 + QUOTA):
        if day.turned_away[-1].unreached:
            break
        await day.like(MEMBERS[0], link_of(number))
    assert day.calls <= QUOTA
    # Once nothing is left, a link of Spotify's own cannot be looked into, and the member is told to try again …
    assert day.turned_away[-1].unreached
    assert not day.turned_away[0].unreached, "what is gone from Spotify is told as that"
    # … while what others know too is found, and what is known already needs nobody.
    calls = day.calls
    assert (await day.app.finder.song(text_of(11_999))).title == TALES[11_999].title
    assert (await day.app.finder.song(link_of(10_017))).title == TALES[10_017].title
    await day.recommend(MEMBERS[0])
    assert day.calls == calls


async def test_what_nobody_waits_for_leaves_members_their_part(day: Day) -> None:
    """A list of songs that only Spotify knows takes its share of the day, and not what members ask for themselves."""
    await day.like(MEMBERS[0], text_of(10_001))
    assert day.calls == 0, "what others know too costs nothing"
    numbers = [number for number in TALES if number % ONLY_SPOTIFY == 0]
    lines = "\n".join(f"{TALES[number].artist} - {TALES[number].title}" for number in numbers)
    taken = [  # at most 400 a time
        await day.app.playlists.take(server=HOME, member=MEMBERS[0], data=lines) for _ in range(2)
    ]
    share = int(0.6 * QUOTA)
    assert day.calls == share
    assert len(taken[-1].songs) == share
    await day.app.enricher.turn()
    assert day.calls == share
    last = numbers[-1]
    assert (await day.app.finder.song(text_of(last))).title == TALES[last].title
    assert day.calls == share + 1
