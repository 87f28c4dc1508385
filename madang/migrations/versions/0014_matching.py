"""What the matching learned, what administrators chose of it, and each time it ran

Revision: 0014, after 0013, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
JSON = postgresql.JSONB(astext_type=sa.Text())


def words(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def flag(name: str, default: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=default, nullable=False)


def small(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), server_default=default, nullable=False)


def number(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=default, nullable=False)


def told(name: str) -> sa.Column[object]:
    return sa.Column(name, JSON, server_default="{}", nullable=False)


def at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=NOW, nullable=False)


def ident() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def of_model(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["model_id"], ["matching_model.id"], name=op.f(f"{table}_model_id_fkey"))


def upgrade() -> None:
    op.create_table(
        "matching_model",
        ident(),
        words("shape"),
        told("weights"),
        number("customers"),
        told("quality"),
        small("fate"),
        at("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("matching_model_pkey")),
    )
    chosen()
    runs()
    decided = sa.text("state in (1, 2, 3) and reason = 'match'")
    op.create_index("suggestion_decided_idx", "suggestion", ["score"], postgresql_where=decided)
    by_itself = sa.text("(why ->> 'reason') = 'automatic'")
    op.create_index("merge_automatic_idx", "merge", ["id"], postgresql_where=by_itself)


def chosen() -> None:
    op.create_table(
        "matching_settings",
        sa.Column("id", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("model_id", sa.BigInteger()),
        flag("learns", "true"),
        flag("nightly", "true"),
        small("hour", "3"),
        words("timezone", "Asia/Seoul"),
        sa.Column("suggest", sa.Double()),
        sa.Column("automatic", sa.Double()),
        flag("confirmed", "false"),
        sa.Column("suggest_from", sa.Double(), server_default="0.9", nullable=False),
        sa.Column("borne_from", sa.Double()),
        number("decided", "0"),
        number("accepted", "0"),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        at("since"),
        sa.CheckConstraint("id = 1", name=op.f("matching_settings_one_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("matching_settings_pkey")),
        of_model("matching_settings"),
    )
    op.execute("insert into matching_settings default values")


def runs() -> None:
    op.create_table(
        "matching_run",
        ident(),
        small("phase", "0"),
        words("step", ""),
        told("counts"),
        sa.Column("model_id", sa.BigInteger()),
        words("problem", ""),
        words("by"),
        at("at"),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("matching_run_pkey")),
        of_model("matching_run"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
