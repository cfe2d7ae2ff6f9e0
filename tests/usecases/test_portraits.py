"""Two tastes beside each other rest on nothing that is one member's alone."""

from __future__ import annotations

from bot.app import App
from bot.store.records import Heard, Listened, MemberId, ServerId, SongId, Verb

HOME, ALICE, BOB = ServerId(1), MemberId(10), MemberId(11)


async def given(app: App) -> tuple[SongId, ...]:
    found = await app.portraits.compare(HOME, ALICE, BOB)
    assert found is not None
    return found.for_other


async def test_what_somebody_could_be_given_says_nothing_of_their_linked_account(app: App) -> None:
    songs = sorted(app.library.songs)
    for number, song in enumerate(songs[:15]):
        await app.feedback.say(server=HOME, member=ALICE, song=song, verb=Verb.LIKE, cause=f"a{number}")
    for number, song in enumerate(songs[20:25]):
        await app.feedback.say(server=HOME, member=BOB, song=song, verb=Verb.LIKE, cause=f"b{number}")
    before = await given(app)
    heard = Heard(9, 9, 0, 1.79e9)

    def hears(*numbers: SongId) -> None:
        app.tastes.listen(BOB, [Listened(BOB, HOME, song, heard, own=True) for song in numbers])

    hears(*before)
    assert await given(app) == before, "Alice sees what Bob plays, as it is not offered any more"
    hears(*songs[100:130])
    assert await given(app) == before, "Alice sees an order that Bob's account makes"
