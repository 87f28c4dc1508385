"""What may be asked of a conversation: for filters and the views that keep them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    case,
    exists,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy import cast as cast_
from sqlalchemy.dialects.postgresql import JSONB

from madang.brands.models import Brand
from madang.channels.models import Channel
from madang.channels.registry import entries
from madang.conversations.inbox.models import Follower, Mention
from madang.conversations.inbox.reading import unread
from madang.conversations.models import Conversation, Draft, Scheduled
from madang.conversations.segments.fields import DEFINED, column
from madang.conversations.segments.models import Segment, SegmentMember
from madang.conversations.segments.queries import EVERY_SEGMENT, known_to
from madang.customers import defined
from madang.lib.conditions.tree import All, Either, Node, Not, Test
from madang.lib.conditions.vocabulary import Each, Field, Type, Vocabulary
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.models import Team, User
from madang.staff.permissions import Viewer

ME = "me"  # as an assignee: whoever looks
STATUS = (("open", _("Open")), ("snoozed", _("Snoozed")), ("closed", _("Closed")))
PRIORITY = (("3", _("Urgent")), ("2", _("High")), ("1", _("Normal")), ("0", _("Low")))
SAID = (("in", _("The customer")), ("out", _("We")))
LANGUAGES = (("ko", _("Korean")), ("en", _("English")))
HOUR = 3_600.0

Words = Callable[[Sequence[str] | None], ColumnElement[bool]]


def _numbers(some: Sequence[str]) -> list[int]:
    return [int(one) for one in some if one.isascii() and one.isdecimal() and len(one) < 19]


def _channels(some: Sequence[str] | None) -> ColumnElement[bool]:
    if some is None:
        return func.cardinality(Conversation.channel_ids) > 0
    return cast(ColumnElement[bool], Conversation.channel_ids.op("&&")(cast_(_numbers(some), ARRAY(BigInteger))))


def _connectors(some: Sequence[str] | None) -> ColumnElement[bool]:
    if some is None:
        return _channels(None)
    of_kind = select(func.array_agg(Channel.id)).where(Channel.connector.in_(some)).scalar_subquery()
    return cast(ColumnElement[bool], Conversation.channel_ids.op("&&")(of_kind))


def _tags(some: Sequence[str] | None) -> ColumnElement[bool]:
    used = Conversation.tags != cast_([], ARRAY(Text))  # the index holds only these
    if some is None:
        return used
    return and_(used, Conversation.tags.op("&&")(cast_(list(some), ARRAY(Text))))


def _segments(some: Sequence[str] | None) -> ColumnElement[bool]:
    mine = exists().where(SegmentMember.customer_id == Conversation.customer_id)
    return mine if some is None else mine.where(SegmentMember.segment_id.in_(_numbers(some)))


def _numbered(some: Any) -> Each:
    """Compared as the numbers they are: by their indexes."""

    def has(words: Sequence[str] | None) -> ColumnElement[bool]:
        return cast(ColumnElement[bool], some.is_not(None) if words is None else some.in_(_numbers(words)))

    return Each(None, has)


STATE = case(
    (Conversation.status == "closed", "closed"), (Conversation.snoozed_until.is_not(None), "snoozed"), else_="open"
)
HOURS = func.extract("epoch", func.now() - Conversation.waiting_since) / literal(HOUR)
FIELDS = (
    Field("status", Type.CHOICE, _("Status"), STATE, choices=STATUS, closed=True),
    Field("assignee", Type.CHOICE, _("Assigned to"), _numbered(Conversation.assignee_id)),
    Field("team", Type.CHOICE, _("Team"), _numbered(Conversation.team_id)),
    Field("priority", Type.CHOICE, _("Priority"), _numbered(Conversation.priority), choices=PRIORITY, closed=True),
    Field("tags", Type.WORDS, _("Tag"), Each(None, _tags)),
    Field("kind", Type.WORDS, _("Kind of channel"), Each(None, _connectors)),
    Field("channel", Type.WORDS, _("Channel"), Each(None, _channels)),
    Field("brand", Type.CHOICE, _("Brand"), _numbered(Conversation.brand_id)),
    Field("last_by", Type.CHOICE, _("Last said by"), column(Conversation.last_direction), choices=SAID, closed=True),
    Field("waiting", Type.NUMBER, _("Waiting for hours"), HOURS),
    Field("waiting_since", Type.MOMENT, _("Waiting since"), column(Conversation.waiting_since)),
    # As the lists are sorted, the end of a snooze too: so a walk along their indexes answers it.
    Field("last", Type.MOMENT, _("Last activity"), column(Conversation.sort_at)),
    Field("created", Type.MOMENT, _("Began"), column(Conversation.created_at)),
    Field("subject", Type.TEXT, _("Subject"), column(Conversation.subject)),
    Field("language", Type.CHOICE, _("Language"), column(Conversation.language), choices=LANGUAGES),
    Field("topic", Type.TEXT, _("Topic"), column(Conversation.topic)),
    Field("segment", Type.WORDS, _("Customer’s segment"), Each(None, _segments)),
)


def custom(name: str) -> Field:
    """A field of the company's own."""
    return Field(f"fields.{name}", Type.LOOSE, name, type_coerce(Conversation.fields, JSONB)[name])


