"""By what customers who may be one are found

Revision: 0011, after 0010, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_key",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "key", name=op.f("match_key_pkey")),
    )
    op.create_index(op.f("match_key_key_idx"), "match_key", ["key"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
