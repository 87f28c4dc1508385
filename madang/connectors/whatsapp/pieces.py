"""A webhook cut into single facts, each with its contact. Pure and cheap: the provider waits.

``entry[].changes[].value`` holds lists: ``messages``, ``statuses``, ``message_echoes`` (written in the WhatsApp
Business app), ``calls`` and ``user_preferences``. Everything else is a notice about the account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from madang.lib.meta.shapes import digest, items, obj, said

Raw = Mapping[str, Any]

LISTS = ("messages", "statuses", "message_echoes", "calls", "user_preferences")
_NUMBERS = ("from", "to", "recipient_id", "wa_id")
_USERS = ("from_user_id", "to_user_id", "recipient_user_id", "user_id")


class Piece(NamedTuple):
    """One fact. ``where`` is the list it stood in, '' for a notice; ``contact`` is the customer's."""

    entry: Raw
    field: str
    value: Raw
    where: str
    item: Raw
    contact: Raw

    @property
    def key(self) -> str:
        """The same whenever Meta repeats the fact."""
        account = said(obj(self.value.get("metadata")).get("phone_number_id"))
        return f"{self.where or 'notice'}:{digest([account, self.field, self.item])}"

    @property
    def person(self) -> str:
        """Whom it is about, as far as the lane is concerned: the number first, it stays while user ids come.

        That she has a new number lies in the lane of what she says from it, and so before it.
        """
        system = obj(self.item.get("system"))
        if moved := said(system.get("wa_id")) or said(system.get("user_id")):
            return moved
        return next((name for name in names(self) if name), "")

    @property
    def body(self) -> bytes:
        """A webhook again, with this fact alone."""
        value = dict(self.value)
        if self.where:
            value = {key: one for key, one in value.items() if key not in LISTS and key != "contacts"}
            value[self.where] = [self.item]
            if self.contact:
                value["contacts"] = [self.contact]
        change = {"field": self.field, "value": value}
        return msgspec.json.encode(
            {"object": "whatsapp_business_account", "entry": [{"id": self.entry.get("id"), "changes": [change]}]}
        )


def pieces(webhook: Raw, phone_id: str) -> Iterator[Piece]:
    """Every fact of a webhook that concerns the business number ``phone_id`` ('' takes them all)."""
    for entry in items(webhook.get("entry")):
        for change in items(entry.get("changes")):
            value, field = obj(change.get("value")), said(change.get("field"))
            named = said(obj(value.get("metadata")).get("phone_number_id"))
            if not (phone_id and named and named != phone_id):
                yield from _of_change(entry, field, value)


def _of_change(entry: Raw, field: str, value: Raw) -> Iterator[Piece]:
    contacts, some = items(value.get("contacts")), False
    for where in LISTS:
        for item in items(value.get(where)):
            some = True
            yield Piece(entry, field, value, where, item, _contact(item, where, contacts))
    if not some:
        yield Piece(entry, field, value, "", value, {})


def _contact(item: Raw, where: str, contacts: list[Raw]) -> Raw:
    """Hers among the contacts of the batch."""
    mine = {said(item.get(key)) for key in (*_NUMBERS, *_USERS)} - {""}
    for one in contacts:
        if mine & {said(one.get("wa_id")), said(one.get("user_id"))}:
            return one
    return contacts[0] if len(contacts) == 1 and where != "statuses" and "system" not in item else {}


def names(piece: Piece) -> tuple[str, str]:
    """(number, user id) of the customer, '' where the webhook does not say."""
    item, contact = piece.item, piece.contact
    outgoing = piece.where == "message_echoes" or said(item.get("direction")) == "BUSINESS_INITIATED"
    number = said(item.get("to" if outgoing else "from")) or said(item.get("recipient_id")) or said(item.get("wa_id"))
    user = next((said(item.get(key)) for key in _USERS if item.get(key)), "")
    return number or said(contact.get("wa_id")), user or said(contact.get("user_id"))
