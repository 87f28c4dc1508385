"""The desk: views, snoozing, priority, followers, mentions; merged and linked; later; macros, guides, notifications

Revision: 0021, after 0020, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("priority", sa.SmallInteger(), server_default="1", nullable=False))
    op.add_column("conversation", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("fields", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("conversation", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column("conversation", sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("update conversation set waiting_since = last_at where status = 'open' and last_direction = 'in'")
    op.create_index(
        "conversation_waiting_idx",
        "conversation",
        ["waiting_since", "id"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "conversation_priority_idx",
        "conversation",
        ["priority", sa.text("last_at desc"), sa.text("id desc")],
        postgresql_where=sa.text("status = 'open' and priority <> 1"),
    )
    op.create_index(
        "conversation_tags_idx",
        "conversation",
        ["tags"],
        postgresql_using="gin",
        postgresql_where=sa.text("tags <> '{}'"),
    )
    op.create_index(
        "conversation_snoozed_idx",
        "conversation",
        ["snoozed_until"],
        postgresql_where=sa.text("snoozed_until is not null"),
    )
    op.create_foreign_key(
        op.f("conversation_merged_into_id_fkey"), "conversation", "conversation", ["merged_into_id"], ["id"]
    )
    op.add_column("customer_field", sa.Column("about", sa.Text(), server_default="customer", nullable=False))
    op.create_check_constraint(op.f("conversation_priority_check"), "conversation", "priority between 0 and 3")
    op.create_check_constraint(
        op.f("customer_field_about_check"), "customer_field", "about in ('customer', 'conversation')"
    )
    _inbox()
    _threads()
    _macros()
    _notifications()
    _changes()


def _inbox() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("icon", sa.Text(), server_default="", nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("condition", postgresql.JSONB(), nullable=False),
        sa.Column("sort", sa.Text(), server_default="newest", nullable=False),
        sa.Column("place", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("saved_view_owner_id_fkey")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("saved_view_team_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("saved_view_pkey")),
    )
    op.create_index(op.f("saved_view_owner_id_idx"), "saved_view", ["owner_id"])
    op.create_table(
        "follower",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("follower_conversation_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("follower_user_id_fkey")),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", name=op.f("follower_pkey")),
    )
    op.create_index(op.f("follower_user_id_idx"), "follower", ["user_id"])
    op.create_table(
        "reading",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("reading_conversation_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("reading_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "conversation_id", name=op.f("reading_pkey")),
    )
    op.create_table(
        "mention",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("mention_conversation_id_fkey")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("mention_message_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("mention_user_id_fkey")),
        sa.PrimaryKeyConstraint("message_id", "user_id", name=op.f("mention_pkey")),
    )
    op.create_index(op.f("mention_conversation_id_idx"), "mention", ["conversation_id"])
    op.create_index("mention_user_idx", "mention", ["user_id", sa.text("message_id desc")])
    op.create_index("mention_unseen_idx", "mention", ["user_id"], postgresql_where=sa.text("seen_at is null"))


def _threads() -> None:
    op.create_table(
        "conversation_joined",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("into_id", sa.BigInteger(), nullable=False),
        sa.Column("message_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("data", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["conversation.id"], name=op.f("conversation_joined_from_id_fkey")),
        sa.ForeignKeyConstraint(["into_id"], ["conversation.id"], name=op.f("conversation_joined_into_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("conversation_joined_pkey")),
    )
    op.create_index(op.f("conversation_joined_from_id_idx"), "conversation_joined", ["from_id"])
    op.create_index(op.f("conversation_joined_into_id_idx"), "conversation_joined", ["into_id"])
    op.create_table(
        "conversation_link",
        sa.Column("a_id", sa.BigInteger(), nullable=False),
        sa.Column("b_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["a_id"], ["conversation.id"], name=op.f("conversation_link_a_id_fkey")),
        sa.ForeignKeyConstraint(["b_id"], ["conversation.id"], name=op.f("conversation_link_b_id_fkey")),
        sa.PrimaryKeyConstraint("a_id", "b_id", name=op.f("conversation_link_pkey")),
    )
    op.create_index(op.f("conversation_link_b_id_idx"), "conversation_link", ["b_id"])
    op.create_table(
        "scheduled",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undo", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("asks", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("held", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("scheduled_channel_id_fkey")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("scheduled_conversation_id_fkey")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("scheduled_message_id_fkey")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("scheduled_pkey")),
    )
    op.create_index(op.f("scheduled_at_idx"), "scheduled", ["at"])
    op.create_index(op.f("scheduled_conversation_id_idx"), "scheduled", ["conversation_id"])
    op.add_column("draft", sa.Column("data", postgresql.JSONB(), server_default="{}", nullable=False))


def _macros() -> None:
    op.create_table(
        "guide",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("brand_id", sa.BigInteger(), nullable=True),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("connectors", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("items", postgresql.JSONB(), nullable=False),
        sa.Column("place", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("guide_brand_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("guide_pkey")),
    )
    op.create_table(
        "macro",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("brand_id", sa.BigInteger(), nullable=True),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.Column("uses", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("macro_brand_id_fkey")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("macro_owner_id_fkey")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("macro_team_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("macro_pkey")),
    )
    op.create_index(
        "macro_name_key",
        "macro",
        [sa.text("coalesce(owner_id, 0)"), sa.text("lower(name)")],
        unique=True,
        postgresql_where=sa.text("archived_at is null"),
    )
    op.create_table(
        "guide_tick",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("guide_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("guide_tick_conversation_id_fkey")),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("guide_tick_guide_id_fkey")),
        sa.PrimaryKeyConstraint("conversation_id", "guide_id", "item", name=op.f("guide_tick_pkey")),
    )
    _macro_uses()


def _macro_uses() -> None:
    op.create_table(
        "guide_choice",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("guide_id", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("guide_choice_conversation_id_fkey")
        ),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("guide_choice_guide_id_fkey")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("guide_choice_pkey")),
    )
    op.create_table(
        "macro_file",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("macro_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["macro_id"], ["macro.id"], name=op.f("macro_file_macro_id_fkey")),
        sa.PrimaryKeyConstraint("key", name=op.f("macro_file_pkey")),
    )
    op.create_index(op.f("macro_file_macro_id_idx"), "macro_file", ["macro_id"])
    op.create_table(
        "macro_run",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("macro_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("done", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("macro_run_conversation_id_fkey")),
        sa.ForeignKeyConstraint(["macro_id"], ["macro.id"], name=op.f("macro_run_macro_id_fkey")),
        sa.PrimaryKeyConstraint("key", name=op.f("macro_run_pkey")),
    )
    op.create_index("macro_run_by_idx", "macro_run", ["by", sa.text("at desc")])
    op.create_index(op.f("macro_run_conversation_id_idx"), "macro_run", ["conversation_id"])
    op.create_index(op.f("macro_run_macro_id_idx"), "macro_run", ["macro_id"])


def _notifications() -> None:
    op.create_table(
        "desk_browser",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("desk_browser_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("desk_browser_pkey")),
        sa.UniqueConstraint("endpoint", name=op.f("desk_browser_endpoint_key")),
    )
    op.create_index(op.f("desk_browser_user_id_idx"), "desk_browser", ["user_id"])
    op.create_table(
        "notification_wishes",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("data", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("notification_wishes_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("notification_wishes_pkey")),
    )
    op.create_table(
        "preference",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("preference_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "name", name=op.f("preference_pkey")),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("data", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("notification_conversation_id_fkey")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("notification_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("notification_pkey")),
    )
    op.create_index("notification_key_key", "notification", ["user_id", "key"], unique=True)
    op.create_index("notification_list_idx", "notification", ["user_id", sa.text("at desc"), sa.text("id desc")])
    op.create_index("notification_unseen_idx", "notification", ["user_id"], postgresql_where=sa.text("seen_at is null"))
    op.create_table(
        "notification_telling",
        sa.Column("notification_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notification.id"],
            name=op.f("notification_telling_notification_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notification_id", "way", name=op.f("notification_telling_pkey")),
    )
    op.create_index(op.f("notification_telling_due_idx"), "notification_telling", ["due"])


def _changes() -> None:
    op.create_table(
        "setting_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("field", sa.Text(), server_default="", nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("secret", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("brand_id", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.Text(), server_default="", nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("setting_change_pkey")),
    )
    op.create_index("setting_change_subject_idx", "setting_change", ["subject", "field", "id"])
    op.create_index("setting_change_page_idx", "setting_change", ["page", sa.text("id desc")])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
