"""Imports: files of customers, what each row became, and by what they are found again

Revision: 0010, after 0009, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def words(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def number(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=default, nullable=False)


def json(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)


def at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=NOW, nullable=False)


def ident() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def upgrade() -> None:
    op.create_table(
        "customer_import",
        ident(),
        words("name"),
        words("sha256"),
        number("size"),
        json("format"),
        words("source"),
        json("mapping"),
        json("options"),
        sa.Column("state", sa.SmallInteger(), server_default="0", nullable=False),
        number("rows", "0"),
        number("position", "0"),
        json("counts"),
        json("checked"),
        words("problem", ""),
        words("by"),
        words("author"),
        at("created_at"),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_import_pkey")),
    )
    work = sa.text("state in (1, 3, 7)")
    op.create_index("customer_import_work_idx", "customer_import", ["id"], postgresql_where=work)
    rows()
    mappings()
    keys()
    merged = sa.text("home_id is not null")  # a customer is removed without reading everybody's rows
    for one in ("identity", "claim", "conversation"):
        op.create_index(f"{one}_home_idx", one, ["home_id"], postgresql_where=merged)


def rows() -> None:
    op.create_table(
        "customer_import_row",
        sa.Column("import_id", sa.BigInteger(), sa.ForeignKey("customer_import.id"), nullable=False),
        sa.Column("dry", sa.Boolean(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger()),
        json("made"),
        json("problems"),
        sa.Column("troubled", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("import_id", "dry", "row", name=op.f("customer_import_row_pkey")),
    )
    table, real, troubled = "customer_import_row", sa.text("not dry"), sa.text("troubled")
    op.create_index("customer_import_row_whose_idx", table, ["import_id", "customer_id"], postgresql_where=real)
    op.create_index("customer_import_row_problem_idx", table, ["import_id", "dry", "row"], postgresql_where=troubled)


def mappings() -> None:
    op.create_table(
        "customer_import_mapping",
        words("columns"),
        words("source"),
        json("mapping"),
        json("options"),
        words("by"),
        at("at"),
        sa.PrimaryKeyConstraint("columns", name=op.f("customer_import_mapping_pkey")),
    )


def keys() -> None:
    table = "customer_outside_key"
    op.create_table(
        table,
        sa.Column("customer_id", sa.BigInteger(), sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("home_id", sa.BigInteger(), sa.ForeignKey("customer.id")),
        ident(),
        words("source"),
        words("value"),
        sa.Column("import_id", sa.BigInteger(), sa.ForeignKey("customer_import.id")),
        at("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_outside_key_pkey")),
        sa.UniqueConstraint("source", "value", name=op.f("customer_outside_key_source_value_key")),
    )
    merged = sa.text("home_id is not null")
    op.create_index(op.f("customer_outside_key_customer_id_idx"), table, ["customer_id"])
    op.create_index("customer_outside_key_home_idx", table, ["home_id"], postgresql_where=merged)
    op.create_index(op.f("customer_outside_key_import_id_idx"), table, ["import_id"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
