"""What a member's linked Spotify account tells, page by page, and a playlist of theirs there."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from pydantic import SecretStr

from bot.errors import LinkingOff, LinkLost
from bot.sources.errors import SourceError
from bot.sources.spotify_accounts import ADDED, SpotifyAccounts
from bot.sources.spotify_accounts_shapes import GrantRefused, Heard, Page, Span
from bot.store.records import MemberId, Song
from bot.usecases.grants import SPOTIFY, Grants

T = TypeVar("T")
Ask = Callable[[SecretStr, int | None], Awaitable[Page]]

# An app has about a thousand calls a day for everybody: these are the most pages that are read of each kind.
RECENT_PAGES = 2
TOP_PAGES = 1
SAVED_PAGES = 20
LONGEST_TITLE = 100
_TRACK = re.compile(r"[0-9A-Za-z]{22}")


@dataclass(frozen=True, slots=True)
class Exported:
    """A playlist that was made; ``link`` is None where none of the songs is on Spotify, so that none was made.

    Attributes:
        added: songs that are in it.
        left_out: songs that are not: Spotify's id for them is not known, or Spotify stopped half-way.
    """

    link: str | None
    added: int
    left_out: int


class Linked:
    """Reads linked accounts. What it tells counts for the member's own taste alone (see `Heard.own_only`).

    Args:
        spotify, grants: None where the operator has not turned linking on.
    """

    def __init__(self, spotify: SpotifyAccounts | None, grants: Grants | None) -> None:
        self._spotify = spotify
        self._grants = grants

    def in_background(self) -> Linked:
        """The same for work that no member waits for: it leaves them a part of the day's calls."""
        return Linked(None if self._spotify is None else self._spotify.in_background(), self._grants)

    async def heard(
        self, member: MemberId, *, since: float | None = None, plays_only: bool = False
    ) -> AsyncGenerator[Heard]:
        """Plays, then saved songs, both newest first, then what was heard most over three spans of time.

        A song comes as often as it is told. Tokens are renewed in the middle where they end.

        Args:
            since: leave out plays and saved songs up to this unix time; what was heard most has no time.
            plays_only: leave out all but plays, which come in one or two calls.

        Raises:
            LinkingOff, NotLinked, LinkLost: there is no account that could be read; the member has to link (again).
            SourceError: Spotify cannot be asked just now. What was given so far is good.
        """
        spotify, _ = self._open()
        reads: list[tuple[Ask, int]] = [
            (lambda token, at: spotify.recently_played(token, before=at), RECENT_PAGES),
            (lambda token, at: spotify.saved(token, start=at or 0), SAVED_PAGES),
            *((partial(_top, spotify, span), TOP_PAGES) for span in Span),
        ]
        for ask, most in reads[:1] if plays_only else reads:
            async for each in self._pages(member, ask, most, since):
                yield each

    async def export_playlist(self, member: MemberId, title: str, songs: Sequence[Song]) -> Exported:
        """Make a private playlist of these songs in the member's account.

        Raises:
            LinkingOff, NotLinked, LinkLost: there is no account; the member has to link (again).
            ScopeMissing: the member did not allow playlists.
            SourceError: Spotify cannot be asked just now, and no song was added.
        """
        spotify, _ = self._open()
        known = [each for song in songs if _TRACK.fullmatch(each := song.links.get("spotify", ""))]
        tracks = list(dict.fromkeys(known))
        if not tracks:
            return Exported(None, 0, len(songs))
        name = title[:LONGEST_TITLE]
        playlist = await self._with_token(
            member, lambda token: spotify.create_playlist(token, name, "Made by Segue.")
        )
        added = 0
        for start in range(0, len(tracks), ADDED):
            part = tracks[start : start + ADDED]
            try:
                await self._with_token(member, partial(_add, spotify, playlist, part))
            except SourceError:
                if not added:
                    raise
                break
            added += len(part)
        return Exported(f"https://open.spotify.com/playlist/{playlist}", added, len(songs) - added)

    def _open(self) -> tuple[SpotifyAccounts, Grants]:
        if self._spotify is None or self._grants is None:
            raise LinkingOff(SPOTIFY)
        return self._spotify, self._grants

    async def _pages(
        self, member: MemberId, ask: Ask, most: int, since: float | None
    ) -> AsyncGenerator[Heard]:
        at: int | None = None
        for _ in range(most):
            page = await self._with_token(member, partial(_asked, ask, at))
            for each in page.heard:
                if since is not None and each.at is not None and each.at <= since:
                    return
                yield each
            at = page.more
            if at is None:
                return

    async def _with_token(self, member: MemberId, ask: Callable[[SecretStr], Awaitable[T]]) -> T:
        """Ask with a token that holds; one that Spotify refuses before its time is renewed once."""
        _, grants = self._open()
        tokens = await grants.tokens(member)
        try:
            return await ask(tokens.access)
        except GrantRefused:
            tokens = await grants.tokens(member, refused=tokens)
        try:
            return await ask(tokens.access)
        except GrantRefused:
            await grants.give_up(member)
        raise LinkLost(SPOTIFY)


async def _asked(ask: Ask, at: int | None, token: SecretStr) -> Page:
    return await ask(token, at)


async def _top(spotify: SpotifyAccounts, span: Span, token: SecretStr, at: int | None) -> Page:
    return await spotify.top(token, span, start=at or 0)


async def _add(spotify: SpotifyAccounts, playlist: str, tracks: Sequence[str], token: SecretStr) -> None:
    await spotify.add(token, playlist, tracks)
