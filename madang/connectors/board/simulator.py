"""A visitor of the board, over loopback: the pages' own way, without a browser."""

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
from madang.channels.playing import Asked, Bubble, Person, Provider, Refused, Shown, Told, Undelivered, Verb
from madang.lib.http import Answer
from madang.lib.webhooks import new_secret

PAUSE = 2.1  # seconds: the page takes nothing that was filled in more quickly
_HIDDEN = re.compile(r'name="given" value="([^"]*)"')
_SAID = re.compile(r'<li class="said"(?P<ours> data-ours)? data-id="(?P<id>[^"]*)">(?P<body>.*?)</li>', re.S)
_WORDS = re.compile(r'<div class="words" dir="auto">(.*?)</div>', re.S)


class Simulator(Provider):
    """There is no provider: the pages are the house's own."""

    def form(self) -> dict[str, str]:
        """A public board."""
        return {"visibility": "public", "secret": new_secret()}

    def person(self, hook: str, name: str = "미나", **more: Any) -> BoardVisitor:
        """Somebody who writes on the board of the channel with this hook. ``secret`` makes her post secret."""
        return BoardVisitor(hook, name, more)

    async def answer(self, asked: Asked) -> Told:
        """Nothing is called."""
        raise Refused(404, self.error(404))


class BoardVisitor(Person):
    """One browser, one post: what she says first is the post, what she says then is added to it."""

    verbs: ClassVar = frozenset({"say", "file", "edit", "unsend"})

    def __init__(self, hook: str, name: str, more: dict[str, Any]) -> None:
        super().__init__(name)
        parts = urlsplit(hook)
        self._board = f"/board/{parts.path.rpartition('/')[2]}"
        self._more = {"password": "1234", "secret": ""} | more
        self.post = ""  # the address of her post, once there is one
        base = f"{parts.scheme}://{parts.netloc}"
        self._http = httpx.AsyncClient(base_url=base, timeout=10, verify=False)  # noqa: S501 - loopback

    async def close(self) -> None:
        """Close the browser."""
        await self._http.aclose()

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Write a post, or more below it."""
        some = [("files", (one.name, one.content, one.mime)) for one in files]
        if self.post:
            await self._send(self.post, f"{self.post}/more", {"text": text}, some)
        else:
            data = {"title": text.split("\n")[0][:60], "text": text, "author": self.name} | self._more
            where = await self._send(f"{self._board}/new", f"{self._board}/new", data, some)
            self.post = where.split("?")[0].split("#")[0]
        bubble = Bubble(f"{len(self.bubbles)}", True, text, datetime.now(UTC), tuple(files))
        self.bubbles.append(bubble)
        return bubble

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """There are no buttons on the page; she writes."""
        return await self.say(button.label)

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Change the post, or take it back."""
        if verb == "edit":
            data = {"title": value[:60], "text": value}
            await self._send(f"{self.post}/edit", f"{self.post}/edit", data, [])
            if bubble:
                bubble.text, bubble.edited = value, True
        elif verb == "unsend":
            await self._send(f"{self.post}/edit", f"{self.post}/delete", {}, [])
            if bubble:
                bubble.gone = True
        else:
            await super().do(verb, bubble, value)

    async def look(self) -> None:
        """Load the post anew: answers that are new become bubbles."""
        found = (await self._http.get(self.post)).text if self.post else ""
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

    async def _send(self, page: str, to: str, data: dict[str, Any], files: list[Any]) -> str:
        given = _HIDDEN.search((await self._http.get(page)).text)
        if to.endswith("/new"):
            await asyncio.sleep(PAUSE)
        answer = await self._http.post(to, data={"given": given[1] if given else ""} | data, files=files or None)
        if answer.status_code != 303:
            raise Undelivered(Answer(answer.status_code, dict(answer.headers), answer.content))
        return str(answer.headers["location"])
