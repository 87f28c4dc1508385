"""The workers' part: each account in one pair of hands in the whole house, by a lease of one connection.

A worker that was killed, or slept through its lease, doubles nothing: what a round does is planned on what stands, and
what was written there already is found there.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from madang.channels.crm import Crm, CrmError
from madang.channels.registry import crm as crm_of
from madang.channels.registry import crms
from madang.crm import filling, syncing
from madang.crm.account import Account, bound, opened
from madang.crm.actions import progress, queueing
from madang.crm.actions.queueing import Stuck
from madang.crm.models import State
from madang.crm.syncing import Round
from madang.ground import Ground
from madang.lib.language import marked as _
from madang.lib.lease import Lease, lease
from madang.lib.postgres import passing

log = logging.getLogger("madang.crm")

SPACE = 0x43524D  # of the lock: "CRM"
SPELL = 20.0  # seconds with one account, then it is looked whether others came
FAULT = _("Something went wrong with this one. The others go on; what happened stands in the log.")
SEALED = _("Its secrets cannot be opened: MADANG_SECRET_KEY is another one. Give them again in the set-up.")


@dataclass(frozen=True, slots=True)
class Held:
    """A CRM that is kept from one spell to the next: it knows how fast it may call."""

    made_of: tuple[Any, ...]
    crm: Crm


class Hands:
    """Works on what there is to do, until told to stop."""

    def __init__(self, ground: Ground, stopping: Callable[[], bool] = lambda: False) -> None:
        self._ground = ground
        self._stopping = stopping
        self._crms: dict[int, Held] = {}

    async def work(self) -> int:
        """A spell with every account that has something to do and is in nobody's hands; returns how much was done."""
        async with self._ground.database.begin() as tx:
            rows = [row for row in await progress.working(tx) if await self._wanted(tx, row)]
        if not rows:
            return 0
        async with lease(self._ground.database) as held:
            done = await asyncio.gather(*(self._spell(row, held) for row in rows))
        return sum(done)

    async def finish(self) -> None:
        """Let go of every connection."""
        crms, self._crms = self._crms, {}
        for one in crms.values():
            await one.crm.close()

    async def _wanted(self, tx: Any, row: Row[Any]) -> bool:
        if row.connector not in crms():  # a package that is gone: the account rests, its page says so
            return False
        if row.state != State.LIVE or filling.sweeps(row):
            return True
        return _polls(row) or bool(await queueing.due(tx, row.id, 1))

    async def _spell(self, row: Row[Any], held: Lease) -> int:
        if not await held.take(SPACE, row.id):
            return 0
        until, done = time.monotonic() + SPELL, 0
        try:
            while held.ours and not self._stopping() and time.monotonic() < until:
                async with self._ground.database.begin() as tx:
                    now = await progress.one(tx, row.id)
                    account = await opened(tx, now) if now is not None else None
                if account is None or not await self._some(account):
                    return done
                done += 1
            return done
        except CrmError as error:
            await self._trouble(row, error)
        return 0

    async def _trouble(self, row: Row[Any], error: CrmError) -> None:
        log.warning("CRM %s (%s): %s", row.id, row.name, error)
        async with self._ground.database.begin() as tx:
            if error.why == "auth":
                await progress.stop(tx, row.id, error.detail)
            else:
                await progress.rest(tx, row.id, "" if error.why == "rate" else error.detail, error.retry)

    async def _some(self, account: Account) -> bool:
        """The next thing to do for an account; False when there is none. Raises CrmError."""
        crm, row = await self._crm(account.row), account.row
        if row.state == State.CHECKING:
            await filling.page(self._ground.database, crm, account, lambda one: self._go(crm, account, one, dry=True))
            return True
        did = await self._tasks(crm, account)
        if row.state == State.FILLING:
            await filling.page(self._ground.database, crm, account, lambda one: self._go(crm, account, one))
        elif _polls(row):
            await self._poll(crm, account)
        elif not did and filling.sweeps(row):
            await filling.sweep(self._ground.database, crm, account, lambda one: self._go(crm, account, one))
        elif not did:
            return False
        await self._well(row)
        return True

    async def _crm(self, row: Row[Any]) -> Crm:
        made_of = (row.connector, row.settings, row.secrets, row.key)
        kept = self._crms.get(row.id)
        if kept is None or kept.made_of != made_of:
            try:
                fresh = Held(made_of, bound(self._ground, row))
            except ValueError:
                raise CrmError("auth", SEALED) from None
            if kept is not None:
                await kept.crm.close()
            self._crms[row.id] = kept = fresh
        return kept.crm

    async def _tasks(self, crm: Crm, account: Account) -> bool:
        async with self._ground.database.begin() as tx:
            tasks = await queueing.due(tx, account.id, crm.limits.batch)
        if not tasks:
            return False
        counted = await self._go(crm, account, syncing.of_tasks(tasks))
        await self._count(account, counted)
        return True

    async def _poll(self, crm: Crm, account: Account) -> None:
        cursor, more = account.row.cursor, True
        while more and not self._stopping():
            found = await crm.changed(cursor, account.names)
            await self._count(account, await self._go(crm, account, Round(contacts=list(found.contacts))))
            async with self._ground.database.begin() as tx:
                await progress.looked(tx, account.id, cursor, found.cursor)
            cursor, more = found.cursor, found.more

    async def _count(self, account: Account, counted: Counter[str]) -> None:
        counted.pop("same", None)  # what is looked at again and again
        async with self._ground.database.begin() as tx:
            await progress.count(tx, account.id, counted)
        if counted:
            log.info("CRM %s: %s", account.id, ", ".join(f"{name} {many}" for name, many in counted.items()))

    async def _well(self, row: Row[Any]) -> None:
        if row.problem or row.rest_until or row.tries:
            async with self._ground.database.begin() as tx:
                await progress.well(tx, row.id)

    async def _go(self, crm: Crm, account: Account, one: Round, *, dry: bool = False) -> Counter[str]:
        """A round; when one of it has a fault, each alone, so that the fault is found and holds up nobody."""
        database = self._ground.database
        try:
            return await syncing.go(database, crm, account, _copy(one), dry=dry)
        except Exception as error:
            if isinstance(error, CrmError) or passing(error):
                raise
            log.exception("CRM %s: a round failed, each is tried alone", account.id)
        total: Counter[str] = Counter()
        for alone in _apart(one):
            try:
                total += await syncing.go(database, crm, account, _copy(alone), dry=dry)
            except Exception as error:
                if isinstance(error, CrmError) or passing(error):
                    raise
                log.exception("CRM %s: %s cannot be synced", account.id, _named(alone))
                async with database.begin() as tx:
                    way, key = _named(alone)
                    await queueing.stuck(tx, account.id, [Stuck(way, key, FAULT)], alone.tasks)
        return total


def _copy(one: Round) -> Round:
    return Round(list(one.contacts), list(one.ids), list(one.customers), list(one.tasks))


def _apart(one: Round) -> Iterator[Round]:
    of = {(task.way, task.key): task for task in one.tasks}
    for contact in one.contacts:
        yield Round(contacts=[contact])
    for number in one.ids:
        yield Round(ids=[number], tasks=[of[pair] for pair in [("in", number)] if pair in of])
    for customer in one.customers:
        yield Round(customers=[customer], tasks=[of[pair] for pair in [("out", str(customer))] if pair in of])


def _named(one: Round) -> tuple[str, str]:
    if one.customers:
        return "out", str(one.customers[0])
    return "in", one.ids[0] if one.ids else one.contacts[0].id


def _polls(row: Row[Any]) -> bool:
    """Whether it is time to look for changes there."""
    pause = crm_of(row.connector).limits.poll
    return row.looked_at is None or row.looked_at + timedelta(seconds=pause) <= datetime.now(UTC)
