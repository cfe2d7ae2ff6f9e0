"""What happens when one line of a list is opened. Lists are kept in the store, so old ones can be opened as well."""

from __future__ import annotations

from bot.app import App
from bot.cards import ids
from bot.cards.found import ALBUMS, ARTISTS, artist_card, kept, list_card
from bot.cards.song import Card
from bot.client import Interaction, Segue
from bot.errors import NotYours, UnknownPost
from bot.store.named import NamedAlbum, NamedArtist
from bot.store.records import Post, Slot
from cogs.asking import Where, think, where
from cogs.buttons import Pressed
from cogs.showing import draw, said


def own(interaction: Interaction, post: Post) -> None:
    """Let only whoever asked go on from a list.

    Raises:
        NotYours: somebody else asked.
    """
    if interaction.user.id != post.member:
        raise NotYours("Only who asked opens what was found.", command="search")


class OpenMenu(Pressed, template=ids.OPEN):
    """One line of a list, or one song of an artist."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Answer privately with its card."""
        own(interaction, post)
        values = interaction.data.get("values", []) if interaction.data else []
        number = int(values[0]) if values and values[0].isdecimal() else 0
        if slot := post.slot(number):
            await _open_song(interaction, post, slot)
            return
        found = kept(post)
        if not 1 <= number <= len(found):
            raise UnknownPost("That card is no longer known.")
        await think(interaction, private=True)
        what = str(post.query.get("what"))
        card = await _opened(interaction.client.app, what, found[number - 1], where(interaction))
        await interaction.edit_original_response(view=card.view)


async def _open_song(interaction: Interaction, post: Post, slot: Slot) -> None:
    app = interaction.client.app
    about = await app.store.catalog.about(slot.song)
    await draw(app, [slot])
    card = said(app, post, slot, interaction, fresh=True, about=about)
    await interaction.response.send_message(view=card.view, files=card.files, ephemeral=True)


async def _opened(app: App, what: str, named: object, asked: Where) -> Card:
    """The card of an artist or an album.

    Raises:
        UnknownPost: the list is of neither.
        NothingFound: nobody says what is on the album.
    """
    if what in ARTISTS:
        artist = NamedArtist.of(named)
        return artist_card(
            await app.artists.open(artist, server=asked.server, member=asked.member), app.shelf
        )
    if what in ALBUMS:
        album = NamedAlbum.of(named)
        return list_card(await app.search.album(album, server=asked.server, member=asked.member), app.shelf)
    raise UnknownPost("That card is no longer known.")


class ArtistButton(Pressed, template=ids.ARTIST):
    """Artists near this one, and albums."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Answer privately with another list."""
        own(interaction, post)
        app, asked = interaction.client.app, where(interaction)
        await think(interaction, private=True)
        artist = NamedArtist.of(post.query)
        ask = app.search.related_to if self.match["action"] == "related" else app.search.albums_of
        listed = await ask(artist, server=asked.server, member=asked.member)
        await interaction.edit_original_response(view=list_card(listed, app.shelf).view)


async def setup(bot: Segue) -> None:
    """Let the bot answer what is on lists."""
    bot.add_dynamic_items(OpenMenu, ArtistButton)


async def teardown(bot: Segue) -> None:
    """Answer nothing any more."""
    bot.remove_dynamic_items(OpenMenu, ArtistButton)
