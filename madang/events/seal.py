"""The audit chain: every second the new part of the log is sealed, behind the horizon, over row digests.

A chain inside each transaction cost up to 70 % of the throughput; sealing afterwards costs about none. The digests
stay when erasure blanks a payload, so the chain still verifies. The head can be published outside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, text

from madang.events.models import Seal
from madang.lib.partitions import floor_of
from madang.lib.postgres import Database, Tx

BATCH = 10_000
LOCK = text("select pg_try_advisory_xact_lock(7302)")
FRESH = text("""
select tx, id, digest from event
where (tx, id) > (cast(:tx as xid8), :id) and tx < pg_snapshot_xmin(pg_current_snapshot()) and id >= :floor
order by tx, id limit :most
""")
# The rows of a seal, each digest beside one computed anew: they differ when a row was changed behind our back.
SEALED = text("""
select id, digest, digest = event_digest(e) or data = '{"erased": true}'::jsonb as sound from event e
where (tx, id) > (cast(:from_tx as xid8), :from_id) and (tx, id) <= (cast(:to_tx as xid8), :to_id)
order by tx, id
""")


def link(prev: bytes, digests: Iterator[bytes]) -> bytes:
    """sha256(prev || digest || digest …)."""
    made = hashlib.sha256(prev)
    for digest in digests:
        made.update(digest)
    return made.digest()


async def seal(database: Database) -> int:
    """Seal what is new; returns how many events that was. One worker at a time."""
    async with database.begin() as tx:
        if not (await tx.execute(LOCK)).scalar_one():
            return 0
        last = await _head(tx)
        given = {"tx": last.to_tx if last else 0, "id": last.to_id if last else 0, "most": BATCH}
        given["floor"] = floor_of(given["id"])
        rows = (await tx.execute(FRESH, given)).all()
        if not rows:
            return 0
        prev = last.hash if last else b""
        values = {
            "n": last.n + 1 if last else 1,
            "to_tx": rows[-1].tx,
            "to_id": rows[-1].id,
            "rows": len(rows),
            "prev": prev,
            "hash": link(prev, (row.digest for row in rows)),
        }
        await tx.execute(insert(Seal).values(values))
        return len(rows)


@dataclass(frozen=True, slots=True)
class Link:
    """The newest seal."""

    n: int
    to_tx: int
    to_id: int
    hash: bytes


async def _head(tx: Tx) -> Link | None:
    query = select(Seal.n, Seal.to_tx, Seal.to_id, Seal.hash).order_by(Seal.n.desc()).limit(1)
    row = (await tx.execute(query)).one_or_none()
    return Link(*row) if row else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``madang audit verify`` found. ``faults`` name the seal or event and what is wrong with it."""

    seals: int
    events: int
    unsealed: int
    head: str
    faults: list[str]


async def verify(database: Database) -> Verdict:
    """Compute the whole chain again and compare."""
    faults: list[str] = []
    counted, prev, place = 0, b"", (0, 0)
    number = 0
    async with database.begin() as tx:
        query = select(Seal.n, Seal.to_tx, Seal.to_id, Seal.rows, Seal.prev, Seal.hash).order_by(Seal.n)
        for row in (await tx.execute(query)).all():
            number += 1
            if row.n != number or row.prev != prev:
                faults.append(f"seal {row.n}: the chain is broken before it")
            faults += await _check(tx, row, place)
            counted, prev, place = counted + row.rows, row.hash, (row.to_tx, row.to_id)
        rest = text("select count(*) from event where (tx, id) > (cast(:tx as xid8), :id)")
        unsealed = (await tx.execute(rest, {"tx": place[0], "id": place[1]})).scalar_one()
    return Verdict(number, counted, unsealed, prev.hex(), faults)


async def _check(tx: Tx, row: Any, place: tuple[int, int]) -> list[str]:
    given = {"from_tx": place[0], "from_id": place[1], "to_tx": row.to_tx, "to_id": row.to_id}
    found = (await tx.execute(SEALED, given)).all()
    faults = [f"event {one.id}: its content does not fit its digest" for one in found if not one.sound]
    if len(found) != row.rows:
        faults.append(f"seal {row.n}: it was made over {row.rows} events, {len(found)} are there")
    elif link(row.prev, (one.digest for one in found)) != row.hash:
        faults.append(f"seal {row.n}: its events were changed or reordered")
    return faults
