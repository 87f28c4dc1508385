"""Notes, tags and files of a customer. Who sees her was asked one floor up; a note is changed by who wrote it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from madang.customers.models import Customer
from madang.customers.records import CustomerFile, CustomerNote, CustomerTag
from madang.customers.trees import Moved, below, hold, root_of
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.lib.uploads import clean_name
from madang.staff.permissions import Viewer, permit

LONGEST = 20_000  # characters of a note
TAGS, TAG = 50, 40
MOST = 1_000  # notes, and files, of one customer: nobody reads more, and a program in a loop stops here


async def note(tx: Tx, viewer: Viewer, customer_id: int, words: str) -> int:
    """Write a note; returns its number. Raises Refused when it says nothing or too much."""
    permit(viewer, "customer.change")
    root = await _held(tx, customer_id)
    await _refuse_many(tx, CustomerNote, root)
    values = _whose(root, customer_id) | {"text": _said(words), "by": str(viewer.actor), "author": viewer.name}
    number: int = (await tx.execute(insert(CustomerNote).values(values).returning(CustomerNote.id))).scalar_one()
    await record(tx, viewer.actor, News(Kind.CUSTOMER_NOTED, customer=root, data={"note": number}))
    return number


async def change_note(tx: Tx, viewer: Viewer, note_id: int, words: str) -> None:
    """Write one's own note anew. Raises NotFound, Refused."""
    row = await _own(tx, viewer, note_id)
    if row.deleted_at is not None:
        raise Refused("This note was deleted. Bring it back first.", "note")
    clean = _said(words)
    if clean != row.text:
        values = {"text": clean, "edited_at": func.now()}
        await tx.execute(update(CustomerNote).where(CustomerNote.id == note_id).values(values))
        await record(
            tx, viewer.actor, News(Kind.CUSTOMER_NOTE_CHANGED, customer=row.customer_id, data={"note": note_id})
        )


async def delete_note(tx: Tx, viewer: Viewer, note_id: int) -> None:
    """Delete one's own note, or as a lead anybody's; twice is once. It can be brought back."""
    row = await _own(tx, viewer, note_id)
    if row.deleted_at is None:
        await tx.execute(update(CustomerNote).where(CustomerNote.id == note_id).values(deleted_at=func.now()))
        await record(
            tx, viewer.actor, News(Kind.CUSTOMER_NOTE_DELETED, customer=row.customer_id, data={"note": note_id})
        )


async def restore_note(tx: Tx, viewer: Viewer, note_id: int) -> None:
    """Bring a deleted note back; twice is once."""
    row = await _own(tx, viewer, note_id)
    if row.deleted_at is not None:
        await tx.execute(update(CustomerNote).where(CustomerNote.id == note_id).values(deleted_at=None))
        news = News(Kind.CUSTOMER_NOTE_RESTORED, customer=row.customer_id, data={"note": note_id})
        await record(tx, viewer.actor, news)


async def set_tags(tx: Tx, viewer: Viewer, customer_id: int, tags: Sequence[str]) -> list[str]:
    """Set her tags, in one spelling and order; returns them. One taken away is taken from all she was."""
    permit(viewer, "customer.change")
    clean = _tags(tags)
    root = await _held(tx, customer_id)
    query = select(CustomerTag.tag).where(CustomerTag.customer_id == root)
    before = sorted((await tx.execute(query)).scalars())
    gone, new = sorted(set(before) - set(clean)), sorted(set(clean) - set(before))
    if gone:
        family = await below(tx, root)
        await tx.execute(delete(CustomerTag).where(CustomerTag.customer_id.in_(family), CustomerTag.tag.in_(gone)))
    if new:
        rows = [_whose(root, customer_id) | {"tag": tag, "by": str(viewer.actor)} for tag in new]
        await tx.execute(insert(CustomerTag), rows)
    if gone or new:
        data = {"tags": clean, "before": before}
        await record(tx, viewer.actor, News(Kind.CUSTOMER_TAGGED, customer=root, data=data))
    return clean


