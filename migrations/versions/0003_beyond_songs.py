"""What is no song: podcasts, audiobooks, poetry and live radio, with what they say of themselves and where they are.

Revision: 0003
Before: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Tell songs from everything else; all there is so far is a song."""
    op.add_column("songs", sa.Column("kind", sa.String(length=12), nullable=False, server_default="song"))
    op.add_column("song_details", sa.Column("description", sa.Text(), nullable=True))
    op.add_column("song_details", sa.Column("link", sa.Text(), nullable=True))
