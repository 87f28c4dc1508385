"""A visitor proves an address in the chat: live, once, and without learning whose it is (T14, T20)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect
from sqlalchemy import text

from madang.channels.connector import Cap, Kind, Outbound, Sent
from madang.connectors.api.connector import Api
from madang.connectors.webchat.simulator import Visitor
from madang.conversations import merging, proving
from madang.customers.actions.addresses import add_address
from madang.customers.proving import limits
from madang.portal.tests.shop import Shop, customer, opened
from madang.portal.tests.site import Site, eventually
from madang.staff.attempts import Limit
from madang.staff.permissions import CONSOLE
from madang.tests import cast

SUA = "sua@daum.example"


@pytest.fixture
async def sent(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[Outbound]:
    """A channel of the brand carries codes to mail addresses; the brand asks for proof."""
    made: list[Outbound] = []

    async def send(_self: Api, out: Outbound) -> Sent:
        made.append(out)
        return Sent(out.key)

    monkeypatch.setattr(Api, "caps", Api.caps | Cap.VERIFY)
    monkeypatch.setattr(Api, "identity", Kind.EMAIL)
    monkeypatch.setattr(Api, "send", send)
    monkeypatch.setattr(limits, "SOON", Limit("proof.soon", 100, timedelta(seconds=20)))
    await cast.channel(site.ground, site.brand_id)
    async with site.ground.database.begin() as tx:
        await tx.execute(text("update brand set ask_proof = true"))
    site.doors.book.forget()
    return made


async def asks(visitor: Visitor, path: str = "", **body: Any) -> Any:
    """One call of the form."""
    answer = await visitor._http.post(f"/chat/{visitor.key}/proof{path}", json=body, headers=visitor._headers())
    return answer.raise_for_status().json()


async def wants(visitor: Visitor, address: str) -> Any:
    """As the widget does: again while the address is on its way in."""

    async def made() -> Any:
        path, headers = f"/chat/{visitor.key}/proof", visitor._headers()
        answer = await visitor._http.post(path, json={"address": address}, headers=headers)
        return None if answer.status_code == 503 else answer.raise_for_status().json()

    return (await eventually(made))["proof"]


async def comes(sent: list[Outbound], many: int = 1) -> str:
    """The code in the newest of so many messages."""

    async def there() -> bool:
        return len(sent) >= many

    await eventually(there)
    found: list[str] = re.findall(r"\b\d{6}\b", sent[-1].text)
    return found[0]


async def owner(site: Site, value: str) -> tuple[Any, ...] | None:
    async with site.ground.database.begin() as tx:
        query = text("select proof, proved_by, customer_id from identity where value = :value")
        row = (await tx.execute(query, {"value": value})).one_or_none()
        return tuple(row) if row else None


async def test_who_leaves_an_address_proves_it_where_she_is(site: Site, sent: list[Outbound]) -> None:
    async with Visitor.at(site.url, site.key) as sua, Visitor.at(site.url, site.key) as tab:
        await sua.say("배송은 언제 오나요?")
        await eventually(site.conversations)
        tab.token = sua.token
        await tab.open()
        async with tab.listening():
            await sua.leave_email(SUA)
            form = await wants(sua, SUA)
            assert (form["to"], form["state"]) == ("s•••@daum.example", "asked")
            code = await comes(sent)
            assert (sent[0].to.value, sent[0].language) == (SUA, "ko")
            await tab.hears("proof", proof={"to": "s•••@daum.example", "state": "sent", "left": 5})
            wrong = await asks(sua, "/code", code=f"{(int(code) + 1) % 10**6:06d}")
            assert wrong == {"state": "wrong", "left": 4}
            assert (await sua.open())["proof"]["left"] == 4
            assert await asks(sua, "/code", code=f"{code[:3]} {code[3:]}") == {"state": "proven", "left": 0}
            await tab.hears("proof", proof=None)
        assert await owner(site, SUA) == ("code", "customer:1", 1)
        assert (await asks(sua, "/code", code=code))["state"] == "over"


async def test_a_colleague_asks_and_the_form_comes_live(site: Site, sent: list[Outbound]) -> None:
    async with site.ground.database.begin() as tx:
        await tx.execute(text("update brand set ask_proof = false"))
    site.doors.book.forget()
    async with Visitor.at(site.url, site.key) as sua:
        await sua.say("배송은 언제 오나요?")
        await eventually(site.conversations)
        await sua.open()
        async with sua.listening():
            await sua.leave_email(SUA)

            async def asked() -> int:
                async with site.ground.database.begin() as tx:
                    claimed = (await tx.execute(text("select 1 from claim"))).first()
                    return await proving.ask(tx, CONSOLE, 1, "email", SUA) if claimed else 0

            await eventually(asked)
            await sua.hears("proof")
            code = await comes(sent)
        assert (await asks(sua, "/code", code=code))["state"] == "proven"


async def test_the_answer_is_the_same_for_an_address_that_is_somebodys(site: Site, sent: list[Outbound]) -> None:
    async with site.ground.database.begin() as tx:
        await tx.execute(text("insert into customer (id, name) values (424201, 'Mia')"))
        await add_address(tx, CONSOLE, 424201, "email", "mia@mail.example", proven=True)
    answers = []
    for address in ("mia@mail.example", "mio@mail.example"):
        async with Visitor.at(site.url, site.key) as visitor:
            await visitor.say("hello")
            await visitor.leave_email(address)
            answers.append([await wants(visitor, address), await asks(visitor, "/code", code="000000")])
    assert answers[0] == answers[1]


async def test_a_browser_that_was_nobodys_turns_out_to_be_whose_address_it_is(site: Site, sent: list[Outbound]) -> None:
    ada = await cast.agent(site.ground)
    async with site.ground.database.begin() as tx:
        await tx.execute(text("insert into customer (id, name) values (424201, 'Mia')"))
        await add_address(tx, CONSOLE, 424201, "email", "mia@mail.example", proven=True)
    async with Visitor.at(site.url, site.key) as mia:
        await mia.say("hello")
        await eventually(site.conversations)
        await mia.open()
        async with mia.listening():
            await mia.leave_email("mia@mail.example")
            await wants(mia, "mia@mail.example")
            assert (await asks(mia, "/code", code=await comes(sent)))["state"] == "proven"
            await mia.hears("gap")
            await site.answer(ada, "So it is you!")  # and her stream goes on, as who she is now
            await mia.hears("message", text="So it is you!")
    async with site.ground.database.begin() as tx:
        joined = await tx.execute(text("select winner_id, loser_id, why ->> 'reason' from merge"))
        assert [tuple(row) for row in joined] == [(424201, 1, "the same proven address")]


async def test_whom_a_colleague_took_her_for_is_not_shown_to_her(site: Site, sent: list[Outbound]) -> None:
    async with site.ground.database.begin() as tx:
        await tx.execute(text("insert into customer (id, name) values (424201, 'Mia')"))
        await add_address(tx, CONSOLE, 424201, "email", "mia@mail.example", proven=False)
    async with Visitor.at(site.url, site.key) as sua:
        await sua.say("hello")
        await eventually(site.conversations)
        async with site.ground.database.begin() as tx:
            await merging.merge(tx, CONSOLE, 424201, 1)
            await proving.ask(tx, CONSOLE, 1, "email", "mia@mail.example")
        assert (await sua.open())["proof"] is None
        assert (await asks(sua, "/code", code=await comes(sent)))["state"] == "over"
        async with site.ground.database.begin() as tx:  # nor which addresses that one has proven
            await add_address(tx, CONSOLE, 424201, "email", SUA, proven=True)
        await sua.leave_email(SUA)
        assert (await wants(sua, SUA))["to"] == "s•••@daum.example"
        assert (await asks(sua, "/code", code=await comes(sent, 2)))["state"] == "proven"


async def test_a_wrong_address_is_taken_back(site: Site, sent: list[Outbound]) -> None:
    async with Visitor.at(site.url, site.key) as sua:
        await sua.say("hello")
        await sua.leave_email(SUA)
        await wants(sua, SUA)
        code = await comes(sent)
        for _ in range(2):
            assert (await asks(sua, "/withdrawal"))["proof"] is None
        assert (await asks(sua, "/code", code=code))["state"] == "over"
    async with site.ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from claim"))).scalar_one() == 0


async def test_nothing_goes_out_where_the_brand_does_not_ask_and_to_who_is_blocked(
    site: Site, sent: list[Outbound]
) -> None:
    async with Visitor.at(site.url, site.key) as sua:
        assert (await sua.open())["proof"] is None
        await sua.say("hello")
        await eventually(site.conversations)
        await sua.leave_email(SUA)
        async with site.ground.database.begin() as tx:
            await tx.execute(text("update customer set blocked_at = now()"))
        assert await wants(sua, SUA) is None
        async with site.ground.database.begin() as tx:
            await tx.execute(text("update customer set blocked_at = null"))
            await tx.execute(text("update brand set ask_proof = false"))
        site.doors.book.forget()
        assert await wants(sua, SUA) is None
        assert (await asks(sua))["proof"] is None
    async with site.ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from challenge"))).scalar_one() == 0


@pytest.mark.slow
async def test_one_network_floods_nobody(site: Site, sent: list[Outbound], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NETWORK", Limit("proof.network", 3, timedelta(hours=1)))
    monkeypatch.setattr(limits, "TYPED_HERE", Limit("proof.typed.here", 2, timedelta(hours=1)))
    async with Visitor.at(site.url, site.key) as sua:
        await sua.say("hello")
        await eventually(site.conversations)
        codes = []
        for path, body in (("", {}), ("/code", {"code": "000000"})):
            for _ in range(4):
                answer = await sua._http.post(f"/chat/{sua.key}/proof{path}", json=body, headers=sua._headers())
                codes.append(answer.status_code)
        assert codes == [200, 200, 200, 429, 200, 200, 200, 200]  # there is no code: nothing to guess
        async with site.ground.database.begin() as tx:
            await add_address(tx, CONSOLE, 1, "email", SUA, proven=False)
            await proving.ask(tx, CONSOLE, 1, "email", SUA)
        tries = [
            await sua._http.post(f"/chat/{sua.key}/proof/code", json={"code": "000000"}, headers=sua._headers())
            for _ in range(3)
        ]
        assert [one.status_code for one in tries] == [200, 200, 429]
        assert "Retry-After" in tries[-1].headers


@pytest.mark.parametrize("body", [b"", b"[]", b'{"code": 5}', b'{"code": "' + b"1" * 300 + b'"}', b"\xff"])
async def test_what_is_no_code_is_answered_in_words(site: Site, body: bytes) -> None:
    async with Visitor.at(site.url, site.key) as sua:
        await sua.open()
        answer = await sua._http.post(f"/chat/{sua.key}/proof/code", content=body, headers=sua._headers())
        assert answer.status_code in (200, 400)
        stranger = await sua._http.post(f"/chat/{sua.key}/proof/code", json={"code": "000000"})
        assert stranger.status_code == 401


@pytest.mark.browser
async def test_the_chat_offers_it_by_itself_where_she_leaves_an_address(
    site: Site, sent: list[Outbound], browser: Browser
) -> None:
    async with opened(Shop(site)) as url, customer(browser) as sua:
        await sua.come(url)
        await sua.call("toggle", "open")
        await sua.say("When does it come?")
        await expect(sua.frame.locator("#ask-email")).to_be_visible()
        await sua.frame.fill("#ask-email", SUA)
        await sua.frame.press("#ask-email", "Enter")
        code = await comes(sent)
        await expect(sua.frame.locator("#proof-why")).to_contain_text("s•••@daum.example")
        await sua.frame.fill("#proof-code", f"{(int(code) + 1) % 10**6:06d}")
        await sua.frame.click("#proof-go")
        await expect(sua.frame.locator("#proof-problem")).to_contain_text("tries left: 4")
        await sua.frame.fill("#proof-code", code)
        await sua.frame.press("#proof-code", "Enter")
        await expect(sua.frame.locator("#proof-done")).to_be_focused()
        assert await owner(site, SUA) == ("code", "customer:1", 1)
        assert sua.faults == []


@pytest.mark.browser
async def test_the_thanks_are_seen_where_the_news_comes_before_the_answer(
    site: Site, sent: list[Outbound], browser: Browser
) -> None:
    async with opened(Shop(site)) as url, customer(browser) as sua, Visitor.at(site.url, site.key) as tab:
        await sua.come(url)
        await sua.call("toggle", "open")
        await sua.say("When does it come?")
        await sua.frame.fill("#ask-email", SUA)
        await sua.frame.press("#ask-email", "Enter")
        tab.token = await sua.frame.evaluate(
            "JSON.parse(localStorage[Object.keys(localStorage).find((key) => key.endsWith(':token'))])"
        )
        code = await comes(sent)
        await tab.open()

        async def late(route: Route) -> None:
            answer = await route.fetch()
            await tab.hears("proof", proof=None)
            await sua.frame.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            await route.fulfill(response=answer)

        await sua.page.route("**/proof/code", late)
        await expect(sua.frame.locator("#proof-code")).to_be_visible()
        async with tab.listening():
            await sua.frame.fill("#proof-code", code)
            await sua.frame.press("#proof-code", "Enter")
            await expect(sua.frame.locator("#proof-done")).to_be_focused()
        assert sua.faults == []
