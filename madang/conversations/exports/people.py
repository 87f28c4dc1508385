"""The customers of a list with all that is exported of them, page by page, the scope in each query."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, cast, exists, func, literal, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from madang.conversations import profiles
from madang.conversations.quality import rows as quality
from madang.conversations.search.models import SearchPerson
from madang.conversations.segments import queries as segments
from madang.conversations.segments.models import Segment, SegmentMember
from madang.customers import defined
from madang.customers.models import Customer
from madang.lib.errors import Refused
from madang.lib.language import marked as _
from madang.lib.postgres import Database, Tx
from madang.lib.search.people import person_question
from madang.staff.permissions import Viewer, permit

PAGE = 1_000
MOST_FIELDS = 200
COLUMNS = (
    "id", "name", "emails", "phones", "unproven_emails", "unproven_phones", "company", "language", "region",
    "timezone", "tags", "created_at",
)  # fmt: skip
PROVEN = text("""
select customer_id, kind, value from identity
where customer_id = any(cast(:ids as bigint[])) and kind in ('email', 'phone') order by main desc, id
""")
SAID = text("""
select customer_id, kind, value from claim
where customer_id = any(cast(:ids as bigint[])) and kind in ('email', 'phone') order by at, value
""")
TAGS = text("select customer_id, tag from customer_tag where customer_id = any(cast(:ids as bigint[])) order by tag")
PLAIN = (Customer.name, Customer.company, Customer.language, Customer.region, Customer.timezone)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which customers: those of a segment, those found by ``words``, else all.

    ``quality``: those behind a number of the data quality page, of a ``brand`` where one is named.
    """

    segment: int = 0
    words: str = ""
    quality: str = ""
    brand: int | None = None


async def _rules(tx: Tx, viewer: Viewer, asked: Asked) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = [Customer.merged_into.is_(None), profiles.seen(viewer, Customer.id)]
    if asked.segment:
        inside = SegmentMember.segment_id == asked.segment, SegmentMember.customer_id == Customer.id
        known = Segment.id == SegmentMember.segment_id, await segments.known_to(tx, viewer)
        rules.append(exists().where(*inside, *known))
    if asked.quality:
        rules.append(quality.rule(viewer, await quality.allowed(tx, viewer, asked.quality, asked.brand)))
    if asked.words.strip():
        question = person_question(asked.words[:100])
        if not question:
            raise Refused(_("Nothing can be found by these words. Give a name or an address."), "q")
        fits = SearchPerson.tokens.op("@@")(cast(literal(question.tsquery()), TSQUERY))
        rules.append(exists().where(SearchPerson.customer_id == Customer.id, fits))
    return rules


async def columns(tx: Tx, viewer: Viewer, asked: Asked) -> list[str]:
    """The columns there are: ours, and each custom field that one of them has."""
    permit(viewer, "customer.export")
    seen = defined.without(await defined.hidden(tx, viewer))
    names = select(func.jsonb_object_keys(seen)).where(*await _rules(tx, viewer, asked), Customer.fields != {})
    found = (await tx.execute(names.distinct().limit(MOST_FIELDS))).scalars()
    return [*COLUMNS, *sorted(f"field_{name}" for name in found)]


async def pages(database: Database, viewer: Viewer, asked: Asked) -> AsyncIterator[Sequence[dict[str, Any]]]:
    """All of them by their numbers, :data:`PAGE` at a time, each page a transaction of its own."""
    permit(viewer, "customer.export")
    after = 0
    while True:
        async with database.begin() as tx:
            fields = defined.without(await defined.hidden(tx, viewer)).label("fields")
            query = select(Customer.id, *PLAIN, fields, Customer.created_at).where(Customer.id > after)
            query = query.where(*await _rules(tx, viewer, asked)).order_by(Customer.id).limit(PAGE)
            rows = (await tx.execute(query)).all()
            made = await _whole(tx, rows)
        if made:
            yield made
        if len(rows) < PAGE:
            return
        after = rows[-1].id


async def _whole(tx: Tx, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[dict[str, Any]]:
    ids = {"ids": [row.id for row in rows]}
    proven, said = _gathered(await tx.execute(PROVEN, ids)), _gathered(await tx.execute(SAID, ids))
    tags: dict[int, list[str]] = {}
    for number, tag in await tx.execute(TAGS, ids):
        tags.setdefault(number, []).append(tag)
    return [
        {
            "id": row.id,
            "name": row.name,
            "emails": proven.get((row.id, "email"), []),
            "phones": proven.get((row.id, "phone"), []),
            "unproven_emails": said.get((row.id, "email"), []),
            "unproven_phones": said.get((row.id, "phone"), []),
            "company": row.company,
            "language": row.language,
            "region": row.region,
            "timezone": row.timezone,
            "tags": tags.get(row.id, []),
            "created_at": row.created_at.isoformat(timespec="seconds"),
            **{f"field_{name}": value for name, value in row.fields.items()},
        }
        for row in rows
    ]


def _gathered(rows: Iterable[Any]) -> dict[tuple[int, str], list[str]]:
    made: dict[tuple[int, str], list[str]] = {}
    for number, kind, value in rows:
        made.setdefault((number, kind), []).append(value)
    return made
