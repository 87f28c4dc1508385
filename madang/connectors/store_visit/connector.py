"""The counter's protocol: the staff's page, or a till, posts visits here, signed. Nothing goes out this way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from madang.channels.connector import (
    Cap,
    Connector,
    Delivery,
    Forged,
    Inbound,
    Kind,
    Limits,
    Media,
    Party,
    Reply,
    Request,
)
from madang.channels.form import check_region
from madang.connectors.store_visit.frames import data, read, text
from madang.lib import webhooks

TAKEN = Reply(200, b'{"ok":true}', "application/json")
_NOT_POST = Reply(405, b"visits are posted here", headers=(("allow", "POST"),), store=False)


class StoreVisit(Connector):
    """The counter of a shop. It has no ``send``: nobody is written to over a counter."""

    name = "store_visit"
    caps = Cap(0)
    limits = Limits(body_bytes=256 << 10)
    identity = Kind.SCOPED
    live = True  # whoever else reaches her is better

    def verify(self, request: Request) -> Reply:
        """Signed as the Standard Webhooks say, by the counter's page or by a till."""
        if request.method != "POST":
            return _NOT_POST
        try:
            key = webhooks.key_of(self.config.secrets.get("secret", ""))
            webhooks.prove([key], request.headers, request.body, datetime.now(UTC))
        except (ValueError, webhooks.Unproven) as error:
            raise Forged(str(error)) from None
        return TAKEN

    def split(self, request: Request) -> Sequence[Delivery]:
        """One visit of one customer."""
        frame = read(request.body)
        return [Delivery(frame.id, frame.visitor, request.body)]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """What she came for and what was done, said by her as the staff wrote it down. A phone number is only said."""
        frame = read(delivery.body)
        claims = ((Kind.PHONE, frame.phone.strip()),) if frame.phone.strip() else ()
        party = Party(Kind.SCOPED, frame.visitor, " ".join(frame.name.split()), claims=claims)
        media = tuple(Media("file", "", "", ref=f"upload:{key}") for key in frame.files)
        at = frame.at.astimezone(UTC)
        return [Inbound("message", frame.id, at, party, text=text(frame), media=media, data=data(frame))]

    async def check(self) -> None:
        """Phone numbers can be read as of the country."""
        check_region(self.config.settings)
