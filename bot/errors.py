"""Typed errors. Each carries a sentence that is safe to show to whoever caused it."""

from __future__ import annotations

from collections.abc import Sequence


class SegueError(Exception):
    """Something Segue can explain: ``str(error)`` is one sentence that says what to do."""


class WrongSetting(SegueError):
    """A setting has a value that is not allowed; the sentence names it and what is allowed."""


class SwitchedOff(SegueError):
    """The operator has switched a command or a whole server off.

    Attributes:
        command: the command; None for the server.
    """

    def __init__(self, command: str | None) -> None:
        super().__init__("That is switched off.")
        self.command = command


class WrongModel(SegueError):
    """A version of the model cannot be used; the sentence says why."""


class UnknownSwitch(SegueError):
    """There is no such thing to switch; the sentence lists what there is."""


class StoreError(SegueError):
    """The database cannot do what was asked; nothing was changed."""


class StoreBusy(StoreError):
    """Another process holds the database's write lock for longer than the busy time-out."""


class StoreReadOnly(StoreError):
    """The database file or its folder cannot be written."""


class CatalogError(SegueError):
    """A catalogue file cannot be read; the catalogue is as it was before."""


class UnknownSong(SegueError):
    """No song in the catalogue fits the text.

    Attributes:
        text: what the member typed.
        suggestions: labels of the nearest songs, best first, perhaps none.
    """

    def __init__(self, text: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__("No song in the catalogue fits that text.")
        self.text = text
        self.suggestions = suggestions


class UnknownArtist(UnknownSong):
    """No artist in the catalogue fits the text; it carries the nearest names."""


class UnknownMood(SegueError):
    """Not a word of a mood means anything in this catalogue.

    Attributes:
        text: what the member typed.
    """

    def __init__(self, text: str) -> None:
        super().__init__("None of these words is a genre, a mood or a time.")
        self.text = text


class UnknownGenre(UnknownSong):
    """No genre of the catalogue fits the text; it carries the nearest ones."""


class NotBlocked(SegueError):
    """What a member wants to unblock is not blocked."""


class NobodyThere(SegueError):
    """There is nobody to ask for: an empty voice channel, or bots alone."""


class NobodyReached(UnknownSong):
    """The catalogue has no such song, and no music service that may know it could be reached just now."""


class UnknownTaste(SegueError):
    """Nothing is known yet of what a member likes.

    Attributes:
        member: by Discord's id.
    """

    def __init__(self, member: int) -> None:
        super().__init__("Nothing is known of what that member likes.")
        self.member = member


class UnknownLink(SegueError):
    """A pasted link does not lead to a song.

    Attributes:
        service: whose link it is, as members call it.
        song: whether it may be a song's, at a service that cannot be asked …
        unreached: … or could not be reached just now.
    """

    def __init__(self, service: str, *, song: bool, unreached: bool = False) -> None:
        super().__init__(f"That {service} link does not lead to a song.")
        self.service = service
        self.song = song
        self.unreached = unreached


class ImportCancelled(SegueError):
    """A member broke an import off; what had been written stays, and nothing else was."""


class TooLarge(SegueError):
    """A file is larger than Segue takes; the sentence says how large it may be."""


class Refused(SegueError):
    """A taste cannot be shown; the sentence says why and what to do."""


class EmptyCatalog(SegueError):
    """There are no songs yet."""


class NothingLeft(SegueError):
    """Every song that fits was already rated or shown."""


class NothingFound(SegueError):
    """A search found nothing.

    Attributes:
        what: what was searched, such as ``podcasts``.
        text: for what.
        down: services that did not answer.
        asked: whether there was anybody to ask.
    """

    def __init__(self, what: str, text: str, down: tuple[str, ...] = (), *, asked: bool = True) -> None:
        super().__init__("Nothing was found.")
        self.what = what
        self.text = text
        self.down = down
        self.asked = asked


class NothingSpoken(SegueError):
    """Nothing of a kind is known that could be recommended yet.

    Attributes:
        kind: what was wanted, such as ``podcast``.
    """

    def __init__(self, kind: str) -> None:
        super().__init__("Nothing of that kind is known yet.")
        self.kind = kind


class LearningPaused(SegueError):
    """Somebody who has paused learning in a server would have taught Segue something."""


class NameHidden(SegueError):
    """Somebody who hides their name would have shown it."""


class RadioOver(NothingLeft):
    """Nothing else may come on a radio."""


class RadioGone(SegueError):
    """The message of a radio was deleted, or its channel."""


class NotHere(SegueError):
    """Who was named is a bot, or not in the server any more."""


class UnknownPost(SegueError):
    """A button or reaction belongs to a post or slot that the store does not hold (any more)."""


class NotACard(SegueError):
    """A message is none of Segue's with songs."""


class NotYourCard(SegueError):
    """Somebody deletes a card that they did not ask for, and may not manage messages."""


class NotYours(SegueError):
    """A personal control was pressed by somebody else.

    Attributes:
        command: what gives whoever pressed one of their own.
    """

    def __init__(self, sentence: str, *, command: str = "recommend") -> None:
        super().__init__(sentence)
        self.command = command


class OwnSong(SegueError):
    """Whoever brought a song does not rate it on its own card."""


class NoSongThere(SegueError):
    """A message holds no song.

    Attributes:
        link: whether it holds a link to one that nobody knows.
        command: what takes the song's name instead.
    """

    def __init__(self, *, link: bool, command: str) -> None:
        super().__init__("There is no song in that message.")
        self.link = link
        self.command = command


class ExportUnsure(SegueError):
    """Writing a list into an account was cut off, and nobody knows how far it came."""

    def __init__(self, service: str) -> None:
        super().__init__(f"Whether the list is at {service} is not known.")
        self.service = service


class LinksOff(SegueError):
    """Whoever runs Segue has not turned on the reading of members' links."""


class DiscoveryDone(SegueError):
    """This week's discovery of a server was posted already.

    Attributes:
        week: ISO week, such as ``2026-W47``.
        channel_id: where it is, if known.
        message_id: which message it is, if known.
    """

    def __init__(self, week: str, channel_id: int | None = None, message_id: int | None = None) -> None:
        super().__init__("This week's discovery was posted already.")
        self.week = week
        self.channel_id = channel_id
        self.message_id = message_id


class DiscoveryNotSet(SegueError):
    """The server has no discovery channel yet."""


class LinkingOff(SegueError):
    """Whoever runs Segue has not turned on the linking of accounts at this service.

    Attributes:
        service: as it is stored, such as ``spotify``.
        others: the services at which it works, perhaps none.
    """

    def __init__(self, service: str, others: tuple[str, ...] = ()) -> None:
        super().__init__(f"Accounts at {service} cannot be linked here.")
        self.service = service
        self.others = others


class NotLinked(SegueError):
    """The member has no linked account at this service."""

    def __init__(self, service: str) -> None:
        super().__init__(f"No account at {service} is linked.")
        self.service = service


class TokenMissing(SegueError):
    """The member's account at this service is linked without the token that writing needs, or not at all."""

    def __init__(self, service: str) -> None:
        super().__init__(f"Writing at {service} needs a token.")
        self.service = service


class LinkLost(SegueError):
    """A link that there was holds no more; the member has to link again."""

    def __init__(self, service: str) -> None:
        super().__init__(f"The link to {service} does not hold any more. Link it again.")
        self.service = service


class StaleLink(SegueError):
    """A sign-in was not begun here, was used already, took too long or was called off.

    Attributes:
        expired: whether it was known, and took too long.
    """

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("That link does not hold any more. Begin again with /link spotify.")
        self.expired = expired


class UnknownAccount(SegueError):
    """The service knows nobody of that name."""

    def __init__(self, service: str, name: str) -> None:
        super().__init__(f"{service} knows nobody of that name.")
        self.service = service
        self.name = name


class ListeningOff(SegueError):
    """Whoever runs Segue has not turned on that listening is read from Discord."""


class ListeningNotRead(SegueError):
    """The member has not let their own listening be read in this server."""


class KeptToThemselves(SegueError):
    """Another member does not show here what they listen to."""


class NothingPlaying(SegueError):
    """Discord shows no song of the member's.

    Attributes:
        own: whether it is the member who asks.
    """

    def __init__(self, sentence: str, *, own: bool) -> None:
        super().__init__(sentence)
        self.own = own


class NoSecrecy(SegueError):
    """A secret cannot be kept, as there is no key to seal it with."""


class UnknownList(SegueError):
    """No list that the member may see has that name.

    Attributes:
        text: what the member typed.
        suggestions: names that are near, perhaps none.
    """

    def __init__(self, text: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__("There is no list of that name.")
        self.text = text
        self.suggestions = suggestions


class ListNameTaken(SegueError):
    """The member, or the server, has a list of that name already."""

    def __init__(self, name: str) -> None:
        super().__init__("There is a list of that name already.")
        self.name = name


class NoName(SegueError):
    """What was typed has nothing in it that could be read."""


class TooManyLists(SegueError):
    """The member has as many lists as they can."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} lists are the most.")
        self.most = most


class ListFull(SegueError):
    """A list, or an ask, has as many songs as it can."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} songs are the most.")
        self.most = most


class NotInList(SegueError):
    """The song is not in that list."""

    def __init__(self, song: str, name: str) -> None:
        super().__init__("That song is not in the list.")
        self.song = song
        self.name = name


class EmptyList(SegueError):
    """There are no songs in that list."""

    def __init__(self, name: str) -> None:
        super().__init__("That list is empty.")
        self.name = name


class NotYourList(SegueError):
    """Only who made a server's list, brought the song, or manages messages may do that."""


class AskEnded(SegueError):
    """An ask takes no more answers: it was closed."""


class AskHas(SegueError):
    """The song stands among an ask's answers already.

    Attributes:
        song: the song in one line.
        member: who brought it, if that is still known.
    """

    def __init__(self, song: str, member: int | None) -> None:
        super().__init__("That song was brought already.")
        self.song = song
        self.member = member


class UnclearMood(SegueError):
    """None of the words of an ask says anything about songs."""


class StaleChoice(SegueError):
    """What was chosen is no choice any more: the menu is from another version, or what it names is gone."""


class AdminsOnly(SegueError):
    """Only who manages the server may press that."""


class ChannelGone(SegueError):
    """A channel that was chosen does not exist any more, or Segue cannot see it."""


class Elsewhere(SegueError):
    """Commands are for other channels of this server.

    Attributes:
        channels: those of them that the member can see.
    """

    def __init__(self, channels: Sequence[int]) -> None:
        super().__init__("Commands are for other channels.")
        self.channels = tuple(channels)


class NotReadHere(SegueError):
    """The admins of this server do not want that read here.

    Attributes:
        what: ``presence`` or ``links``.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not read in this server.")
        self.what = what


class ChannelClosed(SegueError):
    """Segue may not do all it needs in a channel.

    Attributes:
        channel: its id.
        missing: the permissions, as discord.py calls them.
    """

    def __init__(self, channel: int, missing: Sequence[str]) -> None:
        super().__init__("Permissions are missing in a channel.")
        self.channel = channel
        self.missing = tuple(missing)


class OwnClaim(SegueError):
    """Who registered a song as their own does not rate it."""


class NotASong(SegueError):
    """A podcast, an audiobook or a station, where a song is needed."""


class SongClaimed(SegueError):
    """Somebody else registered that song."""


class ClaimRefused(SegueError):
    """An admin or the operator said that the song is not this member's."""


class TooManyClaims(SegueError):
    """The member has registered as many songs as they can, or as many wait for an admin.

    Attributes:
        waiting: whether it is those that wait.
    """

    def __init__(self, most: int, *, waiting: bool) -> None:
        super().__init__(f"{most} songs are the most.")
        self.most = most
        self.waiting = waiting


class ClaimantHidden(SegueError):
    """The member hides their name here, and who confirms has to see whose song it is."""


class NotClaimed(SegueError):
    """The member has registered no such song in this server.

    Attributes:
        elsewhere: whether they have, in another one.
    """

    def __init__(self, *, elsewhere: bool = False) -> None:
        super().__init__("That song is not registered here.")
        self.elsewhere = elsewhere


class ClaimGone(SegueError):
    """What should be confirmed was settled or taken back meanwhile."""


class ArtistLeft(SegueError):
    """Who registered the song is not in the server any more."""
