"""``/nowplaying``: the song that Spotify plays, for members who agreed; and the presences it is read from."""

from __future__ import annotations

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.playing import playing_card, unknown_text
from bot.client import Interaction, Segue
from bot.errors import KeptToThemselves, NotReadHere
from bot.store.records import MemberId, PostKind, ServerId
from bot.text import say
from bot.usecases.listening import Shown
from bot.usecases.picking import numbered
from cogs.asking import Where, choice, think, where
from cogs.showing import draw, show

TURNS = [choice(f"playing.turn.{turn}", turn) for turn in ("on", "visible", "off", "forget")]
TRACK = re.compile(r"[0-9A-Za-z]{22}")
LONGEST = 300


class NowPlayingCog(commands.Cog, name="NowPlaying"):
    """Reads presences raw: discord.py's own event needs a cache of members, and with it the members intent."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.nowplaying"))
    @app_commands.describe(
        member=say("command.nowplaying.member"),
        here=say("command.nowplaying.here"),
        turn=say("command.nowplaying.turn"),
    )
    @app_commands.choices(turn=TURNS)
    @app_commands.guild_only()
    async def nowplaying(
        self,
        interaction: Interaction,
        member: discord.User | None = None,
        here: bool = False,
        turn: str | None = None,
    ) -> None:
        """Show a song to the member alone, or here if they ask for that; or turn the reading on and off."""
        asked = where(interaction)
        if turn not in ("off", "forget") and not self._allowed(asked.server):
            raise NotReadHere("presence")
        if turn is not None:
            await think(interaction, private=True)
            await interaction.edit_original_response(content=await self._turned(asked, turn))
            return
        # Who has left this server, or is a bot, shows nothing here; discord.py hands such members over as users.
        if member is not None and (member.bot or not isinstance(member, discord.Member)):
            raise KeptToThemselves("Not a member.")
        whose = asked.member if member is None else MemberId(member.id)
        # What cannot be told is told to nobody but the member, so the answer is announced when there is one.
        self.bot.app.nowplaying.may_ask(asked.server, asked.member, whose)
        await think(interaction, private=not here)
        await self._show(interaction, asked, whose, here=here)

    async def _show(self, interaction: Interaction, asked: Where, whose: MemberId, *, here: bool) -> None:
        app = self.bot.app
        shown, song = await app.nowplaying.song(whose)
        if song is None:
            await interaction.edit_original_response(content=unknown_text(shown.title, shown.artist))
            return
        post = await app.picker.named(
            PostKind.PLAYING,
            server=asked.server,
            member=whose,
            slots=numbered([song.id]),
            query={} if here else {"private": True},
        )
        await draw(app, post.slots)
        await show(interaction, post, playing_card(post, app.shelf))

    async def _turned(self, asked: Where, turn: str) -> str:
        playing = self.bot.app.nowplaying
        if turn in ("on", "visible"):
            await playing.agree(asked.server, asked.member, visible=turn == "visible")
            return say(f"playing.{turn}", command=self.bot.command_mention("nowplaying"))
        gone = await playing.refuse(asked.member, forget=turn == "forget")
        if turn == "forget":
            return say("playing.forgotten", n=gone)
        return say("playing.off", command=self.bot.command_mention("taste forget"))

    @commands.Cog.listener()
    async def on_raw_presence_update(self, presence: discord.RawPresenceUpdateEvent) -> None:
        """Take an update in; of whoever did not agree, nothing is even looked at."""
        if presence.guild_id is None:
            return
        server, member = ServerId(presence.guild_id), MemberId(presence.user_id)
        playing = self.bot.app.nowplaying
        if playing.consent(server, member) is not None:
            # Where admins do not want it read, what a presence says is not looked at: nothing is shown.
            await playing.see(server, member, shown_song(presence) if self._allowed(server) else None)

    def _allowed(self, server: ServerId) -> bool:
        """Whether the admins of a server let it be read there."""
        return self.bot.app.choices.server(server).presence

    @commands.Cog.listener()
    async def on_disconnect(self) -> None:
        """Nothing is seen from here on."""
        self.bot.app.nowplaying.away()

    @commands.Cog.listener()
    async def on_resumed(self) -> None:
        """Discord tells what came meanwhile."""
        self.bot.app.nowplaying.resumed()

    @commands.Cog.listener()
    async def on_connect(self) -> None:
        """A new session: what came meanwhile is lost."""
        self.bot.app.nowplaying.back()


def shown_song(presence: discord.RawPresenceUpdateEvent) -> Shown | None:
    """The Spotify song in a presence; None where there is none, or one without what tells songs apart."""
    for activity in presence.activities:
        if not isinstance(activity, discord.Spotify):
            continue
        told = activity.to_dict()
        times: dict[str, float] = told["timestamps"] or {}
        start, end = times.get("start"), times.get("end")
        title: str = told["details"] or ""
        artist = str(told["state"] or "").partition("; ")[0]
        named = title and artist and TRACK.fullmatch(activity.track_id or "")
        if named and start and end and start < end:
            created = activity.created_at
            return Shown(
                track=activity.track_id,
                title=title[:LONGEST],
                artist=artist[:LONGEST],
                start=start / 1_000,
                end=end / 1_000,
                created=None if created is None else created.timestamp(),
            )
    return None


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(NowPlayingCog(bot))
