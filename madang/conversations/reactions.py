"""What this room does after something happened."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from madang.events.log import Happened
from madang.lib.postgres import Tx

# The language a customer writes in is the one her mails and pages should speak; nobody has said otherwise yet.
LEARN = text("""
update customer c set language = v.language from conversation v
where v.customer_id = c.id and v.id = any(cast(:ids as bigint[])) and c.language = '' and v.language <> ''
""")


async def learn_language(tx: Tx, batch: Sequence[Happened]) -> None:
    """A customer of unknown language gets that of her conversation."""
    ids = sorted({event.conversation_id for event in batch if event.conversation_id})
    await tx.execute(LEARN, {"ids": ids})
