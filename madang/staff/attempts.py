"""Rate limits that hold over processes: tries counted in fixed windows, in the database."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert

from madang.lib.errors import Refused
from madang.lib.language import ngettext
from madang.lib.postgres import Database, Tx
from madang.staff.models import Attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` tries a ``window``, by whatever ``name`` counts."""

    name: str
    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Try:
    """One try, by one account, address or other name. Names are kept as digests only."""

    limit: Limit
    who: str

    @property
    def bucket(self) -> str:
        return f"{self.limit.name}:{hashlib.sha256(self.who.encode()).hexdigest()[:32]}"


class TooMany(Refused):
    """Too many tries: answered 429. ``seconds`` until the next one counts."""

    def __init__(self, seconds: int) -> None:
        self.seconds = max(1, seconds)
        super().__init__(_told(self.seconds))


def _told(seconds: int) -> str:
    if seconds < 60:
        told = ngettext(
            "Too many tries. Wait %(n)s second and try again.",
            "Too many tries. Wait %(n)s seconds and try again.",
            seconds,
        )
        return told % {"n": seconds}
    minutes = -(-seconds // 60)
    told = ngettext(
        "Too many tries. Wait %(n)s minute and try again.",
        "Too many tries. Wait %(n)s minutes and try again.",
        minutes,
    )
    return told % {"n": minutes}


async def count(tx: Tx, *tries: Try) -> int:
    """Count each try; the seconds to wait when one limit is over, else 0. Commit whatever the answer is."""
    wait = 0
    for one in sorted(tries, key=lambda a: a.bucket):  # one lock order
        seconds = one.limit.window.total_seconds()
        start = func.to_timestamp(func.floor(func.extract("epoch", func.now()) / seconds) * seconds)
        added = insert(Attempt).values(bucket=one.bucket, window_start=start, count=1)
        again = added.on_conflict_do_update(
            index_elements=[Attempt.bucket, Attempt.window_start], set_={"count": Attempt.count + 1}
        )
        left = func.ceil(func.extract("epoch", Attempt.window_start + one.limit.window - func.now()))
        tried, until = (await tx.execute(again.returning(Attempt.count, left))).one()
        if tried > one.limit.most:
            wait = max(wait, int(until), 1)
    return wait


async def allow(tx: Tx, *tries: Try) -> None:
    """Count in the transaction of what is tried: what fails is not counted. Raises :class:`TooMany` over a limit."""
    if wait := await count(tx, *tries):
        raise TooMany(wait)


async def spend(database: Database, *tries: Try) -> None:
    """Count in a transaction of its own, which a later failure cannot undo; raise :class:`TooMany` over a limit."""
    async with database.begin() as tx:
        wait = await count(tx, *tries)
    if wait:
        raise TooMany(wait)


async def forgive(tx: Tx, *tries: Try) -> None:
    """Forget the tries so far: the last one was good."""
    await tx.execute(delete(Attempt).where(Attempt.bucket.in_([one.bucket for one in tries])))


async def take_back(tx: Tx, one: Try) -> None:
    """Uncount one try."""
    counted = Attempt.bucket == one.bucket
    await tx.execute(update(Attempt).where(counted, Attempt.count > 0).values(count=Attempt.count - 1))


def network(remote: str) -> str:
    """The address to count by: an IPv6 caller owns her whole /64."""
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return remote
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return remote if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
