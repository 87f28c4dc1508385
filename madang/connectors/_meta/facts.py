"""What a webhook of a page or account means to the house. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from madang.channels.connector import Inbound, Kind, Media, Party
from madang.lib.meta.attached import File
from madang.lib.meta.messaging import Event, read
from madang.lib.meta.parting import PLACES, changes
from madang.lib.meta.shapes import items, said
from madang.lib.meta.speaking import OURS

Raw = Mapping[str, Any]
Change = Callable[[Raw, str, object], Iterator[Inbound]]  # the change, whose page or account it is, when


def mean(webhook: Raw, owner: str, change: Change) -> Iterator[Inbound]:
    """Every fact that concerns the page or account ``owner`` ('' takes them all)."""
    for entry in items(webhook.get("entry")):
        account = said(entry.get("id"))
        if owner and account and account != owner:
            continue
        for place in PLACES:
            for item in items(entry.get(place)):
                yield from filter(None, map(fact, read(item, account)))
        for one in changes(entry):
            yield from change(one, account, entry.get("time"))


def fact(event: Event) -> Inbound | None:
    """None for the echo of what we said ourselves, where it is marked. The house knows others by their id."""
    if event.kind == "echo" and event.metadata.startswith(OURS):
        return None
    return Inbound(
        event.kind,
        event.id,
        event.at,
        Party(Kind.SCOPED, event.person),
        event.text,
        media=media(event.files),
        about=event.about,
        state=event.state or None,
        references=(event.answers,) if event.answers else (),
        reach=event.reach or None,
        carry=event.carry,
        data=event.data,
    )


def media(files: Iterable[File]) -> tuple[Media, ...]:
    """Files that the provider holds."""
    return tuple(Media(one.kind, one.name, one.mime, ref=one.url) for one in files)
