"""Nobody floods us with new visitors, wrong hashes or streams (T20)."""

from __future__ import annotations

import uuid

import httpx
import pytest

from madang.connectors.webchat.simulator import Visitor
from madang.portal import stream
from madang.portal.chat import limits
from madang.portal.tests.site import Site
from madang.staff.attempts import Limit

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def test_new_visitors_of_one_address_are_counted_over_processes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "NEW_VISITORS", Limit(f"test.{uuid.uuid4()}", 3, limits.HOUR))
    async with httpx.AsyncClient(base_url=site.url) as http:
        answers = [await http.post(f"/chat/{site.key}/session", json={}) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert len({one.json()["token"] for one in answers[:3]}) == 3


async def test_guessing_hashes_is_slow(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_HASHES", Limit(f"test.{uuid.uuid4()}", 2, limits.HOUR))
    guess = {"user": {"id": "user-42", "hash": "0" * 64}}
    async with httpx.AsyncClient(base_url=site.url) as http:
        answers = [await http.post(f"/chat/{site.key}/session", json=guess) for _ in range(3)]
    assert [one.status_code for one in answers] == [403, 403, 429]


async def test_one_visitor_opens_only_so_many_streams(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST", 1)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        async with mina.listening():
            refused = await mina._http.get(f"/chat/{site.key}/stream", headers=mina._headers())
        async with mina.listening():
            pass
    assert refused.status_code == 429


async def test_a_stream_needs_a_token_in_the_header(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        answer = await mina._http.get(f"/chat/{site.key}/stream", params={"token": mina.token})
    assert answer.status_code == 401
