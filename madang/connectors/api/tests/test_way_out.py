"""Answers to a program of the company's own: signed, once, and honest about what went wrong."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from madang.channels.connector import Kind, Media, Outbound, Party, SendError, Sent, SetupError
from madang.connectors.api.answers import judge
from madang.connectors.api.connector import Api
from madang.connectors.api.simulator import Mood, Simulator
from madang.connectors.api.tests.conftest import channel
from madang.lib.http import Answer
from madang.lib.webhooks import new_secret

ANSWER = Outbound(
    key="6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    to=Party(Kind.EMAIL, "mina@naver.com", "미나"),
    text="내일 도착합니다.",
    conversation=12,
    message=34,
    reply_to="m-1",
    sender_name="Ada",
)


async def test_an_answer_arrives_signed_and_whole(api: Api, shop: Simulator) -> None:
    assert await api.send(ANSWER) == Sent(ANSWER.key)
    (event,) = shop.received.values()
    at = event.pop("at")
    assert event == {
        "type": "message",
        "id": ANSWER.key,
        "to": {"kind": "email", "value": "mina@naver.com", "name": "미나"},
        "text": "내일 도착합니다.",
        "conversation": 12,
        "reply_to": "m-1",
        "author": "Ada",
        "media": [],
    }
    assert at.endswith("Z")
    assert shop.forged == 0


async def test_files_travel_inside(api: Api, shop: Simulator) -> None:
    file = Media("image", "담요.png", "image/png", content=b"\x89PNG pixels")
    await api.send(_with(media=(file,)))
    (sent,) = shop.received[ANSWER.key]["media"]
    assert (sent["kind"], sent["name"], sent["mime"], sent["size"]) == ("image", "담요.png", "image/png", 11)
    assert base64.b64decode(sent["content"]) == file.content


def _with(**changes: Any) -> Outbound:
    return replace(ANSWER, **changes)


async def test_without_a_callback_an_answer_waits_to_be_read(shop: Simulator) -> None:
    silent = channel(shop.secret)
    assert await silent.send(ANSWER) == Sent(ANSWER.key)
    assert shop.tries == {}


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        (429, "rate"),
        (500, "down"),
        (503, "down"),
        (408, "down"),
        ("drop", "down"),
        (401, "auth"),
        (403, "auth"),
        (404, "invalid"),
        (410, "invalid"),
        (422, "invalid"),
        (302, "invalid"),
    ],
)
async def test_a_failure_says_what_to_do_about_it(api: Api, shop: Simulator, mood: Mood, why: str) -> None:
    shop.will(mood)
    with pytest.raises(SendError) as failed:
        await api.send(ANSWER)
    assert failed.value.why == why


async def test_silence_is_no_answer(shop: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madang.connectors.api.connector.PATIENCE", 0.2)
    api = channel(shop.secret, callback_url=shop.url)
    shop.will("silence")
    with pytest.raises(SendError) as failed:
        await api.send(ANSWER)
    assert failed.value.why == "down"
    await api.close()


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [("7", 7, 7), ("0", 0, 0), ("999999999", 86_400, 86_400), ("Mon, 01 Jan 1990 00:00:00 GMT", 0, 0)],
)
async def test_it_waits_as_long_as_it_is_asked_to(api: Api, shop: Simulator, said: str, least: int, most: int) -> None:
    shop.will(429)
    shop.retry_after = said
    with pytest.raises(SendError) as failed:
        await api.send(ANSWER)
    assert failed.value.retry is not None
    assert timedelta(seconds=least) <= failed.value.retry <= timedelta(seconds=most)


@pytest.mark.parametrize("said", ["soon", "-5", "", "9" * 400])
async def test_a_retry_after_that_says_nothing_is_ours_to_choose(api: Api, shop: Simulator, said: str) -> None:
    shop.will(503)
    shop.retry_after = said
    with pytest.raises(SendError) as failed:
        await api.send(ANSWER)
    assert failed.value.retry is None or failed.value.retry == timedelta(days=1)


async def test_an_answer_that_was_taken_without_a_word_counts_once(api: Api, shop: Simulator) -> None:
    shop.will("drop")
    with pytest.raises(SendError):
        await api.send(ANSWER)
    await api.send(ANSWER)
    assert shop.tries == {ANSWER.key: 2}
    assert len(shop.received) == 1


async def test_another_secret_is_not_believed_by_the_shop(shop: Simulator) -> None:
    api = channel(new_secret(), callback_url=shop.url)
    with pytest.raises(SendError) as failed:
        await api.send(ANSWER)
    assert failed.value.why == "auth"
    assert shop.received == {}
    await api.close()


def test_a_clock_that_is_wrong_is_no_wrong_secret() -> None:
    told = format_datetime(datetime(2026, 11, 22, 0, 0, tzinfo=UTC), usegmt=True)
    with pytest.raises(SendError, match="180 minutes apart") as failed:
        judge(Answer(401, {"date": told}, b""), datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    assert failed.value.why == "down"
    with pytest.raises(SendError) as failed:
        judge(Answer(401, {"date": told}, b""), datetime(2026, 11, 22, 0, 1, tzinfo=UTC))
    assert failed.value.why == "auth"


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://10.0.0.8/", "http://[::ffff:10.0.0.8]/"])
async def test_answers_do_not_go_inside_unless_allowed(shop: Simulator, url: str) -> None:
    api = channel(shop.secret, callback_url=url)
    with pytest.raises(SendError, match="MADANG_ALLOW_HOSTS") as failed:
        await api.send(ANSWER)
    assert failed.value.why == "policy"
    await api.close()


async def test_the_set_up_is_tried_with_a_signed_ping(api: Api, shop: Simulator) -> None:
    await api.check()
    assert len(shop.tries) == 1
    assert shop.received == {}


@pytest.mark.parametrize(
    ("settings", "secret", "field"),
    [
        ({"callback_url": "http://10.0.0.8/"}, new_secret(), "callback_url"),
        ({"callback_url": "shop.example/answers"}, new_secret(), "callback_url"),
        ({}, "whsec_short", "secret"),
        ({}, "", "secret"),
        ({"region": "Korea"}, new_secret(), "region"),
    ],
    ids=["private", "no scheme", "short", "empty", "region"],
)
async def test_a_wrong_set_up_is_told_which_field(settings: dict[str, str], secret: str, field: str) -> None:
    api = channel(secret, **settings)
    with pytest.raises(SetupError) as wrong:
        await api.check()
    assert wrong.value.field == field
    await api.close()


async def test_a_shop_that_does_not_take_the_ping_is_told(api: Api, shop: Simulator) -> None:
    shop.will(404)
    with pytest.raises(SetupError, match="404") as wrong:
        await api.check()
    assert wrong.value.field == "callback_url"


async def test_files_are_not_fetched_from_inside(shop: Simulator) -> None:
    api = channel(shop.secret)
    with pytest.raises(SendError) as failed:
        _ = [part async for part in api.fetch(Media("file", "x", "text/plain", ref="http://169.254.169.254/latest"))]
    assert failed.value.why == "policy"
    await api.close()


async def test_a_file_is_fetched_from_where_the_message_says(api: Api, shop: Simulator) -> None:
    shop.files["pole.jpg"] = b"pixels"
    media = Media("image", "pole.jpg", "image/jpeg", ref=f"{shop.files_url}pole.jpg")
    assert b"".join([part async for part in api.fetch(media)]) == b"pixels"


@pytest.mark.parametrize(("mood", "why"), [(404, "invalid"), (410, "invalid"), (503, "down"), (429, "down")])
async def test_a_file_that_is_gone_fails_and_one_that_may_come_waits(
    api: Api, shop: Simulator, mood: Mood, why: str
) -> None:
    shop.files["x"] = b""
    shop.will(mood)
    with pytest.raises(SendError) as failed:
        _ = [part async for part in api.fetch(Media("file", "x", "text/plain", ref=f"{shop.files_url}x"))]
    assert failed.value.why == why
