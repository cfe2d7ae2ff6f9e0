"""What `/setup` proposes before anybody has chosen: a channel by its name, a time zone by the language of a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.folding import fold
from bot.store.arranged import Proposal
from bot.store.records import ChannelId, DiscoverySettings

UNSAID = "en-US"
"""The language that Discord notes of servers which never chose one."""
ZONES: Mapping[str, str] = {
    "bg": "Europe/Sofia",
    "cs": "Europe/Prague",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin",
    "el": "Europe/Athens",
    "en-GB": "Europe/London",
    "en-US": "America/New_York",
    "es-419": "America/Mexico_City",
    "es-ES": "Europe/Madrid",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris",
    "hi": "Asia/Kolkata",
    "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest",
    "id": "Asia/Jakarta",
    "it": "Europe/Rome",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
    "lt": "Europe/Vilnius",
    "nl": "Europe/Amsterdam",
    "no": "Europe/Oslo",
    "pl": "Europe/Warsaw",
    "pt-BR": "America/Sao_Paulo",
    "ro": "Europe/Bucharest",
    "ru": "Europe/Moscow",
    "sv-SE": "Europe/Stockholm",
    "th": "Asia/Bangkok",
    "tr": "Europe/Istanbul",
    "uk": "Europe/Kyiv",
    "vi": "Asia/Ho_Chi_Minh",
    "zh-CN": "Asia/Shanghai",
    "zh-TW": "Asia/Taipei",
}
"""The zone in which most who speak a language of Discord's live; written down in docs/operators.md as well."""
_NEW = (
    "new music",
    "music discovery",
    "discoveries",
    "discovery",
    "music recommendations",
    "neue musik",
    "neuentdeckungen",
    "entdeckungen",
    "musiktipps",
    "nueva música",
    "música nueva",
    "descubrimientos",
    "nouvelle musique",
    "nouveautés",
    "découvertes",
    "música nova",
    "novas músicas",
    "descobertas",
    "新曲",
    "発見",
)
_MUSIC = (
    "music",
    "musik",
    "música",
    "músicas",
    "musica",
    "musique",
    "muziek",
    "muzyka",
    "musiikki",
    "müzik",
    "hudba",
    "zene",
    "музыка",
    "музика",
    "μουσική",
    "songs",
    "tunes",
    "音楽",
    "おんがく",
    "音乐",
    "音樂",
    "음악",
)
_TELLING = tuple(tuple(fold(each) for each in names) for names in (_NEW, _MUSIC))
_UNSPACED = tuple(each for each in (*_NEW, *_MUSIC) if ord(each[0]) > 0x2E80)
"""Names in scripts that put no space between words."""
_WORKSHOP = ("bot", "bots", "command", "commands", "befehle", "comandos", "commandes", "log", "logs")
"""Words of channels in which bots are talked to, where a weekly post would be lost."""


def zone_of(server: str, admin: str) -> str:
    """The likely time zone of a server.

    Args:
        server: what Discord says of the server's language, such as ``pt-BR``. Most servers never chose one, so that …
        admin: … the language of whoever sets Segue up decides there.
    """
    return ZONES.get(admin if server == UNSAID else server, "UTC")


def channel_of(
    channels: Sequence[tuple[ChannelId, str]], fallback: ChannelId | None = None
) -> ChannelId | None:
    """The likely channel, of those in which Segue may post, as they are ordered in the server.

    Args:
        fallback: the channel of Discord's own notices, where Segue may post there; it comes before any other channel
            without a telling name.
    """
    ranked = [(rank, number) for number, name in channels if (rank := _telling(name)) is not None]
    if ranked:
        return min(ranked, key=lambda each: each[0])[1]
    if fallback is not None:
        return fallback
    talked = [number for number, name in channels if not _workshop(name)]
    return next(iter([*talked, *(number for number, _ in channels)]), None)


def _workshop(name: str) -> bool:
    return any(word in _WORKSHOP for word in fold(name).split())


def _telling(name: str) -> int | None:
    """How surely a channel of that name is for new music: 0 is surest, None that nothing says so."""
    plain = fold(name)
    words = plain.split()
    if _workshop(name):
        return None
    for rank, names in enumerate(_TELLING):
        if plain in names:
            return 2 * rank
        if any(each in words or (" " in each and each in plain) for each in names):
            return 2 * rank + 1
    return 2 * len(_TELLING) if any(each in name for each in _UNSPACED) else None


def proposed(
    settings: DiscoverySettings | None,
    channels: Sequence[tuple[ChannelId, str]],
    fallback: ChannelId | None,
    *,
    server: str,
    admin: str,
) -> Proposal:
    """What a set-up starts from: what was chosen before, or what is likely."""
    if settings is not None:
        return Proposal(settings.channel, settings.weekday, settings.hour, settings.timezone)
    return Proposal(channel_of(channels, fallback), timezone=zone_of(server, admin))
