"""Lists that members keep, and who brought a song to a post.

Revision: 0007
Before: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "song_lists",
        sa.Column("id", _Key, autoincrement=True, nullable=False),
        sa.Column("server_id", _Key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_song_lists_server_id_servers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_song_lists")),
        sa.UniqueConstraint(
            "server_id", "member_id", "key", name=op.f("uq_song_lists_server_id_member_id_key")
        ),
    )
    op.create_index(op.f("ix_song_lists_made_by"), "song_lists", ["made_by"])
    op.create_table(
        "song_list_songs",
        sa.Column("list_id", _Key, nullable=False),
        sa.Column("song_id", _Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["song_lists.id"], name=op.f("fk_song_list_songs_list_id_song_lists")
        ),
        sa.ForeignKeyConstraint(["song_id"], ["songs.id"], name=op.f("fk_song_list_songs_song_id_songs")),
        sa.PrimaryKeyConstraint("list_id", "song_id", name=op.f("pk_song_list_songs")),
    )
    op.create_index(op.f("ix_song_list_songs_song_id"), "song_list_songs", ["song_id"])
    op.create_index(op.f("ix_song_list_songs_member_id"), "song_list_songs", ["member_id"])
    op.create_table(
        "brought",
        sa.Column("post_id", _Key, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_brought_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", "slot", name=op.f("pk_brought")),
    )
    op.create_index(op.f("ix_brought_member_id"), "brought", ["member_id"])
