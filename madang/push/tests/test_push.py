"""Web push against a push service on loopback (T9, T20): sealed for one browser, told once, ended where it is gone."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import http_ece
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from sqlalchemy import text

from madang.connectors.webchat.simulator import Visitor
from madang.events import log
from madang.events.kinds import Kind
from madang.ground import Ground
from madang.lib import visitor_token, web_push
from madang.portal.tests.site import SECRET, Site, chat_channel, eventually, listening, serving
from madang.push import actions, sending
from madang.push.reactions import tell_browsers
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Service:
    """A push service and the browser behind it: it opens what is for it, as a browser does."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)
        self.got: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.will: list[int] = []
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        status = self.will.pop(0) if self.will else 201
        if status == 201:
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
            self.got.append((headers, json.loads(plain)))
        await send({"type": "http.response.start", "status": status, "headers": [(b"retry-after", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    def browser(self, name: str = "one") -> dict[str, Any]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        said = {"endpoint": f"{self.url}/push/{name}", "keys": {"p256dh": b64(point), "auth": b64(self.auth)}}
        return said | {"language": "ko", "page": "https://haneul.example/cart"}


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    async with listening(made) as url:
        made.url = url
        yield made


@pytest.fixture
async def site(ground: Ground) -> AsyncIterator[Site]:
    ground = replace(ground, settings=replace(ground.settings, allow_hosts=("127.0.0.1",)))
    brand_id = await cast.brand(ground)
    chat = await chat_channel(ground, brand_id)
    async with serving(ground) as (doors, url):
        yield Site(ground, doors, url, brand_id, chat)


async def asks(site: Site, mina: Visitor, browser: dict[str, Any], method: str = "POST") -> httpx.Response:
    return await mina._http.request(method, f"/chat/{site.key}/push", json=browser, headers=mina._headers())


async def rows(site: Site, sql: str) -> list[Any]:
    async with site.ground.database.begin() as tx:
        return list((await tx.execute(text(sql))).all())


async def run(site: Site, sql: str) -> None:
    async with site.ground.database.begin() as tx:
        await tx.execute(text(sql))


async def answered(site: Site, words: str) -> None:
    """Ada answers, and the reaction hears of it."""
    ada = await cast.agent(site.ground, f"Ada{os.urandom(2).hex()}")
    number = await site.answer(ada, words)
    await eventually(lambda: rows(site, f"select 1 from message where id = {number} and state = 3"))
    async with site.ground.database.begin() as tx:
        ids = [row[0] for row in await tx.execute(text("select id from event order by id"))]
        await tell_browsers(tx, [one for one in await log.by_id(tx, ids) if one.kind == Kind.MESSAGE_STATE])


async def waits_no_longer(site: Site) -> int:
    """The time for a message to be read passes."""
    await run(site, "update push_notice set due = now()")
    return await sending.send(site.ground)


async def test_who_has_left_is_told_sealed_and_signed_and_without_the_words(site: Site, service: Service) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("언제 오나요?")
        await eventually(site.conversations)
        assert (await asks(site, mina, service.browser())).status_code == 204
        assert (await asks(site, mina, service.browser())).status_code == 204
    await answered(site, "계좌는 1234예요")
    assert await sending.send(site.ground) == 0, "she is given time to say that she has it"
    assert await waits_no_longer(site) == 1
    ((headers, said),) = service.got
    assert (said["title"], said["url"]) == ("Haneul", "https://haneul.example/cart")
    assert said["tag"] == f"madang-{site.key}"
    assert "1234" not in json.dumps(said)
    assert headers["content-encoding"] == "aes128gcm"
    assert Vapid02.verify(headers["authorization"])
    assert web_push.public(site.ground.keys) in headers["authorization"]
    assert await waits_no_longer(site) == 0, "once is enough"


@pytest.mark.slow
async def test_the_brand_may_allow_the_words(site: Site, service: Service) -> None:
    await run(site, """update channel set settings = settings || '{"push": "words"}'""")
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await asks(site, mina, service.browser())
    await answered(site, "It leaves tomorrow. " * 20)
    await waits_no_longer(site)
    assert service.got[0][1]["body"].startswith("It leaves tomorrow.")
    assert len(service.got[0][1]["body"]) <= sending.WORDS


async def test_who_looks_or_has_read_it_or_says_no_is_told_nothing(site: Site, service: Service) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await asks(site, mina, service.browser())
        async with mina.listening():
            await answered(site, "here")
            await mina.hears("message", dir="out")
            assert await waits_no_longer(site) == 0
        await run(site, "delete from presence")
        await answered(site, "again")
        await run(site, "update message set state = 5 where direction = 'out'")
        assert await waits_no_longer(site) == 0
        assert (await asks(site, mina, service.browser(), "DELETE")).status_code == 204
        await answered(site, "and again")
        assert await waits_no_longer(site) == 0
    assert service.got == []
    events = await rows(site, "select kind, data ->> 'why' as why from event where kind like 'push.%' order by id")
    assert [(one.kind, one.why) for one in events] == [("push.allowed", None), ("push.ended", "asked")]


@pytest.mark.parametrize("status", [410, *(pytest.param(code, marks=pytest.mark.slow) for code in (404, 403))])
async def test_a_browser_that_is_gone_is_forgotten(site: Site, service: Service, status: int) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await asks(site, mina, service.browser())
    service.will = [status]
    await answered(site, "here")
    assert await waits_no_longer(site) == 1
    assert await rows(site, "select 1 from push_subscription") == []
    assert await rows(site, "select 1 from push_notice") == []


@pytest.mark.slow
async def test_a_service_that_is_busy_or_away_is_asked_again(site: Site, service: Service) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await asks(site, mina, service.browser())
    service.will = [503, 429]
    await answered(site, "here")
    for _ in range(3):
        assert await waits_no_longer(site) == 1
    assert len(service.got) == 1


async def test_nobody_is_made_to_call_where_she_should_not_or_speaks_for_another(site: Site, service: Service) -> None:
    async with Visitor.at(site.url, site.key) as mina, Visitor.at(site.url, site.key) as other:
        assert (await asks(site, mina, service.browser())).status_code == 401
        await mina.say("hello")
        await other.open()
        await eventually(site.conversations)
        wrong: dict[str, Any]
        for wrong in (
            {"endpoint": "file:///etc/passwd"},
            {"endpoint": "x" * 2000},
            {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
            {"keys": {}},
        ):
            assert (await asks(site, mina, service.browser() | wrong)).status_code == 400, wrong
        await asks(site, mina, service.browser() | {"endpoint": "http://10.0.0.1/push"})
        await asks(site, other, service.browser() | {"endpoint": "http://10.0.0.1/push"}, "DELETE")
        assert len(await rows(site, "select 1 from push_subscription")) == 1, "only she ends her own"
        for n in range(12):
            await asks(site, mina, service.browser(f"{n}"))
        assert len(await rows(site, "select 1 from push_subscription")) == actions.MOST
    await run(site, "update push_subscription set endpoint = 'http://169.254.169.254/x' where endpoint like '%/11'")
    await answered(site, "here")
    await waits_no_longer(site)
    assert len(service.got) == actions.MOST - 1
    assert len(await rows(site, "select 1 from push_subscription")) == actions.MOST - 1


async def test_the_window_and_the_worker_are_served_and_not_where_notices_are_off(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as http:
        page = await http.get(f"/chat/{site.key}/push")
        assert web_push.public(site.ground.keys) in page.text
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        worker = await http.get(f"/chat/{site.key}/sw.js")
        assert worker.headers["content-type"].startswith("text/javascript")
        await run(site, """update channel set settings = settings || '{"push": "off"}'""")
        site.doors.book.forget()
        assert (await http.get(f"/chat/{site.key}/push")).status_code == 404


@pytest.mark.slow
async def test_a_signed_user_is_told_too(site: Site, service: Service) -> None:
    async with Visitor.at(site.url, site.key) as mia:
        await mia.sign_in("u-1", visitor_token.sign_user(SECRET, "u-1"))
        await mia.say("hello")
        await eventually(site.conversations)
        assert (await asks(site, mia, service.browser())).status_code == 204
    await answered(site, "here")
    assert await waits_no_longer(site) == 1
