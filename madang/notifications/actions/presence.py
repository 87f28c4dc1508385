"""That a desk of hers is looked at: so long her phone stays silent. Forgotten after a moment, and no event."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

HERE = timedelta(seconds=90)  # pages without a stream ask, and say so, every minute

LOOKED = text("""
insert into desk_presence (user_id, until) values (:user, now() + cast(:here as interval))
on conflict (user_id) do update set until = excluded.until
where desk_presence.until < excluded.until - interval '5 seconds'
""")


async def look(tx: Tx, viewer: Viewer) -> None:
    """She sits at a desk that is open in front of her."""
    await tx.execute(LOOKED, {"user": viewer.user_id, "here": HERE})
