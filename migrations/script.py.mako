"""${message}.

Revision: ${up_revision}
Before: ${down_revision}
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Change the schema forwards; there is no way back but the copy that was made before."""
    ${upgrades if upgrades else "pass"}
