"""The page of a link by which she goes on at another door."""

from __future__ import annotations

from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import text

from madang.channels.connector import Config
from madang.connectors.api.connector import Api
from madang.connectors.webchat.simulator import Visitor
from madang.conversations import actions
from madang.lib.pace import Pace
from madang.portal.carry import pages
from madang.portal.tests.site import Site, eventually
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Api, "link", lambda _self, code: f"https://talk.example/c?ref={code}", raising=False)
    monkeypatch.setattr(pages, "FROM_HERE", Pace(burst=8, rate=0.05))


async def _code(site: Site) -> str:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("안녕하세요")
        (conversation,) = await eventually(site.conversations)
    async with site.ground.database.begin() as tx:
        return (await actions.offer(site.ground, tx, ada, conversation)).code


async def test_it_shows_the_doors_of_the_brand_and_uses_nothing_up(site: Site, linked: None) -> None:
    await cast.channel(site.ground, site.brand_id)
    other = await cast.brand(site.ground, "Juniper")
    await cast.channel(site.ground, other)
    code = await _code(site)
    async with httpx.AsyncClient(base_url=site.url) as http:
        for _twice in range(2):
            answer = await http.get(f"/go/{code.lower()}", headers={"accept-language": "ko"})
            assert answer.status_code == 200
            assert answer.text.count("https://talk.example/c?ref=") == 1
            assert "<b>직접 만드는 채널</b>" in answer.text, "what a door is stands in her language"
            assert f"[MDG-{code}]" in answer.text
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_code_that_is_none_or_over_leads_nowhere_and_guessing_is_slow(site: Site, linked: None) -> None:
    code = await _code(site)
    async with site.ground.database.begin() as tx:
        await tx.execute(text("update carry set expires_at = now() - interval '1 second'"))
    async with httpx.AsyncClient(base_url=site.url) as http:
        for wrong in (code, "A" * 10, "x", "%00", "A" * 5000):
            assert (await http.get(f"/go/{wrong}")).status_code in (404, 429)
        answers = [(await http.get("/go/ABCDEFGHJK")).status_code for _ in range(10)]
    assert answers[-1] == 429


def test_a_link_that_a_set_up_made_dangerous_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Api, "link", lambda _self, code: "javascript:alert(1)", raising=False)
    bound = SimpleNamespace(connector=Api(Config(1, "k", "n", {}, {})), row=SimpleNamespace(connector="api", name="n"))
    assert pages._shown(bound, "ABC") is None  # type: ignore[arg-type]
