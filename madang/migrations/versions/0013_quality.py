"""How good the customers' data is, and who may see which field of the company's own

Revision: 0013, after 0012, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def number(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=default, nullable=False)


def at(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **({"nullable": False} | more))  # type: ignore[arg-type]


def upgrade() -> None:
    op.add_column("customer_field", sa.Column("seen_by", sa.Text(), server_default="everyone", nullable=False))
    op.create_check_constraint(
        op.f("customer_field_seen_by_check"), "customer_field", "seen_by in ('everyone', 'leads')"
    )
    counts()
    op.create_table(
        "quality_snapshot",
        number("brand_id"),
        sa.Column("day", sa.Date(), nullable=False),
        at("at"),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "day", name=op.f("quality_snapshot_pkey")),
    )
    op.create_table(
        "quality_mark",
        number("customer_id"),
        sa.Column("measure", sa.SmallInteger(), nullable=False),
        sa.Column("brands", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "measure", name=op.f("quality_mark_pkey")),
    )
    op.create_index(op.f("quality_mark_measure_idx"), "quality_mark", ["measure", "customer_id"])
    op.create_table(
        "quality_bounce",
        number("identity_id"),
        number("message_id"),
        at("at"),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("quality_bounce_pkey")),
    )


def counts() -> None:
    op.create_table(
        "quality_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("months", sa.SmallInteger(), server_default="0", nullable=False),
        at("began_at", server_default=sa.text("now()")),
        at("finished_at", nullable=True),
        number("message_id", "0"),
        number("newest_message_id", "0"),
        number("customer_id", "0"),
        sa.Column("sums", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("quality_count_pkey")),
    )
    running = sa.text("finished_at is null")
    op.create_index(
        "quality_count_running_key", "quality_count", [sa.text("(true)")], unique=True, postgresql_where=running
    )


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
