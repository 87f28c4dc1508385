"""Writing contacts in batches, so that one that HubSpot refuses holds up none of the others.

HubSpot refuses a whole batch for one wrong value, so a refused batch is cut in two until the culprit stands alone:
with one wrong among a hundred that is fourteen calls more.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from madang.channels.crm import Contact, Write, Written
from madang.connectors.hubspot import contacts
from madang.connectors.hubspot.calls import Calls, Refusal

Alone = Callable[[str, Sequence[str]], Awaitable[Contact | None]]
_EXISTING = re.compile(r"Existing ID: (\d+)")


async def write(calls: Calls, path: str, writes: Sequence[Write], alone: Alone) -> list[Written]:
    """Each with what became of it."""
    known = [one for one in writes if one.id]
    fresh = [one for one in writes if not one.id]
    made = await _some(calls, f"{path}/batch/update", known, alone) if known else []
    return made + (await _some(calls, f"{path}/batch/upsert", fresh, alone) if fresh else [])


async def _some(calls: Calls, path: str, writes: Sequence[Write], alone: Alone) -> list[Written]:
    try:
        said = await calls.post(path, {"inputs": [_input(one) for one in writes]})
    except Refusal as error:
        if len(writes) == 1:
            return [await _refused(writes[0], error, alone)]
        middle = len(writes) // 2
        return [*await _some(calls, path, writes[:middle], alone), *await _some(calls, path, writes[middle:], alone)]
    return await _matched(calls, path, writes, said, alone)


async def _matched(calls: Calls, path: str, writes: Sequence[Write], said: Any, alone: Alone) -> list[Written]:
    """Answers come in any order. Of a batch that went half (207) the rest is tried alone, to hear its reason."""
    by_id = {str(one["id"]): one for one in said.get("results", [])}
    by_mail = {str(one["properties"].get("email", "")).lower(): one for one in by_id.values()}
    made: list[Written] = []
    for one in writes:
        found = by_id.get(one.id) if one.id else by_mail.get(one.email.lower())
        if found is not None:
            made.append(Written(one.key, _now(one, found), new=bool(found.get("new"))))
        elif len(writes) > 1:
            made += await _some(calls, path, [one], alone)
        else:
            words = next((str(error.get("message", "")) for error in said.get("errors", [])), "HubSpot gave no reason")
            made.append(Written(one.key, None, words[:300]))
    return made


def _input(one: Write) -> dict[str, Any]:
    values = contacts.written(one.values)
    if one.id:
        return {"id": one.id, "properties": values}
    return {"id": one.email, "idProperty": "email", "properties": {"email": one.email, **values}}


def _now(one: Write, said: Any) -> Contact:
    """The contact after it: what was written, and where HubSpot says otherwise what it says."""
    sent = contacts.written(one.values)
    merged = {**sent, **{name: value for name, value in said["properties"].items() if name in sent and value}}
    return contacts.contact({**said, "properties": {**said["properties"], **merged}}, list(one.values))


async def _refused(one: Write, error: Refusal, alone: Alone) -> Written:
    """Its address is a further one of a contact that is there: that one it is, and the next round writes to it."""
    existing = _EXISTING.search(error.detail) if error.status == 409 and not one.id else None
    found = await alone(existing[1], list(one.values)) if existing else None
    return Written(one.key, found, "" if found else error.detail)
