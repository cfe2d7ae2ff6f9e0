"""A member who has done everything that leaves a trace, through the same stores and use-cases as the commands."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import App
from bot.store.accounts import Account, AccountService
from bot.store.exports import Export, Written
from bot.store.records import (
    Block,
    BlockKind,
    ChannelId,
    Claim,
    ClaimState,
    Covered,
    Heard,
    History,
    Listener,
    ListeningConsent,
    MemberId,
    MessageId,
    NewSong,
    Post,
    PostKind,
    ServerId,
    Slot,
    SongId,
    Verb,
    Why,
)
from bot.store.tastes import ChoiceKind
from bot.store.wishes import Wish
from bot.usecases.hearing import Hearing
from bot.usecases.lists import Asking


def numbers(app: App, count: int) -> list[SongId]:
    """Some songs of the catalogue."""
    return sorted(app.library.songs)[:count]


async def answers(app: App, server: ServerId, member: MemberId, songs: Sequence[SongId]) -> None:
    """Likes by command."""
    for song in songs:
        await app.feedback.say(
            server=server, member=member, song=song, verb=Verb.LIKE, cause=f"{server}:{member}:{song}"
        )


async def does_everything(app: App, server: ServerId, member: MemberId, name: str, at: float) -> list[Post]:
    """One row at least in every table that holds anything of members; their name in all that they typed."""
    songs = numbers(app, 12)
    store, asking = app.store, Asking(server, member)
    await answers(app, server, member, songs[:6])
    await app.feedback.undo(server=server, member=member, cause=f"undo:{server}:{member}")
    posts = [
        await app.recommend.ask(server=server, member=member, channel=ChannelId(5), wish=Wish()),
        await app.asks.ask(server=server, member=member, channel=ChannelId(5), mood=f"sad like {name}"),
        await app.picker.named(
            PostKind.SEARCH,
            server=server,
            member=member,
            slots=[Slot(1, songs[0])],
            query={"text": name, "found": []},
        ),
    ]
    await store.posts.sent(posts[0].id, ChannelId(5), MessageId(int(f"9{member % 10**9}{server % 1000}")))
    await store.radios.join(posts[0].id, Listener(member, of_taste=True))
    await app.picker.put(posts[1], Slot(1, songs[1], brought=member))
    await store.exports.claim(Export(member, posts[0].id, AccountService.SPOTIFY, 4), at)
    await store.exports.finish(Export(member, posts[0].id, AccountService.SPOTIFY, 4), Written(name, 4))
    await store.blocks.put(Block(server, member, BlockKind.ARTIST, name, None, at))
    await store.blocks.owe(server, {member: 1.5}, at)
    own = await app.lists.make(asking, f"{name}'s own")
    shared = await app.lists.make(asking, f"Ours by {member}", shared=True)
    for each in (own, shared):
        await app.lists.add(asking, each, songs[2])
    await app.choosing.choose(
        server, member, ChoiceKind.GENRE, [f"genre of {name}"], offered=[f"genre of {name}"]
    )
    await store.tastes.show(server, member, visible=True, at=at)
    alone = NewSong(f"{name}|only", f"Only {name}", name, "history", listed=False)
    history = History(member, f"playlist:{server}", server, account=name, since=at, at=at)
    await store.histories.record(
        history, [(alone, Heard(3, 1, 0, at)), (songs[3], Heard(2, 0, 0, at))], [Covered(1.0, at)]
    )
    await store.presence.agree(ListeningConsent(server, member, visible=True, at=at))
    await store.presence.keep(member, Hearing(at).dump(), at)
    await store.accounts.put(Account(member, AccountService.LASTFM, name, at, secret=f"sealed {name}"))
    mine = sorted(app.library.songs)[-1 - (member + server) % 20]
    await store.claims.put(Claim(mine, server, member, ClaimState.CONFIRMED, at, by=member))
    await store.posts.create(
        kind=PostKind.WEEKLY,
        server=server,
        channel=ChannelId(5),
        member=None,
        query={},
        slots=[Slot(1, songs[4], whom=member)],
        at=at,
    )
    await app.own.start(
        server=server,
        member=member,
        channel=ChannelId(6),
        weekday=4,
        hour=17,
        timezone="UTC",
        count=5,
        language="en",
    )
    await store.runs.skip(server, "2023-W46", ChannelId(6), member=member, why=Why.DOWN, at=at)
    await app.choices.choose(server, member, hidden=True)
    await app.choices.note(server, member, "dial")
    await app.claims.load()
    await app.nowplaying.load()
    await app.histories.refresh(member)
    return posts
