"""What the columns of playlist exports are called, in the languages that the exporting sites speak."""

from __future__ import annotations

from enum import StrEnum

from bot.folding import fold


class Column(StrEnum):
    """What a column holds."""

    TITLE = "title"
    ARTIST = "artist"
    ALBUM = "album"
    ISRC = "isrc"
    MILLISECONDS = "milliseconds"
    LENGTH = "length"
    MBID = "mbid"
    LINK = "link"
    SPOTIFY = "spotify"
    DEEZER = "deezer"
    YOUTUBE = "youtube"
    TIDAL = "tidal"


# Bare ids, as TuneMyMusic writes them, and how each becomes an address.
ADDRESSES = {
    Column.SPOTIFY: "spotify:track:{}",
    Column.DEEZER: "https://www.deezer.com/track/{}",
    Column.YOUTUBE: "https://www.youtube.com/watch?v={}",
    Column.TIDAL: "https://tidal.com/track/{}",
}

_CALLED = {
    Column.TITLE: """title, track name, track, track title, song, song name, song title, name, recording name,
        titel, songtitel, liedtitel, lied, titelname, titre, nom du titre, nom de la piste, piste, morceau, chanson,
        titolo, brano, nome del brano, canzone, título, canción, nombre de la canción, nombre de la pista, pista,
        título da música, música, faixa, nome da faixa, nome da música, nummer, naam, låt, låtnamn, tytuł, utwór,
        название, трек, песня, 曲名, タイトル, 곡명, 歌名, şarkı, parça, skladba, cím""",
    Column.ARTIST: """artist, artist name, artist names, artist name(s), artists, artist(s), track artist, performer,
        creator, band, main artist, interpret, künstler, künstlername, interpreten, artiste, artistes,
        nom de l'artiste, interprète, artista, artisti, nome dell'artista, nombre del artista, artistas, intérprete,
        nome do artista, artiest, artiesten, uitvoerder, wykonawca, artysta, исполнитель, артист, アーティスト, 歌手,
        아티스트, sanatçı, interpret(i), umělec, előadó""",
    Column.ALBUM: """album, album name, album title, release, release name, albumtitel, albumname, nom de l'album,
        nome dell'album, nombre del álbum, álbum, nome do álbum, альбом, アルバム, 专辑, 앨범, albüm""",
    Column.ISRC: "isrc, track isrc, isrc code, isrc-code",
    Column.MILLISECONDS: """duration ms, duration (ms), track duration (ms), duration_ms, length (ms), dauer (ms),
        durée (ms), durata (ms), duración (ms), duração (ms)""",
    Column.LENGTH: """duration, length, time, track duration, duration (s), duration (seconds), seconds, dauer, länge,
        durée, durata, duración, duração, duur, längd, czas, длительность""",
    Column.MBID: "mbid, recording mbid, recording_mbid, musicbrainz id, musicbrainz recording id, recording id",
    Column.LINK: """link, url, uri, track uri, track url, track link, spotify uri, spotify url, spotify link,
        permalink, tracklink, song url, adresse, lien, enlace, spotify track uri""",
    Column.SPOTIFY: "spotify - id, spotify track id, track id, spotifyid, id spotify",
    Column.DEEZER: "deezer - id, deezer track id",
    Column.YOUTUBE: "youtube - id, youtube video id, video id",
    Column.TIDAL: "tidal - id, tidal track id",
}
_NAMES = {fold(name): column for column, names in _CALLED.items() for name in names.split(",")}


def columns_of(header: list[str]) -> dict[Column, int]:
    """Where each known column stands; of two columns of one meaning the first counts."""
    found: dict[Column, int] = {}
    for place, name in enumerate(header[:200]):
        column = _NAMES.get(fold(name[:100]))
        if column is not None:
            found.setdefault(column, place)
    return found


def is_header(found: dict[Column, int]) -> bool:
    """Whether these columns can name songs: title and artist, or something that names a song alone."""
    names_alone = (Column.LINK, Column.ISRC, Column.MBID, *ADDRESSES)
    return (Column.TITLE in found and Column.ARTIST in found) or (
        len(found) > 1 and any(column in found for column in names_alone)
    )
