"""English: every sentence a member reads. A plural is a mapping of CLDR categories, chosen by ``n``."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str | Mapping[str, str]] = {
    # commands
    "command.recommend": "Songs for you, from your taste or from a song",
    "command.recommend.song": "A song to start from; leave empty for your own taste",
    "command.recommend.dial": "How far from what you know",
    "command.recommend.count": "How many songs, 1 to 12",
    "command.radio": "One song after another, steered by your taps",
    "command.radio.song": "The song to start from",
    "command.like": "Say that you like a song",
    "command.skip": "Say that a song is not for now",
    "command.dislike": "Say that you never want a song again",
    "command.feedback.song": "Which song",
    "command.help": "What Segue does and how to steer it",
    "command.discovery": "The weekly post of songs that are new to this server",
    "command.discovery.channel": "Choose where and when the weekly post comes",
    "command.discovery.channel.channel": "The channel to post in",
    "command.discovery.channel.weekday": "The day, Friday unless you choose another",
    "command.discovery.channel.hour": "The hour, 0 to 23, 18 unless you choose another",
    "command.discovery.channel.timezone": "The time zone, such as Europe/Berlin; UTC unless you choose another",
    "command.discovery.now": "Make this week's post now",
    "command.discovery.off": "Make no more weekly posts",
    # dials
    "dial.familiar": "familiar",
    "dial.balanced": "balanced",
    "dial.adventurous": "adventurous",
    # cards
    "card.for": "### For {name}",
    "card.like": "### Like {song}",
    "card.new_member": "-# Nothing known about you yet: every ❤️ ⏭️ 👎 changes the next answer.",
    "card.footer": "-# {dial} · each tap changes the next answer",
    "card.footer.page": "-# {dial} · page {page} of {pages} · each tap changes the next answer",
    "card.bpm": "{tempo} bpm",
    "card.cover": "Cover of {title} by {artist}",
    "card.more": "More",
    "card.less_known": "Less known",
    "card.listen": "Listen",
    "card.said.like": "### You like this",
    "card.said.skip": "### Not for now",
    "card.said.dislike": "### Never again",
    "card.said.none": "### Taken back",
    "card.said.open": "### What do you think?",
    "radio.title": "### 📻 Radio from {song}",
    "radio.footer": {
        "one": "-# song {n} · ❤️ ⏭️ 👎 steer what comes next",
        "other": "-# song {n} · ❤️ ⏭️ 👎 steer what comes next",
    },
    "radio.ended": {
        "one": "-# ended after {n} song",
        "other": "-# ended after {n} songs",
    },
    "radio.next": "Next",
    "radio.like_this": "More like this",
    "radio.stop": "Stop",
    "weekly.title": "## Week {week} · new to you all",
    "weekly.line": "**{number}** {song}",
    "weekly.collage": "Covers of the {count} songs",
    "weekly.choose": "Choose a song to rate or hear it",
    "weekly.footer": "-# every tap shapes next week's post",
    # why
    "why.seed": "like {song}",
    "why.seed.tags": "like {song}: {tags}",
    "why.liked": "because you liked {song}",
    "why.liked.two": "because you liked {song} and {other}",
    "why.liked.server": "because people here like {song}",
    "why.liked.server.two": "because people here like {song} and {other}",
    "why.members": {
        "one": "{n} member with a taste like yours likes it",
        "other": "{n} members with a taste like yours like it",
    },
    "why.members.server": {
        "one": "{n} member here likes it",
        "other": "{n} members here like it",
    },
    "why.server": "liked in this server",
    "why.tags": "you like {tags}",
    "why.tags.server": "people here like {tags}",
    "why.artist": "more by {artist}",
    "why.era": "from years you like",
    "why.era.server": "from years people here like",
    "why.audio": "close to your usual {feature}",
    "why.audio.server": "close to this server's usual {feature}",
    "why.popular": "widely loved",
    "why.new": "just released",
    "why.next": "often played next",
    "why.explore": "a wild card",
    "why.little_known": "few know them yet",
    "feature.danceability": "danceability",
    "feature.energy": "energy",
    "feature.loudness": "loudness",
    "feature.speechiness": "amount of speech",
    "feature.acousticness": "acoustic sound",
    "feature.instrumentalness": "instrumental sound",
    "feature.liveness": "live sound",
    "feature.valence": "mood",
    "feature.tempo": "tempo",
    "feature.mode": "key",
    # listening
    "listen.direct": "[{service}]({url})",
    "listen.search": "-# Search: {links}",
    # discovery
    "discovery.set": "The weekly post comes to {channel} on {weekday} at {hour}:00 ({timezone}), next {when}.",
    "discovery.off": "No more weekly posts. `/discovery channel` starts them again.",
    "discovery.was_off": "There was no weekly post set up.",
    "discovery.posted": "Posted in {channel}. The next one comes {when}.",
    "weekday.0": "Monday",
    "weekday.1": "Tuesday",
    "weekday.2": "Wednesday",
    "weekday.3": "Thursday",
    "weekday.4": "Friday",
    "weekday.5": "Saturday",
    "weekday.6": "Sunday",
    # help
    "help.body": (
        "### Segue finds music for this server\n"
        "{recommend} songs for you, with reasons. Add a song to start from it.\n"
        "{radio} one song after another from a song you name.\n"
        "{like} {skip} {dislike} tell Segue about any song.\n"
        "{discovery} a weekly post of songs new to this server (for admins)."
    ),
    "help.taps": (
        "**Taps teach it.** ❤️ more like this · ⏭️ not now · 👎 never again. The same button again takes it back. "
        "On a message with one song, the reactions ❤️ 👍 🔥, ⏭️ and 👎 count too."
    ),
    "help.privacy": "-# Your answers are not shown in other servers. Others here see counts, never names.",
    # errors
    "error.unknown_song": "I don't know “{text}”. Pick one from the list that appears while you type.",
    "error.unknown_song.near": "I don't know “{text}”. Did you mean {suggestions}?",
    "error.link": "That {service} link is not of a song. Paste a song's link, or type its artist and title.",
    "error.link.song": "I cannot look into that {service} link. Type the song's artist and title instead.",
    "error.empty_catalog": "There are no songs yet. The operator adds some with `python -m bot catalog starter`.",
    "error.nothing_left": "You have rated everything that fits. Try another song or the adventurous dial.",
    "error.unknown_post": "This card is no longer known. Ask again for a fresh one.",
    "error.not_yours": "That belongs to somebody else. Use {command} for your own.",
    "error.store": "That could not be saved just now, and nothing was changed. Try again in a moment.",
    "error.discovery_done": "This week's post was made already. The next one comes {when}.",
    "error.discovery_done.link": "This week's post was made already: {link}. The next one comes {when}.",
    "error.discovery_not_set": "Choose a channel first: {command}.",
    "error.timezone": "I don't know the time zone “{timezone}”. Pick one from the list, such as Europe/Berlin.",
    "error.channel_permissions": "In {channel} I lack: {permissions}. Grant them in the channel's settings, then try again.",
    "error.cooldown": "Too quick. Try again {when}.",
    "error.permission": {
        "one": "You need the permission {permissions} for that (Server Settings → Roles).",
        "other": "You need the permissions {permissions} for that (Server Settings → Roles).",
    },
    "error.bot_permission": {
        "one": "I need the permission {permissions} for that (Server Settings → Roles → Segue).",
        "other": "I need the permissions {permissions} for that (Server Settings → Roles → Segue).",
    },
    "error.guild_only": "That works in a server only.",
    "error.discord": "Discord refused that ({reason}). Try again in a moment.",
    "error.discord.silent": "The line to Discord was cut. Look whether it worked before you try again.",
    "error.unexpected": "Something went wrong on my side (error {error_id}). The operator finds it in the log.",
}
