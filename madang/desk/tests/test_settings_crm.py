"""A CRM on its pages, without scripts: connected, mapped, begun; whoever may not is shut out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from madang.channels.registry import simulator
from madang.crm.working import Hands
from madang.desk.routes import ROUTES
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.settings import Settings
from madang.staff.grants import Grant

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

HERE = "/settings/crm"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, allow_hosts=("127.0.0.0/8",))


@pytest.fixture
async def hubspot() -> AsyncIterator[Any]:
    made = simulator("hubspot").Simulator()
    await made.start()
    yield made
    await made.stop()


async def connect(hana: Visitor, hubspot: Any, **more: str) -> Any:
    await hana.get(f"{HERE}/new/hubspot")
    given = {"account_name": "HubSpot", "token": hubspot.token, "client_secret": "s3cret", "api_url": hubspot.url}
    return await hana.post(f"{HERE}/new/hubspot", **(given | more))


async def test_from_the_token_to_the_first_sync(ground: Ground, hana: Visitor, hubspot: Any) -> None:
    hubspot.portal.add(email="mina@naver.example", firstname="<b>미나</b>", company="하늘")
    hubspot.portal.add(firstname="<script>alert(1)</script>")
    answer = await connect(hana, hubspot, token="pat-wrong")
    assert answer.status_code == 400
    assert "does not know this access token" in hana.text
    assert "pat-wrong" not in hana.page
    assert "Get the keys" in hana.text, "its guide stands beside the form"
    answer = await connect(hana, hubspot)
    assert answer.headers["location"] == f"{HERE}/1/mapping"
    await hana.get(f"{HERE}/1/mapping")
    assert '<option value="company" selected>' in hana.page
    wrong = {"field": ["company"], "theirs": ["createdate"], "way": ["both"], "wins": ["later"], "region": "KR"}
    answer = await hana.post(f"{HERE}/1/mapping", **wrong)
    assert answer.status_code == 400
    assert "can only come in" in hana.text
    fields = {"field": ["name", "company"], "theirs": ["name", "company"], "way": ["both"] * 2, "wins": ["later"] * 2}
    answer = await hana.post(f"{HERE}/1/mapping", region="KR", make_here="on", **fields)
    assert answer.headers["location"] == f"{HERE}/1"
    await hana.get(f"{HERE}/1")
    assert 'data-poll="2"' in hana.page
    hands = Hands(ground)
    while await hands.work():
        pass
    await hana.get(f"{HERE}/1")
    assert "Nothing has been written yet" in hana.text
    assert (await hana.post(f"{HERE}/1/beginning")).status_code == 303
    while await hands.work():
        pass
    await hana.get(f"{HERE}/1")
    assert "In step" in hana.text
    assert "she could never be found again" in hana.text
    assert "s3cret" not in hana.page
    await hana.get("/customers?q=")
    customers = await hana.get("/customers/1")
    assert "<b>미나</b>" not in customers.text
    for verb in ("pause", "resumption", "round", "check", "properties"):
        assert (await hana.post(f"{HERE}/1/{verb}")).status_code == 303, verb
    assert (await hana.post(f"{HERE}/1/retries", way="in", key="102")).status_code == 303
    await hands.finish()


async def test_another_token_is_tried_and_another_account_refused(
    ground: Ground, hana: Visitor, hubspot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await connect(hana, hubspot)
    await hana.get(f"{HERE}/1/set-up")
    kept = {"account_name": "Unser HubSpot", "api_url": hubspot.url, "token": "", "client_secret": ""}
    assert (await hana.post(f"{HERE}/1/set-up", **kept)).status_code == 303
    answer = await hana.post(f"{HERE}/1/set-up", **(kept | {"token": "pat-wrong"}))
    assert answer.status_code == 400
    monkeypatch.setattr(hubspot.api, "_token", lambda _body: (200, {"hubId": 7}))
    monkeypatch.setitem(hubspot.api._posts, "/oauth/v2/private-apps/get/access-token-info", hubspot.api._token)
    assert (await hana.post(f"{HERE}/1/set-up", **kept)).status_code == 400
    assert "This is another account" in hana.text
    assert (await hana.post(f"{HERE}/1/disconnection")).headers["location"] == f"{HERE}?done=removed"
    assert (await hana.get(f"{HERE}/1")).status_code == 404


@pytest.mark.slow
async def test_whoever_may_not_is_shut_out_of_every_page(
    ground: Ground, hana: Visitor, hubspot: Any, ada: Visitor, browser: Callable[[], Visitor]
) -> None:
    """T2: agents, and administrators who see one brand only."""
    await connect(hana, hubspot)
    await join(ground, "Ben", Grant("administrator", "all", frozenset({424242})))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    tried = 0
    for router in ROUTES:
        for route in router.routes:
            if not route.path.startswith(HERE):
                continue
            path = route.path.replace("{account:int}", "1").replace("{connector:str}", "hubspot")
            for handler in route.route_handlers:  # type: ignore[union-attr]
                for method in set(handler.http_methods) & {"GET", "POST"}:
                    for visitor, refused in ((ada, {403}), (ben, {403, 404})):
                        await visitor.get("/settings/account")
                        answer = await (visitor.get(path) if method == "GET" else visitor.post(path, way="in", key="1"))
                        assert answer.status_code in refused, (method, path)
                        tried += 1
    assert tried > 30
