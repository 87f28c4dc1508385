"""What a connector calls a provider with, against a provider that fails in every way one does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from madang.channels.calling import Caller, multipart, read
from madang.channels.connector import Config, SendError
from madang.channels.playing import Asked, Bubble, Mood, Person, Provider, Refused, Shown, Told


class Phone(Person):
    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        raise NotImplementedError


class Yard(Provider):
    def form(self) -> dict[str, str]:
        return {"api_url": self.url}

    def person(self, hook: str, name: str = "미나", **more: object) -> Person:
        return Phone(name)

    async def answer(self, asked: Asked) -> Told:
        if asked.path == "/none":
            raise Refused(404, {"message": "no such thing"})
        return Told({"id": "m1", "said": asked.json()["text"]})


@pytest.fixture
async def yard() -> AsyncIterator[Yard]:
    made = Yard()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def caller(yard: Yard) -> AsyncIterator[Caller]:
    config = Config(1, "k", "n", {}, {}, allow_hosts=("127.0.0.0/8",))
    made = Caller(config, yard.url + "/", timeout=0.3)
    yield made
    await made.close()


async def test_what_is_taken_is_answered(caller: Caller) -> None:
    assert read(await caller.call("POST", "/say", json={"text": "안녕"})) == {"id": "m1", "said": "안녕"}


@pytest.mark.parametrize(
    ("mood", "repeat", "why"),
    [
        (429, False, "rate"),
        (401, False, "auth"),
        (403, False, "auth"),
        (400, False, "invalid"),
        (503, False, "down"),
        ("silence", False, "unsure"),
        ("drop", False, "unsure"),
        ("silence", True, "down"),
        ("drop", True, "down"),
    ],
)
async def test_each_failure_has_its_policy(caller: Caller, yard: Yard, mood: Mood, repeat: bool, why: str) -> None:
    yard.will(mood, path="/say", retry_after="7")
    with pytest.raises(SendError) as caught:
        await caller.call("POST", "/say", json={"text": "x"}, repeat=repeat)
    assert caught.value.why == why
    if mood in (429, 503):
        assert caught.value.retry == timedelta(seconds=7)
    assert (await caller.call("POST", "/say", json={"text": "again"})).ok


async def test_nobody_there_is_down_and_a_file_comes_whole(caller: Caller, yard: Yard) -> None:
    url = yard.serve(b"x" * 100_000, "a.png", "image/png")
    assert len(b"".join([part async for part in caller.download(url, 200_000)])) == 100_000
    with pytest.raises(SendError) as caught:
        await caller.call("POST", "/none", json={})
    assert caught.value.why == "invalid"
    await yard.stop()
    with pytest.raises(SendError) as caught:
        await Caller(Config(1, "k", "n", {}, {}, allow_hosts=("127.0.0.0/8",)), yard.url).call("GET", "/")
    assert caught.value.why == "down"


def test_a_file_name_cannot_break_out_of_its_form() -> None:
    headers, body = multipart(("file", 'a"\r\nX-Evil: 1\r\n.png', "image/png", b"PNG"), ("name", "", "", b"v"))
    assert b"\r\nX-Evil" not in body
    assert headers["content-type"].startswith("multipart/form-data; boundary=")
