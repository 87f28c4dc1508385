"""The ledger: tallies, troubles, countings and their gaps, replays

Revision: 0005, after 0004, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

# What is there already is counted once, here.
SEED = """
with seen as (
  select channel_id, 1 as what, at from envelope
  union all select channel_id, state + 2, at from envelope where state in (1, 2, 3)
  union all select channel_id, case state when 2 then 7 when 9 then 8 else 6 end, at from message
    where direction = 'out' and state in (2, 3, 4, 5, 9) and channel_id is not null),
hours as (
  insert into tally_hour (channel_id, what, hour, n, gone)
  select channel_id, what, date_trunc('hour', at, 'UTC'), count(*), 0 from seen
  where at > now() - interval '30 days' and at <= now() group by 1, 2, 3)
insert into tally_total (channel_id, what, n, gone, last_at)
select channel_id, what, count(*), 0, max(at) from seen group by 1, 2
"""
TROUBLES = """
insert into trouble (message_id, channel_id, state, at)
select id, channel_id, state, at from message
where direction = 'out' and state in (2, 9) and channel_id is not null
"""


def number(name: str, *more: object, **options: object) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), *more, nullable=False, **options)  # type: ignore[arg-type]


def small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), nullable=False)


def words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def ident() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def at(name: str = "at") -> sa.Column[object]:
    return sa.Column(name, MOMENT, server_default=NOW, nullable=False)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"{table}_pkey"))


def upgrade() -> None:
    tallies()
    countings()
    replays()
    op.execute(SEED)
    op.execute(TROUBLES)


def tallies() -> None:
    op.create_table(
        "tally",
        ident(),
        number("channel_id"),
        small("what"),
        sa.Column("n", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gone", sa.Integer(), server_default="0", nullable=False),
        at(),
        key("tally", "id"),
        postgresql_with={"autovacuum_vacuum_scale_factor": 0.0, "autovacuum_vacuum_threshold": 2000},
    )
    op.create_table(
        "tally_hour",
        number("channel_id"),
        small("what"),
        sa.Column("hour", MOMENT, nullable=False),
        number("n"),
        number("gone"),
        key("tally_hour", "channel_id", "what", "hour"),
    )
    op.create_table(
        "tally_total",
        number("channel_id"),
        small("what"),
        number("n"),
        number("gone"),
        sa.Column("last_at", MOMENT),
        key("tally_total", "channel_id", "what"),
    )
    op.create_table(
        "trouble", number("message_id"), number("channel_id"), small("state"), at(), key("trouble", "message_id")
    )
    op.create_index(op.f("trouble_channel_id_state_message_id_idx"), "trouble", ["channel_id", "state", "message_id"])


def countings() -> None:
    op.create_table(
        "numbered",
        ident(),
        number("channel_id"),
        sa.Column("stream", sa.Text(), nullable=False),
        number("number"),
        key("numbered", "id"),
    )
    op.create_table(
        "stream",
        number("channel_id"),
        sa.Column("stream", sa.Text(), nullable=False),
        number("low"),
        number("top"),
        sa.Column("seen", INT8MULTIRANGE(), nullable=False),
        key("stream", "channel_id", "stream"),
    )
    op.create_table(
        "gap",
        ident(),
        number("channel_id"),
        sa.Column("stream", sa.Text(), nullable=False),
        number("low"),
        number("high"),
        sa.Column("missing", INT8MULTIRANGE(), nullable=False),
        sa.Column("since", MOMENT),
        at("found_at"),
        sa.Column("told", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("asked_at", MOMENT),
        words("problem"),
        sa.Column("closed_at", MOMENT),
        words("how"),
        words("reason"),
        key("gap", "id"),
    )
    op.create_index("gap_open_idx", "gap", ["channel_id", "id"], postgresql_where=sa.text("closed_at is null"))
    op.create_index(op.f("gap_channel_id_id_idx"), "gap", ["channel_id", "id"])
    op.create_table(
        "stocktaking",
        number("channel_id"),
        at(),
        number("behind", server_default="0"),
        sa.Column("behind_since", MOMENT),
        words("problem"),
        key("stocktaking", "channel_id"),
    )


def replays() -> None:
    op.create_table(
        "replay",
        ident(),
        number("channel_id"),
        number("first_id"),
        number("last_id"),
        number("position"),
        number("wanted"),
        number("done", server_default="0"),
        sa.Column("actor", sa.Text(), nullable=False),
        at(),
        sa.Column("ended_at", MOMENT),
        sa.Column("stopped", sa.Boolean(), server_default="false", nullable=False),
        key("replay", "id"),
    )
    op.create_index("replay_open_idx", "replay", ["id"], postgresql_where=sa.text("ended_at is null"))
    # Given in again after it was taken in once: what then is not new is passed over.
    op.add_column("envelope", sa.Column("again", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("envelope", words("dismissal"))
    op.create_index("envelope_aside_idx", "envelope", ["channel_id", "id"], postgresql_where=sa.text("state = 3"))
    op.add_column("dead_letter", sa.Column("dismissed_at", MOMENT))
    op.add_column("dead_letter", sa.Column("reason", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
