"""Doors: templates, what is barred, the chain, links from one to another; reactions, versions; threading by brand

Revision: 0017, after 0016, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

EMPTY = sa.text("''")
NOTHING = sa.text("'{}'")
NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)
TEXTS = postgresql.ARRAY(sa.Text())


def upgrade() -> None:
    op.add_column("brand", sa.Column("threading", postgresql.JSONB(), server_default=NOTHING, nullable=False))
    op.add_column("conversation", sa.Column("topic", sa.Text(), server_default=EMPTY, nullable=False))
    op.add_column("conversation", sa.Column("orders", TEXTS, server_default=NOTHING, nullable=False))
    op.add_column("conversation", sa.Column("keeps", sa.Boolean(), server_default="false", nullable=False))
    _templates()
    _doors()
    _ways_between()
    _said()


def _id(name: str = "id", *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _text(name: str, *, default: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=EMPTY if default else None, nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"{table}_{column}_fkey"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"{table}_pkey"))


def _templates() -> None:
    op.create_table(
        "channel_template",
        _number(),
        _id("channel_id"),
        _text("provider_id"),
        _text("language", default=True),
        _text("name"),
        _text("body"),
        _text("state"),
        _text("category", default=True),
        sa.Column("places", TEXTS, server_default=NOTHING, nullable=False),
        sa.Column("buttons", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        _text("problem", default=True),
        _text("wait", default=True),
        sa.Column("synced_at", MOMENT, server_default=NOW, nullable=False),
        _key("channel_template", "id"),
        _of("channel_template", "channel_id", "channel"),
        sa.UniqueConstraint(
            "channel_id", "provider_id", "language", name=op.f("channel_template_channel_id_provider_id_language_key")
        ),
    )


def _doors() -> None:
    op.create_table(
        "reach",
        _id("channel_id"),
        _id("identity_id"),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("blocked_at", MOMENT, nullable=True),
        sa.Column("heard_at", MOMENT, nullable=True),
        _key("reach", "channel_id", "identity_id"),
        _of("reach", "channel_id", "channel"),
        _of("reach", "identity_id", "identity"),
    )
    op.create_table(
        "chain_step",
        _number(),
        _id("brand_id"),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        _id("channel_id"),
        _id("template_id", null=True),
        sa.Column("values", postgresql.JSONB(), server_default=NOTHING, nullable=False),
        sa.Column("wait", sa.SmallInteger(), server_default="0", nullable=False),
        _key("chain_step", "id"),
        _of("chain_step", "brand_id", "brand"),
        _of("chain_step", "channel_id", "channel"),
        _of("chain_step", "template_id", "channel_template"),
        sa.UniqueConstraint("brand_id", "place", name=op.f("chain_step_brand_id_place_key")),
    )
    op.create_table(
        "chain_run",
        _id("message_id"),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("due", MOMENT, nullable=True),
        _key("chain_run", "message_id"),
        _of("chain_run", "message_id", "message"),
    )
    op.create_index("chain_run_due_idx", "chain_run", ["due"], postgresql_where=sa.text("due is not null"))


def _ways_between() -> None:
    op.create_table(
        "carry",
        _text("digest"),
        _id("conversation_id"),
        _id("identity_id", null=True),
        _text("by"),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _id("used_channel_id", null=True),
        _key("carry", "digest"),
        _of("carry", "conversation_id", "conversation"),
        _of("carry", "identity_id", "identity"),
        _of("carry", "used_channel_id", "channel"),
    )
    op.create_index(op.f("carry_conversation_id_idx"), "carry", ["conversation_id"])
    op.create_table(
        "moving",
        _number(),
        _id("from_id"),
        _id("to_id"),
        sa.Column("message_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("opened", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("was_status", sa.Text(), server_default="open", nullable=False),
        _text("by"),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        _text("undone_by", default=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        _key("moving", "id"),
        _of("moving", "from_id", "conversation"),
        _of("moving", "to_id", "conversation"),
    )
    op.create_index(op.f("moving_from_id_idx"), "moving", ["from_id"])
    op.create_index(op.f("moving_to_id_idx"), "moving", ["to_id"])


def _said() -> None:
    op.create_table(
        "message_version",
        _id("message_id"),
        sa.Column("at", MOMENT, nullable=False),
        _text("text"),
        _key("message_version", "message_id", "at"),
        _of("message_version", "message_id", "message"),
    )
    op.create_table(
        "message_reaction",
        _id("message_id"),
        _text("who"),
        _text("emoji"),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        _key("message_reaction", "message_id", "who"),
        _of("message_reaction", "message_id", "message"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
