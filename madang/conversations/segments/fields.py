"""What may be asked of a customer. Each field says what has to change for its value to change (:data:`CHANGES`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, and_, func, select, text, true, type_coerce
from sqlalchemy import cast as cast_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from madang.brands.models import Brand
from madang.channels.models import Channel
from madang.conversations.models import Conversation
from madang.customers import defined
from madang.customers.happenings import KINDS
from madang.customers.models import Claim, Customer, Identity
from madang.customers.records import CustomerEvent, CustomerTag
from madang.events.kinds import Kind
from madang.lib.conditions.vocabulary import Each, Events, Field, Gathered, Type, Vocabulary
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

PROFILE, TAGS, ADDRESSES, MATTERS, SAID, TOLD = "profile", "tags", "addresses", "conversations", "messages", "events"
SELF = "self"  # that she is there, and is nobody else: every segment reads it
EVERYTHING = frozenset((SELF, PROFILE, TAGS, ADDRESSES, MATTERS, SAID, TOLD))
CHANGES: Mapping[Kind, frozenset[str]] = {
    Kind.CUSTOMER_CREATED: EVERYTHING,
    Kind.CUSTOMER_MERGED: EVERYTHING,
    Kind.CUSTOMER_UNMERGED: EVERYTHING,
    Kind.CUSTOMER_CHANGED: frozenset({PROFILE, ADDRESSES}),  # an address that was taken away
    Kind.CUSTOMER_BLOCKED: frozenset({PROFILE}),
    Kind.CUSTOMER_UNBLOCKED: frozenset({PROFILE}),
    Kind.CUSTOMER_TAGGED: frozenset({TAGS}),
    Kind.IDENTITY_ADDED: frozenset({ADDRESSES}),
    Kind.CLAIM_ADDED: frozenset({ADDRESSES}),
    Kind.CLAIM_FORGOTTEN: frozenset({ADDRESSES}),
    Kind.CONVERSATION_OPENED: frozenset({MATTERS, SAID}),
    Kind.CONVERSATION_CLOSED: frozenset({MATTERS}),
    Kind.CONVERSATION_REOPENED: frozenset({MATTERS}),
    Kind.CONVERSATION_TAGGED: frozenset({MATTERS}),
    Kind.CONVERSATION_SPLIT: frozenset({MATTERS, SAID}),
    Kind.MESSAGE_RECEIVED: frozenset({SAID}),
    Kind.MESSAGE_QUEUED: frozenset({SAID}),
    Kind.CUSTOMER_TOLD: frozenset({TOLD}),
}

ADDRESS_KINDS = (
    ("email", _("E-mail")),
    ("phone", _("Phone")),
    ("account", _("Account")),
    ("scoped", _("Messenger account")),
    ("cookie", _("Browser")),
)
EVENT_WORDS = {
    "page": _("Viewed a page"),
    "visit": _("Visited"),
    "order": _("Ordered"),
    "call": _("Called"),
    "survey": _("Answered a survey"),
    "campaign": _("Got a campaign"),
}


def column(attribute: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """A model's attribute as the column it is, which knows whether it can be null."""
    return attribute.expression


def _has(column_: ColumnElement[Any]) -> Callable[[Sequence[str] | None], ColumnElement[bool]]:
    """A row has one word."""
    return lambda some: true() if some is None else column_.in_(some)


def _numbered(column_: ColumnElement[Any]) -> Callable[[Sequence[str] | None], ColumnElement[bool]]:
    """The same where the words are numbers."""
    return lambda some: true() if some is None else column_.in_([int(one) for one in some])


def _in_array(column_: Any, *, numbers: bool = False) -> Callable[[Sequence[str] | None], ColumnElement[bool]]:
    """A row has a list of words."""

    def has(some: Sequence[str] | None) -> ColumnElement[bool]:
        if some is None:
            return func.cardinality(column_) > 0
        wanted = cast_([int(one) for one in some], ARRAY(BigInteger)) if numbers else cast_(list(some), ARRAY(Text))
        return cast(ColumnElement[bool], column_.op("&&", is_comparison=True)(wanted))

    return has


MINE = column(Conversation.customer_id)
HERS = column(CustomerEvent.customer_id)

