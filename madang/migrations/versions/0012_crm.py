"""CRMs: accounts that are connected, which contact there is which customer here, and what waits to be looked at

Revision: 0012, after 0011, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def words(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def json(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)


def at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=NOW, nullable=False)


def once(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True))


def small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), server_default="0", nullable=False)


def ident() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def account() -> sa.Column[int]:
    return sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("crm_account.id"), nullable=False)


def upgrade() -> None:
    accounts()
    links()
    tasks()


def accounts() -> None:
    op.create_table(
        "crm_account",
        ident(),
        words("key"),
        words("connector"),
        words("name"),
        words("account", ""),
        json("settings"),
        sa.Column("secrets", sa.LargeBinary(), server_default="", nullable=False),
        json("mapping"),
        json("options"),
        json("properties"),
        small("state"),
        json("position"),
        words("cursor", ""),
        json("counts"),
        json("checked"),
        words("problem", ""),
        once("rest_until"),
        small("tries"),
        once("heard_at"),
        once("looked_at"),
        once("sent_at"),
        words("by"),
        at("created_at"),
        once("paused_at"),
        once("retired_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("crm_account_pkey")),
        sa.UniqueConstraint("key", name=op.f("crm_account_key_key")),
    )


def links() -> None:
    op.create_table(
        "crm_link",
        sa.Column("customer_id", sa.BigInteger(), sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("home_id", sa.BigInteger(), sa.ForeignKey("customer.id")),
        ident(),
        account(),
        words("external_id"),
        json("known"),
        at("at"),
        once("gone_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("crm_link_pkey")),
        sa.UniqueConstraint("account_id", "external_id", name=op.f("crm_link_account_id_external_id_key")),
    )
    op.create_index(op.f("crm_link_customer_id_idx"), "crm_link", ["customer_id"])
    merged = sa.text("home_id is not null")
    op.create_index("crm_link_home_idx", "crm_link", ["home_id"], postgresql_where=merged)


def tasks() -> None:
    op.create_table(
        "crm_task",
        account(),
        words("way"),
        words("key"),
        words("what", "changed"),
        sa.Column("turn", sa.BigInteger(), server_default="0", nullable=False),
        at("due"),
        sa.Column("stuck", sa.Boolean(), server_default="false", nullable=False),
        words("problem", ""),
        json("detail"),
        sa.Column("customer_id", sa.BigInteger()),
        at("at"),
        sa.PrimaryKeyConstraint("account_id", "way", "key", name=op.f("crm_task_pkey")),
        sa.CheckConstraint("way in ('in', 'out')", name=op.f("crm_task_way_check")),
    )
    op.create_index("crm_task_due_idx", "crm_task", ["account_id", "due"], postgresql_where=sa.text("not stuck"))
    op.create_index("crm_task_stuck_idx", "crm_task", ["account_id", "at"], postgresql_where=sa.text("stuck"))


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
