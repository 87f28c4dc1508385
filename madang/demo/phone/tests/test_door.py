"""The phone's server: the page, what a finger does, its news; nobody but this machine's own browser."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Verb
from madang.demo.doors import Manner
from madang.demo.phone.apps import App, Phone
from madang.demo.phone.door import PhoneServer, local

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

OURS = {"x-phone": "1"}


class Friend(Person):
    """Somebody whose provider is only this list."""

    verbs = frozenset[Verb]({"say", "file", "react", "block", "unblock"})

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        if text == "no":
            raise RuntimeError("the simulator was told to say no")
        self.bubbles.append(Bubble(f"m{len(self.bubbles)}", mine=True, text=text, files=tuple(files)))
        return self.bubbles[-1]

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        if bubble is not None:
            bubble.reaction = value


@pytest.fixture
def friend() -> Friend:
    made = Friend("미나")
    choice = (Button("환불", "refund"), Button("교환", "swap"))
    made.bubbles.append(Bubble("a/1", mine=False, text="<b>무엇을</b> 도와드릴까요?", buttons=choice))
    return made


@pytest.fixture
async def phone(friend: Friend) -> AsyncIterator[httpx.AsyncClient]:
    phone = Phone()
    phone.add(App("api-haneul", "api", "haneul", "하늘", "하늘 채널", Manner("talk"), friend))
    server = PhoneServer(phone, "http://127.0.0.1:1", 0)
    address = await server.start()
    async with httpx.AsyncClient(base_url=address.removesuffix("/demo/phone"), headers=OURS) as http:
        yield http
    await server.stop()
    await phone.close()


async def first(http: httpx.AsyncClient) -> dict[str, Any]:
    """The first app the stream tells of."""
    async with http.stream("GET", "/demo/phone/live") as answer, asyncio.timeout(5):
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                made: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return made
    raise AssertionError("the stream ended")


async def test_the_page_has_her_apps_in_the_readers_language(phone: httpx.AsyncClient) -> None:
    korean = await phone.get("/demo/phone", headers={"accept-language": "ko"})
    assert korean.status_code == 200
    assert 'lang="ko"' in korean.text
    assert "하늘" in korean.text
    assert "style=" not in korean.text
    assert "unsafe" not in korean.headers["content-security-policy"]
    english = await phone.get("/demo/phone?lang=en", headers={"accept-language": "ko"})
    assert "You are Mina" in english.text
    again = await phone.get("/demo/phone", headers={"accept-language": "ko"})
    assert "You are Mina" in again.text


async def test_she_writes_presses_and_reacts(phone: httpx.AsyncClient, friend: Friend) -> None:
    picture = {"file": ("접시.png", b"\x89PNG", "image/png")}
    assert (await phone.post("/demo/phone/api-haneul/say", data={"text": "깨졌어요"}, files=picture)).json() == {
        "ok": True
    }
    assert (await phone.post("/demo/phone/api-haneul/press", json={"bubble": "a/1", "button": 1})).is_success
    done = {"verb": "react", "bubble": "a/1", "value": "👍"}
    assert (await phone.post("/demo/phone/api-haneul/do", json=done)).is_success
    app = await first(phone)
    assert [one["text"] for one in app["bubbles"]] == ["<b>무엇을</b> 도와드릴까요?", "깨졌어요", "교환"]
    assert app["bubbles"][0]["reaction"] == "👍"
    file = await phone.get(app["bubbles"][1]["files"][0]["url"])
    assert (file.content, file.headers["content-type"]) == (b"\x89PNG", "image/png")


async def test_what_is_no_picture_is_a_download(phone: httpx.AsyncClient) -> None:
    page = {"file": ("x.html", b"<script>1</script>", "text/html")}
    await phone.post("/demo/phone/api-haneul/say", data={"text": ""}, files=page)
    file = await phone.get("/demo/phone/api-haneul/files/1/0")
    assert file.headers["content-disposition"] == "attachment"
    assert file.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("sample", ["picture", "voice"])
async def test_a_sample_is_sent_with_one_touch(phone: httpx.AsyncClient, friend: Friend, sample: str) -> None:
    assert (await phone.post("/demo/phone/api-haneul/say", data={"sample": sample})).is_success
    assert len(friend.bubbles[-1].files[0].content) > 1_000


async def test_what_fails_says_why_and_blocking_is_remembered(phone: httpx.AsyncClient) -> None:
    refused = await phone.post("/demo/phone/api-haneul/say", data={"text": "no"})
    assert refused.status_code == 409
    assert "told to say no" in refused.json()["problem"]
    await phone.post("/demo/phone/api-haneul/do", json={"verb": "block"})
    assert (await first(phone))["blocked"] is True


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/demo/phone/none/do", {"verb": "react"}),
        ("/demo/phone/api-haneul/do", {"verb": "edit"}),  # this door cannot
        ("/demo/phone/api-haneul/do", {"verb": "__init__"}),
        ("/demo/phone/api-haneul/press", {"bubble": "a/1", "button": 7}),
        ("/demo/phone/api-haneul/press", {"bubble": "b", "button": 0}),
    ],
)
async def test_what_is_not_there_is_404(phone: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    assert (await phone.post(path, json=body)).status_code == 404


async def test_only_this_machines_own_page_may_do_something(phone: httpx.AsyncClient, friend: Friend) -> None:
    del phone.headers["x-phone"]
    assert (await phone.post("/demo/phone/api-haneul/say", data={"text": "hi"})).status_code == 403
    assert (await phone.get("/demo/phone", headers={"host": "evil.example"})).status_code == 421
    assert len(friend.bubbles) == 1
    with contextlib.suppress(httpx.HTTPError):
        assert (await phone.get("/demo/phone/static/..%2Fviews.py")).status_code == 404


@pytest.mark.parametrize(
    ("host", "is_local"),
    [("127.0.0.1:8001", True), ("localhost", True), ("[::1]:8001", True), ("evil.example", False), ("", False),
     ("127.0.0.1.evil.example", False), ("10.0.0.1", False)],
)  # fmt: skip
def test_local(host: str, is_local: bool) -> None:
    assert local(host) is is_local
