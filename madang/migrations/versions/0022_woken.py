"""When a snooze ended, and by what lists are sorted; lists of a team; tokens that speak for a person

Revision: 0022, after 0021, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Until now the end of a snooze was written down as the time of the last message: what is the true one the message says.
TOLD_APART = """
update conversation v set woken_at = v.last_at, last_at = m.at
from message m
where m.id = v.last_id and m.at < v.last_at and exists (
  select from event e where e.conversation_id = v.id and e.kind = 'conversation.woken' and e.at = v.last_at)
"""
NEWEST = (sa.text("sort_at desc"), sa.text("id desc"))
OPEN = "status = 'open'"


def upgrade() -> None:
    for name in ("list", "mine", "free", "priority"):
        op.drop_index(f"conversation_{name}_idx", "conversation")
    op.add_column("conversation", sa.Column("woken_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(TOLD_APART)
    computed = sa.Computed("greatest(last_at, woken_at)", persisted=True)
    op.add_column("conversation", sa.Column("sort_at", sa.DateTime(timezone=True), computed, nullable=False))
    op.create_index("conversation_list_idx", "conversation", ["status", *NEWEST])
    op.create_index("conversation_mine_idx", "conversation", ["assignee_id", "status", *NEWEST])
    for name, columns, rule in (
        ("free", [], f"assignee_id is null and {OPEN}"),
        ("team", ["team_id"], f"{OPEN} and team_id is not null"),
        ("priority", ["priority"], f"{OPEN} and priority <> 1"),
    ):
        where = sa.text(rule)
        op.create_index(f"conversation_{name}_idx", "conversation", [*columns, *NEWEST], postgresql_where=where)
    op.add_column("api_token", sa.Column("user_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("api_token_user_id_fkey"), "api_token", "user", ["user_id"], ["id"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
