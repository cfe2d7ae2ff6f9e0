"""What is meant by a text that somebody wrote: a song, an artist or a genre of the catalogue."""

from __future__ import annotations

from abc import ABC, abstractmethod

from rapidfuzz import fuzz, process

from bot.errors import EmptyCatalog, UnknownArtist, UnknownGenre, UnknownSong
from bot.folding import fold, written
from bot.sources.spotify import track_id
from bot.store.records import Song, SongId
from bot.store.search import CONFIDENT, LOOKED_AT, Match, believed
from bot.usecases.songs import CHOICE, Songs, credited, is_choice, label

OFFERED = 3
"""Songs that are named where none is surely meant."""
# How alike (0 to 100) a genre must be to be meant, or to be offered.
SURE_GENRE, NEAR_GENRE = 80.0, 50.0


class Lookups(ABC):
    """Looks texts up in the songs that are there now; a swap of the catalogue is seen by the next look."""

    @property
    @abstractmethod
    def catalogue(self) -> Songs:
        """The songs as they are now."""

    def linked(self, service: str, external: str) -> Song | None:
        """The song that has this id at a service."""
        number = self.catalogue.links.get((service, external))
        return None if number is None else self.catalogue.by_id.get(number)

    def best(self, text: str) -> Song | None:
        """The song of the catalogue that is meant, if one surely is."""
        found = believed(text, self.catalogue.find(text, LOOKED_AT), self.catalogue.by_id)
        return None if found is None else self.catalogue.by_id[found.song_id]

    def resolve(self, text: str) -> Song:
        """The song that a choice of the autocomplete or free text means.

        Raises:
            EmptyCatalog: there are no songs.
            UnknownSong: nothing is close enough; it carries what is nearest.
        """
        if not self.catalogue.by_id:
            raise EmptyCatalog("The catalogue is empty.")
        if is_choice(text):
            chosen = self.catalogue.by_id.get(SongId(int(text[len(CHOICE) :][:18])))
            if chosen is None:  # gone since it was offered: no other song is meant
                raise UnknownSong(text)
            return chosen
        pasted = track_id(text)
        known = None if pasted is None else self.linked("spotify", pasted)
        if known is not None:
            return known
        near = self.catalogue.find(text, LOOKED_AT)
        found = believed(text, near, self.catalogue.by_id)
        if found is not None:
            return self.catalogue.by_id[found.song_id]
        offered = near[:OFFERED] if written(text) else []
        raise UnknownSong(text, tuple(label(self.catalogue.by_id[match.song_id]) for match in offered))

    def suggest(self, text: str, limit: int = 25) -> list[Song]:
        """Songs to offer while a member types; sensible ones before they typed anything."""
        matches: list[Match] = (
            self.catalogue.find(text, limit) if text.strip() else self.catalogue.search.sensible(limit)
        )
        return [self.catalogue.by_id[match.song_id] for match in matches]

    def artist(self, text: str) -> str:
        """The artist of the catalogue that is meant, as they are written.

        Raises:
            EmptyCatalog: there are no songs.
            UnknownArtist: nobody is close enough; it carries who is nearest.
        """
        if not self.catalogue.by_id:
            raise EmptyCatalog("The catalogue is empty.")
        exact = self.catalogue.artists.get(fold(text))
        if exact:
            written = self.catalogue.by_id[exact[0]].artist
            return written if fold(written) == fold(text) else written.partition(",")[0]
        near = self.catalogue.names.find(text, limit=3)
        if near and near[0].score >= CONFIDENT:
            return self.catalogue.spelled[near[0].song_id]
        raise UnknownArtist(text, tuple(self.catalogue.spelled[match.song_id] for match in near))

    def main_artist(self, song: SongId) -> str:
        """Whose song it is first of all: the first of several names, unless they are one."""
        name = self.catalogue.by_id[song].artist
        first = name.partition(",")[0]
        return first if self.with_artist(first) else name

    def with_artist(self, artist: str) -> tuple[SongId, ...]:
        """Every song that an artist has a part in; the name may be folded."""
        return self.catalogue.artists.get(fold(artist), ())

    def spelled(self, artist: str) -> str:
        """An artist's folded name as the catalogue writes it."""
        for number in self.with_artist(artist):
            for name in credited(self.catalogue.by_id[number]):
                if fold(name) == artist:
                    return name
        return artist

    def suggest_artists(self, text: str, limit: int = 25) -> list[str]:
        """Artists to offer while a member types; the best known ones before they typed anything."""
        names = self.catalogue.names
        matches = names.find(text, limit) if text.strip() else names.sensible(limit)
        return [self.catalogue.spelled[match.song_id] for match in matches]

    def genre(self, text: str) -> str:
        """The genre of the catalogue that is meant, folded.

        Raises:
            UnknownGenre: none is close enough; it carries the nearest ones.
        """
        folded = fold(text)
        if folded in self.catalogue.genres:
            return folded
        near = process.extract(folded, self.catalogue.genres.keys(), scorer=fuzz.ratio, limit=3)
        if near and near[0][1] >= SURE_GENRE:
            return near[0][0]
        raise UnknownGenre(text, tuple(genre for genre, score, _ in near if score >= NEAR_GENRE))

    def of_genre(self, genre: str) -> tuple[SongId, ...]:
        """Every song of a genre; the name may be folded."""
        return self.catalogue.genres.get(fold(genre), ())

    def suggest_genres(self, text: str, limit: int = 25) -> list[str]:
        """Genres to offer while a member types, those with most songs first."""
        folded, genres = fold(text), self.catalogue.genres
        found = [genre for genre in genres if folded in genre]
        return sorted(found, key=lambda each: (not each.startswith(folded), -len(genres[each])))[:limit]
