"""What our own pages bring (a form, a board, the counter): signed and proven as any webhook, in the caller's tx."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from madang.channels.book import Bound
from madang.channels.connector import Request
from madang.channels.store import pack, store, wake_intake
from madang.ground import Ground
from madang.lib import webhooks
from madang.lib.postgres import Tx


async def bring(tx: Tx, ground: Ground, bound: Bound, frame: Mapping[str, Any]) -> bool:
    """Store one frame of the channel's own protocol; false when it was here already. Raises Malformed.

    The signature makes sure that a page can bring nothing which the hook's address would not take.
    """
    body = msgspec.json.encode(frame)
    key = webhooks.key_of(bound.connector.config.secrets.get("secret", ""))
    headers = webhooks.headers([key], str(frame["id"]), body, datetime.now(UTC))
    request = Request("POST", f"/hooks/{bound.row.key}", headers, body)
    bound.connector.verify(request)
    packed = [await pack(ground.files, bound.row.id, one) for one in bound.connector.split(request)]
    fresh = await store(tx, packed)
    await wake_intake(tx)
    return bool(fresh)
