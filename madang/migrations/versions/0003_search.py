"""Search

Revision: 0003, after 0002, 2026-11-22. The index is filled by the worker, in batches, the newest messages first.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from madang.lib.partitions import first_of, month_of, name_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GIN = "using gin (tokens) with (fastupdate = on, gin_pending_list_limit = 512)"


def upgrade() -> None:
    op.drop_index("message_search_idx", "message")
    op.drop_column("message", "search")
    op.create_table(
        "search_entry",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("tokens", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("search_entry_pkey")),
        postgresql_partition_by="RANGE (message_id)",
    )
    op.execute(f"create index search_entry_tokens_idx on search_entry {GIN}")
    month = month_of(datetime.now(UTC))
    if op.get_bind().execute(sa.text("select to_regclass('message_early') is not null")).scalar_one():
        early = f"from (minvalue) to ({first_of(month)})"
        op.execute(f"create table search_entry_early partition of search_entry for values {early}")
    for number in (month, month + 1):
        bounds = f"from ({first_of(number)}) to ({first_of(number + 1)})"
        op.execute(f"create table {name_of('search_entry', number)} partition of search_entry for values {bounds}")
    op.create_table(
        "search_person",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tokens", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("search_person_pkey")),
    )
    op.execute(f"create index search_person_tokens_idx on search_person {GIN}")
    op.create_table(
        "search_backfill",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("below", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("search_backfill_pkey")),
    )


def downgrade() -> None:
    raise NotImplementedError("the index of the search is not taken back")
