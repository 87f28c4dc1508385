"""Webhooks on their pages: set up, watched, sent again, by those who may."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from madang.desk.tests.visitor import Visitor, join
from madang.events.log import Happened
from madang.ground import Ground
from madang.lib import webhooks
from madang.staff.grants import Grant
from madang.webhooks.actions.queue import enqueue
from madang.webhooks.delivery import Hands
from madang.webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

HERE = "/settings/webhooks"
EVIL = '"><img src=x onerror=alert(1)>{{7919*6997}}'
PAGES = [
    ("GET", ""),
    ("GET", "/new"),
    ("POST", "/new"),
    ("GET", "/1"),
    ("GET", "/1/set-up"),
    ("POST", "/1/set-up"),
    ("GET", "/1/deliveries/1"),
    ("POST", "/1/deliveries/1/replay"),
    ("POST", "/1/test"),
    ("POST", "/1/replay"),
    ("POST", "/1/secret"),
    ("POST", "/1/old-secret/removal"),
    ("POST", "/1/pause"),
    ("POST", "/1/resume"),
    ("POST", "/1/removal"),
]


@pytest.fixture
async def ground(ground: Ground) -> Ground:
    """Loopback may be called here."""
    given = {name: getattr(ground, name) for name in ground.__slots__ if name != "settings"}
    return Ground(**given, settings=replace(ground.settings, allow_hosts=("127.0.0.1",)))


@pytest.fixture
async def shop() -> AsyncIterator[Receiver]:
    made = Receiver()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs here: nobody is waited for."""
    monkeypatch.setattr("madang.desk.views.settings_webhook_log.PATIENCE", 0.0)


async def work(ground: Ground) -> None:
    hands = Hands(ground, "w", lambda: None)
    while await hands.take():
        await hands.finish()


async def made(hana: Visitor, url: str, **more: str) -> str:
    """Set one up; returns its secret."""
    await hana.get(f"{HERE}/new")
    answer = await hana.post(f"{HERE}/new", url=url, kinds="*", all_brands="on", **more)
    assert answer.status_code == 200, hana.text
    found = re.search(r"<code[^>]*>(whsec_[^<]+)</code>", hana.page)
    assert found
    return html.unescape(found[1])


async def test_from_set_up_to_the_answer(ground: Ground, hana: Visitor, shop: Receiver) -> None:
    secret = await made(hana, shop.url, description="CRM")
    assert len(webhooks.key_of(secret)) == 32
    await hana.post(f"{HERE}/1/test")
    await hana.get(f"{HERE}/1")
    assert secret not in hana.page, "it is shown once"
    assert "Waits" in hana.text
    await work(ground)
    assert shop.heard[0].proven(secret)
    await hana.get(f"{HERE}/1/deliveries/1")
    for shown in ("Delivered", "webhook-signature", "Answer 200", "thanks", "exactly as it was sent", "webhook.test"):
        assert shown in hana.text, shown
    await hana.get(HERE)
    assert "CRM" in hana.text
    assert "Works" in hana.text


async def test_what_failed_is_found_and_sent_again(ground: Ground, hana: Visitor, shop: Receiver) -> None:
    await made(hana, shop.url)
    shop.status, shop.body = 500, EVIL.encode()
    await hana.post(f"{HERE}/1/test")
    await work(ground)
    async with ground.database.begin() as tx:
        await tx.execute(text("update webhook_delivery set stage = 2, ended_at = now()"))
    await hana.get(f"{HERE}/1?stage=failed")
    assert "Nothing gets through since" in hana.text
    assert "Answer 500" in hana.text
    await hana.get(f"{HERE}/1/deliveries/1")
    assert "onerror=alert" in hana.text
    assert "<img" not in hana.page, "T5: what a receiver says is text"
    await hana.get(f"{HERE}/1?stage=waiting")
    assert "None like this" in hana.text
    shop.status = 200
    await hana.post(f"{HERE}/1/deliveries/1/replay")
    await work(ground)
    await hana.get(f"{HERE}/1/deliveries/1")
    assert re.findall(r"Answer (\d+)", hana.text) == ["200", "500"], "both tries are there"
    assert "Delivered" in hana.text


async def test_a_time_is_sent_again_as_her_clock_says_it(hana: Visitor, shop: Receiver) -> None:
    await made(hana, shop.url)
    await hana.get(f"{HERE}/1")
    for since, until, said in (
        ("", "", "a day and a time"),
        ("yesterday", "", "a day and a time"),
        ("2026-03-02T09:00", "2026-03-01T09:00", "must be before"),
        ("9999-12-31T23:59", "", "must be before"),
    ):
        answer = await hana.post(f"{HERE}/1/replay", since=since, until=until)
        assert answer.status_code == 400, since
        assert said in hana.text
    answer = await hana.post(f"{HERE}/1/replay", since="2020-01-01T09:00", until="")
    assert answer.headers["location"].startswith(f"{HERE}/1?again=")
    for odd in ("again=²", "again=-1", "off=99999999999", "off=x", "cursor=x", "stage=nope"):
        assert (await hana.get(f"{HERE}/1?{odd}")).status_code in (200, 400), odd


