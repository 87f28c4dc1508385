"""What steps need to know: whom and what they may name, how a conversation stands, what its texts are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy import select

from madang.brands.models import Brand
from madang.channels.models import Channel
from madang.conversations.inbox.models import Follower
from madang.conversations.models import Conversation
from madang.conversations.steps import variables
from madang.conversations.steps.variables import Filled
from madang.conversations.steps.vocabulary import PRIORITIES, Known
from madang.customers import defined
from madang.customers.models import Claim, Customer, Identity
from madang.lib.errors import NotFound
from madang.lib.language import reader, zone
from madang.lib.postgres import Tx
from madang.staff.models import User
from madang.staff.permissions import Viewer, permit
from madang.staff.queries import teams

# From this hour on: what one says by the time of day.
GREETINGS = {
    "ko": ((5, "좋은 아침이에요"), (11, "안녕하세요"), (18, "좋은 저녁이에요"), (22, "안녕하세요")),
    "en": ((5, "Good morning"), (12, "Good afternoon"), (18, "Good evening"), (22, "Hello")),
}
DAYS = {"ko": "M월 d일", "en": "d MMMM"}


@dataclass(frozen=True, slots=True)
class Facts:
    """One conversation as steps see it. ``values`` fill the places of texts, but for the time of day."""

    id: int
    customer_id: int
    brand_id: int
    status: str
    assignee_id: int | None
    team_id: int | None
    tags: tuple[str, ...]
    priority: str
    snoozed_until: datetime | None
    fields: Mapping[str, Any]
    following: bool
    languages: tuple[str, ...]  # the customer's, the conversation's, the brand's, the reader's: BCP 47 or ''
    timezone: str
    values: Mapping[str, str] = field(default_factory=dict)

    def say(self, texts: Mapping[str, str], language: str = "") -> tuple[str, Filled]:
        """(language, text): in the customer's language, or the asked one where it is written."""
        spoken, text = variables.chosen(texts, language, *self.languages)
        return spoken, variables.fill(text, lambda name: self._value(name, spoken))

    def _value(self, name: str, language: str) -> str:
        if name in ("greeting", "today"):
            here = reader().now.astimezone(zone(self.timezone))
            return greeting(here, language) if name == "greeting" else _today(here, language)
        return self.values.get(name, "")


def greeting(here: datetime, language: str) -> str:
    """What one says at this time of day, where the customer is."""
    said = GREETINGS[language if language in GREETINGS else "en"]
    return next((words for since, words in reversed(said) if here.hour >= since), said[-1][1])


def _today(here: datetime, language: str) -> str:
    return format_date(here.date(), DAYS.get(language, DAYS["en"]), locale=language or "en")


async def known(tx: Tx, viewer: Viewer, guides: Mapping[int, str] | None = None) -> Known:
    """What steps of this viewer's may name."""
    working = select(User.id, User.name).where(User.retired_at.is_(None), User.role != "viewer")
    people = {row.id: row.name for row in await tx.execute(working)}
    return Known(
        people=people,
        teams={team.id: team.name for team in await teams(tx)},
        fields={one.name: one for one in await defined.fields(tx, viewer, about="conversation")},
        about={one.name: one for one in await defined.fields(tx, viewer)},
        guides=guides or {},
    )


_COLUMNS = (
    Conversation.id,
    Conversation.customer_id,
    Conversation.brand_id,
    Conversation.status,
    Conversation.assignee_id,
    Conversation.team_id,
    Conversation.tags,
    Conversation.priority,
    Conversation.snoozed_until,
    Conversation.subject,
    Conversation.orders,
    Conversation.language,
    Conversation.fields,
    Customer.name.label("customer"),
    Customer.company,
    Customer.language.label("speaks"),
    Customer.timezone,
    Customer.fields.label("about"),
    Brand.name.label("brand"),
    Brand.language.label("brand_speaks"),
    Channel.name.label("channel"),
)


async def facts(tx: Tx, viewer: Viewer, conversation_id: int) -> Facts:
    """How a conversation stands; raises NotFound outside the viewer's scope."""
    permit(viewer, "conversation.read")
    following = select(Follower.user_id).where(
        Follower.conversation_id == Conversation.id, Follower.user_id == (viewer.user_id or 0)
    )
    query = (
        select(*_COLUMNS, following.exists().label("following"))
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Brand, Brand.id == Conversation.brand_id)
        .outerjoin(Channel, Channel.id == Conversation.last_channel_id)
        .where(Conversation.id == conversation_id, viewer.scope.where(Conversation))
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such conversation.")
    hidden, of_hers = await defined.hidden(tx, viewer, about="conversation"), await defined.hidden(tx, viewer)
    own = {name: value for name, value in row.fields.items() if name not in hidden}
    about = {name: value for name, value in row.about.items() if name not in of_hers}
    return Facts(
        id=row.id,
        customer_id=row.customer_id,
        brand_id=row.brand_id,
        status=row.status,
        assignee_id=row.assignee_id,
        team_id=row.team_id,
        tags=tuple(row.tags),
        priority=PRIORITIES[row.priority],
        snoozed_until=row.snoozed_until,
        fields=own,
        following=row.following,
        languages=(row.speaks, row.language, row.brand_speaks, viewer.language),
        timezone=row.timezone or viewer.timezone,
        values=_values(row, viewer, await _addresses(tx, row.customer_id)) | _filled(about, own),
    )


def _filled(about: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, str]:
    """The company's own fields of the customer and of the conversation, as texts name them."""
    made = {f"customer.field.{name}": _plain(value) for name, value in about.items()}
    return made | {f"conversation.field.{name}": _plain(value) for name, value in own.items()}


def _values(row: Any, viewer: Viewer, addresses: Mapping[str, str]) -> dict[str, str]:
    return {
        "customer.name": row.customer,
        "customer.email": addresses.get("email", ""),
        "customer.phone": addresses.get("phone", ""),
        "customer.company": row.company,
        "agent.name": viewer.name,
        "brand.name": row.brand,
        "conversation.number": str(row.id),
        "conversation.subject": row.subject,
        "channel.name": row.channel or "",
        "order": row.orders[0] if row.orders else "",
    }


def _plain(value: Any) -> str:
    """A field's value in a sentence; yes and no say nothing there."""
    return "" if value is None or isinstance(value, bool | dict | list) else str(value)


async def _addresses(tx: Tx, customer_id: int) -> dict[str, str]:
    """Her e-mail and phone: proven before said, the main one before others."""
    found: dict[str, str] = {}
    for one, at in ((Identity, Identity.created_at), (Claim, Claim.at)):
        query = select(one.kind, one.value).where(one.customer_id == customer_id, one.kind.in_(("email", "phone")))
        for row in await tx.execute(query.order_by(one.main.desc(), at)):
            found.setdefault(row.kind, row.value)
    return found
