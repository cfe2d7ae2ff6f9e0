"""For whom a song of the weekly discovery was chosen, and the polls on its best.

Revision: 0012
Before: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "meant_for",
        sa.Column("post_id", key, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_meant_for_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", "slot", name=op.f("pk_meant_for")),
    )
    op.create_index(op.f("ix_meant_for_member_id"), "meant_for", ["member_id"])
    op.create_table(
        "weekly_polls",
        sa.Column("post_id", key, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("songs", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("ends_at", sa.Float(), nullable=False),
        sa.Column("winner", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('claimed', 'confirmed', 'counted', 'left_out')", name=op.f("ck_weekly_polls_state")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_weekly_polls_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_weekly_polls")),
    )
