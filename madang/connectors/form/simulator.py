"""A visitor of the company's site who fills in its form, over loopback: the page's own way, without a browser."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx

from madang.channels.connector import Button
from madang.channels.playing import Asked, Bubble, Person, Provider, Refused, Shown, Told, Undelivered
from madang.lib.http import Answer
from madang.lib.webhooks import new_secret

PAUSE = 2.1  # seconds: the page takes nothing that was filled in more quickly
_HIDDEN = re.compile(r'name="given" value="([^"]*)"')
_SAID = re.compile(r'<li class="said"(?P<ours> data-ours)? data-id="(?P<id>[^"]*)">(?P<body>.*?)</li>', re.S)
_WORDS = re.compile(r'<div class="words" dir="auto">(.*?)</div>', re.S)


class Simulator(Provider):
    """There is no provider: the pages are the house's own."""

    def form(self) -> dict[str, str]:
        """A form that asks for name, mail and a topic."""
        asked = {"ask_name": "optional", "ask_email": "optional", "ask_phone": "optional", "ask_orders": "optional"}
        return asked | {"ask_files": "optional", "topics": "배송\n반품", "case_page": "on", "secret": new_secret()}

    def person(self, hook: str, name: str = "미나", **more: Any) -> FormVisitor:
        """Somebody who fills in the form of the channel with this hook."""
        return FormVisitor(hook, name, more)

    async def answer(self, asked: Asked) -> Told:
        """Nothing is called."""
        raise Refused(404, self.error(404))


class FormVisitor(Person):
    """One visitor, one case: what she says first is the form, what she says then is on the case's page."""

    verbs: ClassVar = frozenset({"say", "file"})

    def __init__(self, hook: str, name: str, more: dict[str, Any]) -> None:
        super().__init__(name)
        parts = urlsplit(hook)
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._page = f"/forms/{parts.path.rpartition('/')[2]}"
        self._more = {"topic": "배송"} | more
        self.case = ""  # the address of her case's page, once there is one

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Send the form, or more to the case."""
        async with self._http() as http:
            page = self.case or self._page
            given = _HIDDEN.search((await http.get(page)).text)
            if not self.case:
                await asyncio.sleep(PAUSE)
            data = {"given": given[1] if given else "", "text": text, "name": self.name} | self._more
            some = [("files", (one.name, one.content, one.mime)) for one in files]
            answer = await http.post(page, data=data, files=some or None)
            if answer.status_code != 303:
                raise Undelivered(Answer(answer.status_code, dict(answer.headers), answer.content))
            self.case = self.case or answer.headers["location"].split("?")[0]
        bubble = Bubble(f"{len(self.bubbles)}", True, text, datetime.now(UTC), tuple(files))
        self.bubbles.append(bubble)
        return bubble

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """There are no buttons on the page; she writes."""
        return await self.say(button.label)

    async def look(self) -> None:
        """Load the page of the case anew: answers that are new become bubbles."""
        if not self.case:
            return
        async with self._http() as http:
            found = (await http.get(self.case)).text
        for one in _SAID.finditer(found):
            words = _WORDS.search(one["body"])
            if one["ours"] and self.find(one["id"]) is None:
                plain = html.unescape(re.sub(r"<[^>]+>", "", words[1] if words else ""))
                self.bubbles.append(Bubble(one["id"], False, plain))

    async def sees(self, *words: str, seconds: float = 10) -> Bubble:
        """As everywhere; she looks at the page again and again."""
        async with asyncio.timeout(seconds):
            while True:
                await self.look()
                with contextlib.suppress(TimeoutError):
                    return await super().sees(*words, seconds=0.1)

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self._base, timeout=10, verify=False)  # noqa: S501 - loopback
