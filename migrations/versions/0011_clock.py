"""The weeks of discoveries have leases and reasons, and members may have a discovery of their own.

Revision: 0011
Before: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Build the table of weeks anew, as its key grows, and add the one of members."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    kept = [dict(row) for row in op.get_bind().execute(sa.text("SELECT * FROM discovery_runs")).mappings()]
    op.drop_table("discovery_runs")
    weeks = op.create_table(
        "discovery_runs",
        sa.Column("server_id", key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("owner", sa.String(32), nullable=True),
        sa.Column("until", sa.Float(), nullable=False, server_default="0"),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("why", sa.String(12), nullable=True),
        sa.Column("noted_at", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "state IN ('claimed', 'sending', 'waiting', 'unsure', 'confirmed', 'skipped')",
            name=op.f("ck_discovery_runs_state"),
        ),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_discovery_runs_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("server_id", "member_id", "week", name=op.f("pk_discovery_runs")),
    )
    op.create_index(op.f("ix_discovery_runs_member_id"), "discovery_runs", ["member_id"])
    if kept:
        # What was claimed may have been sent: it is looked for.
        states = {"claimed": "sending"}
        op.bulk_insert(
            weeks,
            [{**row, "member_id": 0, "state": states.get(row["state"], row["state"])} for row in kept],
        )
    op.create_table(
        "own_discoveries",
        sa.Column("server_id", key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_own_discoveries_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("server_id", "member_id", name=op.f("pk_own_discoveries")),
    )
    op.create_index(op.f("ix_own_discoveries_member_id"), "own_discoveries", ["member_id"])
