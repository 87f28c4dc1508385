"""Segments: saved conditions over customers, and who fulfils them

Revision: 0009, after 0008, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "segment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        words("name"),
        sa.Column("condition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        words("timezone"),
        sa.Column("reads", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("moves", sa.Boolean(), nullable=False),
        sa.Column("members", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("filled_to", sa.BigInteger(), server_default="0"),
        words("created_by"),
        at("created_at"),
        at("changed_at"),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("segment_pkey")),
    )
    used = sa.text("archived_at is null")
    op.create_index("segment_name_key", "segment", [sa.text("lower(name)")], unique=True, postgresql_where=used)
    members()
    more = ["customer_id", "amount"]
    op.create_index("customer_event_kind_idx", "customer_event", ["kind", "at"], postgresql_include=more)


def members() -> None:
    op.create_table(
        "segment_member",
        number("segment_id"),
        number("customer_id"),
        at("since"),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("segment_member_segment_id_fkey")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("segment_member_customer_id_fkey")),
        sa.PrimaryKeyConstraint("segment_id", "customer_id", name=op.f("segment_member_pkey")),
    )
    op.create_index(op.f("segment_member_customer_id_idx"), "segment_member", ["customer_id"])
    op.create_table(
        "segment_due",
        number("segment_id"),
        number("customer_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("segment_id", "customer_id", name=op.f("segment_due_pkey")),
    )
    op.create_index(op.f("segment_due_at_idx"), "segment_due", ["at"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
