"""What members do not want to meet, and what they are owed when songs are chosen for several.

Revision: 0006
Before: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "blocks",
        sa.Column("server_id", _Key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("until", sa.Float(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.CheckConstraint("kind IN ('song', 'artist', 'genre')", name=op.f("ck_blocks_kind")),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_blocks_server_id_servers")),
        sa.PrimaryKeyConstraint("server_id", "member_id", "kind", "value", name=op.f("pk_blocks")),
    )
    op.create_table(
        "owed",
        sa.Column("server_id", _Key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_owed_server_id_servers")),
        sa.PrimaryKeyConstraint("server_id", "member_id", name=op.f("pk_owed")),
    )
