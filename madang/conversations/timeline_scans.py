"""The timeline's sources, each a scan in its own order that ends after a page. Scope is in every one of them.

Messages go by their numbers, which is the order in which they came; everything else by its time and number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    Text,
    any_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB

from madang.conversations.models import Conversation, Message
from madang.customers.models import Merge
from madang.customers.records import CustomerEvent, CustomerNote
from madang.lib.paging import BadCursor
from madang.staff.permissions import Viewer

START = 2**62  # before which everything is: the first page
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN = 300  # characters of a text

Place = tuple[int, int]  # (microseconds since 1970, number) of the last row shown; of messages only the number counts


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
    """Whose rows, for whom, which, and how many at most. ``family``: herself and everybody merged into her."""

    viewer: Viewer
    customer_id: int
    family: Sequence[int]
    asked: Asked
    most: int

    @property
    def hers(self) -> list[ColumnElement[bool]]:
        """Her conversations that the viewer may read."""
        rules = [Conversation.customer_id == self.customer_id, self.viewer.scope.where(Conversation)]
        if self.asked.channels is not None:
            rules.append(Conversation.channel_ids.op("&&")(cast(list(self.asked.channels), ARRAY(BigInteger))))
        return rules

    def page(self, query: Select[Any], at: Any, number: Any, place: Place) -> Select[Any]:
        """The next rows of a source that goes by time and number."""
        query = query.where(*self.asked.period(at))
        if place[0] != START:
            query = query.where(tuple_(at, number) < (_moment(place[0]), place[1]))
        return query.order_by(at.desc(), number.desc()).limit(self.most)


def messages(scan: Scan, place: Place) -> Select[Any] | None:
    """What was said, the newest number first: of each conversation its last, of these the last."""
    asked, before = scan.asked, place[1]
    if not asked.words:
        return None
    own = _spoken(scan, before)
    rules = [Message.conversation_id == own.c.id, Message.id >= own.c.first_id]
    rules += [Message.id <= own.c.last_id, Message.id < before, *asked.period(Message.at)]
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


def _spoken(scan: Scan, before: int) -> Subquery:
    """The conversations that may hold the last messages before a number.

    With every message wanted these are as many as there are messages on a page, and those that go on beyond it: of
    any other, all is older than the last message of each of these. So a regular of years costs no more than others.
    """
    last = func.greatest(Conversation.last_id, Conversation.noted_id)
    own = select(Conversation.id, Conversation.first_id, last.label("last_id")).where(
        *scan.hers, Conversation.first_id < before
    )
    if scan.asked.since is not None:
        own = own.where(Conversation.last_at >= scan.asked.since)
    if scan.asked.narrow:
        return own.subquery("own")
    ended = own.where(last < before).order_by(last.desc()).limit(scan.most)
    if before == START:
        return ended.subquery("own")
    return own.where(last >= before).union_all(select(ended.subquery())).subquery("own")


def opened(scan: Scan, place: Place) -> Select[Any] | None:
    """When her conversations began."""
    return _conversations(scan, place, "opened", Conversation.created_at)


def closed(scan: Scan, place: Place) -> Select[Any] | None:
    """When those ended that are closed."""
    found = _conversations(scan, place, "closed", Conversation.closed_at)
    return None if found is None else found.where(Conversation.status == "closed", Conversation.closed_at.is_not(None))


def _conversations(scan: Scan, place: Place, kind: str, at: Any) -> Select[Any] | None:
    if not scan.asked.wants("conversation"):
        return None
    subject = func.left(Conversation.subject, SHOWN)
    rows = _columns(kind, Conversation.id, at, literal(kind), text=subject, conversation_id=Conversation.id)
    return scan.page(rows.where(*scan.hers), at, Conversation.id, place)


def notes(scan: Scan, place: Place) -> Select[Any] | None:
    """What colleagues wrote about her."""
    one = CustomerNote
    if scan.asked.channels is not None or not scan.asked.wants("note"):
        return None
    rows = _columns("noted", one.id, one.at, literal("noted"), text=func.left(one.text, SHOWN), author=one.author)
    return scan.page(rows.where(one.customer_id == scan.customer_id, one.deleted_at.is_(None)), one.at, one.id, place)


def events(scan: Scan, place: Place) -> Select[Any] | None:
    """What was told of her. The numbers are found in the index alone, then their rows are read."""
    one, kinds = CustomerEvent, scan.asked.kinds - {"message", "note", "conversation", "merge"}
    if scan.asked.channels is not None or (scan.asked.kinds and not kinds):
        return None
    found = select(one.id).where(one.customer_id == scan.customer_id)
    if kinds:
        own = [one.kind.like("custom.%")] if "custom" in kinds else []
        found = found.where(or_(one.kind.in_(sorted(kinds)), *own))
    numbers = scan.page(found, one.at, one.id, place)
    more = {"url": one.url, "amount": one.amount, "currency": one.currency, "author": one.source, "data": one.data}
    rows = _columns("event", one.id, one.at, one.kind, text=one.title, **more)
    return rows.where(one.id.in_(numbers)).order_by(one.at.desc(), one.id.desc()).limit(scan.most)


def merged(scan: Scan, place: Place) -> Select[Any] | None:
    """When it was found that two are one."""
    return _merges(scan, place, "merged", Merge.at, Merge.by)


def parted(scan: Scan, place: Place) -> Select[Any] | None:
    """When that was taken back."""
    found = _merges(scan, place, "parted", Merge.undone_at, Merge.undone_by)
    return None if found is None else found.where(Merge.undone_at.is_not(None))


def _merges(scan: Scan, place: Place, kind: str, at: Any, by: Any) -> Select[Any] | None:
    if scan.asked.channels is not None or not scan.asked.wants("merge"):
        return None
    family = cast(list(scan.family), ARRAY(BigInteger))
    hers = or_(Merge.winner_id == any_(family), Merge.loser_id == any_(family))
    other = case((Merge.winner_id == any_(family), Merge.loser_id), else_=Merge.winner_id)
    rows = _columns(kind, Merge.id, at, literal(kind), text=Merge.why["reason"].astext, author=by, other=other)
    return scan.page(rows.where(hers), at, Merge.id, place)


def _moment(micros: int) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise BadCursor from None


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
