"""What a fact of a webhook means to the house. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from madang.channels.connector import Inbound, Kind, Party, ReceiptState
from madang.connectors.whatsapp import content
from madang.connectors.whatsapp.pieces import Piece, names
from madang.lib.meta import codes, errors
from madang.lib.meta.shapes import items, moment, obj, said

Raw = Mapping[str, Any]

_STATES: dict[str, ReceiptState] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_CHANGED = {"user_changed_number", "customer_changed_number", "user_changed_user_id"}


def mean(piece: Piece) -> Iterator[Inbound]:
    """Nothing for a notice, and for what nobody said."""
    at = moment(piece.item.get("timestamp"))
    party = _party(piece)
    if piece.where == "statuses":
        yield from _receipt(piece, at)
    elif piece.where in ("messages", "message_echoes"):
        yield from _message(piece, party, at)
    elif piece.where == "calls" and party is not None:
        yield from _call(piece, party, at)
    elif piece.where == "user_preferences" and party is not None:
        wish = {"topic": said(piece.item.get("category")), "wish": said(piece.item.get("value"))}
        yield Inbound("consent", piece.key, at, party, data=wish)


def _party(piece: Piece) -> Party | None:
    """The user id that Meta gives this business for her (BSUID), where it says one; the number is proven too."""
    number, user = names(piece)
    if not (number or user):
        return None
    profile = obj(piece.contact.get("profile"))
    phones = ((Kind.PHONE, f"+{number}"),) if number.isdecimal() else ()
    return Party(Kind.SCOPED, user or number, said(profile.get("name")) or said(profile.get("username")), phones)


def _message(piece: Piece, party: Party | None, at: datetime) -> Iterator[Inbound]:
    item, kind = piece.item, said(piece.item.get("type"))
    about = said(obj(item.get(kind)).get("original_message_id"))
    name = said(item.get("id")) or piece.key
    if kind == "system":
        yield from _system(piece, at)
    elif party is None:
        return
    elif kind == "reaction":
        given = obj(item.get("reaction"))
        face, on = said(given.get("emoji")), said(given.get("message_id"))
        if piece.where == "messages":
            yield Inbound("reaction", name, at, party, face, about=on)
    elif kind == "revoke":
        yield Inbound("delete", name, at, party, about=about)
    elif kind == "edit":
        new = content.read(obj(obj(item.get("edit")).get("message")))
        yield Inbound("edit", name, at, party, new.text, about=about)
    elif kind == "request_welcome":
        yield Inbound("session", name, at, party, reach="open")
    else:
        yield _said(piece, party, name, at)


def _said(piece: Piece, party: Party, name: str, at: datetime) -> Inbound:
    made = content.read(piece.item)
    quoted = said(obj(piece.item.get("context")).get("id"))
    if piece.where == "message_echoes":
        return Inbound("echo", name, at, party, made.text, media=made.media, data=made.data)
    pressed = "postback" in made.data
    code, text = codes.taken(made.text)
    fact = Inbound("message", name, at, party, text, media=made.media, carry=code, data=made.data)
    if pressed:
        fact = replace(fact, type="postback", about=quoted)
    return replace(fact, references=(quoted,) if quoted else ())


def _system(piece: Piece, at: datetime) -> Iterator[Inbound]:
    """She has a new number, and with it a new user id: she stays one, found by what she was before."""
    system = obj(piece.item.get("system"))
    old = said(piece.item.get("from")) or said(system.get("customer"))
    if said(system.get("type")) not in _CHANGED:
        return
    number = said(system.get("wa_id")) or said(system.get("new_wa_id"))
    user, before = said(system.get("user_id")), said(system.get("previous_user_id"))
    value = user or number
    if not value:
        return
    also = [(Kind.PHONE, f"+{number}")] if number.isdecimal() else []
    if before:
        also.append((Kind.SCOPED, before))
    elif old:  # the number she left may be another's tomorrow: it only finds her where nothing else does
        also += [(Kind.SCOPED, old), *([(Kind.PHONE, f"+{old}")] if old.isdecimal() else [])]
    yield Inbound("session", said(piece.item.get("id")) or piece.key, at, Party(Kind.SCOPED, value, also=tuple(also)))


def _receipt(piece: Piece, at: datetime) -> Iterator[Inbound]:
    status, about = said(piece.item.get("status")), said(piece.item.get("id"))
    state = _STATES.get(status)
    if state is None or not about:
        return
    found = [errors.of(one) for one in items(piece.item.get("errors"))]
    problem = next((one for one in found if one is not None), None)
    data: dict[str, Any] = {}
    if problem is not None:
        data["why"] = problem.why or "invalid"
    if pricing := obj(piece.item.get("pricing")):
        data["pricing"] = {key: pricing[key] for key in ("category", "billable", "type") if key in pricing}
    words = problem.words if problem else ""
    yield Inbound("receipt", f"{about}:{status}", at, text=words, about=about, state=state, data=data)


def _call(piece: Piece, party: Party, at: datetime) -> Iterator[Inbound]:
    """That she called is kept; the call itself is nobody's yet."""
    if said(piece.item.get("event")) == "connect" and said(piece.item.get("direction")) != "BUSINESS_INITIATED":
        yield Inbound("message", said(piece.item.get("id")) or piece.key, at, party, data={"unsupported": "call"})
