"""From the house's rows to what the API says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from madang.api import shapes
from madang.conversations.models import State
from madang.conversations.rows import ChannelMark, File, Row, Said
from madang.conversations.scheduling import LATER
from madang.customers.queries import Address, Person
from madang.lib.paging import Page


def conversation(row: Row) -> shapes.Conversation:
    """One conversation."""
    assigned = row.assignee_id is not None
    return shapes.Conversation(
        id=row.id,
        status=cast(shapes.Status, row.status),
        subject=row.subject,
        customer=shapes.Named(row.customer_id, row.customer_name),
        channels=[mark(one) for one in row.channels],
        assignee=shapes.Named(cast(int, row.assignee_id), row.assignee_name) if assigned else None,
        team_id=row.team_id,
        brand_id=row.brand_id,
        tags=list(row.tags),
        language=row.language,
        unread=row.unread,
        messages=row.messages,
        priority=row.priority,
        snoozed_until=row.snoozed_until,
        waiting_since=row.waiting_since,
        last_message=_last(row) if row.messages else None,
        active_at=row.sort_at,
        created_at=row.created_at,
    )


def conversations(page: Page[Row]) -> shapes.ConversationPage:
    """A page of them."""
    return shapes.ConversationPage([conversation(row) for row in page.items], page.next)


def _last(row: Row) -> shapes.LastMessage:
    return shapes.LastMessage(
        text=row.last_text,
        at=row.last_at,
        direction=cast(shapes.Direction, row.last_direction),
        state=state(row.last_state),
        channel=mark(row.last_channel) if row.last_channel else None,
    )


def mark(channel: ChannelMark) -> shapes.Mark:
    """A channel as messages name it."""
    return shapes.Mark(channel.id, channel.connector, channel.name)


def direction(known: str) -> shapes.Direction:
    """Whose words they are."""
    return cast(shapes.Direction, known)


def state(known: State) -> shapes.State | None:
    """The delivery state by name; None for what is not delivered."""
    return None if known is State.NONE else cast(shapes.State, known.name.lower())


def message(said: Said) -> shapes.Message:
    """One message."""
    waits = said.data.get(LATER)
    return shapes.Message(
        id=said.id,
        conversation_id=said.conversation_id,
        direction=cast(shapes.Direction, said.direction),
        author=said.author,
        author_id=said.author_id,
        text=said.text,
        full_text=said.full_text,
        subject=said.subject,
        channel=mark(said.channel) if said.channel else None,
        state=state(said.state),
        why=said.why,
        problem=said.problem,
        at=said.at,
        auto=said.auto,
        edited_at=said.edited_at,
        deleted_at=said.deleted_at,
        attachments=[_attachment(file) for file in said.attachments],
        send_at=datetime.fromtimestamp(waits, UTC) if waits else None,
        scheduled=said.key.removeprefix("m-") if waits else None,
    )


def _attachment(file: File) -> shapes.Attachment:
    return shapes.Attachment(file.name, file.mime, file.size, file.inline, f"/api/v1/attachments/{file.key}")


def customer(person: Person, rows: list[Row]) -> shapes.Customer:
    """A person."""
    proven = [_address(one, proven=True) for one in person.identities]
    return shapes.Customer(
        id=person.id,
        name=person.name,
        also_known_as=person.also,
        merged_from=person.merged,
        company=person.company,
        region=person.region,
        language=person.language,
        timezone=person.timezone,
        prefers=person.prefers,
        blocked_at=person.blocked_at,
        online=person.online,
        addresses=proven + [_address(one, proven=False) for one in person.claims],
        conversations=[conversation(row) for row in rows],
        created_at=person.created_at,
    )


def _address(one: Address, *, proven: bool) -> shapes.Address:
    """A browser's cookie proves her in the chat, so its value stays with us."""
    value = "" if one.kind == "cookie" else one.value
    return shapes.Address(one.kind, value, proven, one.proof, one.main, one.at)  # type: ignore[arg-type]
