"""Codes that prove addresses; a claim that was shown to be hers while it is another's; domains as they travel

Revision: 0015, after 0014, 2026-11-22.
"""

from __future__ import annotations

import idna
import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

EMPTY = sa.text("''")
OLD = sa.text("select id, value from identity where kind = 'email' and value ~ '@.*[^[:ascii:]]' order by id")
# One that is known by both spellings stays: it is another's, and a person has to say who is who.
ANEW = sa.text("""
update identity set value = :new where id = :id
and not exists (select from identity i where i.kind = 'email' and i.account = '' and i.value = :new)
""")
OLD_CLAIMS = sa.text("select customer_id, value from claim where kind = 'email' and value ~ '@.*[^[:ascii:]]'")
CLAIM_ANEW = sa.text("""
update claim set value = :new where customer_id = :customer and kind = 'email' and value = :old
and not exists (select from claim c where c.customer_id = :customer and c.kind = 'email' and c.value = :new)
""")


def upgrade() -> None:
    _tables()
    connection = op.get_bind()
    for row in connection.execute(OLD).all():
        if new := _travelling(row.value):
            connection.execute(ANEW, {"id": row.id, "new": new})
    for row in connection.execute(OLD_CLAIMS).all():
        if new := _travelling(row.value):
            connection.execute(CLAIM_ANEW, {"customer": row.customer_id, "old": row.value, "new": new})


def _tables() -> None:
    op.add_column("brand", sa.Column("ask_proof", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("claim", sa.Column("proof", sa.Text(), server_default=EMPTY, nullable=False))
    op.add_column("claim", sa.Column("proved_by", sa.Text(), server_default=EMPTY, nullable=False))
    op.add_column("claim", sa.Column("main", sa.Boolean(), server_default="false", nullable=False))
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "challenge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("home_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("due", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("leased_until", moment, nullable=True),
        sa.Column("sends", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("digest", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", moment, nullable=True),
        sa.Column("outcome", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("problem", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("over_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("challenge_pkey")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("challenge_customer_id_fkey")),
        sa.ForeignKeyConstraint(["home_id"], ["customer.id"], name=op.f("challenge_home_id_fkey")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("challenge_channel_id_fkey")),
    )
    op.create_index("challenge_customer_idx", "challenge", ["customer_id", sa.text("id desc")])
    merged = sa.text("home_id is not null")
    op.create_index("challenge_home_idx", "challenge", ["home_id"], postgresql_where=merged)
    waiting = sa.text("outcome = '' and sent_at is null")
    op.create_index("challenge_due_idx", "challenge", ["due"], postgresql_where=waiting)


def _travelling(value: str) -> str:
    """The address with its domain in ASCII; '' for what is no domain."""
    local, _, domain = value.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except (idna.IDNAError, UnicodeError):
        return ""


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
