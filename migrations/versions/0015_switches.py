"""What the operator has switched off, and the version of the model that they chose.

Revision: 0015
Before: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "switches",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('command', 'source', 'server', 'model', 'version')", name=op.f("ck_switches_kind")
        ),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_switches")),
    )
