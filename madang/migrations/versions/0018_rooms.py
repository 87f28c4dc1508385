"""Posts of boards, notes for the next visit, browsers that want to be told of answers

Revision: 0018, after 0017, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

EMPTY = sa.text("''")
MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    _board()
    _visits()
    _push()


def _board() -> None:
    op.create_table(
        "board_post",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("secret", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("password", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("user_value", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("board_post_pkey")),
        sa.UniqueConstraint("key", name=op.f("board_post_key_key")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("board_post_channel_id_fkey")),
    )
    alive = sa.text("deleted_at is null")
    op.create_index("board_post_list_idx", "board_post", ["channel_id", sa.text("id desc")], postgresql_where=alive)


def _visits() -> None:
    op.create_table(
        "visit_note",
        sa.Column("note_id", sa.BigInteger(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", sa.Text(), server_default=EMPTY, nullable=False),
        sa.PrimaryKeyConstraint("note_id", name=op.f("visit_note_pkey")),
        sa.ForeignKeyConstraint(["note_id"], ["customer_note.id"], name=op.f("visit_note_note_id_fkey")),
    )


def _push() -> None:
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("page", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("push_subscription_pkey")),
        sa.UniqueConstraint("endpoint", name=op.f("push_subscription_endpoint_key")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("push_subscription_channel_id_fkey")),
    )
    index = op.f("push_subscription_channel_id_value_idx")
    op.create_index(index, "push_subscription", ["channel_id", "value"])
    whose = op.f("push_notice_subscription_id_fkey")
    op.create_table(
        "push_notice",
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("due", MOMENT, server_default=NOW, nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("subscription_id", "message_id", name=op.f("push_notice_pkey")),
        sa.ForeignKeyConstraint(["subscription_id"], ["push_subscription.id"], name=whose, ondelete="CASCADE"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
