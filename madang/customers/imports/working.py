"""The workers' part: one import at a time in the whole house, batch by batch, from wherever the last one ended.

The lock is a lease of one connection, and each batch looks again at the state and the position it stands on, so that
a worker that was killed, or slept through its lease, doubles nothing.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from copy import deepcopy
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from madang.customers import defined
from madang.customers.imports import looking, planning
from madang.customers.imports.actions import batches, progress, undoing
from madang.customers.imports.actions.batches import Who
from madang.customers.imports.models import State
from madang.customers.imports.planning import Known, Step
from madang.customers.imports.reading import Table, Unreadable, open_table
from madang.customers.imports.reading.table import Rows
from madang.customers.imports.records import Meant, Record, record_of
from madang.customers.trees import Moved
from madang.customers.typed import Defined
from madang.ground import Ground
from madang.lib.files import Missing
from madang.lib.language import marked as _
from madang.lib.lease import Lease, lease
from madang.lib.postgres import Tx, passing

log = logging.getLogger("madang.imports")

SPACE = 0x494D50  # of the lock: "IMP"
BATCH = 500  # rows
TRIES = 5
SMALL_BATCH = 100  # of the first one, so that somebody who looks sees it move
GONE = _("The file of this import is not in the file store any more. Upload it again.")

FAULT = _("Something went wrong at a row of this file. What is in is whole; go on to try again, or take it back.")


class Hands:
    """Works on what there is to do, until told to stop."""

    def __init__(self, ground: Ground, stopping: Callable[[], bool] = lambda: False) -> None:
        self._ground = ground
        self._stopping = stopping

    async def work(self) -> None:
        """Everything that waits now. Does nothing while another worker is at it."""
        async with self._ground.database.begin() as tx:
            if not await progress.next_one(tx):
                return
        async with lease(self._ground.database) as held:
            if not await held.take(SPACE, 1):
                return
            while not self._stopping():
                async with self._ground.database.begin() as tx:
                    number = await progress.next_one(tx)
                    one = await progress.held(tx, number) if number else None
                if one is None:
                    return
                await self._go_on(one, held)

    async def _go_on(self, one: Row[Any], held: Lease) -> None:
        try:
            if one.state == State.UNDOING:
                await self._undo(one.id, held)
            else:
                async with self._table(one.sha256) as table:
                    await self._read(one, table, held)
        except Unreadable as error:
            await self._fail(one, str(error))
        except Missing:
            await self._fail(one, GONE)
        except Exception as error:
            if passing(error):  # the database's trouble, not the file's: it goes on when that is over
                raise
            log.exception("import %s cannot go on", one.id)
            await self._fail(one, FAULT)

    async def _fail(self, one: Row[Any], problem: str) -> None:
        async with self._ground.database.begin() as tx:
            await progress.fail(tx, one, problem)

    @asynccontextmanager
    async def _table(self, sha256: str) -> AsyncIterator[Table]:
        with tempfile.NamedTemporaryFile(prefix="madang-import-") as file:
            async for part in self._ground.files.stream(sha256):
                await asyncio.to_thread(file.write, part)
            file.flush()
            yield await asyncio.to_thread(open_table, Path(file.name))

    async def _read(self, one: Row[Any], table: Table, held: Lease) -> None:
        """Rows from where it is, until it is done, paused, or another's."""
        dry = one.state == State.CHECKING
        work: _Check | _Run = _Check(one) if dry else _Run(one)
        meant, rows = await self._meaning(one), table.rows()
        position, size = 0 if dry else one.position, SMALL_BATCH
        if dry:
            await self._forget(one)
        while held.ours and not self._stopping():
            lines = await asyncio.to_thread(_lines, rows, position, size)
            moved_to = await self._batch(one, work, position, [record_of(meant, *line) for line in lines], size)
            if moved_to is None or len(lines) < size:
                return
            position, size = moved_to, BATCH

    async def _meaning(self, one: Row[Any]) -> Meant:
        async with self._ground.database.begin() as tx:
            return meaning(one, {field.name: field for field in await defined.fields(tx)})

    async def _forget(self, one: Row[Any]) -> None:
        """A dry run that broke off begins anew: what it remembered is gone with its process."""
        async with self._ground.database.begin() as tx:
            await progress.forget_dry(tx, one.id)

    async def _batch(
        self, one: Row[Any], work: _Check | _Run, position: int, records: list[Record], size: int
    ) -> int | None:
        """The position after a batch; None when somebody has paused, stopped or taken over."""
        for _try in range(TRIES):
            with suppress(Moved):  # merged in between: nothing is written, look again
                async with self._ground.database.begin() as tx:
                    now = await progress.held(tx, one.id)
                    if now.state != one.state or now.position != position:
                        return None
                    counted = await work.take(tx, deepcopy(records))
                    moved_to = records[-1].row if records else position
                    await progress.move(tx, now, moved_to, counted, ended=len(records) < size)
                    return moved_to
        return None

    async def _undo(self, number: int, held: Lease) -> None:
        while held.ours and not self._stopping():
            async with self._ground.database.begin() as tx:
                now = await progress.held(tx, number)
                if now.state != State.UNDOING:
                    return
                done = await undoing.take_back(tx, _who(now), now.counts.get("left", now.position))
                if done:
                    await progress.move(tx, now, *done, ended=not done[0])
            if done and not done[0]:
                return


