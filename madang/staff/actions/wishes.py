"""What somebody wants of her own desk, by name: hers alone, and no event."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.models import Preference
from madang.staff.permissions import Viewer

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
MOST = 8_000  # bytes of JSON


async def prefer(tx: Tx, viewer: Viewer, name: str, value: Any) -> None:
    """Keep one wish; ``None`` forgets it. A token has none. Raises Refused for a name or value that is no wish."""
    if viewer.user_id is None:
        return
    if not NAME.fullmatch(name) or len(msgspec.json.encode(value)) > MOST:
        raise Refused(_("This could not be kept: it is no setting of the desk."), "name")
    if value is None:
        await tx.execute(delete(Preference).where(Preference.user_id == viewer.user_id, Preference.name == name))
        return
    statement = insert(Preference).values(user_id=viewer.user_id, name=name, value=value)
    await tx.execute(statement.on_conflict_do_update(index_elements=["user_id", "name"], set_={"value": value}))
