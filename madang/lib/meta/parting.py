"""One webhook of Messenger or Instagram cut into pieces of one event each, with whom each is about. Pure and cheap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from madang.lib.meta.shapes import digest, items, obj, said

Raw = Mapping[str, Any]

# ``standby``: another app has the thread; she wrote all the same.
PLACES = ("messaging", "standby", "messaging_handovers")


class Piece(NamedTuple):
    """``body`` is a webhook again, with this event alone; ``key`` the same whenever Meta repeats the event."""

    key: str
    person: str
    body: bytes


def pieces(webhook: Raw) -> Iterator[Piece]:
    """Each event of a webhook."""
    for entry in items(webhook.get("entry")):
        account = said(entry.get("id"))
        for place in PLACES:
            for item in items(entry.get(place)):
                yield _piece(webhook, entry, place, item, _person(item, account))
        for change in changes(entry):
            value = obj(change.get("value"))
            yield _piece(webhook, entry, "changes", change, said(obj(value.get("from")).get("id")))


def changes(entry: Raw) -> list[Raw]:
    """The changes of an entry; Instagram's own login writes a single one into the entry itself."""
    alone = [{"field": entry["field"], "value": entry.get("value")}] if "field" in entry else []
    return items(entry.get("changes")) + alone


def _piece(webhook: Raw, entry: Raw, place: str, item: Raw, person: str) -> Piece:
    part = {"id": entry.get("id"), "time": entry.get("time"), place: [item]}
    body = msgspec.json.encode({"object": webhook.get("object"), "entry": [part]})
    return Piece(f"{place}:{digest([entry.get('id'), item])}", person, body)


def _person(item: Raw, account: str) -> str:
    sender, other = (said(obj(item.get(side)).get("id")) for side in ("sender", "recipient"))
    return other if sender == account or obj(item.get("message")).get("is_echo") is True else sender
