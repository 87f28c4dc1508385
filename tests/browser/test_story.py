"""The story the house stands for: mail and chat come in, one desk answers, by whatever way reaches the customer."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from madang.channels.registry import simulator
from tests.browser.office import Office
from tests.browser.people import PASSWORD, Agent, Visitor, context
from tests.house import House

pytestmark = pytest.mark.browser

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg+M/AAAADAQEAGN2N2wAAAABJRU5ErkJggg=="
)


async def _connect_mail(page: Page, house: House, mail: Any) -> None:
    """A wrong password is told at the form; the right one connects."""
    await page.goto(f"{house.url}/settings/channels/new/email")
    values = {
        "channel_name": "Haneul mail",
        "address": "support@haneul.example",
        "name": "Haneul",
        "password": "wrong",
        "imap_host": mail.host,
        "imap_port": str(mail.imap_port),
        "smtp_host": mail.host,
        "smtp_port": str(mail.smtp_port),
    }
    for name, value in values.items():
        await page.fill(f"[name={name}]", value)
    await page.select_option("[name=imap_security]", "none")
    await page.select_option("[name=smtp_security]", "none")
    await page.click(".setup-form [type=submit]")
    await expect(page.locator(".setup-form [data-tone=bad]").first).to_contain_text("password")
    await page.fill("[name=password]", "correct horse")
    await page.click(".setup-form [type=submit]")
    await expect(page.locator(".connected")).to_be_visible()


async def _connect_chat(page: Page, house: House) -> str:
    """Connect the widget; returns the channel's key out of the script tag that is shown."""
    await page.goto(f"{house.url}/settings/channels/new/webchat")
    await page.fill("[name=channel_name]", "Haneul chat")
    await page.click(".setup-form [type=submit]")
    await expect(page.locator(".connected")).to_be_visible()
    await expect(page.locator("body")).to_contain_text("/loader.js")
    tag = await page.locator("body").inner_text()
    found = re.search(r"/chat/([\w-]+)/loader\.js", tag)
    assert found, tag
    return found[1]


async def _invite(page: Page, house: House) -> str:
    """A link for Ben."""
    await page.goto(f"{house.url}/settings/staff/invite")
    await page.fill("[name=email]", "ben@haneul.example")
    await page.click("form.form [type=submit]")
    link = page.locator(".copyable code")
    await expect(link).to_contain_text("/join/")
    return await link.inner_text()


async def test_mail_and_chat_come_in_and_one_desk_answers(house: House, mail: Any, browser: Browser) -> None:
    ada = Agent(house, await (await context(browser)).new_page(), "Ada")
    await ada.set_up()
    await _connect_mail(ada.page, house, mail)
    key = await _connect_chat(ada.page, house)
    ben = Agent(house, await (await context(browser)).new_page(), "Ben")
    await ben.join(await _invite(ada.page, house))
    await ada.view("unassigned")

    # A visitor chats, and 미나 writes from Naver in EUC-KR with a picture. Both appear without reload, in one list.
    visitor = Visitor(house, await (await context(browser, "ko-KR", 900, 700)).new_page(), key)
    await visitor.come()
    await visitor.say("배송은 얼마나 걸리나요?")
    await expect(ada.page.locator("#list .row", has_text="배송은 얼마나 걸리나요?")).to_be_visible()
    mina = simulator("email").Customer(mail, "mina@naver.example", "김미나", "naver")
    await mina.write(
        "support@haneul.example", "똠얌 냄비 교환", "펲시 잔도 깨졌어요.", (("깨진 뚜껑.png", "image/png", PNG),)
    )
    await expect(ada.row("김미나")).to_be_visible()
    assert await ada.page.locator("#list .row").count() == 2

    # She answers; the visitor sees it at once. 미나 gets a mail whose answer returns to the same conversation.
    await ada.page.locator("#list .row", has_text="배송은").click()
    await ada.answer("이틀이면 도착해요.")
    await visitor.sees("이틀이면 도착해요.")
    await ada.open("김미나")
    await expect(ada.page.locator("#log img[alt='깨진 뚜껑.png']")).to_be_visible()
    await ada.answer("새 뚜껑을 보내 드릴게요.")
    received = await mina.wait()
    assert "새 뚜껑을 보내 드릴게요." in received.text
    await mina.answer(received, "감사합니다!")
    await expect(ada.message("감사합니다!")).to_be_visible()
    await expect(ada.page.locator("#list .row")).to_have_count(2)

    # The visitor leaves her address and closes the page: the next answer goes by mail, and hers continues the matter.
    await visitor.say("그럼 주말에는요?")
    await visitor.leave_email("sua@daum.example")
    sua = simulator("email").Customer(mail, "sua@daum.example", "배수아")
    await visitor.page.close()
    await ada.page.locator("#list .row", has_text="배송은").click()
    await expect(ada.page.locator("#ways")).to_contain_text("Haneul mail", timeout=40_000)
    await ada.answer("주말에는 하루 더 걸려요.")
    await expect(ada.message("주말에는 하루 더 걸려요.").locator(".mark[data-ch=email]")).to_be_visible()
    await expect(ada.message("주말에는 하루 더 걸려요.")).to_contain_text("Sent")
    by_mail = await sua.wait()
    assert "주말에는 하루 더 걸려요." in by_mail.text
    assert "배송은 얼마나 걸리나요?" in by_mail.text
    await sua.answer(by_mail, "알겠습니다. 기다릴게요.")
    await expect(ada.message("알겠습니다. 기다릴게요.")).to_be_visible()
    await expect(ada.page.locator("#list .row")).to_have_count(2)
    await expect(ada.message("이틀이면 도착해요.").first).to_be_visible()

    # Ben sees all of it too; after kills of every process the desk catches up by itself.
    await ben.view("all")
    await ben.open("김미나")
    for what in ("web", "postgres", "worker"):
        await house.kill(what)
    await mina.answer(received, "하나 더 여쭤볼게요.")
    await expect(ben.message("하나 더 여쭤볼게요.")).to_be_visible(timeout=60_000)
    await expect(ben.page.locator("#log .msg", has_text="하나 더 여쭤볼게요.")).to_have_count(1)
    assert ada.errors == ben.errors == []


async def test_nobody_comes_in_without_an_account(office: Office) -> None:
    ada = await office.user("Ada", "administrator", everywhere=True)
    stranger = await (await office.room()).new_page()
    await stranger.goto(f"{office.house.url}/settings/staff")
    await expect(stranger).to_have_url(re.compile("/signin"))
    await stranger.fill("[name=email]", ada.email)
    await stranger.fill("[name=password]", "not her password")
    await stranger.click("[type=submit]")
    await expect(stranger).to_have_url(re.compile("/signin"))
    await stranger.fill("[name=password]", PASSWORD)
    await stranger.click("[type=submit]")
    await expect(stranger).to_have_url(f"{office.house.url}/settings/staff")
