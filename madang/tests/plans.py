"""Every statement that runs is kept and asked how the database would find its rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Set
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from madang.lib.postgres import Database
from madang.models import MONTHLY

# What grows with every customer or message. A table of settings may be read whole.
LARGE = {one.table for one in MONTHLY} | {
    "attachment",
    "claim",
    "conversation",
    "customer",
    "customer_event",
    "customer_note",
    "customer_tally",
    "merge",
    "customer_tag",
    "delivery_key",
    "early_receipt",
    "follower",
    "identity",
    "mention",
    "message_key",
    "message_name",
    "outbox",
    "reading",
    "segment_due",
    "segment_member",
}
PARTIAL = "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indpred is not null"
MONTH = re.compile(r"_\d{4}_\d\d$")


class Statements:
    """What an engine executes while it is listened to, each statement once, with the first parameters it had."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.seen: dict[str, tuple[Any, ...]] = {}
        self._heard = (engine.sync_engine, "before_cursor_execute", self._hear)
        event.listen(*self._heard)

    def _hear(self, _c: object, _cursor: object, statement: str, given: Any, _context: object, many: bool) -> None:
        self.seen.setdefault(statement, tuple(given[0] if many else given))

    async def faults(self, database: Database) -> list[str]:
        """Statements that read a large table from end to end, though the planner was told to avoid it. Ends it."""
        event.remove(*self._heard)
        connection = await database.bare()
        found: list[str] = []
        try:
            await connection.execute("set enable_seqscan = off")
            partial = {row[0] for row in await connection.fetch(PARTIAL)}
            for statement, given in self.seen.items():
                if (
                    statement.lstrip()[:6].lower() in {"select", "insert", "update", "delete"}
                    or "with" in statement[:8]
                ):
                    answer = await connection.fetchval(f"explain (format json) {statement}", *given)
                    found += [
                        f"{fault}\n{statement.strip()}" for fault in whole(json.loads(answer)[0]["Plan"], partial)
                    ]
        finally:
            await connection.close()
        return found


def whole(node: Mapping[str, Any], partial: Set[str] = frozenset(), limited: bool = False) -> Iterator[str]:
    """The nodes of a plan that read a large table whole.

    In the order of an index is allowed, up to a limit; and all of an index that holds only what is asked for.
    """
    kind, table = str(node["Node Type"]), MONTH.sub("", str(node.get("Relation Name", "")))
    limited = limited or kind == "Limit"
    if table in LARGE:
        ordered = kind.startswith("Index") and (limited or node.get("Index Name") in partial)
        if kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in node and not ordered):
            yield f"{kind} of {node['Relation Name']}"
    for child in node.get("Plans", ()):
        yield from whole(child, partial, limited)
