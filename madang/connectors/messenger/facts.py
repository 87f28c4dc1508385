"""What a webhook of a page means to the house. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from madang.channels.connector import Inbound, Kind, Media, Party
from madang.connectors.messenger import comments
from madang.lib.meta.messaging import Event, read
from madang.lib.meta.parting import changes
from madang.lib.meta.shapes import items, said
from madang.lib.meta.speaking import OURS

# ``standby``: another app has the thread; she wrote all the same.
PLACES = ("messaging", "standby", "messaging_handovers")


def mean(webhook: Mapping[str, Any], page: str) -> Iterator[Inbound]:
    """Every fact that concerns ``page`` ('' takes them all)."""
    for entry in items(webhook.get("entry")):
        account = said(entry.get("id"))
        if page and account and account != page:
            continue
        for place in PLACES:
            for item in items(entry.get(place)):
                yield from filter(None, map(fact, read(item, account)))
        for change in changes(entry):
            yield from comments.mean(change, account, entry.get("time"))


def fact(event: Event) -> Inbound | None:
    """None for the echo of what we said ourselves."""
    if event.kind == "echo" and event.metadata.startswith(OURS):
        return None
    return Inbound(
        event.kind,
        event.id,
        event.at,
        Party(Kind.SCOPED, event.person),
        event.text,
        media=tuple(Media(one.kind, one.name, one.mime, ref=one.url) for one in event.files),
        about=event.about,
        state=event.state or None,
        references=(event.answers,) if event.answers else (),
        reach=event.reach or None,
        carry=event.carry,
        data=event.data,
    )
