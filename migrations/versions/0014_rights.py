"""What was said while learning was paused, and who has left a server.

Revision: 0014
Before: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add columns."""
    op.add_column("feedback", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("posts", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("members", sa.Column("left_at", sa.Float(), nullable=True))
    op.add_column("members", sa.Column("looked_at", sa.Float(), nullable=True))
