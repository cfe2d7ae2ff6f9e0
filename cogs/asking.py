"""What commands share: the song option, and who asks where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import discord
from discord import app_commands

from bot.cards.plain import clean, safe
from bot.client import FOUND, PRIVATE, Interaction
from bot.errors import NobodyThere, UnknownSong
from bot.store.records import ChannelId, MemberId, ServerId, Song
from bot.text import say
from bot.usecases.songs import CHOICE, label

# Discord's limits for a choice.
MOST_CHOICES = 25
LONGEST_LABEL = 100
# Marks, in the extras of what is pressed in direct messages, the server that the card is of.
SERVER = "server"

V = TypeVar("V", str, int)
Room = discord.VoiceChannel | discord.StageChannel


@dataclass(frozen=True, slots=True)
class Where:
    """Server, member and channel of an interaction."""

    server: ServerId
    member: MemberId
    channel: ChannelId | None


def where(interaction: Interaction) -> Where:
    """Who asks where.

    Raises:
        NoPrivateMessage: it is not in a server.
    """
    server = interaction.guild_id or interaction.extras.get(SERVER)
    if server is None:
        raise app_commands.NoPrivateMessage
    channel = None if interaction.channel_id is None else ChannelId(interaction.channel_id)
    return Where(ServerId(server), MemberId(interaction.user.id), channel)


def choice(key: str, value: V) -> app_commands.Choice[V]:
    """A choice of a command, in the languages of those who type it."""
    return app_commands.Choice(name=app_commands.locale_str(say(key)), value=value)


def own_room(interaction: Interaction) -> Room:
    """The voice channel that a member sits in.

    Raises:
        NobodyThere: they sit in none.
    """
    guild = interaction.guild
    rooms: list[Room] = [] if guild is None else [*guild.voice_channels, *guild.stage_channels]
    for room in rooms:
        if interaction.user.id in room.voice_states:
            return room
    raise NobodyThere("The member is in no voice channel.")


def together(room: Room) -> tuple[MemberId, ...]:
    """Everybody in a voice channel, bots left out as far as they are known."""
    people = sorted(room.voice_states)
    bots = {each.id for each in room.members if each.bot}
    return tuple(MemberId(each) for each in people if each not in bots)


async def named_among(interaction: Interaction, people: Sequence[MemberId]) -> tuple[MemberId, ...]:
    """Those whom a card may name by what they like: who asks, and who lets others here see their taste.

    Whoever hides their name is not among them.
    """
    asked, app = where(interaction), interaction.client.app
    agreed = {asked.member, *await app.portraits.consenting(asked.server)}
    return tuple(member for member in people if member in agreed and app.choices.named(asked.server, member))


async def think(interaction: Interaction, *, private: bool = False) -> None:
    """Tell Discord that the answer is coming; ``private`` ones are seen by the member alone, errors included."""
    interaction.extras[PRIVATE] = private
    await interaction.response.defer(ephemeral=private, thinking=True)


async def asked_song(interaction: Interaction, text: str, *, private: bool = False) -> Song:
    """The song that a member chose, typed or pasted, with the answer announced by then.

    From memory before anything is announced. What the catalogue does not have is asked for outside while the member
    alone sees "thinking…", so that what nobody knows is told to them alone.
    """
    app = interaction.client.app
    try:
        song = app.library.resolve(text)
    except UnknownSong:
        if not app.finder.able:
            raise
        await think(interaction, private=True)
        found = await app.finder.song(text)
        interaction.extras[FOUND] = say("found.outside", song=safe(label(found), 200))
        return found
    await think(interaction, private=private)
    return song


async def artists(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer artists while a member types; from memory only, and never an error."""
    found = interaction.client.app.library.suggest_artists(current, MOST_CHOICES)
    return [
        app_commands.Choice(name=clean(name, LONGEST_LABEL), value=clean(name, LONGEST_LABEL))
        for name in found
    ]


async def genres(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer genres while a member types; from memory only, and never an error."""
    found = interaction.client.app.library.suggest_genres(current, MOST_CHOICES)
    return [
        app_commands.Choice(name=clean(name, LONGEST_LABEL), value=clean(name, LONGEST_LABEL))
        for name in found
    ]


async def looked_up(interaction: Interaction, text: str) -> Song:
    """The same for an answer that was announced already, publicly or not."""
    app = interaction.client.app
    try:
        return app.library.resolve(text)
    except UnknownSong:
        if not app.finder.able:
            raise
        return await app.finder.song(text)


async def songs(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer songs while a member types; from memory only, and never an error."""
    library = interaction.client.app.library
    return [
        app_commands.Choice(name=clean(label(song), LONGEST_LABEL), value=f"{CHOICE}{song.id}")
        for song in library.suggest(current, MOST_CHOICES)
    ]
