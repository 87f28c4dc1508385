"""Whether keys of one letter do something for somebody, or only those pressed with Ctrl or ⌘

Revision: 0024, after 0023, 2026-11-23.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("keys", sa.Text(), server_default="letters", nullable=False))


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
