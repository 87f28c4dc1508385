"""Two customers are one person, and perhaps they were not: both are one transaction, and neither destroys anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import insert, select, update

from madang.customers.actions import fields as of_fields
from madang.customers.actions import following
from madang.customers.models import Customer, Merge
from madang.customers.trees import Moved, below, hold, roots
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx

PROOF = "the same proven address"
Side = Literal["winner", "loser"]


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took apart: ``loser`` stands for herself again, with all that is of ``homes``; ``root`` is who had
    it."""

    merge_id: int
    root: int
    loser: int
    homes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Why:
    """Why two are one, for the journal. ``evidence`` is what the matching said."""

    reason: str = "an agent's word"  # or PROOF
    score: float | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)

    def journal(self, choices: Mapping[str, Any]) -> dict[str, Any]:
        """As the journal keeps it."""
        return {"reason": self.reason, "score": self.score, "evidence": self.evidence, "choices": dict(choices)}


async def merge(
    tx: Tx, actor: Actor, winner: int, loser: int, *, keep: Mapping[str, Side] | None = None, why: Why | None = None
) -> int:
    """Let ``loser`` be ``winner``; returns the merge's number. Old numbers lead to whoever stays.

    ``keep`` says by field whose value stays where both have one; without a word it is the winner's. Raises NotFound,
    Refused when they are one already, :class:`Moved` when somebody else merged one of them meanwhile.
    """
    one, other = await _held_roots(tx, winner, loser)
    if one == other:
        raise Refused("They are one person already.", "loser")
    choices = await of_fields.choose(tx, one, other, keep or {})
    journal = (why or Why()).journal({name: choice.journal() for name, choice in choices.items()})
    made = insert(Merge).values(winner_id=one, loser_id=other, why=journal, by=str(actor)).returning(Merge.id)
    number: int = (await tx.execute(made)).scalar_one()
    await tx.execute(update(Customer).where(Customer.id == other).values(merged_into=one))
    await of_fields.set_chosen(tx, actor, one, choices, number)
    await following.join(tx, other, one)
    await record(tx, actor, News(Kind.CUSTOMER_MERGED, customer=one, data={"merge": number, "other": other}))
    return number


async def undo(tx: Tx, actor: Actor, merge_id: int) -> Undone:
    """Take a merge back, whatever was merged or undone since; raises NotFound, Refused when it is undone, Moved.

    What was the loser's is hers again, and what came since by an address of hers with it.
    """
    query = select(Merge.winner_id, Merge.loser_id).where(Merge.id == merge_id)
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such merge.")
    root = (await roots(tx, [row.winner_id]))[row.winner_id]
    await hold(tx, {row.winner_id, row.loser_id, root})
    standing = update(Merge).where(Merge.id == merge_id, Merge.undone_at.is_(None))
    if not (await tx.execute(standing.values(undone_at=of_fields.NOW, undone_by=str(actor)))).rowcount:
        raise Refused("This merge has been undone already.", "merge")
    if (await roots(tx, [row.winner_id]))[row.winner_id] != root:
        raise Moved
    homes = await below(tx, row.loser_id)
    await tx.execute(update(Customer).where(Customer.id == row.loser_id).values(merged_into=None))
    await of_fields.take_back(tx, row.winner_id, merge_id)
    await following.part(tx, root, row.loser_id, homes)
    news = News(Kind.CUSTOMER_UNMERGED, customer=root, data={"merge": merge_id, "other": row.loser_id})
    await record(tx, actor, news)
    return Undone(merge_id, root, row.loser_id, frozenset(homes))


async def winner_of(tx: Tx, merge_id: int) -> int:
    """Who has what a merge joined, now; raises NotFound."""
    winner = (await tx.execute(select(Merge.winner_id).where(Merge.id == merge_id))).scalar_one_or_none()
    if winner is None:
        raise NotFound("There is no such merge.")
    return (await roots(tx, [winner]))[winner]


async def _held_roots(tx: Tx, *ids: int) -> list[int]:
    """The persons behind numbers, locked; raises NotFound, Moved."""
    found = await roots(tx, ids)
    if len(found) < len(set(ids)):
        raise NotFound("There is no such customer.")
    await hold(tx, found.values())
    if await roots(tx, ids) != found:
        raise Moved
    return [found[number] for number in ids]
