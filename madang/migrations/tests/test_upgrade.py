"""An upgrade keeps every row: a database of the first release, with history in it, becomes one of today."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from madang import migrate
from madang.conversations.actions.recount import differences
from madang.conversations.ledger import ledger
from madang.events.seal import seal, verify
from madang.lib.postgres import Database

pytestmark = pytest.mark.slow  # every migration, from the first one on

HISTORY = """
insert into brand (id, name) values (1, 'Haneul');
insert into channel (id, key, connector, name, brand_id) values (1, 'k', 'api', 'shop', 1);
insert into customer (id, name) values (1, '미나');
insert into identity (id, customer_id, kind, value) values (1, 1, 'email', 'mina@example.com');
insert into conversation (id, brand_id, customer_id, messages, last_id) values (1, 1, 1, 2, 2);
insert into envelope (channel_id, key, lane, state, body, meta) values (1, 'd1', 3, 2, '{}', '{}');
insert into message (conversation_id, channel_id, direction, identity_id, text, provider_message_id)
  values (1, 1, 'in', 1, '환불 되나요?', 'p1');
insert into message (conversation_id, channel_id, direction, text, client_key)
  values (1, 1, 'out', '네', '5d4f3c1e-0000-4000-8000-000000000001');
insert into message_alias (channel_id, alias, message_id) values (1, 'p1b', 1);
insert into outbox (message_id, conversation_id, channel_id) values (2, 1, 1);
insert into event (kind, actor, conversation_id, message_id) values ('message.received', 'customer:1', 1, 1);
"""


def _to(connection: Connection, revision: str) -> None:
    command.upgrade(migrate.config(connection), revision)


@pytest.fixture
async def old(template: str) -> AsyncIterator[Database]:
    """A database as the first release left it."""
    name = f"t{secrets.token_hex(8)}"
    server = await asyncpg.connect(template, database="postgres")
    await server.execute(f"create database {name}")
    database = Database(template.replace("/madang?", f"/{name}?"), pool=2)
    async with database.begin() as tx:
        await tx.run_sync(_to, "0001")
        for statement in HISTORY.split(";\n"):
            await tx.execute(text(statement.replace(":", "\\:") or "select 1"))
    yield database
    await database.close()
    await server.execute(f"drop database {name} with (force)")
    await server.close()


async def test_history_survives_the_upgrade(old: Database) -> None:
    await seal(old)
    async with old.begin() as tx:
        await tx.run_sync(_to, "head")
    async with old.begin() as tx:
        said = (await tx.execute(text("select id, text from message order by id"))).all()
        assert [tuple(row) for row in said] == [(1, "환불 되나요?"), (2, "네")]
        names = await tx.execute(text("select name, message_id from message_name order by name"))
        assert [tuple(row) for row in names] == [("p1", 1), ("p1b", 1)]
        assert (await tx.execute(text("select message_id from message_key"))).scalar_one() == 2
        assert (await tx.execute(text("select message_id from outbox"))).scalar_one() == 2
        query = text("insert into message (conversation_id, direction, text) values (1, 'note', 'new') returning id")
        assert (await tx.execute(query)).scalar_one() > 2**30, "new rows have this month's numbers"
    verdict = await verify(old)
    assert (verdict.events, verdict.faults) == (1, [])


async def test_the_guards_stand_after_the_upgrade(old: Database) -> None:
    async with old.begin() as tx:
        await tx.run_sync(_to, "head")
    for statement in (
        "delete from event where id = 1",
        "insert into outbox (message_id, conversation_id, channel_id) values (99, 1, 1)",
        "insert into message_name (channel_id, name, message_id) values (1, 'p1', 2)",
    ):
        with pytest.raises(DBAPIError):
            async with old.begin() as tx:
                await tx.execute(text(statement))


async def test_the_ledger_begins_with_what_is_there(old: Database) -> None:
    async with old.begin() as tx:
        await tx.execute(text("update message set state = 9 where direction = 'out'"))
        await tx.run_sync(_to, "head")
    async with old.begin() as tx:
        (line,) = await ledger(tx)
        assert await differences(tx) == []
    assert (line.received, line.quarantined, line.waiting, line.failed) == (1, 1, 0, 1)
    assert line.last_in is not None


WOKEN = """
insert into customer (id, name) values (1, '미나') on conflict do nothing;
insert into conversation (id, brand_id, customer_id, last_id, last_at) values (2, 1, 1, 11, '2026-11-20 09:00+00');
insert into conversation (id, brand_id, customer_id, last_id, last_at) values (3, 1, 1, 12, '2026-11-20 09:00+00');
insert into conversation (id, brand_id, customer_id, last_at) values (4, 1, 1, '2026-11-19 09:00+00');
insert into message (id, conversation_id, direction, text, at) overriding system value
  values (11, 2, 'in', '금요일에 올게요', '2026-11-18 09:00+00'), (12, 3, 'in', '급해요', '2026-11-18 09:00+00');
insert into event (kind, actor, conversation_id, at) values ('conversation.woken', 'system', 2, '2026-11-20 09:00+00');
"""


async def test_what_woke_is_told_apart_from_what_was_said_and_keeps_its_place(old: Database) -> None:
    async with old.begin() as tx:
        await tx.run_sync(_to, "0021")
        for statement in WOKEN.split(";\n"):
            await tx.execute(text(statement.replace(":", "\\:") or "select 1"))
    async with old.begin() as tx:
        await tx.run_sync(_to, "head")
    async with old.begin() as tx:
        query = "select id, last_at::text, woken_at::text, sort_at::text from conversation where id > 1 order by id"
        await tx.execute(text("set local timezone to 'UTC'"))
        found = [tuple(row) for row in await tx.execute(text(query))]
    day = "2026-11-{} 09:00:00+00"
    assert found == [
        (2, day.format(18), day.format(20), day.format(20)),
        (3, day.format(20), None, day.format(20)),
        (4, day.format(19), None, day.format(19)),
    ]
