"""The code a visitor is asked for, if she is."""

from __future__ import annotations

from madang.conversations import proving
from madang.conversations.proving import Form
from madang.customers.proving.queries import Asked
from madang.lib.postgres import Tx
from madang.portal.chat.visitors import Visitor


async def form(tx: Tx, visitor: Visitor) -> Form | None:
    """As the widget draws it; None for nothing."""
    found = await asked(tx, visitor)
    return found[1] if found else None


async def asked(tx: Tx, visitor: Visitor) -> tuple[Asked, Form] | None:
    """The same, with what only we know of it."""
    return await proving.shown(tx, visitor.home_id) if visitor.home_id else None
