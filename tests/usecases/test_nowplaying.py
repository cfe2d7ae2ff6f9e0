"""What is playing, when the catalogue does not have it yet."""

from __future__ import annotations

from pathlib import Path

from bot.app import clock
from bot.store.records import MemberId, ServerId
from bot.usecases.listening import Shown
from tests.usecases.outside import NEW, world

HOME, ALICE = ServerId(1), MemberId(7)


async def test_a_song_that_the_sources_know_comes_in_when_its_member_asks(database: Path) -> None:
    async with world(database) as outside:
        playing = outside.app.nowplaying
        playing.on = True
        await playing.agree(HOME, ALICE, visible=False)
        now, length = clock(), NEW.duration_ms / 1_000
        await playing.see(HOME, ALICE, Shown("1" * 22, NEW.title, NEW.artist, now, now + length, now))
        assert outside.calls == []  # nobody is asked until the member is
        playing.may_ask(HOME, ALICE, ALICE)
        _, song = await playing.song(ALICE)
        assert song is not None
        assert song.title == NEW.title
        assert song.artist.startswith(NEW.artist)
        asked = len(outside.calls)
        assert asked > 0
        assert (await playing.song(ALICE))[1] == song
        assert len(outside.calls) == asked
