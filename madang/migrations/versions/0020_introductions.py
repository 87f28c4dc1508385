"""Whose name the provider is still to be asked for

Revision: 0020, after 0019, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "introduction",
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("introduction_pkey")),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("introduction_identity_id_fkey")),
    )
    op.create_index(op.f("introduction_due_idx"), "introduction", ["due"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
