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
    "command.taste": "What you listen to elsewhere, by your own wish",
    "command.taste.import": "Bring the taste that you have already",
    "command.taste.import.history": "Your Spotify or ListenBrainz export, as you downloaded it",
    "command.taste.import.history.file": "The ZIP file, or one of the JSON files in it",
    "command.taste.import.listenbrainz": "Follow what you listen to on ListenBrainz",
    "command.taste.import.lastfm": "Follow what you listen to on Last.fm",
    "command.taste.import.name": "Your user name there",
    "command.taste.import.playlist": "A playlist: a link, a file, or pasted lines",
    "command.taste.import.playlist.link": "A Deezer or ListenBrainz link, or lines such as: Artist - Title",
    "command.taste.import.playlist.file": "CSV, M3U or JSPF",
    "command.taste.forget": "Delete everything that you brought along",
    "command.link": "Your accounts at music services, by your own wish",
    "command.link.status": "Which of your accounts are linked",
    "command.link.spotify": "Let Segue read what you play and save on Spotify",
    "command.link.listenbrainz": "Let Segue read your listens on ListenBrainz",
    "command.link.lastfm": "Let Segue read your scrobbles on Last.fm",
    "command.link.name": "Your user name there",
    "command.link.token": "Whether to give your user token as well; you are asked for it in a window",
    "command.unlink": "Unlink an account and delete what Segue keeps of it",
    "command.unlink.service": "Which account",
    "command.nowplaying": "The song that Spotify plays for you or for somebody who shows it",
    "command.nowplaying.member": "Whose song; leave empty for your own",
    "command.nowplaying.here": "Whether everybody in this channel may see the answer",
    "command.nowplaying.turn": "Whether Segue may learn from what you listen to",
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
    # bringing taste along
    "import.begun": "Reading …",
    "import.progress": {"one": "Reading … {n} play so far", "other": "Reading … {n} plays so far"},
    "import.progress.of": "Looking for the songs … {done} of {total}",
    "import.cancel": "Cancel",
    "import.cancelling": "Stopping …",
    "import.cancelled": "Stopped. What was counted before stays; `/taste forget` deletes it.",
    "import.too_large": "That file is larger than {most} MB. From an export, send its history files one by one.",
    "import.undo": "-# It counts for you alone, and as a number among others. `/taste forget` deletes it.",
    "import.history": {
        "one": "**{n} play** from {source}, of {songs} songs.",
        "other": "**{n} plays** from {source}, of {songs} songs.",
    },
    "import.history.known": {"one": "{n} play was in already.", "other": "{n} plays were in already."},
    "import.history.unlisted": {
        "one": "{n} song is not in the catalogue yet; it counts once it is.",
        "other": "{n} songs are not in the catalogue yet; they count once they are.",
    },
    "import.history.spoken": {
        "one": "{n} podcast or audiobook was left out.",
        "other": "{n} podcasts and audiobooks were left out.",
    },
    "import.history.unread": {
        "one": "{n} record could not be read.",
        "other": "{n} records could not be read.",
    },
    "import.history.incognito": {
        "one": "{n} play of a private session was left out.",
        "other": "{n} plays of private sessions were left out.",
    },
    "import.artists": "Mostly {artists}",
    "import.genres": "In genres: {genres}",
    "import.decades": "From the {decades}",
    "import.playlist": {"one": "**{n} song** from {name}.", "other": "**{n} songs** from {name}."},
    "import.playlist.unnamed": "your list",
    "import.playlist.nothing": "Give a link, paste lines, or attach a file.",
    "import.playlist.new": {
        "one": "{n} of them is new here.",
        "other": "{n} of them are new here.",
    },
    "import.playlist.missing": {"one": "Not found: {songs}", "other": "{n} were not found: {songs}"},
    "import.playlist.left": {
        "one": "{n} was not looked for yet: run it again to go on.",
        "other": "{n} were not looked for yet: run it again to go on.",
    },
    "import.playlist.unread": {"one": "{n} line could not be read.", "other": "{n} lines could not be read."},
    "import.playlist.line": "-# line {line}: {why}",
    "import.playlist.duplicates": {
        "one": "{n} stood there twice.",
        "other": "{n} stood there more than once.",
    },
    "import.playlist.beyond": {
        "one": "{n} line came after the first 10,000 songs and was left out.",
        "other": "{n} lines came after the first 10,000 songs and were left out.",
    },
    "import.forgotten": {
        "one": "Deleted: what you listened to, of {n} song.",
        "other": "Deleted: what you listened to, of {n} songs.",
    },
    "found.outside": "Found outside and new here: {song}",
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
        "{like} {skip} {dislike} tell Segue about any song: type it or paste a link.\n"
        "{import_} brings along what you listen to elsewhere; {link} lists linked accounts.\n"
        "{nowplaying} shows what Spotify plays for you and learns from it, if you turn it on.\n"
        "{discovery} a weekly post of songs new to this server (for admins)."
    ),
    "help.taps": (
        "**Taps teach it.** ❤️ more like this · ⏭️ not now · 👎 never again. The same button again takes it back. "
        "On a message with one song, the reactions ❤️ 👍 🔥, ⏭️ and 👎 count too."
    ),
    "help.privacy": "-# Your answers are not shown in other servers. Others here see counts, never names.",
    # now playing
    "playing.title": "### {name} is listening to",
    "playing.from": "Recommend from this",
    "playing.unknown": "{song} is playing. The catalogue does not have it yet, so it cannot be rated here.",
    "playing.turn.on": "On, for me alone",
    "playing.turn.visible": "On, and others in this server may see the song",
    "playing.turn.off": "Off, everywhere",
    "playing.turn.forget": "Off, everywhere, and delete what was learnt",
    "playing.on": (
        "On. Segue reads which song your Discord status shows from Spotify, as long as this server shows it, and keeps how often "
        "you played, repeated and skipped it; that counts for your own taste alone, and nobody here sees it. Choose "
        "{command} with `turn` *off* to end it at once."
    ),
    "playing.visible": (
        "On. Segue reads which song your Discord status shows from Spotify, as long as this server shows it, and keeps how often "
        "you played, repeated and skipped it; that counts for your own taste alone. Others in this server may ask which song "
        "is playing. Choose {command} with `turn` *off* to end it at once."
    ),
    "playing.off": "Off, in every server. Nothing more is read; what was learnt stays until {command} deletes it.",
    "playing.forgotten": {
        "one": "Off, in every server. Deleted: what was learnt of {n} song.",
        "other": "Off, in every server. Deleted: what was learnt of {n} songs.",
    },
    # linked accounts
    "service.spotify": "Spotify",
    "service.listenbrainz": "ListenBrainz",
    "service.lastfm": "Last.fm",
    "link.offer": (
        "### Link Spotify\n"
        "**What is read:** what you played last, what you play most, the songs you saved. Segue may also make private "
        "playlists in your account, when you ask for one.\n"
        "**What it becomes:** plays and likes that count for your own taste alone. Nobody else's songs are chosen by "
        "them, and nobody sees them.\n"
        "**Undo:** {unlink} deletes it at once."
    ),
    "link.offer.people": (
        "-# Spotify lets an app like this one serve {people} people. If it turns you away, ask who runs Segue whether "
        "you can be one of them."
    ),
    "link.offer.until": "-# The button is yours alone: whoever opens it links their Spotify to you. It works once, until {until}.",
    "link.offer.button": "Sign in at Spotify",
    "link.linked": "Linked: **{name}** on {service}. {unlink} takes it back.",
    "link.linked.token": "Linked: **{name}** on {service}, with your token sealed. {unlink} takes it back.",
    "link.token.title": "Your ListenBrainz token",
    "link.token.label": "User token",
    "link.token.hint": "From listenbrainz.org/settings. It is kept encrypted.",
    "link.status.none": "No account is linked. {link} begins, if you like; Segue works without.",
    "link.status.line": "**{service}** · {name} · since {since}",
    "link.status.until": "-# has to be linked again by {until}",
    "link.status.lost": "**{service}** · {name} · does not hold any more: {link}",
    "link.lost": "Your link to {service} does not hold any more, so nothing is read there. {link} makes a new one.",
    "unlink.done": "Unlinked **{name}** on {service}. Deleted here: {removed}.",
    "unlink.name": "the name",
    "unlink.secret": "the name and the keys to your account",
    "unlink.songs": {
        "one": "{account}, and what was read of {n} song",
        "other": "{account}, and what was read of {n} songs",
    },
    "unlink.revoked": "{service} has forgotten the permission as well.",
    "unlink.apps": "{service} still lists the permission; you can remove it at <{url}>.",
    # pages in the browser
    "page.linked.title": "Linked",
    "page.linked.body": "Spotify’s {name} is now linked to {who} on Discord. You can close this page.",
    "page.linked.note": "Is that not you on Discord? Then take the permission back at {apps}. In Discord, /unlink undoes it.",
    "page.denied.title": "Nothing was linked",
    "page.denied.body": "You said no at Spotify, and that is fine: Segue works without.",
    "page.denied.note": "If you change your mind: /link spotify in Discord.",
    "page.stale.title": "This link does not hold",
    "page.stale.body": "It was used already, or Segue was started anew. Begin again with /link spotify in Discord.",
    "page.stale.note": "Nothing was linked by this page.",
    "page.expired.title": "That took too long",
    "page.expired.body": "A link works for ten minutes. Begin again with /link spotify in Discord.",
    "page.expired.note": "Nothing was linked.",
    "page.incomplete.title": "Something is missing",
    "page.incomplete.body": "Spotify sent you back without what Segue needs. Begin again with /link spotify in Discord.",
    "page.incomplete.note": "Nothing was linked.",
    "page.not_invited.title": "Spotify turned you away",
    "page.not_invited.body": (
        "Spotify lets an app like this one serve {people} people, and you are not among them yet. Ask who runs Segue to "
        "add you under User Management in the app’s settings, then begin again."
    ),
    "page.not_invited.note": "Nothing was linked. /link listenbrainz and /link lastfm have no such limit.",
    "page.refused.title": "Spotify did not agree",
    "page.refused.body": "The sign-in could not be finished. Begin again with /link spotify in Discord.",
    "page.refused.note": "Nothing was linked.",
    "page.down.title": "Spotify does not answer",
    "page.down.body": "Begin again with /link spotify in Discord in a few minutes.",
    "page.down.note": "Nothing was linked.",
    "page.busy.title": "One moment",
    "page.busy.body": "Too much is asked here just now. Begin again with /link spotify in a minute.",
    "page.busy.note": "Nothing was linked.",
    "page.too_long.title": "That is too long",
    "page.too_long.body": "Spotify sends shorter addresses than this one. Begin again with /link spotify in Discord.",
    "page.too_long.note": "Nothing was linked.",
    "page.method.title": "Only a browser’s way in",
    "page.method.body": "This address takes people back from Spotify and does nothing else.",
    "page.method.note": "Nothing was linked.",
    "page.nowhere.title": "There is nothing here",
    "page.nowhere.body": "Segue lives in Discord. This server only takes people back from Spotify.",
    "page.nowhere.note": "Nothing was linked.",
    "page.broken.title": "Something went wrong on Segue’s side",
    "page.broken.body": "Begin again with /link spotify in Discord.",
    "page.broken.note": "If it happens again, tell who runs Segue.",
    # errors
    "error.unknown_song": "I don't know “{text}”. Pick one from the list that appears while you type.",
    "error.unknown_song.near": "I don't know “{text}”. Did you mean {suggestions}?",
    "error.link": "That {service} link is not of a song. Paste a song's link, or type its artist and title.",
    "error.link.song": "I cannot look into that {service} link. Type the song's artist and title instead.",
    "error.empty_catalog": "There are no songs yet. The operator adds some with `python -m bot catalog starter`.",
    "error.nothing_left": "You have rated everything that fits. Try another song or the adventurous dial.",
    "error.unknown_post": "This card is no longer known. Ask again for a fresh one.",
    "error.not_yours": "That belongs to somebody else. Use {command} for your own.",
    "error.linking_off": "Whoever runs Segue has not turned that on for {service}. What works: {others}, and Segue works without any account.",
    "error.linking_off.none": "Whoever runs Segue has not turned that on for {service}. Segue works without any account: {like} teaches it too.",
    "error.not_linked": "No {service} account of yours is linked. {link} links one.",
    "error.link_lost": "Your link to {service} does not hold any more. {link} makes a new one.",
    "error.stale_link": "That link does not hold any more. Begin again: {link}.",
    "error.unknown_account": "{service} knows nobody called “{name}”. Look at how your profile there is spelt.",
    "error.no_secrecy": "A token cannot be kept safely here, so it was not taken. Your name alone is enough: {link}.",
    "error.not_invited": (
        "Spotify lets an app like this one serve {people} people, and you are not among them yet. Ask who runs Segue to "
        "add you."
    ),
    "error.scope_missing": "You allowed less on Spotify than that needs. {link} asks again.",
    "error.listening_off": (
        "Whoever runs Segue has not turned on that it reads what Discord shows of Spotify. What works: {import_} brings your "
        "listening along, {link} lists linked accounts, and {like} tells Segue about any song."
    ),
    "error.listening_not_read": (
        "Segue does not read what you listen to here, because you did not ask it to. {command} with `turn` *on* starts it."
    ),
    "error.kept_to_themselves": "They keep what they listen to to themselves.",
    "error.nothing_playing": "No song is showing on their Discord status right now.",
    "error.nothing_playing.own": (
        "No song is showing on your Discord status right now. Play one on Spotify, and let Discord show it (User Settings → "
        "Connections → Spotify → Display Spotify as your status). A song that was playing before you turned this on, or before Segue started, shows from the next one on."
    ),
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
