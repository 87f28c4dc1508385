"""Until when somebody is taken to sit at her desk: beside it no phone of hers rings

Revision: 0023, after 0022, 2026-11-23.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_presence",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("desk_presence_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("desk_presence_pkey")),
        prefixes=["UNLOGGED"],
    )


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
