"""The timeline's sources, each a scan in its own order that ends after a page. Scope is in every one of them.

Messages go by their numbers, which is the order in which they came; everything else by its time and number. A statement
is built once for all who ask alike: whose it is and where a source goes on are its parameters (``customer``,
``family``, and for each source that has begun ``<source>_at`` and ``<source>_id``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    DateTime,
    Select,
    Subquery,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

from madang.conversations.models import Conversation, Message
from madang.conversations.scheduling import SAID
from madang.customers.models import Merge
from madang.customers.records import CustomerEvent, CustomerNote
from madang.staff.permissions import Scope

SHOWN = 300  # characters of a text
CUSTOMER: BindParameter[int] = bindparam("customer", type_=BigInteger)
FAMILY: Any = bindparam("family", type_=ARRAY(BigInteger))  # herself and all who are merged into her


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted: of ``kinds`` (message, note, conversation, merge, an event's kind, ``custom``), of ``channels``
    (then nothing that went over none), from ``since`` on, before ``until``. None and empty: all."""

    kinds: frozenset[str] = frozenset()
    channels: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def wants(self, *kinds: str) -> bool:
        """Whether any of these is wanted."""
        return not self.kinds or not self.kinds.isdisjoint(kinds)

    def period(self, at: Any) -> list[ColumnElement[bool]]:
        """As SQL over a column."""
        rules: list[ColumnElement[bool]] = [] if self.since is None else [at >= self.since]
        return rules if self.until is None else [*rules, at < self.until]

    @property
    def words(self) -> list[str]:
        """The directions of messages that are wanted."""
        return [*(("in", "out") if self.wants("message") else ()), *(("note",) if self.wants("note") else ())]

    @property
    def narrow(self) -> bool:
        """Whether a message of a wanted conversation may be unwanted."""
        return len(self.words) < 3 or self.channels is not None or self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class Scan:
    """For whom, which, and how many at most; ``begun`` are the sources of which a page was shown already."""

    scope: Scope
    asked: Asked
    most: int
    begun: frozenset[str]

    @property
    def hers(self) -> list[ColumnElement[bool]]:
        """Her conversations that the viewer may read."""
        rules = [Conversation.customer_id == CUSTOMER, self.scope.where(Conversation)]
        if self.asked.channels is not None:
            rules.append(Conversation.channel_ids.op("&&")(cast(list(self.asked.channels), ARRAY(BigInteger))))
        return rules

    def page(self, source: str, query: Select[Any], at: Any, number: Any) -> Select[Any]:
        """The next rows of a source that goes by time and number."""
        query = query.where(*self.asked.period(at))
        if source in self.begun:
            moment = bindparam(f"{source}_at", type_=DateTime(timezone=True))
            query = query.where(tuple_(at, number) < tuple_(moment, _number(source)))
        return query.order_by(at.desc(), number.desc()).limit(self.most)


def _number(source: str) -> BindParameter[int]:
    return bindparam(f"{source}_id", type_=BigInteger)


@lru_cache(maxsize=512)
def statement(scope: Scope, asked: Asked, most: int, begun: frozenset[str]) -> CompoundSelect[Any] | None:
    """The heads of all sources that are wanted; None where nothing can be."""
    scan = Scan(scope, asked, most, begun)
    scans = [found for source in SOURCES.values() if (found := source(scan)) is not None]
    return union_all(*scans) if scans else None


def messages(scan: Scan) -> Select[Any] | None:
    """What was said, the newest number first: of each conversation its last, of these the last."""
    asked = scan.asked
    if not asked.words:
        return None
    own = _spoken(scan)
    rules = [Message.conversation_id == own.c.id, Message.id >= own.c.first_id]
    rules += [Message.id <= own.c.last_id, SAID, *asked.period(Message.at)]
    if "message" in scan.begun:
        rules.append(Message.id < _number("message"))
    if len(asked.words) < 3:
        rules.append(Message.direction.in_(asked.words))
    if asked.channels is not None:
        rules.append(Message.channel_id == any_(cast(list(asked.channels), ARRAY(BigInteger))))
    said = func.left(func.coalesce(func.nullif(Message.text, ""), Message.subject), SHOWN)
    rows = _columns(
        "message",
        Message.id,
        Message.at,
        Message.direction,
        text=case((Message.deleted_at.is_(None), said), else_=""),
        author=Message.author,
        channel_id=Message.channel_id,
        conversation_id=Message.conversation_id,
    )
    last = rows.where(*rules).order_by(Message.id.desc()).limit(scan.most).lateral("last")
    return select(last).select_from(own).join(last, true()).order_by(last.c.id.desc()).limit(scan.most)


