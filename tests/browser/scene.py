"""Haneul with a mailbox, a chat and a shop: where 미나 is one person or two."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from typing import Any

import httpx
from playwright.async_api import Page, expect

from madang.channels.registry import simulator
from tests.browser.office import Office
from tests.browser.people import Agent, Visitor
from tests.house import House

SECRET = "an identity secret of the shop"
HOME, WORK, OTHER = "mina@naver.example", "mina.kim@work.example", "minakim@daum.example"
PHONE = "+821012345678"


class Program:
    """What the shop's own programs see and tell."""

    def __init__(self, house: House, token: str) -> None:
        self._url, self._headers = f"{house.url}/api/v1", {"authorization": f"Bearer {token}"}

    async def ask(self, method: str, path: str, **more: Any) -> Any:
        """The JSON of a 2xx."""
        async with httpx.AsyncClient(base_url=self._url, headers=self._headers, timeout=20) as http:
            answer = await http.request(method, path, **more)
            assert answer.is_success, answer.text
            return answer.json()

    async def whole(self, customer: int) -> dict[str, Any]:
        """All there is of somebody, by her own number."""
        person = await self.ask("GET", f"/customers/{customer}")
        line = (await self.ask("GET", f"/customers/{customer}/timeline", params={"limit": 100}))["items"]
        talks = {
            one["id"]: (await self.ask("GET", f"/conversations/{one['id']}/messages"))["items"]
            for one in person["conversations"]
        }
        notes = (await self.ask("GET", f"/customers/{customer}/notes"))["items"]
        sums = await self.ask("GET", f"/customers/{customer}/glance")
        told = [one for one in line if one["kind"] not in ("merged", "parted", "unmerged")]
        return {"person": person, "timeline": told, "talks": talks, "notes": notes, "spent": sums["spent"]}


class Scene:
    """Haneul with a mailbox, a chat and a shop; Ada at the desk."""

    def __init__(self, office: Office, mail: Any) -> None:
        self.office, self.house, self.mail = office, office.house, mail
        self.ada: Agent
        self.program: Program
        self.key = ""

    async def begin(self, **about: Any) -> None:
        """Connect everything; Ada sits down, ``about`` her as an office asks."""
        host = {"imap_host": self.mail.host, "smtp_host": self.mail.host}
        ports = {"imap_port": str(self.mail.imap_port), "smtp_port": str(self.mail.smtp_port)}
        plain = {"imap_security": "none", "smtp_security": "none"}
        fields = {"address": "support@haneul.example", "name": "하늘", "password": "correct horse"}
        await self.office.connected("email", "Haneul mail", fields | host | ports | plain)
        self.key = (await self.office.connected("webchat", "Haneul chat", {"identity_secret": SECRET}))["key"]
        self.program = Program(self.house, await self.office.token("shop", "lead"))
        self.ada = await self.office.agent(**about)

    async def visitor(self, language: str = "ko-KR", width: int = 900) -> Visitor:
        """Somebody on the site."""
        page = await (await self.office.room(language, width, 720)).new_page()
        made = Visitor(self.house, page, self.key)
        await made.come()
        return made

    def writer(self, address: str, name: str) -> Any:
        """Somebody at a mail program."""
        return simulator("email").Customer(self.mail, address, name)

    async def page_of(self, words: str) -> int:
        """The number of whoever said these words last, out of the panel beside the conversation."""
        page = self.ada.page
        await self.ada.view("all")
        await page.goto(f"{self.house.url}{await page.locator('#list .row', has_text=words).get_attribute('href')}")
        return int(str(await page.locator(".panel-name a").get_attribute("href")).rpartition("/")[2])

    async def look(self, customer: int) -> Page:
        """Ada looks at a customer's page."""
        await self.ada.page.goto(f"{self.house.url}/customers/{customer}")
        return self.ada.page


async def signs_in(visitor: Visitor, number: str, name: str) -> None:
    """The shop's page says who she is, and signs it."""
    hash_ = hmac.new(SECRET.encode(), number.encode(), hashlib.sha256).hexdigest()
    about = {"hash": hash_, "name": name}
    await visitor.page.evaluate("([id, about]) => madang('setUser', id, about)", [number, about])
    async with asyncio.timeout(10):  # the browser's own token is forgotten: she is somebody now
        while await visitor.frame.evaluate("Object.keys(localStorage).some((one) => one.endsWith(':token'))"):
            await asyncio.sleep(0.05)


async def add_claim(page: Page, value: str, shown: str = "") -> None:
    """Note what she said of herself."""
    await page.locator("[data-part=addresses] .edit.wide > summary").click()
    await page.locator("[data-part=addresses] .edit.wide input[name=value]").fill(value)
    await page.locator("[data-part=addresses] .edit.wide button[type=submit]").click()
    await expect(page.locator(".proven")).to_contain_text(shown or value)


def claim(page: Page, value: str) -> Any:
    """One address on her page."""
    return page.locator(".proven > li", has_text=value)


async def code_for(customer: Any, after: int = 0) -> str:
    """The code in her newest mail."""
    mail = await customer.wait(after=after, timeout=30)
    found: list[str] = re.findall(r"^\d{6}$", mail.text, re.M)
    return found[0]
