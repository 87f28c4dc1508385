"""Databases lent from test to test, wiped in between, with connections that stay open.

A connection that is new to a database knows nothing of its tables yet, and an engine that is new has compiled nothing:
that was most of the time of most tests. The borrower gets what is as good as new: no rows, the sequences where they
began, no setting, lock or listener left on any connection, nobody else connected. Who changed the schema, or kept a
connection, is the last one to use that database.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import asyncpg
from sqlalchemy import event

from madang.lib.postgres import Database
from madang.lib.postgres_cluster import NAME

# Beside the house's tables, in the template: what was in them at first, and whether their shape was changed since. The
# house writes one comment itself, at every start: comments are put back, and count for no change.
_PREPARE = """
create schema tests;
create table tests.touched (how text);
create function tests.touch() returns event_trigger language plpgsql security definer
as $$
begin
    insert into tests.touched select tg_tag where tg_tag <> 'COMMENT';
end $$;
create table tests.sequences (name regclass, last bigint, called boolean);
create table tests.notes as select * from pg_description where objoid >= 16384;
create table tests.seeds (name regclass, rows jsonb);
do $$
declare one regclass;
begin
    for one in select seqrelid from pg_sequence loop
        execute format('insert into tests.sequences select %L, last_value, is_called from %s', one, one);
    end loop;
    for one in select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
        execute format('insert into tests.seeds select %L, jsonb_agg(t) from %s t having count(*) > 0', one, one);
    end loop;
end $$;
create function tests.wipe(ours int[]) returns boolean language plpgsql set session_replication_role = replica as $$
declare one record;
begin
    perform pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> all (ours);
    if exists (select from tests.touched) or exists (select from pg_statistic where starelid >= 16384) then
        return false;
    end if;
    for one in
        select oid::regclass as name, pg_relation_size(oid) as size from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_relation_size(oid) > 0
    loop
        if one.size > 100000 then -- bytes: what is deleted stays in the way until somebody cleans up
            execute format('truncate %s cascade', one.name);
        else
            execute format('delete from %s', one.name);
        end if;
    end loop;
    for one in select * from tests.seeds loop
        execute format('insert into %1$s overriding system value'
            ' select * from jsonb_populate_recordset(null::%1$s, $1)', one.name) using one.rows;
    end loop;
    perform setval(name, last, called) from tests.sequences;
    delete from pg_description d where objoid >= 16384
        and row(d.*) not in (select objoid, classoid, objsubid, description from tests.notes);
    insert into pg_description select * from tests.notes except select * from pg_description where objoid >= 16384;
    return true;
end $$;
create event trigger touched on ddl_command_end execute function tests.touch();
"""
_QUIET = ("alter system set autovacuum = off", "alter system set synchronous_commit = off", "select pg_reload_conf()")


async def prepare(template: str) -> None:
    """Make a migrated database one whose copies can be wiped."""
    connection = await asyncpg.connect(template)
    for statement in (_PREPARE, *_QUIET):
        await connection.execute(statement)
    await connection.close()


async def end_tasks(before: set[asyncio.Task[Any]]) -> None:
    """End what has been started since: what a test leaves behind must not work in the next one."""
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class Slate:
    """One database, and the connections that stay open to it."""

    def __init__(self, url: str, name: str, wiper: asyncpg.Connection) -> None:
        self.url = url
        self.name = name
        self._wiper = wiper
        self._open: list[asyncpg.Connection] = []
        self._warm = Database(url, pool=5)
        event.listen(self._warm.engine.sync_engine, "connect", self._opened)

    def _opened(self, connection: Any, _record: object) -> None:
        self._open.append(connection.driver_connection)

    def lend(self, database: Database) -> Database:
        """Let it work on the connections that are open already."""
        database.engine = self._warm.engine
        database._singles = self._warm._singles
        return database

    async def wipe(self) -> bool:
        """As it was at first; False when that cannot be, and it must go."""
        if self._warm.engine.sync_engine.pool.checkedout():  # type: ignore[attr-defined]
            return False
        self._warm._singles._closed = False  # a borrower may have closed hers
        self._open = [one for one in self._open if not one.is_closed()]
        warm = [*self._open, *(one for one in self._warm._singles._idle if not one.is_closed())]
        await asyncio.gather(*(one.reset() for one in warm))
        ours = [one.get_server_pid() for one in (*warm, self._wiper)]
        return bool(await self._wiper.fetchval("select tests.wipe($1)", ours))

    async def close(self) -> None:
        """Close every connection."""
        await self._warm.close()
        await self._wiper.close()


class Slates:
    """The databases of one process of the tests; there is one as long as each is given back as it was."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._clean: list[Slate] = []

    async def take(self) -> Slate:
        """An empty database that nobody else uses."""
        return self._clean.pop() if self._clean else await self._new()

    async def give_back(self, slate: Slate) -> None:
        """Wipe it for the next one."""
        if await slate.wipe():
            self._clean.append(slate)
        else:
            await self._drop(slate)

    async def close(self) -> None:
        """Close every connection."""
        for slate in self._clean:
            await slate.close()

    async def _new(self) -> Slate:
        name = f"t{secrets.token_hex(8)}"
        await self._tell(f"create database {name} template {NAME} strategy file_copy")
        url = self._template.replace(f"/{NAME}?", f"/{name}?")
        return Slate(url, name, await asyncpg.connect(url))

    async def _drop(self, slate: Slate) -> None:
        await slate.close()
        await self._tell(f"drop database {slate.name} with (force)")

    async def _tell(self, statement: str) -> None:
        server = await asyncpg.connect(self._template, database="postgres")
        await server.execute(statement)
        await server.close()
