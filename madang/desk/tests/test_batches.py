"""The list as the browser asks for it: filters in the address, views that keep them, many rows at once (T1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from madang.conversations.inbox.fields import plain
from madang.desk.filter_words import groups
from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE
from madang.staff.tests.people import cheap_passwords
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow
URGENT = "priority:any_of:3"


@pytest.fixture
async def ada(yard: Yard) -> AsyncIterator[Visitor]:
    """A lead, with three customers who wrote."""
    for name in ("mina", "mia", "noah"):
        await yard.says(f"{name} asks", name=name, value=f"{name}@naver.example")
    with cheap_passwords():
        await join(yard.ground, "Ada", Grant(role="lead"))
        visitor = Visitor(yard.ground)
        await visitor.sign_in("ada@haneul.kr")
    await visitor.get("/?view=all")
    visitor.http.headers["x-csrf-token"] = visitor.csrf
    yield visitor
    await visitor.http.aclose()


async def send(visitor: Visitor, method: str, path: str, expects: int = 200, **fields: Any) -> Any:
    headers = SCRIPT | {"x-desk": "1"}
    answer = await visitor.http.request(method, path, data=fields, headers=headers)
    assert answer.status_code == expects, answer.text
    return msgspec.json.decode(answer.content) if answer.content else None


async def test_many_are_changed_and_changed_back(ada: Visitor, yard: Yard) -> None:
    ids = await yard.conversations()
    done = await send(ada, "POST", "/batches", verb="priority", value="3", id=[str(one) for one in ids[:2]])
    assert done["done"] == ids[:2]
    assert done["said"] == "Priority of 2: Urgent."
    page = await ada.fetch(f"/list?view=all&f={URGENT}")
    assert [f'id="c-{one}"' in page.text for one in ids] == [True, True, False]
    undone = await send(ada, "POST", "/batches/undo", steps=done["undo"])
    assert undone["done"] == ids[:2]
    everything = await send(ada, "POST", "/batches", verb="close", everything="true", view="all")
    assert sorted(everything["done"]) == ids
    again = await send(ada, "POST", "/batches", verb="close", id=str(ids[0]))
    assert (again["done"], again["said"]) == ([], "Nothing changed: it was so already.")
    await send(ada, "POST", "/batches/undo", 400, steps="[{}]")
    await send(ada, "POST", "/batches", 400, verb="drop table", id=str(ids[0]))


async def test_a_view_keeps_filters_and_order(ada: Visitor, yard: Yard) -> None:
    ids = await yard.conversations()
    await send(ada, "POST", "/batches", verb="priority", value="3", id=str(ids[0]))
    kept = await send(ada, "POST", "/views", name="급한 것", view="all", f=URGENT, sort="waiting", whose="all")
    page = await ada.fetch(f"/list?view={kept['key']}")
    assert [f'id="c-{one}"' in page.text for one in ids] == [True, False, False]
    assert "급한 것" in page.text
    number = kept["key"].removeprefix("v")
    edited = await ada.fetch(f"/list?view={kept['key']}&f=")
    assert all(f'id="c-{one}"' in edited.text for one in ids)
    assert 'data-act="view-keep"' in edited.text
    await send(ada, "PUT", f"/views/{number}", view=kept["key"], f="")
    whole = await ada.fetch(f"/list?view={kept['key']}")
    assert all(f'id="c-{one}"' in whole.text for one in ids)
    await send(ada, "DELETE", f"/views/{number}", 204)
    assert "급한 것" not in (await ada.fetch(f"/list?view={kept['key']}")).text
    await send(ada, "POST", f"/views/{number}/restoration", 204)
    assert "급한 것" in (await ada.fetch(f"/list?view={kept['key']}")).text


async def test_what_of_a_shared_view_was_changed_is_told_and_taken_back(ada: Visitor, yard: Yard) -> None:
    kept = await send(ada, "POST", "/views", name="급한 것", view="all", f=URGENT, whose="all")
    own = await send(ada, "POST", "/views", name="Mine", view="all", f=URGENT)
    number = kept["key"].removeprefix("v")
    await send(ada, "PUT", f"/views/{number}", view=kept["key"], f="", sort="waiting")
    await send(ada, "PUT", f"/views/{number}", name="Hurry", whose="all")
    await send(ada, "DELETE", f"/views/{own['key'].removeprefix('v')}", 204)
    async with yard.ground.database.begin() as tx:
        found = (await tx.execute(text("select id, field from setting_change where page = 'views'"))).all()
    ids = {row.field: row.id for row in found}
    assert sorted(ids) == ["", "condition", "name", "sort"]  # what is hers alone is nobody's history
    page = await ada.get("/settings/views")
    assert "Hurry" in page.text
    assert "Longest waiting first" in page.text
    for field in ("condition", "sort", "name"):
        await ada.post(f"/settings/history/{ids[field]}/reversal", back="/settings/views")
    page = await ada.get("/settings/views")
    assert "급한 것" in page.text
    assert "Newest first" in page.text
    assert "is one of Urgent" in page.text
    await ada.post(f"/settings/views/{number}/removal")
    assert "No shared views yet" in (await ada.get("/settings/views")).text
    ada.http.headers["x-csrf-token"] = ada.csrf
    await send(ada, "POST", f"/views/{number}/restoration", 204)
    assert "급한 것" in (await ada.get("/settings/views")).text


async def test_a_hostile_address_is_only_a_list(ada: Visitor) -> None:
    for f in ("tags:has_any:<script>", "password:is:x", "status:is:'; drop table", ":::", "a" * 3_000, "created:on:x"):
        page = await ada.http.get("/list", params={"view": "all", "f": f}, headers=SCRIPT | {"x-desk": "1"})
        assert page.status_code == 200, f
        assert "<script" not in page.text
    for path in (
        "/filters",
        "/filters/tags?f=tags:has_any:a",
        "/filters/created?f=created:within:3",
        "/views/new?view=",
    ):
        assert (await ada.fetch(path)).status_code == 200, path
    assert (await ada.fetch("/filters/password")).status_code == 404


def test_whatever_can_be_asked_of_a_conversation_is_offered() -> None:
    known = plain(CONSOLE)
    assert {name for _title, some in groups(known) for name, _words, _icon in some} == set(known.fields)


async def test_times_are_read_in_words(ada: Visitor) -> None:
    offered = (await ada.fetch("/times")).text
    assert offered.count('data-verb="snooze"') >= 3
    for q, found in (("tomorrow 9am", 1), ("내일 오전 9시", 1), ("banana", 0), ("2020-01-01T00:00", 0)):
        answer = await ada.http.get("/times", params={"q": q}, headers=SCRIPT | {"x-desk": "1"})
        assert answer.text.count('data-verb="snooze"') == found, q


async def test_what_no_page_sends_is_refused_and_changes_nothing(ada: Visitor, yard: Yard) -> None:
    ids = [str(one) for one in await yard.conversations()]
    for edge in ("0001-01-01T00:00:00+23:00", "9999-12-31T23:59:00-23:00"):
        await send(ada, "POST", "/batches", 400, verb="snooze", value=edge, id=ids)
        await send(ada, "PUT", "/c/1/messages/00000000-0000-4000-8000-000000000000/departure", 400, later=edge)
    assert "Urgent" in (await send(ada, "POST", "/batches", verb="priority", value="03", id=ids))["said"]
    await send(ada, "POST", "/batches/undo", steps='[{"verb":"assign","value":null,"ids":[1],"was":{"a":[]}}]')
    await send(ada, "POST", "/batches/undo", 400, steps='[{"verb":"team","value":[],"ids":[1]}]')
    deep = "[" * 20_000
    await send(ada, "POST", "/batches/undo", 400, steps=deep)
    await send(ada, "PUT", "/c/1/draft", 400, text="x", data=f'{{"to":{deep}')
    await send(ada, "PUT", "/preferences/view-order", 400, value=deep)
    await send(ada, "PUT", "/preferences/view-order", 204, value='[["v1"],{"v":2}]')
    assert (await ada.get("/")).status_code == 200
    await send(ada, "POST", "/batches/undo", 404, steps='[{"verb":"tag","value":"x","ids":[9223372036854775808]}]')


async def test_tags_in_use_are_offered_of_what_she_sees(ada: Visitor, yard: Yard) -> None:
    ids = await yard.conversations()
    for tag, some in (("배송", ids[:2]), ("<b>", ids[:1])):
        await send(ada, "POST", "/batches", verb="tag", value=tag, id=[str(one) for one in some])
    offered = (await ada.fetch("/tags")).text
    assert offered.count("<option") == 2
    assert offered.index('value="배송"') < offered.index('value="&lt;b&gt;"')
    elsewhere = await cast.brand(yard.ground, "Juniper")
    with cheap_passwords():
        await join(yard.ground, "Ben", Grant(brands=frozenset({elsewhere})))
        ben = Visitor(yard.ground)
        await ben.sign_in("ben@haneul.kr")
    assert "<option" not in (await ben.fetch("/tags")).text
    await ben.http.aclose()
