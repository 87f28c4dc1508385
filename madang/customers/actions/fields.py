"""The fields of a customer: what each becomes, by whom, and what it was. One chain of changes a field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from madang.customers.models import Customer, FieldChange
from madang.events.record import Actor
from madang.lib.postgres import Tx

PLAIN = ("name", "language", "timezone", "company", "region", "prefers")
CUSTOM = "fields."  # before the name of a custom field
NOW = func.now()

SET_CUSTOM = text("""
update customer set fields = jsonb_strip_nulls(fields || :given) where id = :customer
""").bindparams(bindparam("given", type_=JSONB))


@dataclass(frozen=True, slots=True)
class Choice:
    """Of one field in a merge: what the winner had, what the loser had, what stays."""

    winner: Any
    loser: Any
    kept: Any

    def journal(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return {"winner": self.winner, "loser": self.loser, "kept": self.kept}


async def read(tx: Tx, customer_id: int) -> dict[str, Any]:
    """Every field of a customer's own row by its name; an empty one is left out."""
    columns = [getattr(Customer, name) for name in PLAIN]
    row = (await tx.execute(select(*columns, Customer.fields).where(Customer.id == customer_id))).one()
    plain = {name: getattr(row, name) for name in PLAIN if getattr(row, name)}
    return plain | {CUSTOM + name: value for name, value in row.fields.items() if value not in (None, "")}


async def choose(tx: Tx, winner: int, loser: int, keep: Mapping[str, str]) -> dict[str, Choice]:
    """What stays of each field in which the two differ."""
    one, other = await read(tx, winner), await read(tx, loser)
    made: dict[str, Choice] = {}
    for name in sorted(one.keys() | other.keys()):
        mine, hers = one.get(name), other.get(name)
        if mine != hers:
            takes_hers = hers is not None and (mine is None or keep.get(name) == "loser")
            made[name] = Choice(mine, hers, hers if takes_hers else mine)
    return made


async def set_chosen(tx: Tx, actor: Actor, winner: int, choices: Mapping[str, Choice], merge_id: int) -> None:
    """Let the winner have what was chosen, as changes of this merge."""
    chosen = {name: (one.winner, one.kept) for name, one in choices.items() if one.kept != one.winner}
    await write(tx, actor, winner, chosen, merge_id)


async def write(
    tx: Tx, actor: Actor, customer_id: int, changes: Mapping[str, tuple[Any, Any]], merge_id: int | None = None
) -> None:
    """Write fields, each (before, after), and note each change. The caller holds the customer."""
    if not changes:
        return
    rows = [
        {"customer_id": customer_id, "field": name, "before": before, "after": after, "merge_id": merge_id}
        for name, (before, after) in changes.items()
    ]
    await tx.execute(insert(FieldChange).values(by=actor.signed), rows)
    await _set(tx, customer_id, {name: after for name, (_, after) in changes.items()})


async def take_back(tx: Tx, customer_id: int, merge_id: int) -> None:
    """Undo the changes a merge made to its winner's fields: what was changed since stays as it is."""
    await _take_back(tx, customer_id, (FieldChange.merge_id == merge_id) & ~FieldChange.undone)


async def take_back_edit(tx: Tx, customer_id: int, change_id: int, hidden: Collection[str] = ()) -> dict[str, Any]:
    """Undo one edit of hers; returns what became of the field, {} when it has been undone, is a merge's or of a
    ``hidden`` field."""
    rule = (FieldChange.id == change_id) & (FieldChange.customer_id == customer_id)
    rule &= FieldChange.field.not_in([CUSTOM + name for name in hidden])
    return await _take_back(tx, customer_id, rule & FieldChange.merge_id.is_(None) & ~FieldChange.undone)


async def _take_back(tx: Tx, customer_id: int, mine: ColumnElement[bool]) -> dict[str, Any]:
    names = list((await tx.execute(select(FieldChange.field).where(mine))).scalars())
    before = await _chain(tx, customer_id, names)
    await tx.execute(update(FieldChange).where(mine).values(undone=True))
    after = await _chain(tx, customer_id, names)
    now = await read(tx, customer_id)  # a channel may have told something since, which is no change of anybody's
    told = {name: after[name] for name in names if now.get(name) == before[name] and after[name] != before[name]}
    await _set(tx, customer_id, told)
    return {name: after[name] for name in names}


async def _chain(tx: Tx, customer_id: int, names: list[str]) -> dict[str, Any]:
    """By field its newest change that stands, or what the first of all changes found."""
    columns = (FieldChange.field, FieldChange.before, FieldChange.after, FieldChange.undone)
    mine = (FieldChange.customer_id == customer_id) & FieldChange.field.in_(names)
    values: dict[str, Any] = {}
    for name, before, after, undone in await tx.execute(select(*columns).where(mine).order_by(FieldChange.id)):
        values.setdefault(name, before)
        if not undone:
            values[name] = after
    return values


async def _set(tx: Tx, customer_id: int, values: Mapping[str, Any]) -> None:
    plain = {name: value or "" for name, value in values.items() if not name.startswith(CUSTOM)}
    if plain:
        await tx.execute(update(Customer).where(Customer.id == customer_id).values(plain))
    custom = {name.removeprefix(CUSTOM): value for name, value in values.items() if name.startswith(CUSTOM)}
    if custom:
        await tx.execute(SET_CUSTOM, {"customer": customer_id, "given": custom})
