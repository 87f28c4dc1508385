"""Whoever may see the numbers may have them counted anew at once."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from madang.conversations.quality.models import QualityCount
from madang.conversations.quality.queries import check
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer


async def count_now(tx: Tx, viewer: Viewer) -> bool:
    """Have the workers count all customers, of whom this viewer sees her own. False: they are counting already."""
    check(viewer)
    made = insert(QualityCount).values(by=str(viewer.actor)).on_conflict_do_nothing().returning(QualityCount.id)
    number = (await tx.execute(made)).scalar_one_or_none()
    if number is not None:
        await record(tx, viewer.actor, News(Kind.QUALITY_ASKED, data={"count": number}))
    return number is not None
