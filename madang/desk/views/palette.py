"""What the command palette finds beyond the page it stands on: people, conversations, macros that fit the open one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter

from madang.conversations import queries
from madang.conversations.rows import Row
from madang.conversations.search import queries as search
from madang.conversations.search.asked import Asked
from madang.conversations.search.people import find_customers
from madang.desk.page import fragment, ground_of, who
from madang.lib.postgres import Tx
from madang.macros import queries as macros_of
from madang.macros.queries import MacroRow
from madang.staff.permissions import PERMISSIONS, Viewer

PEOPLE, TALKS = 4, 6
Words = Annotated[str, QueryParameter(max_length=200)]


@get("/palette", whole="/?{query}")
async def found(request: Request[Any, Any, Any], q: Words = "", lately: Words = "", shown: Words = "") -> Response[str]:
    """People and conversations for what is typed; for nothing, those opened ``lately`` (numbers), then the newest.

    With every macro of the conversation that is ``shown`` (a number): the browser knows which of their names fit.
    """
    viewer, asked = who(request), q.strip()
    async with ground_of(request).database.begin() as tx:
        if asked:
            may = "customer.read" in PERMISSIONS[viewer.role]
            people = await find_customers(tx, viewer, asked, limit=PEOPLE) if may else []
            rows: Sequence[Row] = [
                one.row for one in (await search.find(tx, viewer, Asked(asked), limit=TALKS)).conversations
            ]
        else:
            people, rows = [], await _lately(tx, viewer, lately)
        macros = await _macros(tx, viewer, shown) if asked else []
    return fragment(request, "desk/palette.html", rows=rows, people=people, macros=macros)


async def _lately(tx: Tx, viewer: Viewer, given: str) -> Sequence[Row]:
    """Those she opened, then the newest. What is no longer there, or not for her, is left out."""
    numbers = _numbers(given)[:TALKS]
    found = {row.id: row for row in await queries.rows_of(tx, viewer, numbers)} if numbers else {}
    newest = (await queries.inbox(tx, viewer, "all", limit=TALKS)).items
    made = [found[number] for number in numbers if number in found]
    return [*made, *(row for row in newest if row.id not in found)][:TALKS]


async def _macros(tx: Tx, viewer: Viewer, shown: str) -> Sequence[MacroRow]:
    """Those she may use in this conversation; none where none is shown, or none that exists for her."""
    rows = await queries.rows_of(tx, viewer, _numbers(shown)[:1])
    if not rows or "conversation.reply" not in PERMISSIONS[viewer.role]:
        return []
    return await macros_of.offered(tx, viewer, rows[0].brand_id)


def _numbers(given: str) -> list[int]:
    return [int(one) for one in given.split() if one.isascii() and one.isdecimal() and len(one) < 19]
