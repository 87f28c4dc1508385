"""The customers behind a number, page by page: those whom the last count found and who are so still.

Of a field that is empty, and of merges, there are no marks: their customers are found as they are now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, column, exists, func, select, text, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from madang.conversations import questions
from madang.conversations.models import Conversation
from madang.conversations.profiles import seen
from madang.conversations.quality.judging import Judged, house, judge
from madang.conversations.quality.measures import ADDRESSES, CUSTOM, DAYS, MERGED, PLAIN, PROBLEMS
from madang.conversations.quality.models import QualityMark
from madang.conversations.quality.queries import check, fields, report
from madang.conversations.segments.counting import patiently
from madang.customers.models import Claim, Customer, Identity
from madang.lib import paging
from madang.lib.errors import NotFound
from madang.lib.paging import Page
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

MISSING = "missing."  # before the name of a field: who has nothing in it
ROUNDS = 6  # pages of marks looked at for one page of those who are so still
PATIENCE = 4_000  # milliseconds
# Who those became who were merged in these days: the roots of their trees.
JOINED = (
    text("""
with recursive up (id, merged_into) as (
  select c.id, c.merged_into from merge g join customer c on c.id = g.loser_id
  where g.undone_at is null and g.at > now() - make_interval(days => :merged_days)
  union select c.id, c.merged_into from up join customer c on c.id = up.merged_into)
select id from up where merged_into is null
""")
    .bindparams(merged_days=DAYS)
    .columns(column("id", BigInteger))
    .subquery("joined")
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A number's rows: of a problem by its name, ``merged``, or ``missing.`` and a field; of a brand, 0 for all."""

    what: str
    brand_id: int = 0


class TooMany(Exception):
    """Finding them takes longer than anybody waits: an export finds them."""


async def allowed(tx: Tx, viewer: Viewer, what: str, brand_id: int | None) -> Asked:
    """What somebody asks for, if there is such a number and it is hers; raises NotFound, NotPermitted."""
    number = check(viewer, brand_id)
    known = what in PROBLEMS or what == MERGED
    if not known and what.startswith(MISSING):
        known = what.removeprefix(MISSING) in await fields(tx, viewer)
    if not known:
        raise NotFound("There is no such list.")
    return Asked(what, number)


def rule(viewer: Viewer, asked: Asked) -> ColumnElement[bool]:
    """As SQL over customers: who they are, the viewer's scope and the brand in it. ``asked`` is :func:`allowed`."""
    return and_(_in_scope(viewer, asked), _found(asked))


def _in_scope(viewer: Viewer, asked: Asked) -> ColumnElement[bool]:
    return and_(Customer.merged_into.is_(None), seen(viewer, Customer.id), _of_brand(asked))


async def customers(
    tx: Tx, viewer: Viewer, asked: Asked, *, limit: int = 50, cursor: str | None = None
) -> Page[Judged]:
    """A page, the newest customers first, each with what is wrong. Raises BadCursor, TooMany."""
    known = await house(tx, (await report(tx, viewer, asked.brand_id)).months or 12)
    after: int | None = paging.decode(cursor, (int,))[0] if cursor else None
    found: list[Judged] = []
    for _ in range(ROUNDS):
        ids = await _ids(tx, viewer, asked, after, limit + 1)
        judged = await judge(tx, ids, known, DAYS)
        still = [judged[number] for number in ids if number in judged and _still(judged[number], asked)]
        found += [await _asked_of(tx, viewer, one) for one in still]
        after = ids[-1] if ids else None
        if len(found) > limit or len(ids) <= limit:
            return paging.page(found, limit, lambda one: (one.id,))
    return Page(found, paging.encode((after,)))


async def _asked_of(tx: Tx, viewer: Viewer, one: Judged) -> Judged:
    """The questions about her that this viewer may decide: of the others she is told nothing."""
    if viewer.scope.brands is None or not one.questions:
        return one
    some = await questions.about(tx, viewer, one.id, questions.CAP)
    asked = any(each.conflict for each in some)
    return replace(one, questions=len(some), question=some[0].id if some else None, asked=asked)


def _still(one: Judged, asked: Asked) -> bool:
    measure = PROBLEMS.get(asked.what)
    return measure is None or one.has(measure, asked.brand_id)


async def _ids(tx: Tx, viewer: Viewer, asked: Asked, after: int | None, most: int) -> Sequence[int]:
    query: Select[Any] = select(Customer.id).where(_in_scope(viewer, asked))
    number = Customer.id.expression
    if asked.what in PROBLEMS:  # by the marks' own index: they are few among all
        number = QualityMark.customer_id.expression
        query = query.join(QualityMark, and_(number == Customer.id, _marked(asked)))
    else:
        query = query.where(_found(asked))
    query = query if after is None else query.where(number < after)
    rows = await patiently(tx, query.order_by(number.desc()).limit(most), PATIENCE)
    if rows is None:
        raise TooMany
    return [row[0] for row in rows]


def _marked(asked: Asked) -> ColumnElement[bool]:
    mine = QualityMark.measure == int(PROBLEMS[asked.what])
    return and_(mine, QualityMark.brands.any_() == asked.brand_id) if asked.brand_id else mine


def _of_brand(asked: Asked) -> ColumnElement[bool]:
    if not asked.brand_id:
        return Customer.id.is_not(None)
    return exists().where(Conversation.customer_id == Customer.id, Conversation.brand_id == asked.brand_id)


def _found(asked: Asked) -> ColumnElement[bool]:
    if asked.what in PROBLEMS:
        return exists().where(QualityMark.customer_id == Customer.id, _marked(asked))
    if asked.what == MERGED:
        return Customer.id.in_(select(JOINED.c.id))
    return _empty(asked.what.removeprefix(MISSING))


def _empty(name: str) -> ColumnElement[bool]:
    if name in ADDRESSES:
        proven = exists().where(Identity.customer_id == Customer.id, Identity.kind == name)
        return ~proven & ~exists().where(Claim.customer_id == Customer.id, Claim.kind == name)
    if name in PLAIN:
        column: Any = getattr(Customer, name)
        return column == ""  # type: ignore[no-any-return]
    value = type_coerce(Customer.fields, JSONB)[name.removeprefix(CUSTOM)].astext
    return func.coalesce(value, "") == ""