async def test_paused_enabled_and_what_was_missed(ground: Ground, hana: Visitor, shop: Receiver) -> None:
    await made(hana, shop.url)
    await hana.get(f"{HERE}/1")
    await hana.post(f"{HERE}/1/pause")
    await hana.get(f"{HERE}/1")
    assert "A person paused it" in hana.text
    assert (await hana.post(f"{HERE}/1/test")).status_code == 400
    await hana.get(f"{HERE}/1")
    answer = await hana.post(f"{HERE}/1/resume")
    await hana.get(answer.headers["location"])
    assert "What happened while it was off was not sent" in hana.text
    assert re.search(r'name="since"[^>]*value="20\d\d-', hana.page), "the form knows since when"


async def test_we_say_when_we_had_to_disable_one(ground: Ground, hana: Visitor, shop: Receiver) -> None:
    await made(hana, shop.url, description="Warehouse")
    shop.status = 410
    await hana.post(f"{HERE}/1/test")
    await work(ground)
    await hana.get(HERE)
    assert "Warehouse is disabled" in hana.text
    await hana.get(f"{HERE}/1")
    assert "it is gone" in hana.text


async def test_the_secret_changes_and_the_old_one_can_go(hana: Visitor, shop: Receiver) -> None:
    first = await made(hana, shop.url)
    await hana.post(f"{HERE}/1/secret")
    assert first not in hana.page
    assert "The one before signs too" in hana.text
    await hana.get(f"{HERE}/1")
    assert "Two secrets sign" in hana.text
    await hana.post(f"{HERE}/1/old-secret/removal")
    await hana.get(f"{HERE}/1")
    assert "Two secrets sign" not in hana.text


async def test_a_bad_form_keeps_what_was_typed(hana: Visitor) -> None:
    """T3 T9."""
    await hana.get(f"{HERE}/new")
    typed = {"url": "https://169.254.169.254/", "description": EVIL, "kinds": "message.*", "all_brands": "on"}
    answer = await hana.post(f"{HERE}/new", **typed, id="7", made_by="user:9", disabled_at="now")
    assert answer.status_code == 400
    assert "MADANG_ALLOW_HOSTS" in hana.text
    assert 'value="message.*" checked' in hana.page
    assert "<img" not in hana.page
    nothing = await hana.post(f"{HERE}/new", url="https://8.8.8.8/", all_brands="on")
    assert nothing.status_code == 400
    assert "Choose at least one kind" in hana.text
    no_brand = await hana.post(f"{HERE}/new", url="https://8.8.8.8/", kinds="*")
    assert no_brand.status_code == 400
    assert "Choose at least one brand" in hana.text


async def test_it_is_set_up_anew_and_removed(hana: Visitor, shop: Receiver) -> None:
    await made(hana, shop.url, description="CRM")
    await hana.get(f"{HERE}/1/set-up")
    assert 'value="*" checked' in hana.page
    answer = await hana.post(
        f"{HERE}/1/set-up",
        url="https://8.8.8.8/x",
        description="Store",
        kinds=["message.*", "customer.created"],
        all_brands="on",
    )
    assert answer.status_code == 303
    await hana.get(HERE)
    assert "customer.created, message.*" in hana.text
    await hana.post(f"{HERE}/1/removal")
    await hana.get(HERE)
    assert "No webhook yet" in hana.text
    assert (await hana.get(f"{HERE}/1")).status_code == 404


@pytest.mark.parametrize("role", ["agent", "lead"])
async def test_they_are_shut_for_whoever_may_not(ground: Ground, browser: Callable[[], Visitor], role: str) -> None:
    """T2."""
    await join(ground, "Ada", Grant(role))  # type: ignore[arg-type]
    ada = browser()
    await ada.sign_in("ada@haneul.kr")
    token = ada.page
    for method, path in PAGES:
        ada.page = token
        answer = await (ada.get(HERE + path) if method == "GET" else ada.post(HERE + path))
        assert answer.status_code == 403, (method, path)


async def test_an_administrator_of_one_brand_reaches_only_hers(
    ground: Ground, hana: Visitor, browser: Callable[[], Visitor], shop: Receiver
) -> None:
    """T2, brand scope."""
    async with ground.database.begin() as tx:
        await tx.execute(text("insert into brand (id, name) values (1, 'Juniper'), (2, '하늘')"))
    await made(hana, shop.url)
    event = Happened(1, 1, "message.received", "system", datetime.now(UTC), 1, 1, 1, {})
    async with ground.database.begin() as tx:
        await enqueue(tx, [(1, event)])
    await join(ground, "Small", Grant("administrator", brands=frozenset({1})))
    small = browser()
    await small.sign_in("small@haneul.kr")
    token = small.page
    await small.get(HERE)
    assert "127.0.0.1" not in small.page
    for method, path in PAGES[3:]:
        small.page = token
        fields = {"since": "2026-01-01T00:00", "url": shop.url, "kinds": "*", "brands": "1"}
        answer = await (small.get(HERE + path) if method == "GET" else small.post(HERE + path, **fields))
        assert answer.status_code == 404, (method, path)
    small.page = token
    every = await small.post(f"{HERE}/new", url="https://8.8.8.8/", kinds="*", all_brands="on")
    assert every.status_code == 403
    small.page = token
    assert (await small.post(f"{HERE}/new", url="https://8.8.8.8/", kinds="*", brands="1")).status_code == 200
