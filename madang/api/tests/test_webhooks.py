"""Webhooks by the API: a program sets one up, looks, sends again; nobody without an administrator's token does."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from madang.api.tests.conftest import Program
from madang.lib.webhooks import key_of
from madang.tests.cast import Yard
from madang.webhooks.catalogue import CATALOGUE, TEST

HOOK: dict[str, Any] = {"url": "https://8.8.8.8/madang", "kinds": ["message.*"], "description": "CRM"}
HERE = "/api/v1/webhooks"


async def test_a_secret_is_told_once_and_changes_with_an_overlap(administrator: Program, yard: Yard) -> None:
    made = await administrator.send("POST", HERE, json=HOOK)
    assert len(key_of(made["secret"])) == 32
    assert made["webhook"]["enabled"] is True
    assert made["secret"] not in (await administrator("GET", HERE)).text
    rotated = await administrator.send("POST", f"{HERE}/1/secret")
    assert rotated["secret"] != made["secret"]
    assert rotated["old_secret_until"] is not None
    assert (await administrator.send("DELETE", f"{HERE}/1/secret"))["old_secret_until"] is None


async def test_a_test_can_be_watched_and_sent_again(administrator: Program, yard: Yard) -> None:
    await administrator.send("POST", HERE, json=HOOK)
    sent = await administrator.send("POST", f"{HERE}/1/test")
    assert (sent["type"], sent["stage"], sent["webhook_id"]) == (TEST, "waiting", f"test_{sent['id']}")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update webhook_delivery set stage = 2, ended_at = now(), status = 500"))
    (failed,) = (await administrator.get(f"{HERE}/1/deliveries", stage="failed"))["items"]
    assert failed["id"] == sent["id"]
    detail = await administrator.get(f"{HERE}/1/deliveries/{sent['id']}")
    assert TEST in detail["body"]
    assert await administrator.send("POST", f"{HERE}/1/replay", json={"delivery": sent["id"]}) == {"deliveries": 1}
    assert (await administrator.get(f"{HERE}/1/deliveries", stage="failed"))["items"] == []
    missing = await administrator("POST", f"{HERE}/1/replay", json={"delivery": 999})
    assert missing.status_code == 404


async def test_pages_of_deliveries(administrator: Program, yard: Yard) -> None:
    await administrator.send("POST", HERE, json=HOOK)
    for _time in range(3):
        await administrator.send("POST", f"{HERE}/1/test")
    first = await administrator.get(f"{HERE}/1/deliveries", limit=2)
    second = await administrator.get(f"{HERE}/1/deliveries", limit=2, cursor=first["next"])
    assert [one["id"] for one in (*first["items"], *second["items"])] == [3, 2, 1]
    assert second["next"] is None


async def test_disabled_it_says_so_and_sends_nothing(administrator: Program, yard: Yard) -> None:
    await administrator.send("POST", HERE, json=HOOK)
    off = await administrator.send("POST", f"{HERE}/1/pause")
    assert (off["enabled"], off["disabled_why"]) == (False, "person")
    assert (await administrator("POST", f"{HERE}/1/test")).status_code == 400
    assert (await administrator.send("DELETE", f"{HERE}/1/pause"))["enabled"] is True
    await administrator.send("DELETE", f"{HERE}/1")
    assert (await administrator("GET", f"{HERE}/1")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"url": "https://0x7f000001/"}, "url"),
        ({"url": "http://8.8.8.8/"}, "url"),
        ({"kinds": ["user.*"]}, "kinds"),
        ({"kinds": []}, "kinds"),
        ({"brands": []}, "brands"),
        ({"brands": [424242]}, "brands"),
        ({"sees": "team", "teams": [424242]}, "teams"),
        ({"sees": "assigned"}, "sees"),
        ({"made_by": "user:1"}, ""),
        ({"failures": 0}, ""),
    ],
)
async def test_what_does_not_fit_is_named(
    administrator: Program, yard: Yard, wrong: dict[str, Any], field: str
) -> None:
    """T1 T3 T9."""
    answer = await administrator("POST", HERE, json=HOOK | wrong)
    assert answer.status_code == 400, answer.text
    assert field in answer.text
    assert (await administrator.get(HERE))["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"delivery": 1, "since": "2026-01-01T00:00:00Z"},
        {"since": "2026-01-01T00:00:00"},
        {"since": "2099-01-01T00:00:00Z"},
    ],
)
async def test_a_replay_needs_one_delivery_or_a_time_with_its_zone(
    administrator: Program, yard: Yard, body: dict[str, Any]
) -> None:
    await administrator.send("POST", HERE, json=HOOK)
    assert (await administrator("POST", f"{HERE}/1/replay", json=body)).status_code == 400


async def test_only_an_administrators_token_may(program: Program, administrator: Program) -> None:
    """T2."""
    await administrator.send("POST", HERE, json=HOOK)
    tries = [("GET", ""), ("POST", ""), ("GET", "/1"), ("PUT", "/1"), ("DELETE", "/1"), ("POST", "/1/secret")]
    tries += [("POST", "/1/test"), ("GET", "/1/deliveries"), ("POST", "/1/pause"), ("DELETE", "/1/pause")]
    for method, path in tries:
        body = HOOK if method == "PUT" or (method, path) == ("POST", "") else None
        assert (await program(method, HERE + path, json=body)).status_code == 403, (method, path)


async def test_the_description_has_every_event_with_its_example(web: httpx.AsyncClient) -> None:
    document = (await web.get("/api/openapi.json")).json()
    assert list(document["webhooks"]) == [*CATALOGUE, TEST]
    schemas = document["components"]["schemas"]
    for kind, item in document["webhooks"].items():
        content = item["post"]["requestBody"]["content"]["application/json"]
        given = content["example"]
        assert given["type"] == content["schema"]["properties"]["type"]["const"] == kind
        data = schemas[content["schema"]["properties"]["data"]["$ref"].rpartition("/")[2]]
        assert set(given["data"]) == set(data["properties"])
        assert set(data["required"]) <= set(given["data"])
