"""Connected CRMs as people look at them. They name customers of every brand, so only who sees everything sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, select, text

from madang.crm.models import CrmAccount, CrmTask
from madang.lib.errors import NotFound
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

FIGURES = text("""
select (select count(*) from crm_link where account_id = :id and gone_at is null) as linked,
  (select count(*) from crm_link where account_id = :id and gone_at is not null) as gone,
  (select count(*) from crm_task where account_id = :id and not stuck) as waiting,
  (select count(*) from crm_task where account_id = :id and stuck) as stuck
""")
OF_CUSTOMER = text("""
select a.id, a.connector, a.name, l.external_id, l.gone_at from crm_link l join crm_account a on a.id = l.account_id
where l.customer_id = :customer and a.retired_at is null order by a.id, l.id
""")


def manages(viewer: Viewer) -> None:
    """Raise NotPermitted, or NotFound for whoever sees only some conversations."""
    permit(viewer, "channel.manage")
    if not viewer.scope.whole:
        raise NotFound(_("There is no such CRM."))


async def accounts(tx: Tx, viewer: Viewer) -> list[Row[Any]]:
    """Those that are connected, oldest first."""
    manages(viewer)
    query = select(*CrmAccount.__table__.columns).where(CrmAccount.retired_at.is_(None)).order_by(CrmAccount.id)
    return list((await tx.execute(query)).all())


async def account(tx: Tx, viewer: Viewer, number: int) -> Row[Any]:
    """One; raises NotFound."""
    manages(viewer)
    alive = (CrmAccount.id == number) & CrmAccount.retired_at.is_(None)
    one = (await tx.execute(select(*CrmAccount.__table__.columns).where(alive))).one_or_none()
    if one is None:
        raise NotFound(_("There is no such CRM."))
    return one


async def by_key(tx: Tx, key: str) -> Row[Any] | None:
    """The one in use with this public key."""
    alive = (CrmAccount.key == key) & CrmAccount.retired_at.is_(None)
    return (await tx.execute(select(*CrmAccount.__table__.columns).where(alive))).one_or_none()


async def figures(tx: Tx, number: int) -> Row[Any]:
    """How many are linked, gone there, waiting, stuck."""
    return (await tx.execute(FIGURES, {"id": number})).one()


async def stuck(tx: Tx, viewer: Viewer, number: int, limit: int = 50) -> Sequence[Row[Any]]:
    """What could not be synced, the newest first."""
    manages(viewer)
    mine = (CrmTask.account_id == number) & CrmTask.stuck
    query = select(*CrmTask.__table__.columns).where(mine).order_by(CrmTask.at.desc(), CrmTask.key).limit(limit)
    return (await tx.execute(query)).all()


TROUBLED = text("""
select id, name, problem from crm_account
where retired_at is null and problem <> '' and (paused_at is not null or tries >= :tries) order by id
""")


async def troubled(tx: Tx, tries: int = 5) -> Sequence[Row[Any]]:
    """Those that need a person, or have been away for so many tries (five are about a minute): for alerts."""
    return (await tx.execute(TROUBLED, {"tries": tries})).all()


async def of_customer(tx: Tx, customer_id: int) -> Sequence[Row[Any]]:
    """The contacts a customer is. The caller has checked the scope."""
    return (await tx.execute(OF_CUSTOMER, {"customer": customer_id})).all()


async def names(tx: Tx, actors: Iterable[str]) -> dict[str, str]:
    """What the CRMs among actors are called: ``crm:3`` → HubSpot."""
    numbers = {int(one[4:]) for one in actors if one.startswith("crm:") and one[4:].isdecimal()}
    if not numbers:
        return {}
    query = select(CrmAccount.id, CrmAccount.name).where(CrmAccount.id.in_(numbers))
    return {f"crm:{row.id}": row.name for row in await tx.execute(query)}