async def add_file(tx: Tx, viewer: Viewer, customer_id: int, name: str, mime: str, sha256: str, size: int) -> int:
    """Keep a stored file with her; returns its number."""
    permit(viewer, "customer.change")
    root = await _held(tx, customer_id)
    await _refuse_many(tx, CustomerFile, root)
    shown = clean_name(name)
    values: dict[str, Any] = {"key": secrets.token_hex(16), "sha256": sha256, "name": shown, "mime": mime, "size": size}
    values |= _whose(root, customer_id) | {"by": str(viewer.actor), "author": viewer.name}
    number: int = (await tx.execute(insert(CustomerFile).values(values).returning(CustomerFile.id))).scalar_one()
    data = {"file": number, "name": shown, "size": size}
    await record(tx, viewer.actor, News(Kind.CUSTOMER_FILED, customer=root, data=data))
    return number


async def delete_file(tx: Tx, viewer: Viewer, file_id: int, *, back: bool = False) -> None:
    """Take a file away from her, or with ``back`` bring it back; twice is once. The bytes stay in the store."""
    row = await _found(tx, CustomerFile, file_id)
    _refuse_others(viewer, row)
    if (row.deleted_at is None) != back:
        gone = None if back else func.now()
        await tx.execute(update(CustomerFile).where(CustomerFile.id == file_id).values(deleted_at=gone))
        kind = Kind.CUSTOMER_FILE_RESTORED if back else Kind.CUSTOMER_FILE_DELETED
        data = {"file": file_id, "name": row.name}
        await record(tx, viewer.actor, News(kind, customer=row.customer_id, data=data))


async def _held(tx: Tx, customer_id: int) -> int:
    """Who a number stands for, locked."""
    root = await root_of(tx, customer_id)
    await hold(tx, [root])
    if await root_of(tx, customer_id) != root:
        raise Moved
    return root


def _whose(root: int, home: int) -> dict[str, int | None]:
    return {"customer_id": root, "home_id": None if home == root else home}


async def _own(tx: Tx, viewer: Viewer, note_id: int) -> Row[Any]:
    row = await _found(tx, CustomerNote, note_id)
    _refuse_others(viewer, row)
    return row


async def _found(tx: Tx, table: type[CustomerNote] | type[CustomerFile], number: int) -> Row[Any]:
    """The row, its customer locked before it, in the order of the house."""
    whose = (await tx.execute(select(table.customer_id).where(table.id == number))).scalar_one_or_none()
    if whose is None:
        raise NotFound("There is nothing here any more.")
    await tx.execute(select(Customer.id).where(Customer.id == whose).with_for_update(key_share=True))
    return (await tx.execute(select(*table.__table__.columns).where(table.id == number).with_for_update())).one()


def _refuse_others(viewer: Viewer, row: Row[Any]) -> None:
    permit(viewer, "customer.change")
    if row.by != str(viewer.actor) and viewer.role not in ("lead", "administrator"):
        raise Refused("A colleague put this here. Ask her, or a lead, to change it.", "")


def _said(words: str) -> str:
    clean = words.replace("\0", "").replace("\r\n", "\n").strip()
    if not clean:
        raise Refused("There is nothing in this note yet. Write a few words.", "text")
    if len(clean) > LONGEST:
        raise Refused("A note has at most 20,000 characters. Attach the rest as a file.", "text")
    return clean


def _tags(tags: Sequence[str]) -> list[str]:
    clean = sorted({" ".join(tag.replace("\0", "").split()) for tag in tags} - {""})
    if len(clean) > TAGS:
        raise Refused("A customer takes at most 50 tags.", "tags")
    if any(len(tag) > TAG for tag in clean):
        raise Refused("A tag has at most 40 characters.", "tags")
    return clean


async def _refuse_many(tx: Tx, table: type[CustomerNote] | type[CustomerFile], root: int) -> None:
    some = select(table.id).where(table.customer_id == root).limit(MOST).subquery()
    if (await tx.execute(select(func.count()).select_from(some))).scalar_one() >= MOST:
        raise Refused("There are a thousand of these already. Delete what nobody needs any more.", "")
