"""Which list went into which account, and in which channels members' links are answered.

Revision: 0004
Before: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "exports",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("songs", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "post_id", "service", "songs", name=op.f("pk_exports")),
    )
    op.create_table(
        "link_channels",
        sa.Column("server_id", _Key, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_link_channels_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("server_id", "channel_id", name=op.f("pk_link_channels")),
    )
