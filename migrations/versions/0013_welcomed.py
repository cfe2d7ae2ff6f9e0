"""Whether Segue has introduced itself to a server.

Revision: 0013
Before: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column; the servers that are known have seen Segue already."""
    op.add_column("servers", sa.Column("welcomed_at", sa.Float(), nullable=True))
    op.execute("UPDATE servers SET welcomed_at = joined_at")
