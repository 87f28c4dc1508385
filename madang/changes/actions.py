"""The only writer of what was changed in the settings. The verbs call it, in their own transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import func, insert, select, update

from madang.changes.models import SettingChange
from madang.events.record import Actor
from madang.lib.postgres import Tx


@dataclass(frozen=True, slots=True)
class Subject:
    """What a setting belongs to: ``page`` is the name of its settings page, ``key`` such as ``brand:3``."""

    page: str
    key: str
    name: str = ""
    brand: int | None = None


async def note(
    tx: Tx,
    actor: Actor,
    subject: Subject,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    secrets: Collection[str] = (),
) -> None:
    """Write down the fields in which ``after`` differs from ``before``. Of ``secrets`` only that they were changed."""
    rows = []
    for field, value in after.items():
        now, then = _plain(value), _plain(before.get(field))
        if now == then and type(now) is type(then):
            continue
        hidden = field in secrets
        rows.append(_row(actor, subject, field, None if hidden else then, None if hidden else now, secret=hidden))
    if rows:
        await tx.execute(insert(SettingChange), rows)


async def note_made(tx: Tx, actor: Actor, subject: Subject) -> None:
    """Write down that it was made."""
    await tx.execute(insert(SettingChange), [_row(actor, subject, "", None, {"name": subject.name})])


async def note_removed(tx: Tx, actor: Actor, subject: Subject) -> None:
    """Write down that it was removed."""
    await tx.execute(insert(SettingChange), [_row(actor, subject, "", {"name": subject.name}, None)])


async def alone(tx: Tx, subject: str) -> None:
    """Until the transaction ends nobody else takes back a change of the same thing: each writes the whole of it."""
    await tx.execute(select(func.pg_advisory_xact_lock(7319, func.hashtext(subject))))


async def undone(tx: Tx, actor: Actor, number: int) -> bool:
    """Mark one as taken back; False when somebody else just did."""
    mark = update(SettingChange).where(SettingChange.id == number, SettingChange.undone_at.is_(None))
    return bool((await tx.execute(mark.values(undone_by=str(actor), undone_at=func.now()))).rowcount)


def _row(
    actor: Actor, subject: Subject, field: str, before: Any, after: Any, *, secret: bool = False
) -> dict[str, Any]:
    return {
        "actor": actor.signed,
        "page": subject.page,
        "subject": subject.key,
        "name": subject.name,
        "field": field,
        "before": before,
        "after": after,
        "secret": secret,
        "brand_id": subject.brand,
    }


def _plain(value: Any) -> Any:
    """As JSON has it; sets in one order, so that the same is the same."""
    return msgspec.to_builtins(sorted(value) if isinstance(value, (set, frozenset)) else value)
