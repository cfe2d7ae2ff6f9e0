"""`/block` and `/unblock`, as members live them."""

from __future__ import annotations

from tests.behaviour.conftest import Home, restart


async def told(home: Home, command: str, **options: str) -> str:
    """What the member alone is told."""
    shown = home.shown(await home.alice.slash(home.channel, command, **options))
    assert shown.private
    return shown.text


async def test_a_blocked_artist_does_not_come_again_in_anything(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    text = await told(home, "block", artist="portishead")
    assert "everything with **Portishead**" in text
    await restart(home)
    for options in ({"mood": "trip hop"}, {"song": "teardrop massive attack"}, {"dial": "familiar"}):
        card = home.shown(await home.alice.slash(home.channel, "recommend", count=12, **options))
        shown = card.text
        for page in (":1:n", ":2:n"):
            shown += home.shown(await home.press(home.alice, card, page)).text
            card = home.last()
        assert "· Portishead" not in shown
    mixed = home.shown(
        await home.bob.slash(home.channel, "mix", member=home.alice, mood="trip hop", count=12)
    )
    assert "· Portishead" not in mixed.text


async def test_a_genre_and_a_song(home: Home) -> None:
    text = await told(home, "block", genre="trip-hop", song="teardrop massive attack")
    assert "the genre **trip hop**" in text
    assert "the song **Teardrop · Massive Attack**" in text
    held = await told(home, "block")
    assert "You have blocked:" in held
    assert "trip hop" in held
    card = home.shown(await home.alice.slash(home.channel, "recommend", mood="calm", count=12))
    assert "trip hop" not in card.text


async def test_a_block_for_a_while_ends_by_itself(home: Home) -> None:
    text = await told(home, "block", artist="Portishead", **{"for": "week"})
    assert "until <t:" in text
    await home.later(8 * 86_400)
    assert "You have blocked nothing" in await told(home, "block")


async def test_a_block_is_taken_back_by_what_is_offered_or_by_its_name(home: Home) -> None:
    await told(home, "block", artist="Portishead")
    await told(home, "block", genre="trip hop")
    offered = await home.alice.autocomplete(home.channel, "unblock", "what", "portis")
    assert [each["name"] for each in offered] == ["Portishead"]
    assert "Portishead" in await told(home, "unblock", what=offered[0]["value"])
    assert "trip hop" in await told(home, "unblock", what="Trip Hop")
    assert "That is not blocked" in await told(home, "unblock", what="Trip Hop")
    assert await home.bob.autocomplete(home.channel, "unblock", "what", "") == []


async def test_what_nobody_knows_cannot_be_blocked(home: Home) -> None:
    assert "Did you mean" in await told(home, "block", genre="trip hoop metal")
    assert "I don't know an artist" in await told(home, "block", artist="qqqqqq")
    assert "I don't know" in await told(home, "block", song="zzzz qqqq")


async def test_genres_are_offered_while_one_types(home: Home) -> None:
    offered = await home.alice.autocomplete(home.channel, "block", "genre", "trip")
    assert offered[0]["name"] == "trip hop"
