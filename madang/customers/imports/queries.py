"""Imports as people look at them. Their rows are everybody's, so only who sees everything sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Row, select, text

from madang.customers.imports.models import Import
from madang.lib.errors import NotFound
from madang.lib.language import marked as _
from madang.lib.postgres import Database, Tx
from madang.staff.permissions import Viewer, permit

PAGE = 500
ROWS = text("""
select row, outcome, customer_id, problems from customer_import_row
where import_id = :import and dry = :dry and row > :after and (:all or troubled) order by row limit :limit
""")
STAYED = text("""
select r.row, r.customer_id from customer_import_row r join customer c on c.id = r.customer_id
where r.import_id = :import and not r.dry and r.outcome = 0 order by r.row limit :limit
""")


def refuse_partial(viewer: Viewer) -> None:
    """Raise NotFound for whoever sees only some conversations: a file names people of every brand."""
    if viewer.scope.sees != "all" or viewer.scope.brands is not None:
        raise NotFound(_("There is no such import."))


def reads(viewer: Viewer) -> None:
    """Raise unless the viewer may look at imports."""
    permit(viewer, "import.read")
    refuse_partial(viewer)


async def imports(tx: Tx, viewer: Viewer, limit: int = 100) -> list[Row[Any]]:
    """The newest ones."""
    reads(viewer)
    query = select(*Import.__table__.columns).order_by(Import.id.desc()).limit(limit)
    return list((await tx.execute(query)).all())


async def one(tx: Tx, viewer: Viewer, number: int) -> Row[Any]:
    """One import; raises NotFound."""
    reads(viewer)
    row = (await tx.execute(select(*Import.__table__.columns).where(Import.id == number))).one_or_none()
    if row is None:
        raise NotFound(_("There is no such import."))
    return row


async def problems(tx: Tx, viewer: Viewer, number: int, *, dry: bool, limit: int = 20) -> list[Row[Any]]:
    """The first rows with something to say."""
    reads(viewer)
    given = {"import": number, "dry": dry, "after": 0, "limit": limit, "all": False}
    return list((await tx.execute(ROWS, given)).all())


async def every_row(database: Database, viewer: Viewer, number: int, *, dry: bool) -> AsyncIterator[Row[Any]]:
    """All rows of the report, those with problems only when ``dry``; by pages, never all in memory."""
    reads(viewer)
    after = 0
    while True:
        given = {"import": number, "dry": dry, "after": after, "limit": PAGE, "all": not dry}
        async with database.begin() as tx:
            page = (await tx.execute(ROWS, given)).all()
        for row in page:
            yield row
        if len(page) < PAGE:
            return
        after = page[-1].row
