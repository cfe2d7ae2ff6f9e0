"""What servers and members chose, and what the weekly discovery is made of.

Revision: 0010
Before: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add tables and columns."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("discoveries", sa.Column("dial", sa.String(12), nullable=False, server_default="balanced"))
    op.add_column("discoveries", sa.Column("parts", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("discoveries", sa.Column("poll", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("discoveries", sa.Column("language", sa.String(8), nullable=True))
    op.add_column("discoveries", sa.Column("paused_until", sa.Float(), nullable=True))
    op.create_table(
        "server_settings",
        sa.Column("server_id", key, nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_server_settings_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("server_id", name=op.f("pk_server_settings")),
    )
    op.create_table(
        "setting_changes",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("server_id", key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("setting", sa.String(40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_setting_changes_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_changes")),
    )
    op.create_index(op.f("ix_setting_changes_server_id"), "setting_changes", ["server_id"])
    op.create_index(op.f("ix_setting_changes_member_id"), "setting_changes", ["member_id"])
    op.create_table(
        "member_choices",
        sa.Column("server_id", key, nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_member_choices_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("server_id", "member_id", name=op.f("pk_member_choices")),
    )
    op.create_index(op.f("ix_member_choices_member_id"), "member_choices", ["member_id"])
