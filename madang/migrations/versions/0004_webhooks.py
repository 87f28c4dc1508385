"""Outgoing webhooks

Revision: 0004, after 0003, 2026-11-22.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = sa.text("stage = 0")


def number(name: str, *, null: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null, server_default=default)


def small(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), nullable=False, server_default=default)


def words(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def some(name: str, kind: sa.types.TypeEngine[Any], default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.ARRAY(kind), nullable=False, server_default=default)


def json(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}")


def at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))


def once(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def ident() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"{table}_pkey"))


def points(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"{table}_{column}_fkey"), ondelete=ondelete)


def upgrade() -> None:
    receivers()
    deliveries()
    attempts()


def receivers() -> None:
    op.create_table(
        "webhook",
        ident(),
        words("description", ""),
        words("url"),
        some("kinds", sa.Text()),
        sa.Column("all_brands", sa.Boolean(), nullable=False, server_default="true"),
        some("brand_ids", sa.BigInteger(), "{}"),
        words("sees", "all"),
        some("team_ids", sa.BigInteger(), "{}"),
        words("made_by"),
        at("created_at"),
        number("failures", default="0"),
        once("failing_since"),
        once("rest_until"),
        once("disabled_at"),
        words("disabled_why", ""),
        words("problem", ""),
        once("retired_at"),
        key("webhook"),
        sa.CheckConstraint("sees in ('all', 'team')", name=op.f("webhook_sees_check")),
    )
    op.create_table(
        "webhook_secret",
        ident(),
        number("webhook_id"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        at("created_at"),
        once("expires_at"),
        key("webhook_secret"),
        points("webhook_secret", "webhook_id", "webhook"),
    )
    op.create_index(op.f("webhook_secret_webhook_id_idx"), "webhook_secret", ["webhook_id"])


def deliveries() -> None:
    table = "webhook_delivery"
    op.create_table(
        table,
        ident(),
        number("webhook_id"),
        number("event_id", null=True),
        words("kind"),
        number("conversation_id", null=True),
        small("stage", "0"),
        at("created_at"),
        at("due"),
        small("tries", "0"),
        once("leased_until"),
        words("leased_by", ""),
        once("ended_at"),
        small("status", "0"),
        words("problem", ""),
        key(table),
        points(table, "webhook_id", "webhook"),
        postgresql_with={"fillfactor": 80},
    )
    newest: list[Any] = ["webhook_id", sa.text("id desc")]
    op.create_index("webhook_delivery_event_key", table, ["webhook_id", "event_id"], unique=True)
    op.create_index("webhook_delivery_due_idx", table, ["webhook_id", "due", "id"], postgresql_where=WAITING)
    op.create_index(
        "webhook_delivery_lane_idx", table, ["webhook_id", "conversation_id", "id"], postgresql_where=WAITING
    )
    leased = sa.text("leased_until is not null")
    op.create_index("webhook_delivery_lease_idx", table, ["leased_until"], postgresql_where=leased)
    op.create_index("webhook_delivery_list_idx", table, newest)
    op.create_index("webhook_delivery_failed_idx", table, newest, postgresql_where=sa.text("stage = 2"))
    ended = sa.text("ended_at is not null")
    op.create_index("webhook_delivery_ended_idx", table, ["ended_at"], postgresql_where=ended)


def attempts() -> None:
    op.create_table(
        "webhook_attempt",
        ident(),
        number("delivery_id"),
        at("at"),
        number("took_ms"),
        small("status"),
        words("problem", ""),
        json("sent_headers"),
        number("size"),
        words("digest"),
        json("answer_headers"),
        words("answer", ""),
        key("webhook_attempt"),
        points("webhook_attempt", "delivery_id", "webhook_delivery", ondelete="CASCADE"),
    )
    op.create_index(op.f("webhook_attempt_delivery_id_idx"), "webhook_attempt", ["delivery_id"])


def downgrade() -> None:
    for table in ("webhook_attempt", "webhook_delivery", "webhook_secret", "webhook"):
        op.drop_table(table)
