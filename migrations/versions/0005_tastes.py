"""What members choose at ``/taste start``, and who lets others see their taste.

Revision: 0005
Before: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "tastes_chosen",
        sa.Column("server_id", _Key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.CheckConstraint("kind IN ('genre', 'artist', 'decade')", name=op.f("ck_tastes_chosen_kind")),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_tastes_chosen_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("server_id", "member_id", "kind", "value", name=op.f("pk_tastes_chosen")),
    )
    op.create_table(
        "tastes_visible",
        sa.Column("server_id", _Key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_tastes_visible_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("server_id", "member_id", name=op.f("pk_tastes_visible")),
    )
