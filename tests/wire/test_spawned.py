"""A bot in another process can be killed and started again, and Discord stays."""

from __future__ import annotations

from pathlib import Path

from tests.wire.spawned import spawned
from tests.wire.standin import WireDiscord

PROGRAM = """
import os, sys
from tests.wire.bare_bot import BareBot

def app():
    assert sys.argv[1:] == ["run"], sys.argv
    BareBot().run(os.environ["DISCORD_TOKEN"], log_handler=None)
"""


async def test_kill_9_and_start_again(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").touch()
    (tmp_path / "bot" / "__main__.py").write_text(PROGRAM)
    async with WireDiscord() as discord_:
        guild = discord_.add_guild("home")
        channel, alice = guild.add_channel("music"), guild.add_member("alice")
        async with spawned(discord_, cwd=tmp_path) as process:
            done = await discord_.slash(alice, channel, "card", {"song": "1"})
            process.kill()
            await process.wait()
        assert done.response_message is not None
        async with spawned(discord_, cwd=tmp_path):
            pressed = await discord_.press(alice, done.response_message, "bare:1:0:like")
        assert pressed.answered
        assert discord_.gateway.identified == 2
