"""Commands in the languages of those who type them: their descriptions and choices; names stay as they are."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.text import CATALOGUES, DEFAULT, language_of


def _said(context: app_commands.TranslationContextTypes) -> bool:
    """Whether members read it as a sentence or a label: names of commands and options stay, those in menus do not."""
    place = app_commands.TranslationContextLocation
    if context.location is place.command_name:
        return isinstance(context.data, app_commands.ContextMenu)
    return context.location in {
        place.command_description,
        place.group_description,
        place.parameter_description,
        place.choice_name,
    }


class Translator(app_commands.Translator):
    """Looks the English of a command up in the other catalogues."""

    def __init__(self) -> None:
        english = CATALOGUES[DEFAULT]
        self._keys = {text: key for key, text in english.items() if isinstance(text, str)}

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The sentence in that language, or None where it is English or has no words of ours."""
        if not _said(context):
            return None
        language = language_of(locale)
        key = self._keys.get(string.message)
        if key is None or language == DEFAULT:
            return None
        found = CATALOGUES[language][key]
        return found if isinstance(found, str) else None
