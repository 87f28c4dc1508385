"""The yard

Revision: 0001, after , 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from madang.lib import tables
from madang.migrations.guard import EVENT_GUARD

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window_start", name=op.f("attempt_pkey")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "brand",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hue", sa.Float(), server_default="274", nullable=False),
        sa.Column("chroma", sa.Float(), server_default="0.125", nullable=False),
        sa.Column("language", sa.Text(), server_default="ko", nullable=False),
        sa.Column("signature", sa.Text(), server_default="", nullable=False),
        sa.Column("greeting", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("brand_pkey")),
    )
    op.create_index(
        "brand_name_key",
        "brand",
        [sa.literal_column("lower(name)")],
        unique=True,
        postgresql_where=sa.text("retired_at is null"),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="", nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_pkey")),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reaction", sa.Text(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("dead_letter_pkey")),
    )
    op.create_index(op.f("dead_letter_reaction_idx"), "dead_letter", ["reaction"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tx", tables.Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("event_pkey")),
    )
    op.create_index(
        op.f("event_conversation_id_id_idx"),
        "event",
        ["conversation_id", "id"],
        unique=False,
        postgresql_where=sa.text("conversation_id is not null"),
    )
    op.create_index(op.f("event_tx_id_idx"), "event", ["tx", "id"], unique=False)
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("heartbeat_pkey")),
    )
    op.create_table(
        "reaction_position",
        sa.Column("reaction", sa.Text(), nullable=False),
        sa.Column("tx", tables.Xid8(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("reaction", name=op.f("reaction_position_pkey")),
    )
    op.create_table(
        "seal",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("to_tx", tables.Xid8(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("seal_pkey")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("team_pkey")),
    )
    op.create_index(
        "team_name_key",
        "team",
        [sa.literal_column("lower(name)")],
        unique=True,
        postgresql_where=sa.text("retired_at is null"),
    )
    op.create_table(
        "upload",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("upload_pkey")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="agent", nullable=False),
        sa.Column("sees", sa.Text(), server_default="all", nullable=False),
        sa.Column("all_brands", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("language", sa.Text(), server_default="ko", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="Asia/Seoul", nullable=False),
        sa.Column("theme", sa.Text(), server_default="auto", nullable=False),
        sa.Column("density", sa.Text(), server_default="roomy", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('administrator', 'lead', 'agent', 'viewer')", name=op.f("user_role_check")),
        sa.CheckConstraint("sees in ('all', 'team', 'assigned')", name=op.f("user_sees_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("user_pkey")),
    )
    op.create_index(
        "user_email_key",
        "user",
        [sa.literal_column("lower(email)")],
        unique=True,
        postgresql_where=sa.text("retired_at is null"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("api_token_created_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("api_token_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("api_token_token_hash_key")),
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("secrets", sa.LargeBinary(), server_default="", nullable=False),
        sa.Column("cursor", sa.Text(), server_default="", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("channel_brand_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("channel_pkey")),
        sa.UniqueConstraint("key", name=op.f("channel_key_key")),
    )
    op.create_table(
        "claim",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("claim_customer_id_fkey")),
        sa.PrimaryKeyConstraint("customer_id", "kind", "value", name=op.f("claim_pkey")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("proof", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("identity_customer_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("identity_pkey")),
        sa.UniqueConstraint("kind", "value", "account", name=op.f("identity_kind_value_account_key")),
    )
    op.create_index(op.f("identity_customer_id_idx"), "identity", ["customer_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("sees", sa.Text(), server_default="all", nullable=False),
        sa.Column("all_brands", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("brand_ids", sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("team_ids", sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("first", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('administrator', 'lead', 'agent', 'viewer')", name=op.f("invitation_role_check")),
        sa.CheckConstraint("sees in ('all', 'team', 'assigned')", name=op.f("invitation_sees_check")),
        sa.ForeignKeyConstraint(["invited_by"], ["user.id"], name=op.f("invitation_invited_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("invitation_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("invitation_token_hash_key")),
    )
    op.create_table(
        "password_reset",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("password_reset_user_id_fkey")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("password_reset_pkey")),
    )
    op.create_index(op.f("password_reset_user_id_idx"), "password_reset", ["user_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("remote", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("session_user_id_fkey")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("session_pkey")),
    )
    op.create_index(op.f("session_user_id_idx"), "session", ["user_id"], unique=False)
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("team_member_team_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("team_member_user_id_fkey")),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("team_member_pkey")),
    )
    op.create_index(op.f("team_member_user_id_idx"), "team_member", ["user_id"], unique=False)
    op.create_table(
        "user_brand",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("user_brand_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "brand_id", name=op.f("user_brand_pkey")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("brand_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("channel_ids", sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("unread", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("messages", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_text", sa.Text(), server_default="", nullable=False),
        sa.Column("last_direction", sa.Text(), server_default="in", nullable=False),
        sa.Column("last_channel_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status in ('open', 'closed')", name=op.f("conversation_status_check")),
        sa.ForeignKeyConstraint(["assignee_id"], ["user.id"], name=op.f("conversation_assignee_id_fkey")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("conversation_brand_id_fkey")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("conversation_customer_id_fkey")),
        sa.ForeignKeyConstraint(["last_channel_id"], ["channel.id"], name=op.f("conversation_last_channel_id_fkey")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("conversation_team_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("conversation_pkey")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("conversation_channels_idx", "conversation", ["channel_ids"], unique=False, postgresql_using="gin")
    op.create_index(op.f("conversation_customer_id_idx"), "conversation", ["customer_id"], unique=False)
    op.create_index(
        "conversation_free_idx",
        "conversation",
        [sa.literal_column("last_at desc"), sa.literal_column("id desc")],
        unique=False,
        postgresql_where=sa.text("assignee_id is null and status = 'open'"),
    )
    op.create_index(
        "conversation_list_idx",
        "conversation",
        ["status", sa.literal_column("last_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "conversation_mine_idx",
        "conversation",
        ["assignee_id", "status", sa.literal_column("last_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "conversation_open_idx",
        "conversation",
        ["customer_id", "brand_id"],
        unique=False,
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_table(
        "delivery_key",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("envelope_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("delivery_key_channel_id_fkey")),
        sa.PrimaryKeyConstraint("channel_id", "key", name=op.f("delivery_key_pkey")),
    )
    op.create_table(
        "early_receipt",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("early_receipt_channel_id_fkey")),
        sa.PrimaryKeyConstraint("channel_id", "about", "state", name=op.f("early_receipt_pkey")),
    )
    op.create_table(
        "envelope",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("file", sa.Text(), server_default="", nullable=False),
        sa.Column("meta", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state between 0 and 3", name=op.f("envelope_state_check")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("envelope_channel_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("envelope_pkey")),
    )
    op.create_index(
        "envelope_quarantine_idx", "envelope", ["channel_id", "id"], unique=False, postgresql_where=sa.text("state = 2")
    )
    op.create_index(
        "envelope_waiting_idx", "envelope", ["lane", "id"], unique=False, postgresql_where=sa.text("state = 0")
    )
    op.create_table(
        "presence",
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("page", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("presence_identity_id_fkey")),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("presence_pkey")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "draft",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="reply", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("draft_conversation_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("draft_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "conversation_id", name=op.f("draft_pkey")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("full_text", sa.Text(), server_default="", nullable=False),
        sa.Column("html", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("state", sa.SmallInteger(), server_default="-1", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=True),
        sa.Column("provider_message_id", sa.Text(), nullable=True),
        sa.Column("envelope_id", sa.BigInteger(), nullable=True),
        sa.Column("auto", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=True),
        sa.CheckConstraint("direction in ('in', 'out', 'note')", name=op.f("message_direction_check")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("message_author_id_fkey")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("message_channel_id_fkey")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("message_conversation_id_fkey")),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("message_identity_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("message_pkey")),
        sa.UniqueConstraint(
            "channel_id", "provider_message_id", name=op.f("message_channel_id_provider_message_id_key")
        ),
        sa.UniqueConstraint("client_key", name=op.f("message_client_key_key")),
    )
    op.create_index("message_search_idx", "message", ["search"], unique=False, postgresql_using="gin")
    op.create_index("message_thread_idx", "message", ["conversation_id", sa.literal_column("id desc")], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_id", sa.Text(), server_default="", nullable=False),
        sa.Column("inline", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("ref", sa.Text(), server_default="", nullable=False),
        sa.Column("fetch_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("fetch_tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("attachment_message_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("attachment_pkey")),
        sa.UniqueConstraint("key", name=op.f("attachment_key_key")),
    )
    op.create_index(
        "attachment_fetch_idx",
        "attachment",
        ["fetch_at"],
        unique=False,
        postgresql_where=sa.text("sha256 = '' and ref <> ''"),
    )
    op.create_index(op.f("attachment_message_id_idx"), "attachment", ["message_id"], unique=False)
    op.create_table(
        "message_alias",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("message_alias_channel_id_fkey")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("message_alias_message_id_fkey")),
        sa.PrimaryKeyConstraint("channel_id", "alias", name=op.f("message_alias_pkey")),
    )
    op.create_index(op.f("message_alias_message_id_idx"), "message_alias", ["message_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("outbox_channel_id_fkey")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("outbox_conversation_id_fkey")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("outbox_message_id_fkey")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("outbox_pkey")),
    )
    op.create_index(
        op.f("outbox_conversation_id_message_id_idx"), "outbox", ["conversation_id", "message_id"], unique=False
    )
    op.create_index("outbox_due_idx", "outbox", ["due"], unique=False)
    for statement in EVENT_GUARD:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("the first schema has nothing before it")