FIELDS = (
    Field("name", Type.TEXT, _("Name"), column(Customer.name), PROFILE),
    Field("company", Type.TEXT, _("Company"), column(Customer.company), PROFILE),
    Field(
        "language",
        Type.TEXT,
        _("Language"),
        column(Customer.language),
        PROFILE,
        (("ko", _("Korean")), ("en", _("English"))),
    ),
    Field("region", Type.CHOICE, _("Country"), column(Customer.region), PROFILE),
    Field("timezone", Type.TEXT, _("Time zone"), column(Customer.timezone), PROFILE),
    Field("prefers", Type.CHOICE, _("Prefers to be reached by"), column(Customer.prefers), PROFILE, ADDRESS_KINDS[:2]),
    Field("blocked", Type.TRUTH, _("Blocked"), Customer.blocked_at.is_not(None), PROFILE),
    Field("created", Type.MOMENT, _("Known since"), column(Customer.created_at), PROFILE),
    Field("tags", Type.WORDS, _("Tag"), Each(column(CustomerTag.customer_id), _has(column(CustomerTag.tag))), TAGS),
    Field(
        "proven",
        Type.WORDS,
        _("Proven address"),
        Each(column(Identity.customer_id), _has(column(Identity.kind))),
        ADDRESSES,
        ADDRESS_KINDS,
        closed=True,
    ),
    Field(
        "left",
        Type.WORDS,
        _("Address that was left"),
        Each(column(Claim.customer_id), _has(column(Claim.kind))),
        ADDRESSES,
        ADDRESS_KINDS[:2],
        closed=True,
    ),
    Field(
        "conversations",
        Type.NUMBER,
        _("Number of conversations"),
        Gathered(MINE, func.count(), 0),
        MATTERS,
    ),
    Field(
        "open_conversations",
        Type.NUMBER,
        _("Number of open conversations"),
        Gathered(MINE, func.count(), 0, Conversation.status == "open"),
        MATTERS,
    ),
    Field(
        "last_said",
        Type.MOMENT,
        _("Last message"),
        Gathered(MINE, func.max(Conversation.last_at), newest=column(Conversation.last_at)),
        SAID,
    ),
    Field("topics", Type.WORDS, _("Tag of a conversation"), Each(MINE, _in_array(Conversation.tags)), MATTERS),
    Field(
        "channel",
        Type.WORDS,
        _("Channel"),
        Each(MINE, _in_array(Conversation.channel_ids, numbers=True)),
        SAID,
        closed=True,
    ),
    Field("brand", Type.WORDS, _("Brand"), Each(MINE, _numbered(column(Conversation.brand_id))), MATTERS, closed=True),
)


TALKS = frozenset(one.name for one in FIELDS if one.reads in (MATTERS, SAID))  # what is made of her conversations
COUNTED = {one.name: one for one in FIELDS if one.name in TALKS - {"channel", "brand"}}  # of whatever brand they are
OF_BRAND = "brand."


def of_brand(name: str) -> Field | None:
    """Of her conversations with one brand: ``brand.3.last_said``; None when there is no such thing."""
    number, _sep, rest = name.partition(".")
    if rest not in COUNTED or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    made, here = COUNTED[rest], Conversation.brand_id == int(number)
    return replace(made, name=f"{OF_BRAND}{int(number)}.{rest}", sql=_only(made.sql, here))


def _only(made: Any, here: ColumnElement[bool]) -> Gathered | Each:
    if isinstance(made, Gathered):
        return replace(made, where=and_(made.where, here))
    return Each(made.owner, lambda some: and_(here, made.has(some)))


def custom(name: str) -> Field:
    """A field of the company's own."""
    return Field(f"fields.{name}", Type.LOOSE, name, type_coerce(Customer.fields, JSONB)[name], PROFILE)


def attribute(name: str) -> Field:
    """What pages said of her."""
    return Field(f"attributes.{name}", Type.LOOSE, name, type_coerce(Customer.attributes, JSONB)[name], PROFILE)


def spent(currency: str) -> Field:
    """The sum of her orders in a currency, in its minor units; what went back counts against it."""
    orders = (CustomerEvent.kind == "order") & (CustomerEvent.currency == currency)
    total = func.coalesce(func.sum(CustomerEvent.amount), 0)
    return Field(f"spent.{currency}", Type.NUMBER, currency, Gathered(HERS, total, 0, orders), TOLD)


