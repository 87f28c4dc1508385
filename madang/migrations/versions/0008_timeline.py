"""What is kept about a customer beside her messages: events told of her, notes, tags, files, sums

Revision: 0008, after 0007, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
JSON = postgresql.JSONB(astext_type=sa.Text())
NEWEST: list[str | sa.TextClause] = ["customer_id", sa.text("at desc"), sa.text("id desc")]
MERGED = sa.text("home_id is not null")

# What there is already is counted once; from now on each event counts itself.
CONVERSATIONS = """
insert into customer_tally (customer_id, home_id, what, n, first_at, last_at)
select (array_agg(customer_id))[1], nullif(coalesce(home_id, customer_id), (array_agg(customer_id))[1]),
  'conversations', count(*), min(created_at), max(created_at)
from conversation group by coalesce(home_id, customer_id)
"""
MESSAGES = """
with said as (
  select v.customer_id, coalesce(i.home_id, v.home_id, v.customer_id) as home, m.direction, m.at
  from message m join conversation v on v.id = m.conversation_id
  left join identity i on i.id = m.identity_id and i.customer_id = v.customer_id
  where m.direction in ('in', 'out')),
counted as (
  select customer_id, home, w.what, count(*) as n, min(at) as first_at, max(at) as last_at from said
  cross join lateral (values ('messages'), (case direction when 'in' then 'seen' end),
    ('week ' || to_char(date_trunc('week', at, 'UTC') at time zone 'UTC', 'YYYY-MM-DD'))) w(what)
  where w.what is not null and (w.what not like 'week %' or at > now() - interval '54 weeks') group by 1, 2, 3)
insert into customer_tally (customer_id, home_id, what, n, first_at, last_at)
select customer_id, nullif(home, customer_id), what, n, first_at, last_at from counted
"""

NOTES = """
update conversation v set noted_id = n.id
from (select conversation_id, max(id) as id from message where direction = 'note' group by 1) n
where v.id = n.conversation_id
"""


def ident() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def words(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def moment(name: str, *, now: bool = False, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=NOW if now else None, nullable=null)


def hers() -> list[sa.Column[int]]:
    return [
        sa.Column("customer_id", sa.BigInteger(), sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("home_id", sa.BigInteger(), sa.ForeignKey("customer.id")),
    ]


def homes(table: str) -> None:
    op.create_index(f"{table}_home_idx", table, ["home_id"], postgresql_where=MERGED)


def upgrade() -> None:
    told()
    noted()
    counted()
    fields()
    op.create_index(op.f("merge_loser_id_idx"), "merge", ["loser_id"])
    op.add_column("conversation", sa.Column("noted_id", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(NOTES)


def told() -> None:
    op.create_table(
        "customer_event",
        ident(),
        *hers(),
        words("source"),
        words("key"),
        words("kind"),
        moment("at"),
        words("title", ""),
        words("url", ""),
        sa.Column("amount", sa.BigInteger()),
        words("currency", ""),
        sa.Column("data", JSON, server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_event_pkey")),
        sa.UniqueConstraint("source", "key", name=op.f("customer_event_source_key_key")),
    )
    op.create_index("customer_event_list_idx", "customer_event", NEWEST, postgresql_include=["kind"])
    homes("customer_event")


def noted() -> None:
    op.create_table(
        "customer_note",
        ident(),
        *hers(),
        words("text"),
        words("by"),
        words("author"),
        moment("at", now=True),
        moment("edited_at", null=True),
        moment("deleted_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_note_pkey")),
    )
    op.create_index("customer_note_list_idx", "customer_note", NEWEST)
    op.create_table(
        "customer_tag",
        *hers(),
        words("tag"),
        words("by"),
        moment("at", now=True),
        sa.PrimaryKeyConstraint("customer_id", "tag", name=op.f("customer_tag_pkey")),
    )
    op.create_index(op.f("customer_tag_tag_customer_id_idx"), "customer_tag", ["tag", "customer_id"])
    op.create_table(
        "customer_file",
        ident(),
        *hers(),
        *(words(name) for name in ("key", "sha256", "name", "mime")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        words("by"),
        words("author"),
        moment("at", now=True),
        moment("deleted_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_file_pkey")),
        sa.UniqueConstraint("key", name=op.f("customer_file_key_key")),
    )
    op.create_index("customer_file_list_idx", "customer_file", NEWEST)
    for table in ("customer_note", "customer_tag", "customer_file"):
        homes(table)


def fields() -> None:
    op.create_table(
        "customer_field",
        ident(),
        *(words(name) for name in ("name", "label", "kind")),
        sa.Column("choices", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("place", sa.BigInteger(), server_default="0", nullable=False),
        moment("retired_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_field_pkey")),
        sa.UniqueConstraint("name", name=op.f("customer_field_name_key")),
    )


def counted() -> None:
    op.create_table(
        "customer_tally",
        ident(),
        *hers(),
        words("what"),
        sa.Column("n", sa.BigInteger(), nullable=False),
        moment("first_at"),
        moment("last_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_tally_pkey")),
    )
    op.execute(CONVERSATIONS)
    op.execute(MESSAGES)
    home = sa.text("coalesce(home_id, customer_id)")
    op.create_index("customer_tally_key", "customer_tally", [home, "what"], unique=True)
    op.create_index(op.f("customer_tally_customer_id_idx"), "customer_tally", ["customer_id"])
    homes("customer_tally")


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