class _Run:
    """Takes batches in for good."""

    def __init__(self, one: Row[Any]) -> None:
        self._one = one

    async def take(self, tx: Tx, records: Sequence[Record]) -> Counter[str]:
        """How often each outcome was. Raises Moved when it has to be tried again."""
        if not records:
            return Counter()
        known = await looking.known(tx, self._one.id, self._one.source, records, lock=True)
        return await batches.write(tx, _who(self._one), _planned(self._one, records, known))


class _Check:
    """Only looks. What earlier rows of the file would have made is remembered by its digest."""

    def __init__(self, one: Row[Any]) -> None:
        self._one = one
        self._made: set[int] = set()  # digests of keys; with them two million rows take some 300 MB at most
        self._seen: set[int] = set()  # customers there are

    async def take(self, tx: Tx, records: Sequence[Record]) -> Counter[str]:
        """As it would be; nothing of the house is written."""
        known = await looking.known(tx, self._one.id, self._one.source, records, lock=False)
        known.touched = self._seen | {-1}
        known.people[-1] = planning.Standing()
        for record in records:
            for key in planning.keys_of(self._one.source, record):
                if key not in known.keys and hash(key) in self._made:
                    known.keys[key] = -1  # somebody an earlier row would make
        known.fresh = list(range(-2 - len(records), -1))
        steps = _planned(self._one, records, known)
        self._made |= {hash(key) for step in steps for key in step.keys}
        self._seen |= {step.customer for step in steps if step.customer > 0}
        await batches.rows(tx, self._one.id, steps, {}, dry=True)
        return _counted(steps)


def _counted(steps: Sequence[Step]) -> Counter[str]:
    return Counter(one.outcome.name.lower() for one in steps)


def _planned(one: Row[Any], records: Sequence[Record], known: Known) -> list[Step]:
    proven, overwrite = bool(one.options.get("proven")), bool(one.options.get("overwrite"))
    return planning.plan(one.source, records, known, proven=proven, overwrite=overwrite)


def _who(one: Row[Any]) -> Who:
    return Who(one.id, progress.actor_of(one.by), one.author)


def meaning(one: Row[Any], fields: Mapping[str, Defined]) -> Meant:
    """How the file of an import is read, with the company's own fields by name."""
    options = one.options
    return Meant(
        one.source,
        tuple(one.mapping["targets"]),
        tuple(one.format["columns"]),
        options.get("region", "KR"),
        options.get("timezone", "Asia/Seoul"),
        bool(options.get("day_first")),
        fields,
    )


def _lines(rows: Rows, after: int, size: int) -> list[tuple[int, list[str]]]:
    return list(islice((row for row in rows if row[0] > after), size))
