"""What can be pressed below ``/taste``: the steps and menus of its start, and showing one's own taste to everybody."""

from __future__ import annotations

from bot.cards import ids
from bot.cards.tasting import chosen_card, menus, step_card
from bot.client import Interaction, Segue
from bot.store.tastes import ChoiceKind
from cogs.asking import think, where
from cogs.buttons import Touched
from cogs.portraits import show_taste, start


class StepButton(Touched, template=ids.TASTE_STEP):
    """On to another step, or done."""

    async def answer(self, interaction: Interaction) -> None:
        """Show the step in the same private message; the first of a public card opens a message of its own."""
        asked, choosing = where(interaction), interaction.client.app.choosing
        step = self.match["step"]
        if step == "begin":
            await start(interaction)
            return
        await interaction.response.defer()
        chosen = choosing.of(asked.server, asked.member)
        if step == "done":
            card = chosen_card(chosen, interaction.client.command_mention)
        else:
            card = step_card(ChoiceKind(step), await choosing.offer(), chosen)
        await interaction.edit_original_response(view=card.view)


class TasteMenu(Touched, template=ids.TASTE_MENU):
    """Genres, artists or decades, as many as one likes; what was chosen in other menus stays."""

    async def answer(self, interaction: Interaction) -> None:
        """Write the choice down, then show it."""
        asked, choosing = where(interaction), interaction.client.app.choosing
        await interaction.response.defer()
        kind, number = ChoiceKind(self.match["kind"]), int(self.match["number"])
        offered = await choosing.offer()
        before = choosing.of(asked.server, asked.member)
        # The catalogue may have shrunk since the card was made.
        of_menus = menus(kind, offered, before)
        there = of_menus[number] if number < len(of_menus) else ()
        chosen = await choosing.choose(
            asked.server, asked.member, kind, self.values(interaction), offered=there
        )
        await interaction.edit_original_response(view=step_card(kind, offered, chosen).view)


class ShareButton(Touched, template=ids.TASTE_SHARE):
    """The taste of whoever presses, to everybody."""

    async def answer(self, interaction: Interaction) -> None:
        """Answer in public."""
        asked = where(interaction)
        interaction.client.app.portraits.check(asked.server, asked.member)
        await think(interaction)
        await show_taste(interaction, asked, interaction.user, share=False)


ITEMS = (StepButton, TasteMenu, ShareButton)


async def setup(bot: Segue) -> None:
    """Let the bot answer all of these."""
    bot.add_dynamic_items(*ITEMS)


async def teardown(bot: Segue) -> None:
    """Answer nothing any more."""
    bot.remove_dynamic_items(*ITEMS)
