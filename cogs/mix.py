"""``/mix``: one list for several members, each of whom should like it."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, Segue
from bot.errors import NobodyThere
from bot.store.records import ChannelId, MemberId
from bot.store.wishes import MOST, Wish
from bot.text import say
from cogs.asking import named_among, own_room, think, together, where
from cogs.discover import DIALS, Mood, answer
from recommender import Dial

TIMES = 2
"""So many times as long as an answer for one: each of several shall find something."""
_MEMBER = say("command.mix.member")


class Mix(commands.Cog):
    """Songs for several members."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.mix"))
    @app_commands.describe(
        member=_MEMBER,
        member2=_MEMBER,
        member3=_MEMBER,
        member4=_MEMBER,
        member5=_MEMBER,
        channel=say("command.mix.channel"),
        mood=say("command.recommend.mood"),
        dial=say("command.recommend.dial"),
        count=say("command.recommend.count"),
    )
    @app_commands.choices(dial=DIALS)
    @app_commands.guild_only()
    async def mix(
        self,
        interaction: Interaction,
        member: discord.User | None = None,
        member2: discord.User | None = None,
        member3: discord.User | None = None,
        member4: discord.User | None = None,
        member5: discord.User | None = None,
        channel: discord.VoiceChannel | None = None,
        mood: Mood | None = None,
        dial: str | None = None,
        count: app_commands.Range[int, 1, MOST] | None = None,
    ) -> None:
        """Answer with a list for whoever was named and the member who asks, or for a voice channel."""
        chosen = [each for each in (member, member2, member3, member4, member5) if each is not None]
        people = [MemberId(each.id) for each in chosen if not each.bot]
        room = None
        if chosen:
            people.append(MemberId(interaction.user.id))
        else:
            found = own_room(interaction) if channel is None else channel
            room = ChannelId(found.id)
            people = list(together(found))
        people = list(dict.fromkeys(people))
        if not people or people == [interaction.user.id]:
            raise NobodyThere("Nobody else is there.")
        if mood:
            await self.bot.app.recommend.mood(mood)
        await think(interaction)
        usual = self.bot.app.recommend.usual(where(interaction).server)
        wish = Wish(
            mood=mood or "",
            people=tuple(people),
            room=room,
            dial=usual.dial if dial is None else Dial(dial),
            count=count or TIMES * usual.count,
        )
        await answer(interaction, replace(wish, named=await named_among(interaction, people)))


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Mix(bot))
