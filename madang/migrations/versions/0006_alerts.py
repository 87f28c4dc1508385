"""Alerts: who is told, what is wrong, which mails went out; how much memory a worker uses

Revision: 0006, after 0005, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def words(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def number(name: str, default: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=default, nullable=False)


def small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), server_default="0", nullable=False)


def at(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, server_default=NOW, nullable=False)


def once(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT)


def ident() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def upgrade() -> None:
    settings()
    incidents()
    mails()
    op.add_column("heartbeat", sa.Column("memory", sa.BigInteger(), server_default="0", nullable=False))


def settings() -> None:
    op.create_table(
        "alert_settings",
        number("id", "1"),
        sa.Column("recipients", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        words("language", "en"),
        words("timezone", "UTC"),
        sa.Column("channel_id", sa.BigInteger()),
        number("waiting_minutes", "10"),
        number("quarantined", "1"),
        sa.Column("silence", sa.Boolean(), server_default="true", nullable=False),
        at("changed_at"),
        sa.CheckConstraint("id = 1", name=op.f("alert_settings_one_check")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("alert_settings_channel_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("alert_settings_pkey")),
    )


def incidents() -> None:
    op.create_table(
        "incident",
        ident(),
        words("kind"),
        words("subject"),
        sa.Column("channel_id", sa.BigInteger()),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        at("since"),
        once("opened_at"),
        once("absent_since"),
        once("closed_at"),
        once("told_at"),
        sa.Column("over_told", sa.Boolean(), server_default="true", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_pkey")),
    )
    still = sa.text("closed_at is null")
    op.create_index("incident_open_key", "incident", ["kind", "subject"], unique=True, postgresql_where=still)
    op.create_index("incident_closed_idx", "incident", ["kind", "subject", "closed_at"])


def mails() -> None:
    op.create_table(
        "alert_mail",
        ident(),
        words("recipient"),
        words("subject"),
        words("body"),
        small("state"),
        small("tries"),
        words("problem", ""),
        at("at"),
        at("due"),
        once("leased_until"),
        sa.PrimaryKeyConstraint("id", name=op.f("alert_mail_pkey")),
    )
    op.create_index("alert_mail_due_idx", "alert_mail", ["due"], postgresql_where=sa.text("state in (0, 1)"))


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
