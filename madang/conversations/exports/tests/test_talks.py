"""A list of conversations as a file: all it holds, once each, and only to who may (T1, T4)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from madang.conversations.actions.exporting import export_talks
from madang.conversations.exports import formats, talks
from madang.conversations.inbox.lists import Asked
from madang.ground import Ground
from madang.lib.conditions import tree
from madang.staff.permissions import CONSOLE, NotPermitted, Viewer
from madang.tests import cast
from madang.tests.cast import Yard


async def _taken(ground: Ground, viewer: Viewer, asked: Asked, kind: formats.Format = "jsonl") -> bytes:
    async with ground.database.begin() as tx:
        columns = await export_talks(tx, viewer, kind, asked, asked.view)
    written = formats.writer(kind)(columns, talks.pages(ground.database, viewer, asked))
    return b"".join([part async for part in written])


def _read(lines: bytes) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in lines.splitlines()]


async def test_the_file_holds_what_the_list_holds(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "PAGE", 2)
    for number in range(5):
        await yard.says(f"=질문 {number}", name=f"손님 {number}", value=f"c{number}@naver.example")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set status = 'closed', assignee_id = null where id = 2"))
        await tx.execute(text('update conversation set priority = 3, fields = \'{"plan": "gold"}\' where id = 4'))
        await tx.execute(
            text(
                "insert into customer_field (name, label, kind, about) values ('plan', 'Plan', 'text', 'conversation')"
            )
        )
    rows = _read(await _taken(yard.ground, CONSOLE, Asked("all")))
    assert [row["id"] for row in rows] == [1, 3, 4, 5]
    assert rows[2] | {"customer": "손님 3", "priority": "urgent", "field_plan": "gold", "status": "open"} == rows[2]
    assert rows[0]["waiting_since"], "nobody has answered"
    assert [row["id"] for row in _read(await _taken(yard.ground, CONSOLE, Asked("closed")))] == [2]
    urgent = Asked("all", tree.Test("priority", "is", "3"))
    assert [row["id"] for row in _read(await _taken(yard.ground, CONSOLE, urgent))] == [4]
    assert "'=질문 0" in (await _taken(yard.ground, CONSOLE, Asked("all"), "csv")).decode()


async def test_only_who_may_and_only_what_she_sees(yard: Yard) -> None:
    await yard.says("안녕하세요")
    other = await cast.brand(yard.ground, "Juniper")
    lena = await cast.agent(yard.ground, "Lena", "lead", brands=frozenset({other}))
    assert await _taken(yard.ground, lena, Asked("all")) == b""
    with pytest.raises(NotPermitted):
        await _taken(yard.ground, await cast.agent(yard.ground), Asked("all"))
    async with yard.ground.database.begin() as tx:
        told = text("select actor, data ->> 'view' from event where kind = 'conversations.exported'")
        assert [tuple(row) for row in await tx.execute(told)] == [(str(lena.actor), "all")]
