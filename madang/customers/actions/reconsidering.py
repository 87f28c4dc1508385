"""A question that was answered yes, when the merge that followed is undone: the answer is no longer that."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select, update

from madang.customers.actions.fields import NOW
from madang.customers.actions.suggesting import ACCEPTED, AUTOMATIC, NEVER
from madang.customers.models import Merge, Suggestion
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.postgres import Tx


async def reconsider(tx: Tx, actor: Actor, merge_id: int, state: Literal[0, 2]) -> None:
    """Of the question by which a merge was made: ask it again (0), or only once more is known (2).

    What was merged without asking anybody is never asked or merged again: that is the answer.
    """
    rule = (Suggestion.merge_id == merge_id) & (Suggestion.state == ACCEPTED)
    columns = (Suggestion.id, Suggestion.one_id, Suggestion.two_id, Merge.why)
    query = select(*columns).join(Merge, Merge.id == Suggestion.merge_id).where(rule)
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return
    now = NEVER if row.why.get("reason") == AUTOMATIC else state
    values = {"state": now, "decided_by": str(actor), "decided_at": NOW, "merge_id": None}
    await tx.execute(update(Suggestion).where(Suggestion.id == row.id).values(values))
    data = {"suggestion": row.id, "other": row.two_id, "state": now}
    await record(tx, actor, News(Kind.SUGGESTION_DECIDED, customer=row.one_id, data=data))
