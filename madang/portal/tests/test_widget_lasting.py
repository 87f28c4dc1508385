"""The widget over time, in a real browser: tabs, a house that goes away, unread answers, users who sign in."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import text

from madang.lib import visitor_token
from madang.portal.tests.shop import Customer, Shop, customer, opened
from madang.portal.tests.site import SECRET, Site, eventually, serving
from madang.tests import cast

pytestmark = pytest.mark.browser


async def said(site: Site) -> list[str]:
    """Every message in the house, oldest first."""
    async with site.ground.database.begin() as tx:
        return list((await tx.execute(text("select text from message order by id"))).scalars())


async def counted(site: Site, number: int) -> bool:
    """Whether so many messages are in."""
    return len(await said(site)) == number


async def test_tabs_stay_in_step_over_one_stream(site: Site, browser: Browser) -> None:
    ada = await cast.agent(site.ground)
    async with opened(Shop(site)) as url, customer(browser) as one:
        two = Customer(one.context, await one.context.new_page())
        await one.come(url)
        await one.call("toggle", "open")
        await one.say("hello")
        await eventually(site.conversations)
        await two.come(url)
        await two.call("toggle", "open")
        await two.sees("hello")
        await site.answer(ada, "Hi!")
        for tab in (one, two):
            await tab.sees("Hi!")
        await two.say("from the second tab")
        await one.sees("from the second tab")
        assert len(site.doors.portal._taps) == 1
        await one.page.close()
        await site.answer(ada, "still there?")
        await two.sees("still there?")
        await two.frame.evaluate(
            "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }; 0"
        )
        await two.say("no room here")
        await eventually(lambda: counted(site, 5))
        assert await said(site) == ["hello", "Hi!", "from the second tab", "still there?", "no room here"]


async def test_nothing_is_lost_or_doubled_when_the_house_goes_away_and_comes_back(site: Site, browser: Browser) -> None:
    ada = await cast.agent(site.ground)
    async with customer(browser) as mia:
        async with serving(site.ground) as (_, url):
            port = int(url.rsplit(":", 1)[1])
            await mia.come(f"{url}/chat/{site.key}/try?locale=en")
            await mia.call("toggle", "open")
            await mia.say("one")
            await expect(mia.frame.locator(".msg[data-state=sent]")).to_have_count(1)
        for words in ("two", "three"):
            await mia.say(words)
        await expect(mia.frame.locator(".msg[data-state=waiting]").first).to_be_visible()
        async with serving(site.ground, port):
            await expect(mia.frame.locator(".msg[data-state=sent]")).to_have_count(3, timeout=40_000)
            await eventually(lambda: counted(site, 3))
            await site.answer(ada, "I am back")
            await mia.sees("I am back")
            assert await said(site) == ["one", "two", "three", "I am back"]


async def test_what_could_not_be_sent_survives_leaving_the_page(site: Site, browser: Browser) -> None:
    async with opened(Shop(site)) as url, customer(browser) as mia:
        await mia.come(url)
        await mia.call("toggle", "open")
        await mia.page.route("**/hooks/**", lambda route: route.abort())
        await mia.say("written in a tunnel")
        await expect(mia.frame.locator(".msg[data-state=waiting]")).to_be_visible()
        await mia.frame.fill("#text", "a draft")
        await mia.page.unroute("**/hooks/**")
        await mia.come(url)
        await eventually(site.conversations)
        await mia.sees("written in a tunnel")
        assert await mia.frame.input_value("#text") == "a draft"
        assert await said(site) == ["written in a tunnel"]


async def test_unread_answers_are_counted_on_the_launcher_until_they_are_read(site: Site, browser: Browser) -> None:
    ada = await cast.agent(site.ground)
    count = "window.counts = []; addEventListener('madang:unread', (e) => counts.push(e.detail.count))"

    states = text("select bool_and(state = 5) from message where direction = 'out'")

    async def all_read() -> bool:
        async with site.ground.database.begin() as tx:
            return bool((await tx.execute(states)).scalar())

    async with opened(Shop(site, before=count)) as url, customer(browser) as mia:
        await mia.come(url)
        await mia.call("toggle", "open")
        await mia.say("hello")
        await eventually(site.conversations)
        await mia.call("toggle", "close")
        for words in ("one", "two"):
            await site.answer(ada, words)
        await mia.until_page("counts.at(-1) === 2")
        assert await mia.launcher("b.getAttribute('aria-label')") == "Open the chat, 2 unread messages"
        await mia.come(url)
        await mia.until_page("counts.at(-1) === 2")
        await mia.call("toggle", "open")
        await mia.until_page("counts.at(-1) === 0")
        await mia.page.goto("about:blank")  # leaving at once: what was read is told on the way out
        await eventually(all_read)
        await mia.come(url)
        await expect(mia.frame.locator("#log .bubble")).to_have_count(3)
        assert await mia.page.evaluate("counts") == []


async def test_a_signed_user_takes_her_history_with_her_and_reset_leaves_none(site: Site, browser: Browser) -> None:
    signature = visitor_token.sign_user(SECRET, "user-42")
    before = "window.refused = []; addEventListener('madang:refused', (e) => refused.push(e.detail.reason))"
    async with opened(Shop(site, before=before)) as url, customer(browser) as phone, customer(browser) as laptop:
        await phone.come(url)
        await phone.call("toggle", "open")
        await phone.say("before I signed in")
        await eventually(site.conversations)
        await phone.call("setUser", "user-42", {"name": "Mia", "hash": signature})
        await phone.say("and after")  # at once: half signed in, what she writes must not be lost
        await phone.sees("before I signed in")
        await phone.sees("and after")
        await laptop.come(url)
        await laptop.call("setUser", "user-42", {"hash": "0" * 64})
        await laptop.until_page("refused.length === 1")
        await laptop.call("setUser", "user-42", {"hash": signature})
        await laptop.sees("before I signed in")
        await laptop.sees("and after")
        assert len(await site.conversations()) == 1
        for place in (phone, laptop):
            await place.call("reset")
            await expect(place.frame.locator("#log .bubble")).to_have_count(0)
            kept = await place.frame.evaluate("JSON.stringify({...localStorage})")
            assert "user-42" not in kept
            assert signature not in kept
        await phone.come(url)
        await phone.call("toggle", "open")
        await expect(phone.frame.locator("#log .bubble")).to_have_count(0)


async def test_another_language_in_the_middle_keeps_what_was_said_and_half_said(site: Site, browser: Browser) -> None:
    async with opened(Shop(site)) as url, customer(browser) as mina:
        await mina.come(url)
        await mina.call("toggle", "open")
        await mina.say("hello")
        await expect(mina.frame.locator(".msg[data-state=sent]")).to_have_count(1)
        await mina.frame.fill("#text", "a draft")
        await mina.call("setLocale", "ko")
        await expect(mina.frame.locator("html")).to_have_attribute("lang", "ko")
        await mina.sees("hello")
        assert await mina.frame.input_value("#text") == "a draft"
        assert await mina.launcher("panel.getAttribute('aria-label')") != "Chat with Haneul"


async def test_who_leaves_the_page_is_away_at_once(site: Site, browser: Browser) -> None:
    here = text("select coalesce(bool_or(until > now()), false) from presence")

    async def online() -> bool:
        async with site.ground.database.begin() as tx:
            return bool((await tx.execute(here)).scalar_one())

    async def away() -> bool:
        return not await online()

    async with opened(Shop(site)) as url, customer(browser) as mia:
        await mia.come(url)
        await mia.call("toggle", "open")
        await mia.say("hello")
        await eventually(online)
        await mia.page.goto("about:blank")
        await eventually(away)
