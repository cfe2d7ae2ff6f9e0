"""Who lets their listening be read through Discord, and what of it is not counted yet.

Revision: 0008
Before: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the two tables; nobody has agreed to anything."""
    op.create_table(
        "listening_consents",
        sa.Column("server_id", _Key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_listening_consents_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("server_id", "member_id", name=op.f("pk_listening_consents")),
    )
    op.create_index(op.f("ix_listening_consents_member_id"), "listening_consents", ["member_id"])
    op.create_table(
        "listening_states",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_listening_states")),
    )
