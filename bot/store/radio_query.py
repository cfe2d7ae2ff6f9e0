"""What a radio's post asks for, as it is stored: a session is all in its post, so that it goes on after a restart."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.store.records import ChannelId, SongId


class Whose(StrEnum):
    """Whose taste a radio plays from, or is coloured by."""

    ME = "me"
    SERVER = "server"
    MEMBER = "member"


class Toward(StrEnum):
    """Where a radio can be steered; START is back to its anchor alone."""

    CALMER = "calmer"
    LIVELIER = "livelier"
    NEWER = "newer"
    STRANGER = "stranger"
    START = "start"


OPPOSITE = {Toward.CALMER: Toward.LIVELIER, Toward.LIVELIER: Toward.CALMER}


class RadioQuery(BaseModel):
    """What a radio's post asks for, as it is stored.

    Attributes:
        seed: the song it was started from, if any.
        artist: the artist it was started from, as the catalogue writes it.
        mood: what was understood of a mood, phrase by phrase.
        whose: whose taste it is, or colours it; of Whose.MEMBER the listener says who, and the server's where nobody is any more.
        steer: where it is steered.
        since: taps on earlier slots count no more: somebody went back to the start.
        upcoming: what comes next if nobody taps anything else.
        home: the channel it was asked for in; its own may be a thread of that.
        anchors: of radios of before, the seed and the songs that more was asked of.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    seed: SongId | None = None
    artist: str | None = None
    mood: tuple[str, ...] = ()
    tags: dict[str, float] = {}
    audio: dict[str, float] = {}
    decades: dict[int, float] = {}
    whose: Whose = Whose.ME
    steer: tuple[Toward, ...] = ()
    since: int = 0
    upcoming: tuple[SongId, ...] = ()
    home: ChannelId | None = None
    anchors: tuple[SongId, ...] = ()

    def stored(self) -> dict[str, object]:
        """As JSON values."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def but(self, **changed: object) -> RadioQuery:
        """The same with some values changed."""
        return self.model_copy(update=changed)

    def toward(self, direction: Toward, at: int) -> RadioQuery:
        """Steer from a slot on: a direction that is set already is undone, its opposite too; START undoes everything."""
        if direction is Toward.START:
            return self.but(steer=(), since=at, anchors=self.anchors[:1])
        if direction in self.steer:
            return self.but(steer=tuple(each for each in self.steer if each is not direction))
        kept = (each for each in self.steer if each is not OPPOSITE.get(direction))
        return self.but(steer=(*kept, direction))
