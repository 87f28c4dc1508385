"""The document is true: every operation answers what it declares, whatever it is sent, and never with a fault."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.api import (
    customer_shapes,
    door_shapes,
    handling_shapes,
    import_shapes,
    kept_shapes,
    macros,
    people_shapes,
    quality_shapes,
    scheduled_shapes,
    segment_shapes,
    shapes,
    webhook_shapes,
)
from madang.api.tests.conftest import Program
from madang.conversations.inbox.actions import keeping
from madang.customers.actions import merge
from madang.customers.actions.suggesting import Pair, suggest
from madang.events.record import SYSTEM
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard


@pytest.fixture
async def document(web: httpx.AsyncClient) -> dict[str, Any]:
    answer = await web.get("/api/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, what) for path, item in document["paths"].items() for method, what in item.items()]


async def test_everything_is_described(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    bare = [
        f"{name}.{field}"
        for name, shape in document["components"]["schemas"].items()
        for field, schema in shape["properties"].items()
        if not schema.get("description") and "$ref" not in str(schema)
    ]
    assert bare == []
    for method, path, what in operations(document):
        assert what["summary"], path
        assert len(what["description"]) > 10, path
        assert what["security"] == [{"token": []}], path
        assert what["operationId"]
        assert {"401", "403", "500", "503"} <= set(what["responses"]), (method, path)
        for parameter in what.get("parameters", ()):
            assert parameter["description"], (path, parameter["name"])
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


# A file for an answer, what only a worker makes ready, or a person's: test_whole_way.py, test_imports.py,
# test_scheduled.py.
ELSEWHERE = {
    "getAttachment",
    "getCustomerFile",
    "addCustomerFile",
    "deleteCustomerFile",
    "exportCustomers",
    "startImport",
    "undoImport",
    "useMacro",
    "getScheduled",
    "moveScheduled",
    "sendScheduledNow",
    "cancelScheduled",
    "listDrafts",
    "getDraft",
    "putDraft",
    "deleteDraft",
}


def _bodies() -> dict[str, Any]:
    """What is sent to operations that want something."""
    bodies: dict[str, Any] = {
        "sendMessage": {"text": "Hi."},
        "addNote": {"text": "Hm."},
        "assignConversation": {"id": None},
        "prioritiseConversation": {"priority": 2},
        "snoozeConversation": {"until": "2027-11-23T00:00:00Z"},
    }
    hook = {"url": "https://8.8.8.8/madang", "kinds": ["message.*"]}
    bodies |= {"createWebhook": hook, "changeWebhook": hook, "replayWebhook": {"since": "2026-01-01T00:00:00Z"}}
    order = {"key": "order-1", "kind": "order", "at": "2026-01-01T00:00:00Z"}
    bodies |= {"tellCustomerEvents": {"source": "shop", "events": [order]}}
    bodies |= {
        "addCustomerNote": {"text": "x"},
        "changeCustomerNote": {"text": "y"},
        "setCustomerTags": {"tags": ["x"]},
    }
    bodies |= {"tellEvents": {"source": "shop", "events": [{**order, "email": "mia@juniper.example"}]}}
    bodies |= {"changeCustomer": {"company": "Haneul"}, "mergeCustomers": {"customer": 4}}
    bodies |= {"acceptSuggestion": {}, "rejectSuggestion": {}}
    bodies |= {"defineCustomerField": {"name": "grade", "label": "등급", "kind": "text"}, "changeCustomerField": {}}
    bodies |= {"setCustomerValues": {"values": {"grade": "gold"}}}
    asked = {"condition": {"event": "order", "days": 90}}
    bodies |= {"createSegment": {"name": "VIP", **asked}, "changeSegment": {"name": "Buyers"}, "previewSegment": asked}
    bodies |= {"createImport": {"contacts": [{"id": 1, "email": "mia@juniper.example"}]}}
    bodies |= {"chooseColumns": {"source": "shop", "targets": ["external_id", "email"]}}
    return bodies


async def test_each_operation_answers_what_it_declares(
    document: dict[str, Any], administrator: Program, yard: Yard
) -> None:
    await yard.says("hello")
    await _two_questions(yard)
    bodies = _bodies()
    said = (await administrator.get("/api/v1/conversations/1/messages"))["items"][0]["id"]
    late = {
        "removeWebhook": 1,
        "retireCustomerField": 1,
        "restoreCustomerField": 2,
        "archiveSegment": 1,
        "restoreSegment": 2,
    }
    for method, path, what in sorted(operations(document), key=lambda one: late.get(one[2]["operationId"], 0)):
        if what["operationId"] in ELSEWHERE:
            continue
        named = path.replace("{message_id}", str(said)).replace("{suggestion_id}/rej", "2/rej")
        answer = await administrator(
            method,
            re.sub(r"\{\w+\}", "1", named.replace("{name}", "stale")),
            json=bodies.get(what["operationId"]),
        )
        assert answer.is_success, (path, answer.text)
        declared = what["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]["$ref"]
        msgspec.json.decode(answer.content, type=_shape(declared))


async def _two_questions(yard: Yard) -> None:
    """Customer 1 may be 2, and she may be 3; 1 and 4 are one."""
    for number in (2, 3, 4):
        await yard.says("hello", value=f"mina{number}@naver.example")
    assert (await cast.agent(yard.ground)).user_id == 1
    async with yard.ground.database.begin() as tx:
        await suggest(tx, [Pair(1, 2, 0.9), Pair(1, 3, 0.8)])
        await merge(tx, SYSTEM, 1, 4)
        await keeping.save(tx, CONSOLE, "급한 것", {"all": []}, whose="all")


ROOMS = (
    shapes,
    customer_shapes,
    door_shapes,
    handling_shapes,
    import_shapes,
    kept_shapes,
    macros,
    people_shapes,
    quality_shapes,
    scheduled_shapes,
    segment_shapes,
    webhook_shapes,
)


def _shape(reference: str) -> Any:
    """The struct a schema was made from; one of two of a name is written with its module."""
    name = reference.rpartition("/")[2].rpartition("_")[2]
    return next(found for room in ROOMS if (found := getattr(room, name, None)))


HOSTILE = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(
        ["'", '"', "--", ";", "%", "\\", "\0", "null", "true", "NaN", "-0", "1e400", "💥", "../..", "{{7919*6997}}"]
    ),
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | HOSTILE,
    lambda some: st.lists(some, max_size=2) | st.dictionaries(HOSTILE, some, max_size=2),
    max_leaves=4,
)
FIELDS = st.dictionaries(
    st.sampled_from(["text", "channel", "id", "customer", "keep", "stays", "never", "timezone", "condition", "x"]),
    VALUE,
    max_size=3,
)
BODY = st.binary(max_size=20) | FIELDS.map(lambda value: json.dumps(value).encode("ascii"))
CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
async def matter(yard: Yard) -> None:
    """Conversation 1 of customer 1, so that not everything is a 404."""
    await yard.says("hello")


@settings(max_examples=80, deadline=None, suppress_health_check=CALM)
@given(data=st.data())
async def test_no_input_is_a_fault(
    document: dict[str, Any], program: Program, matter: None, data: st.DataObject
) -> None:
    method, path, what = data.draw(st.sampled_from(operations(document)))
    asked = re.sub(r"\{\w+\}", lambda _: quote(data.draw(st.just("1") | HOSTILE), safe=""), path)
    names = [one["name"] for one in what.get("parameters", ()) if one["in"] == "query"] or ["x"]
    query = data.draw(st.dictionaries(st.sampled_from(names), HOSTILE, max_size=3))
    content = data.draw(BODY) if "requestBody" in what else None
    answer = await program(method, asked, params=query, content=content)
    possible = set(what["responses"]) - {"500", "503"} | {"404", "405"}
    assert str(answer.status_code) in possible, (method, asked, query, content, answer.text)
    if not answer.is_success:
        assert msgspec.json.decode(answer.content, type=shapes.Problem).status == answer.status_code
