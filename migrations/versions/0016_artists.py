"""Songs that members registered as their own.

Revision: 0016
Before: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"


def upgrade() -> None:
    """Add the table."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "claims",
        sa.Column("song_id", key, nullable=False),
        sa.Column("server_id", key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("allowed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("at", sa.Float(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'confirmed', 'refused')", name=op.f("ck_claims_state")),
        sa.ForeignKeyConstraint(["song_id"], ["songs.id"], name=op.f("fk_claims_song_id_songs")),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_claims_server_id_servers")),
        sa.PrimaryKeyConstraint("song_id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_server_id"), "claims", ["server_id"])
    op.create_index(op.f("ix_claims_member_id"), "claims", ["member_id"])
    op.create_index(op.f("ix_claims_settled_by"), "claims", ["settled_by"])
