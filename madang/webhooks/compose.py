"""The body of a delivery, made when it is sent: what was taken back or erased meanwhile is not told again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select

from madang.channels.models import Channel
from madang.conversations.models import Conversation, State
from madang.conversations.rows import ChannelMark, Said
from madang.conversations.threads import actor_names, said
from madang.customers.models import Claim, Customer, Identity
from madang.events.log import Happened
from madang.events.record import BY_TOKEN, token_of
from madang.lib.postgres import Tx
from madang.staff.models import User
from madang.webhooks import shapes, turn_shapes, turns
from madang.webhooks.catalogue import CATALOGUE
from madang.webhooks.scoping import channel_of

log = logging.getLogger("madang.webhooks")

ADDRESSES = 20
LONGEST = 50_000
ERASED = {"erased": True}


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a batch of events is about, loaded with a statement a kind of thing."""

    messages: dict[int, Said]
    conversations: dict[int, Any]
    customers: dict[int, shapes.EventCustomer]
    channels: dict[int, Any]
    actors: dict[str, str]

    def data(self, event: Happened) -> Any | None:
        """What is told of ``event``; None when what it is about is not there any more."""
        maker = _MAKERS.get(CATALOGUE[event.kind].data)
        if maker is None or event.data == ERASED:
            return None
        try:
            return maker(self, event)
        except KeyError as error:
            log.info("event %s is about what is not there any more: %s", event.id, error)
            return None


async def facts(tx: Tx, events: Sequence[Happened]) -> Facts:
    """Load what these events are about."""
    conversations = await _conversations(tx, {event.conversation_id for event in events if event.conversation_id})
    people = {event.customer_id for event in events if event.customer_id}
    people |= {row.customer_id for row in conversations.values()}
    return Facts(
        messages={one.id: one for one in await _said(tx, {event.message_id for event in events if event.message_id})},
        conversations=conversations,
        customers=await _customers(tx, people),
        channels=await _channels(
            tx, {channel_of(event) for event in events if event.kind.startswith(("channel.", "alert."))}
        ),
        actors=await actor_names(tx, {who for event in events for who in (event.actor, token_of(event.data))}),
    )


async def _said(tx: Tx, numbers: set[int]) -> list[Said]:
    return await said(tx, sorted(numbers)) if numbers else []


async def _conversations(tx: Tx, numbers: set[int]) -> dict[int, Any]:
    if not numbers:
        return {}
    columns = (
        Conversation.id,
        Conversation.status,
        Conversation.subject,
        Conversation.brand_id,
        Conversation.customer_id,
        Conversation.assignee_id,
        User.name.label("assignee_name"),
        Conversation.team_id,
        Conversation.tags,
        Conversation.language,
        Conversation.created_at,
    )
    query = select(*columns).outerjoin(User, User.id == Conversation.assignee_id)
    return {row.id: row for row in await tx.execute(query.where(Conversation.id.in_(numbers)))}


async def _customers(tx: Tx, numbers: set[int]) -> dict[int, shapes.EventCustomer]:
    if not numbers:
        return {}
    addresses: dict[int, list[shapes.EventAddress]] = {}
    proven = select(Identity.customer_id, Identity.kind, Identity.value).where(Identity.customer_id.in_(numbers))
    for row in await tx.execute(proven.order_by(Identity.id)):
        value = "" if row.kind == "cookie" else row.value
        addresses.setdefault(row.customer_id, []).append(shapes.EventAddress(row.kind, value, True))
    claims = select(Claim.customer_id, Claim.kind, Claim.value).where(Claim.customer_id.in_(numbers))
    for row in await tx.execute(claims.order_by(Claim.at)):
        addresses.setdefault(row.customer_id, []).append(shapes.EventAddress(row.kind, row.value, False))
    query = select(Customer.id, Customer.name, Customer.language).where(Customer.id.in_(numbers))
    return {
        row.id: shapes.EventCustomer(row.id, row.name, row.language, addresses.get(row.id, [])[:ADDRESSES])
        for row in await tx.execute(query)
    }


async def _channels(tx: Tx, numbers: set[int]) -> dict[int, Any]:
    if not numbers:
        return {}
    columns = (Channel.id, Channel.connector, Channel.name, Channel.brand_id, Channel.paused_at, Channel.problem)
    return {row.id: row for row in await tx.execute(select(*columns).where(Channel.id.in_(numbers)))}


def _actor(known: Facts, event: Happened) -> shapes.EventActor:
    kind, _, number = event.actor.partition(":")
    token = token_of(event.data)
    by = shapes.EventNamed(event.data[BY_TOKEN], known.actors.get(token, "")) if token else None
    name = known.actors.get(event.actor, "")
    return shapes.EventActor(kind, int(number) if number else None, name, by)  # type: ignore[arg-type]


def _conversation(known: Facts, event: Happened) -> dict[str, Any]:
    row = known.conversations[event.conversation_id or 0]
    assignee = shapes.EventNamed(row.assignee_id, row.assignee_name or "") if row.assignee_id else None
    return {
        "actor": _actor(known, event),
        "customer": known.customers[row.customer_id],
        "conversation": shapes.EventConversation(
            id=row.id,
            status=row.status,
            subject=row.subject,
            brand_id=row.brand_id,
            assignee=assignee,
            team_id=row.team_id,
            tags=list(row.tags),
            language=row.language,
            created_at=row.created_at,
        ),
    }


