"""What is known of a customer, corrected by people; each change with what it was before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from madang.customers import defined, plain
from madang.customers.actions import fields
from madang.customers.trees import hold, root_of
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

ONLINE = text("""
insert into presence (identity_id, until, page) values (:identity, :until, :page)
on conflict (identity_id) do update set until = excluded.until, page = excluded.page
""")


async def rename(tx: Tx, viewer: Viewer, customer_id: int, name: str) -> None:
    """Correct a customer's name. The caller has shown that she is in the viewer's scope."""
    if not name.split():
        raise Refused("Please give a name.", "name")
    await change(tx, viewer, customer_id, {"name": name})


async def change(tx: Tx, viewer: Viewer, customer_id: int, given: Mapping[str, str]) -> None:
    """Change plain fields; '' empties one. Raises NotFound, Refused. What stays the same is no change."""
    permit(viewer, "customer.change")
    clean = {name: plain.clean(name, value) for name, value in given.items()}
    root = await root_of(tx, customer_id)
    await hold(tx, [root])
    now = await fields.read(tx, root)
    changes = {name: (now.get(name), value) for name, value in clean.items() if (now.get(name) or "") != value}
    await fields.write(tx, viewer.actor, root, changes)
    if changes:
        data = {name: after for name, (_, after) in changes.items()}
        await record(tx, viewer.actor, News(Kind.CUSTOMER_CHANGED, customer=root, data=data))


async def undo_change(tx: Tx, viewer: Viewer, customer_id: int, change_id: int) -> None:
    """Take one edit of a field back: it has again what it had, or what it was given since. Raises NotFound, Refused."""
    permit(viewer, "customer.change")
    root = await root_of(tx, customer_id)
    await hold(tx, [root])
    became = await fields.take_back_edit(tx, root, change_id, await defined.hidden(tx, viewer))
    if not became:
        raise Refused("This edit has been undone already.", "change")
    data = {**became, "undone": change_id}
    await record(tx, viewer.actor, News(Kind.CUSTOMER_CHANGED, customer=root, data=data))


async def seen_online(tx: Tx, identity_id: int, until: datetime, page: str = "") -> None:
    """She is looking at us until then (now or earlier: she left). Presence, not history: no event."""
    await tx.execute(ONLINE, {"identity": identity_id, "until": until, "page": page[:500]})
