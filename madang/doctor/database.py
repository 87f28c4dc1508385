"""The database: whether it answers, its version, its schema, its months, its clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from sqlalchemy import text

from madang.doctor.findings import Finding, note, problem, size, well
from madang.ground import Ground, terms
from madang.lib.partitions import month_of, name_of
from madang.lib.postgres import Tx
from madang.models import MONTHLY

OLDEST = 150_000
SKEW = 2.0  # seconds two clocks may be apart
FAR = 60.0

ABOUT = text("""
select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
  pg_database_size(current_database()) as size, current_setting('max_connections')::int as most,
  (select count(*) from pg_stat_activity where backend_type = 'client backend') as used
""")
REVISION = text("select version_num from alembic_version")
MADE = text("select to_regclass('alembic_version') is not null")
CLOCK = text("select clock_timestamp()")
THERE = text("select to_regclass(:name) is not null")
NOTED = text("""
select substring(col_description('channel'::regclass, attnum) from 'sealed with key ([0-9a-f]{16})')
from pg_attribute where attrelid = 'channel'::regclass and attname = 'secrets'
""")
OLD = text("select coalesce(max(age(datfrozenxid)), 0) from pg_database")


async def examine(ground: Ground, tx: Tx) -> AsyncIterator[Finding]:
    """Everything about it but what is in it. The first finding says whether the schema fits."""
    yield await schema(ground, tx)
    row = (await tx.execute(ABOUT)).one()
    if row.number < OLDEST:
        yield problem("database", f"PostgreSQL {row.version} is too old.", "Madang needs PostgreSQL 15 or newer.")
    else:
        yield well("database", f"PostgreSQL {row.version} answers; {size(row.size)}, {row.used} connections")
    if row.used > row.most * 0.9:
        told = "Raise max_connections, run fewer processes, or put PgBouncer in front (docs/operate.md)."
        yield problem("database", f"{row.used} of {row.most} connections are used.", told)
    if (await tx.execute(OLD)).scalar_one() > 1_500_000_000:
        told = "Let autovacuum finish, or run VACUUM; PostgreSQL stops taking writes when they run out."
        yield problem("database", "Transaction numbers run out.", told)
    yield await clock(tx)


async def schema(ground: Ground, tx: Tx) -> Finding:
    """Whether the schema is this version's."""
    ours = terms(ground.keys).revision
    made = (await tx.execute(MADE)).scalar_one()
    found = (await tx.execute(REVISION)).scalar_one_or_none() if made else None
    if found == ours:
        return well("schema", f"at {ours}, as this version wants it")
    if found is not None and found > ours:
        told = "Install the newer version on this machine too."
        return problem("schema", f"The database is at {found}, newer than this version's {ours}.", told)
    told = "`madang run` brings it up to date by itself; several machines: stop them, then `madang migrate` once."
    return problem("schema", f"The database is at {found or 'nothing'}, this version needs {ours}.", told)


async def key(ground: Ground, tx: Tx) -> list[Finding]:
    """Whether our secret key is the one the stored credentials are sealed with."""
    noted = (await tx.execute(NOTED)).scalar_one_or_none()
    if noted in (None, terms(ground.keys).key):
        return []
    told = "Give every machine the same MADANG_SECRET_KEY: what secret.key of the first one's data directory holds."
    return [problem("settings", "This machine's secret key is not the one the database was set up with.", told)]


async def months(tx: Tx) -> Finding:
    """Whether the next month's partitions are there."""
    now = month_of(datetime.now(UTC))
    missing = []
    for ahead, one in [(ahead, one) for ahead in (0, 1) for one in MONTHLY]:
        name = name_of(one.table, now + ahead)
        if not (await tx.execute(THERE, {"name": f'"{name}"'})).scalar_one():
            missing.append(name)
    if not missing:
        return well("months", "this month's and the next one's partitions are there")
    told = "A running worker makes them within ten minutes. If none does, see its log; `madang migrate` helps too."
    return problem("months", f"Partitions are missing: {', '.join(missing)}.", told)


async def clock(tx: Tx) -> Finding:
    """How far this machine's clock and the database's are apart."""
    before = datetime.now(UTC)
    there: datetime = (await tx.execute(CLOCK)).scalar_one()
    after = datetime.now(UTC)
    apart = max((before - there).total_seconds(), (there - after).total_seconds(), 0.0)
    if apart <= SKEW:
        return well("clock", "this machine and the database agree")
    said = f"This machine's clock and the database's are {apart:.0f} s apart."
    told = "Let both follow the same time servers (chrony, systemd-timesyncd)."
    return problem("clock", said, told) if apart > FAR else note("clock", said, told)