def _message(known: Facts, event: Happened) -> dict[str, Any]:
    return {**_conversation(known, event), "message": _told(known.messages[event.message_id or 0])}


def _told(one: Said) -> shapes.EventMessage:
    gone = one.deleted_at is not None
    files = [] if gone else one.attachments
    return shapes.EventMessage(
        id=one.id,
        direction=one.direction,  # type: ignore[arg-type]
        author=one.author,
        author_id=one.author_id,
        text="" if gone else one.text[:LONGEST],
        subject="" if gone else one.subject,
        channel=_mark(one.channel) if one.channel else None,
        state=None if one.state is State.NONE else one.state.name.lower(),  # type: ignore[arg-type]
        problem=one.problem,
        at=one.at,
        auto=one.auto,
        edited_at=one.edited_at,
        deleted_at=one.deleted_at,
        attachments=[shapes.EventFile(f.name, f.mime, f.size, f"/api/v1/attachments/{f.key}") for f in files],
    )


def _mark(channel: ChannelMark) -> shapes.EventChannel:
    return shapes.EventChannel(channel.id, channel.connector, channel.name)


def _state(known: Facts, event: Happened) -> shapes.MessageStateData:
    state, why = event.data["state"], str(event.data.get("why", ""))
    return shapes.MessageStateData(**_message(known, event), state=state, why=why)


def _mentioned(known: Facts, event: Happened) -> turn_shapes.MentionedData:
    return turn_shapes.MentionedData(**_message(known, event), colleagues=event.data["users"])


def _rerouted(known: Facts, event: Happened) -> shapes.MessageReroutedData:
    told = event.data
    ways = {"from_channel_id": told["from"], "to_channel_id": told["to"], "why": told.get("why", "")}
    return shapes.MessageReroutedData(**_message(known, event), **ways)


def _customer(known: Facts, event: Happened) -> dict[str, Any]:
    return {"actor": _actor(known, event), "customer": known.customers[event.customer_id or 0]}


def _address(known: Facts, event: Happened) -> shapes.AddressData:
    told = {"kind": event.data["kind"], "proof": event.data.get("proof", "")}
    return shapes.AddressData(**_customer(known, event), **told)


def _segment(known: Facts, event: Happened) -> shapes.SegmentData:
    return shapes.SegmentData(**_customer(known, event), segment=event.data["segment"])


def _merged(known: Facts, event: Happened) -> shapes.MergedData:
    told = {"merge_id": event.data["merge"], "other_id": event.data["other"]}
    return shapes.MergedData(**_customer(known, event), **told)


def _suggestion(known: Facts, event: Happened) -> shapes.SuggestionData:
    told = event.data
    asked = {"suggestion_id": told["suggestion"], "other_id": told["other"], "score": told["score"]}
    return shapes.SuggestionData(**_customer(known, event), **asked)


def _channel(known: Facts, event: Happened) -> shapes.ChannelData:
    row = known.channels[channel_of(event)]
    return shapes.ChannelData(
        actor=_actor(known, event),
        channel=shapes.EventChannel(row.id, row.connector, row.name),
        brand_id=row.brand_id,
        paused=row.paused_at is not None,
        problem=row.problem,
    )


def _alert(known: Facts, event: Happened) -> shapes.AlertData:
    told, row = event.data, known.channels.get(channel_of(event))
    return shapes.AlertData(
        actor=_actor(known, event),
        incident=told["incident"],
        alert=told["alert"],
        name=told["name"],
        since=datetime.fromisoformat(told["since"]),
        channel=shapes.EventChannel(row.id, row.connector, row.name) if row else None,
    )


def _turned(shape: type[Any], tell: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Callable[[Facts, Happened], Any]:
    """What is told of a conversation, with what the event itself says (``turns.py``)."""
    return lambda known, event: shape(**_conversation(known, event), **tell(event.data))


_MAKERS: dict[type[Any], Callable[[Facts, Happened], Any]] = {
    **{shape: _turned(shape, tell) for shape, tell in turns.TURNS.items()},
    turn_shapes.MentionedData: _mentioned,
    shapes.MessageData: lambda known, event: shapes.MessageData(**_message(known, event)),
    shapes.MessageStateData: _state,
    shapes.MessageReroutedData: _rerouted,
    shapes.ConversationData: lambda known, event: shapes.ConversationData(**_conversation(known, event)),
    shapes.CustomerData: lambda known, event: shapes.CustomerData(**_customer(known, event)),
    shapes.AddressData: _address,
    shapes.MergedData: _merged,
    shapes.SuggestionData: _suggestion,
    shapes.SegmentData: _segment,
    shapes.ChannelData: _channel,
    shapes.AlertData: _alert,
}


def named(webhook_id: int, delivery_id: int, event_id: int | None) -> str:
    """The ``webhook-id``: of one event for one receiver, the same at every try and replay."""
    return f"evt_{event_id}_{webhook_id}" if event_id else f"test_{delivery_id}"


def body(event: Happened, name: str, data: Any) -> bytes:
    """The body of one delivery."""
    notice = shapes.Notice(type=event.kind, id=name, timestamp=event.at, data=data)
    return msgspec.json.encode(notice)


def test_body(name: str, at: Any) -> bytes:
    """The body of a test."""
    data = shapes.TestData(message="Madang can reach you.")
    return msgspec.json.encode(shapes.Notice(type="webhook.test", id=name, timestamp=at, data=data))