EVENT_FIELDS = (
    Field("amount", Type.NUMBER, _("Amount in minor units"), column(CustomerEvent.amount)),
    Field("currency", Type.CHOICE, _("Currency"), column(CustomerEvent.currency)),
    Field("title", Type.TEXT, _("Title"), column(CustomerEvent.title)),
    Field("url", Type.TEXT, _("Page address"), column(CustomerEvent.url)),
    Field("source", Type.CHOICE, _("Told by"), column(CustomerEvent.source)),
)
VOCABULARY = Vocabulary(
    column(Customer.id),
    {one.name: one for one in FIELDS},
    {"fields.": custom, "attributes.": attribute, "spent.": spent, OF_BRAND: of_brand},
    Events(
        HERS,
        column(CustomerEvent.kind),
        column(CustomerEvent.at),
        column(CustomerEvent.data),
        {one.name: one for one in EVENT_FIELDS},
        tuple((kind, EVENT_WORDS[kind]) for kind in KINDS),
        TOLD,
    ),
)

DEFINED = {"number": Type.NUMBER, "date": Type.DAY, "bool": Type.TRUTH} | dict.fromkeys(
    ("text", "choice", "url"), Type.TEXT
)
LOOKED_AT = 5_000  # newest customers whose fields are offered
USED = text("""
select distinct key from (select fields from customer order by id desc limit :most) c, jsonb_object_keys(c.fields) key
order by key limit 100
""")


async def vocabulary(tx: Tx, viewer: Viewer) -> Vocabulary:
    """All that this viewer may ask, with the channels and brands there are: for reading conditions and for screens.

    Of conversations only what hers tell: whoever has some brands asks of these, whoever sees some conversations of a
    brand asks nothing of them. A segment is for everybody who sees it, and its members would tell of the others.
    """
    fields = {name: one for name, one in VOCABULARY.fields.items() if name not in TALKS}
    fields |= await _talks(tx, viewer) if viewer.scope.sees == "all" else {}
    for one in await defined.fields(
        tx, viewer
    ):  # how they are asked for; what is asked says the same without the definition
        words = tuple((choice, choice) for choice in one.choices)
        made = replace(custom(one.name), type=DEFINED[one.kind], words=one.label or one.name, choices=words)
        fields[made.name] = made
    secret = frozenset(f"fields.{name}" for name in await defined.hidden(tx, viewer))
    others = {prefix: make for prefix, make in VOCABULARY.open.items() if prefix != OF_BRAND}
    return replace(VOCABULARY, fields=fields, open=others, secret=secret)


async def _talks(tx: Tx, viewer: Viewer) -> dict[str, Field]:
    """What may be asked of conversations: of all there are, or of those with her brands."""
    mine = viewer.scope.brands
    channels, brands = select(Channel.id, Channel.name), select(Brand.id, Brand.name)
    if mine is not None:
        channels, brands = channels.where(Channel.brand_id.in_(mine)), brands.where(Brand.id.in_(mine))
    there = (await tx.execute(brands.order_by(Brand.id))).all()
    made = dict(COUNTED) if mine is None else {}
    for row in there:
        for name, field in COUNTED.items():
            words = gettext(_("%(field)s (%(brand)s)")) % {"field": gettext(field.words), "brand": row.name}
            own = replace(VOCABULARY.field(f"{OF_BRAND}{row.id}.{name}"), words=words)
            made[own.name] = own
    for name, some in (("channel", (await tx.execute(channels.order_by(Channel.id))).all()), ("brand", there)):
        if some or mine is None:  # a list of nothing would refuse nothing
            choices = tuple((str(row.id), row.name) for row in some)
            made[name] = replace(VOCABULARY.fields[name], choices=choices)
    return made


async def custom_names(tx: Tx, viewer: Viewer) -> list[str]:
    """The fields of the company's own: those that are defined, then others in use, as the newest customers tell."""
    known = [one.name for one in await defined.fields(tx, viewer)]
    hidden = await defined.hidden(tx, viewer)
    used = (await tx.execute(USED, {"most": LOOKED_AT})).scalars()
    return list(dict.fromkeys([*known, *(name for name in used if name not in hidden)]))