def _spoken(scan: Scan) -> Subquery:
    """The conversations that may hold the last messages before a number.

    With every message wanted these are as many as there are messages on a page, and those that go on beyond it: of
    any other, all is older than the last message of each of these. So a regular of years costs no more than others.
    """
    last = func.greatest(Conversation.last_id, Conversation.noted_id)
    own = select(Conversation.id, Conversation.first_id, last.label("last_id")).where(*scan.hers)
    before, begun = _number("message"), "message" in scan.begun
    if begun:
        own = own.where(Conversation.first_id < before)
    if scan.asked.since is not None:
        own = own.where(Conversation.last_at >= scan.asked.since)
    if scan.asked.narrow:
        return own.subquery("own")
    ended = (own.where(last < before) if begun else own).order_by(last.desc()).limit(scan.most)
    if not begun:
        return ended.subquery("own")
    return own.where(last >= before).union_all(select(ended.subquery())).subquery("own")


def opened(scan: Scan) -> Select[Any] | None:
    """When her conversations began."""
    return _conversations(scan, "opened", Conversation.created_at)


def closed(scan: Scan) -> Select[Any] | None:
    """When those ended that are closed."""
    found = _conversations(scan, "closed", Conversation.closed_at)
    return None if found is None else found.where(Conversation.status == "closed", Conversation.closed_at.is_not(None))


def _conversations(scan: Scan, kind: str, at: Any) -> Select[Any] | None:
    if not scan.asked.wants("conversation"):
        return None
    subject = func.left(Conversation.subject, SHOWN)
    rows = _columns(kind, Conversation.id, at, literal(kind), text=subject, conversation_id=Conversation.id)
    return scan.page(kind, rows.where(*scan.hers), at, Conversation.id)


def notes(scan: Scan) -> Select[Any] | None:
    """What colleagues wrote about her."""
    one = CustomerNote
    if scan.asked.channels is not None or not scan.asked.wants("note"):
        return None
    rows = _columns("noted", one.id, one.at, literal("noted"), text=func.left(one.text, SHOWN), author=one.author)
    return scan.page("noted", rows.where(one.customer_id == CUSTOMER, one.deleted_at.is_(None)), one.at, one.id)


def events(scan: Scan) -> Select[Any] | None:
    """What was told of her. The numbers are found in the index alone, then their rows are read."""
    one, kinds = CustomerEvent, scan.asked.kinds - {"message", "note", "conversation", "merge"}
    if scan.asked.channels is not None or (scan.asked.kinds and not kinds):
        return None
    found = select(one.id).where(one.customer_id == CUSTOMER)
    if kinds:
        own = [one.kind.like("custom.%")] if "custom" in kinds else []
        found = found.where(or_(one.kind.in_(sorted(kinds)), *own))
    numbers = scan.page("event", found, one.at, one.id)
    more = {"url": one.url, "amount": one.amount, "currency": one.currency, "author": one.source, "data": one.data}
    rows = _columns("event", one.id, one.at, one.kind, text=one.title, **more)
    return rows.where(one.id.in_(numbers)).order_by(one.at.desc(), one.id.desc()).limit(scan.most)


def merged(scan: Scan) -> Select[Any] | None:
    """When it was found that two are one."""
    return _merges(scan, "merged", Merge.at, Merge.by)


def parted(scan: Scan) -> Select[Any] | None:
    """When that was taken back."""
    found = _merges(scan, "parted", Merge.undone_at, Merge.undone_by)
    return None if found is None else found.where(Merge.undone_at.is_not(None))


def _merges(scan: Scan, kind: str, at: Any, by: Any) -> Select[Any] | None:
    if scan.asked.channels is not None or not scan.asked.wants("merge"):
        return None
    hers = or_(Merge.winner_id == any_(FAMILY), Merge.loser_id == any_(FAMILY))
    other = case((Merge.winner_id == any_(FAMILY), Merge.loser_id), else_=Merge.winner_id)
    rows = _columns(kind, Merge.id, at, literal(kind), text=Merge.why["reason"].astext, author=by, other=other)
    return scan.page(kind, rows.where(hers), at, Merge.id)


BLANK: dict[str, Any] = {
    "text": literal(""),
    "author": literal(""),
    "channel_id": cast(null(), BigInteger),
    "conversation_id": cast(null(), BigInteger),
    "url": literal(""),
    "amount": cast(null(), BigInteger),
    "currency": literal(""),
    "data": cast(literal("{}", Text), JSONB),
    "other": cast(null(), BigInteger),
}


def _columns(source: str, number: Any, at: Any, kind: Any, **more: Any) -> Select[Any]:
    """The same columns from every source."""
    given = BLANK | more
    fixed = (literal(source).label("source"), number.label("id"), at.label("at"), kind.label("kind"))
    return select(*fixed, *(value.label(name) for name, value in given.items()))


SOURCES: dict[str, Callable[[Scan], Select[Any] | None]] = {
    "closed": closed,
    "message": messages,
    "event": events,
    "noted": notes,
    "merged": merged,
    "parted": parted,
    "opened": opened,
}
