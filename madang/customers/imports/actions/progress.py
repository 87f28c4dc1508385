"""How far an import is: written with each batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from madang.customers.imports.models import State
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.postgres import Tx

NEXT = text("select id from customer_import where state in (1, 3, 7) order by id limit 1")
HELD = text("select * from customer_import where id = :id for update")
FORGET = text("delete from customer_import_row where import_id = :id and dry")
MOVE = text("""
update customer_import set position = :position, rows = greatest(rows, :rows), counts = :counts, checked = :checked,
  state = :state, ended_at = case when :ended then now() else ended_at end
where id = :id
""").bindparams(bindparam("counts", type_=JSONB), bindparam("checked", type_=JSONB))
FAIL = text("""
update customer_import set state = 9, problem = :problem, ended_at = now() where id = :id and state in (1, 3, 7)
""")
ENDS = {State.CHECKING: State.CHECKED, State.RUNNING: State.DONE, State.UNDOING: State.UNDONE}
NEWS = {State.DONE: Kind.IMPORT_ENDED, State.UNDONE: Kind.IMPORT_UNDONE}


async def next_one(tx: Tx) -> int:
    """The oldest import the workers have to do with, 0 when none."""
    return (await tx.execute(NEXT)).scalar_one_or_none() or 0


async def held(tx: Tx, number: int) -> Row[Any]:
    """The import, held until the end of the transaction."""
    return (await tx.execute(HELD, {"id": number})).one()


async def forget_dry(tx: Tx, number: int) -> None:
    """A dry run begins."""
    await tx.execute(FORGET, {"id": number})


async def move(tx: Tx, one: Row[Any], position: int, counted: Mapping[str, int], *, ended: bool) -> None:
    """Rows up to ``position`` are done (of an undo: are left), and became ``counted``."""
    state = State(one.state)
    into = "checked" if state == State.CHECKING else "counts"
    counts = {"counts": dict(one.counts), "checked": dict(one.checked)}
    for name, many in counted.items():
        counts[into][name] = counts[into].get(name, 0) + many
    if state == State.UNDOING:
        counts["counts"]["left"] = position
    after = ENDS[state] if ended else state
    rows = 0 if state == State.UNDOING else sum(counts[into].values())
    kept = one.position if state == State.UNDOING else position
    given = {"id": one.id, "position": kept, "rows": rows, "state": int(after), "ended": ended}
    await tx.execute(MOVE, {**given, **counts})
    if ended and after in NEWS:
        data = {"import": one.id, **counts["counts"]}
        await record(tx, actor_of(one.by), News(NEWS[after], data=data))


async def fail(tx: Tx, one: Row[Any], problem: str) -> None:
    """It cannot go on: ``problem`` is a msgid for people."""
    if (await tx.execute(FAIL, {"id": one.id, "problem": problem})).rowcount:
        await record(tx, actor_of(one.by), News(Kind.IMPORT_FAILED, data={"import": one.id}))


def actor_of(by: str) -> Actor:
    """``user:3`` as an actor: what a worker does for a person is hers."""
    kind, _, number = by.partition(":")
    return Actor(kind, int(number or 0))  # type: ignore[arg-type]
