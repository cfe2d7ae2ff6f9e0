"""Which songs are worth asking about first, and which need not be asked about again yet."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from bot.store.schema import enquiries, feedback, impressions, listens, song_details, songs

DAY = 86_400.0
ASK_AGAIN = 30 * DAY
"""A source that did not know a song is asked again after this."""
REFRESH = 90 * DAY
"""What a source knows is asked for again after this: how well known a song is changes."""


def by_worth(
    sources: Collection[str], spared: Collection[str], now: float, limit: int
) -> Select[tuple[object, ...]]:
    """Songs that are due, with ``liked_at``: those liked last first, then shown, heard, and the best known.

    Args:
        spared: sources that are asked about liked songs only.
    """
    undone = select(feedback.c.undoes).where(feedback.c.undoes.is_not(None))
    likes = select(feedback.c.song_id, func.max(feedback.c.at).label("at")).where(
        feedback.c.verb == "like", feedback.c.id.not_in(undone), ~feedback.c.paused
    )
    liked = likes.group_by(feedback.c.song_id).subquery()
    shown = _last(impressions.c.song_id, impressions.c.at)
    heard = _last(listens.c.song_id, listens.c.last_at)
    known = _last(song_details.c.song_id, song_details.c.popularity)
    parts = {"liked": liked, "shown": shown, "heard": heard, "known": known}
    joined = songs
    for part in parts.values():
        joined = joined.outerjoin(part, part.c.song_id == songs.c.id)
    plain = [name for name in sources if name not in spared]
    asked = select(func.count()).where(enquiries.c.song_id == songs.c.id, lately(now)).correlate(songs)
    due = or_(
        asked.where(enquiries.c.source.in_(plain)).scalar_subquery() < len(plain),
        and_(
            liked.c.at.is_not(None),
            asked.where(enquiries.c.source.in_(sources)).scalar_subquery() < len(sources),
        ),
    )
    popularity = func.coalesce(songs.c.popularity, known.c.at)
    order = (liked.c.at, shown.c.at, heard.c.at, popularity)
    return (
        select(songs, liked.c.at.label("liked_at"))
        .select_from(joined)
        .where(due, songs.c.kind == "song")
        .order_by(*(each.desc().nulls_last() for each in order), songs.c.id)
        .limit(limit)
    )


def _last(song: ColumnElement[int], at: ColumnElement[float]):  # noqa: ANN202 - SQLAlchemy's own
    return select(song.label("song_id"), func.max(at).label("at")).group_by(song).subquery()


def lately(now: float) -> ColumnElement[bool]:
    """Asked so lately that it need not be asked again."""
    return enquiries.c.at > case((enquiries.c.found, now - REFRESH), else_=now - ASK_AGAIN)