def among(some: Select[Any]) -> ColumnElement[bool]:
    """One of these few: read once, then looked up by number."""
    numbers = func.array(some.scalar_subquery())
    found: ColumnElement[bool] = Conversation.id == any_(numbers)
    return found


def _personal(viewer: Viewer) -> tuple[Field, ...]:
    """What is asked about whoever looks."""
    me = viewer.user_id or 0
    follows = among(select(Follower.conversation_id).where(Follower.user_id == me))
    named = among(select(Mention.conversation_id).where(Mention.user_id == me))
    wrote = among(select(Draft.conversation_id).where(Draft.user_id == me))
    waits = among(select(Scheduled.conversation_id).where(Scheduled.undo.is_(False)))
    return (
        Field("unread", Type.TRUTH, _("Unread"), unread(viewer) > 0),
        Field("following", Type.TRUTH, _("I follow it"), follows),
        Field("mentioned", Type.TRUTH, _("Mentions me"), named),
        Field("draft", Type.TRUTH, _("Has my draft"), wrote),
        Field("scheduled", Type.TRUTH, _("Has an answer to be sent later"), waits),
    )


def plain(viewer: Viewer) -> Vocabulary:
    """For statements: what was read with a field's definition says the same without it."""
    fields = {one.name: one for one in (*FIELDS, *_personal(viewer))}
    return Vocabulary(column(Conversation.id), fields, {"fields.": custom})


async def vocabulary(tx: Tx, viewer: Viewer) -> Vocabulary:
    """All that this viewer may ask, without the names of what there is: enough to read a condition."""
    known = plain(viewer)
    fields = dict(known.fields)
    for one in await defined.fields(tx, viewer, about="conversation"):
        words = tuple((choice, choice) for choice in one.choices)
        made = replace(custom(one.name), type=DEFINED[one.kind], words=one.label or one.name, choices=words)
        fields[made.name] = made
    secret = frozenset(f"fields.{name}" for name in await defined.hidden(tx, viewer, about="conversation"))
    if (rule := await known_to(tx, viewer)) is not EVERY_SEGMENT:
        some = await _pairs(tx, select(Segment.id, Segment.name).where(rule))
        fields["segment"] = replace(fields["segment"], choices=some, named=True)
    return replace(known, fields=fields, secret=secret)


async def named(tx: Tx, viewer: Viewer) -> Vocabulary:
    """The same with the names of colleagues, teams, channels, brands, segments and tags: for screens."""
    known = await vocabulary(tx, viewer)
    fields = dict(known.fields)
    for name, some in (await _choices(tx, viewer)).items():
        fields[name] = replace(fields[name], choices=some)
    return replace(known, fields=fields)


async def _choices(tx: Tx, viewer: Viewer) -> dict[str, tuple[tuple[str, str], ...]]:
    mine = viewer.scope.brands
    channels, brands = select(Channel.id, Channel.name), select(Brand.id, Brand.name)
    if mine is not None:  # those of others do not exist for her
        channels, brands = channels.where(Channel.brand_id.in_(mine)), brands.where(Brand.id.in_(mine))
    people = select(User.id, User.name).where(User.retired_at.is_(None), User.role != "viewer").order_by(User.name)
    made = {
        "assignee": ((ME, _("Me")), *await _pairs(tx, people)),
        "team": await _pairs(tx, select(Team.id, Team.name).where(Team.retired_at.is_(None)).order_by(Team.name)),
        "channel": await _pairs(tx, channels.order_by(Channel.id)),
        "brand": await _pairs(tx, brands.order_by(Brand.id)),
        "tags": tuple((tag, tag) for tag in await used_tags(tx, viewer)),
        "kind": tuple((name, one.manifest.title) for name, one in entries().items()),
    }
    if viewer.may("customer.read"):
        some = select(Segment.id, Segment.name).where(Segment.archived_at.is_(None), await known_to(tx, viewer))
        made["segment"] = await _pairs(tx, some.order_by(Segment.name))
    return made


async def _pairs(tx: Tx, query: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(row[0]), str(row[1])) for row in await tx.execute(query))


LATELY = 2_000  # newest conversations whose tags are offered


async def used_tags(tx: Tx, viewer: Viewer) -> list[str]:
    """The tags lately in use in what the viewer sees, the most used first, at most 100."""
    lately = (
        select(Conversation.tags)
        .where(Conversation.tags != cast_([], ARRAY(Text)), viewer.scope.where(Conversation))
        .order_by(Conversation.id.desc())
        .limit(LATELY)
        .subquery()
    )
    tag = func.unnest(lately.c.tags).label("tag")
    each = select(tag).subquery()
    query = select(each.c.tag).group_by(each.c.tag).order_by(func.count().desc(), each.c.tag).limit(100)
    return list((await tx.execute(query)).scalars())


def meant(node: Node, viewer: Viewer) -> Node:
    """The same condition with ``me`` as whoever looks."""
    if isinstance(node, All | Either):
        return type(node)(tuple(meant(part, viewer) for part in node.parts))
    if isinstance(node, Not):
        return Not(meant(node.part, viewer))
    if isinstance(node, Test) and node.field == "assignee" and node.value is not None:
        return replace(node, value=_as_me(node.value, str(viewer.user_id or 0)))
    return node


def _as_me(value: Any, number: str) -> Any:
    if isinstance(value, tuple):
        return tuple(number if one == ME else one for one in value)
    return number if value == ME else value
