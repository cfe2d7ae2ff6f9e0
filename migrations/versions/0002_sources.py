"""What outside music services and members' listening histories bring.

Revision: 0002
Before: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables, and tell songs that are shown from songs that one history alone speaks of."""
    op.add_column("songs", sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.true()))
    _songs()
    _members()


def _songs() -> None:
    op.create_table(
        "song_details",
        sa.Column("song_id", _Key, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("album", sa.Text(), nullable=True),
        sa.Column("released", sa.String(length=10), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("popularity", sa.Float(), nullable=True),
        sa.Column("artwork_url", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=True),
        sa.Column("credits", sa.JSON(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["songs.id"], name=op.f("fk_song_details_song_id_songs")),
        sa.PrimaryKeyConstraint("song_id", "source", name=op.f("pk_song_details")),
    )
    op.create_table(
        "enquiries",
        sa.Column("song_id", _Key, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["songs.id"], name=op.f("fk_enquiries_song_id_songs")),
        sa.PrimaryKeyConstraint("song_id", "source", name=op.f("pk_enquiries")),
    )


def _members() -> None:
    op.create_table(
        "histories",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("server_id", _Key, nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("since", sa.Float(), nullable=True),
        sa.Column("until", sa.Float(), nullable=True),
        sa.Column("newest", sa.Float(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_histories_server_id_servers")),
        sa.PrimaryKeyConstraint("member_id", "source", name=op.f("pk_histories")),
    )
    op.create_table(
        "listens",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("song_id", _Key, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("skips", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["songs.id"], name=op.f("fk_listens_song_id_songs")),
        sa.PrimaryKeyConstraint("member_id", "song_id", "source", name=op.f("pk_listens")),
    )
    op.create_index(op.f("ix_listens_song_id"), "listens", ["song_id"])
    op.create_table(
        "listened",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("first_at", sa.Float(), nullable=False),
        sa.Column("last_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "source", "first_at", name=op.f("pk_listened")),
    )
    op.create_table(
        "accounts",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "service", name=op.f("pk_accounts")),
    )
