"""One customer: whose a row was before a merge, the journal of merges, every change of a field

Revision: 0007, after 0006, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
NEWEST = sa.text("coalesce(pg_sequence_last_value('message_id_seq'), 0)")
JSON = postgresql.JSONB(astext_type=sa.Text())


def words(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def to_customer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), sa.ForeignKey("customer.id"), nullable=False)


def at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=NOW, nullable=False)


def ident() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def upgrade() -> None:
    for name in ("company", "region", "prefers"):
        op.add_column("customer", words(name, ""))
    op.add_column("customer", sa.Column("fields", JSON, server_default="{}", nullable=False))
    op.add_column("customer", sa.Column("blocked_at", sa.DateTime(timezone=True)))
    op.add_column("customer", sa.Column("merged_into", sa.BigInteger()))
    op.create_foreign_key(op.f("customer_merged_into_fkey"), "customer", "customer", ["merged_into"], ["id"])
    merged = sa.text("merged_into is not null")
    op.create_index("customer_merged_idx", "customer", ["merged_into"], postgresql_where=merged)
    op.add_column("identity", words("proved_by", ""))
    op.add_column("identity", sa.Column("main", sa.Boolean(), server_default="false", nullable=False))
    for table in ("identity", "claim", "conversation"):
        op.add_column(table, sa.Column("home_id", sa.BigInteger()))
        op.create_foreign_key(op.f(f"{table}_home_id_fkey"), table, "customer", ["home_id"], ["id"])
    merges()
    suggestions()
    changes()


def merges() -> None:
    op.create_table(
        "merge",
        ident(),
        to_customer("winner_id"),
        to_customer("loser_id"),
        sa.Column("why", JSON, server_default="{}", nullable=False),
        words("by"),
        at("at"),
        sa.Column("mark", sa.BigInteger(), server_default=NEWEST, nullable=False),
        words("undone_by", ""),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("merge_pkey")),
    )
    standing = sa.text("undone_at is null")
    op.create_index("merge_standing_key", "merge", ["loser_id"], unique=True, postgresql_where=standing)
    op.create_index(op.f("merge_winner_id_idx"), "merge", ["winner_id"])


def suggestions() -> None:
    op.create_table(
        "suggestion",
        ident(),
        to_customer("one_id"),
        to_customer("two_id"),
        words("reason"),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evidence", JSON, server_default="[]", nullable=False),
        sa.Column("state", sa.SmallInteger(), server_default="0", nullable=False),
        at("at"),
        words("decided_by", ""),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("merge_id", sa.BigInteger(), sa.ForeignKey("merge.id")),
        sa.CheckConstraint("one_id < two_id", name=op.f("suggestion_order_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("suggestion_pkey")),
        sa.UniqueConstraint("one_id", "two_id", name=op.f("suggestion_one_id_two_id_key")),
    )
    still = sa.text("state = 0")
    op.create_index("suggestion_open_idx", "suggestion", [sa.text("score desc"), "id"], postgresql_where=still)
    op.create_index(op.f("suggestion_two_id_idx"), "suggestion", ["two_id"])


def changes() -> None:
    op.create_table(
        "field_change",
        ident(),
        to_customer("customer_id"),
        words("field"),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("merge_id", sa.BigInteger(), sa.ForeignKey("merge.id")),
        sa.Column("undone", sa.Boolean(), server_default="false", nullable=False),
        words("by"),
        at("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("field_change_pkey")),
    )
    op.create_index(op.f("field_change_customer_id_field_id_idx"), "field_change", ["customer_id", "field", "id"])
    op.create_index(op.f("field_change_merge_id_idx"), "field_change", ["merge_id"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
