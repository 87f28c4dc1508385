"""What the virus scan says of a file

Revision: 0019, after 0018, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("scan", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("attachment", sa.Column("scan_found", sa.Text(), server_default=sa.text("''"), nullable=False))
    moment = sa.DateTime(timezone=True)
    op.add_column("attachment", sa.Column("scan_at", moment, server_default=sa.text("now()"), nullable=False))
    op.add_column("attachment", sa.Column("scan_tries", sa.SmallInteger(), server_default="0", nullable=False))
    waiting = sa.text("scan = '' and sha256 <> ''")
    op.create_index("attachment_scan_idx", "attachment", ["scan_at"], postgresql_where=waiting)


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
