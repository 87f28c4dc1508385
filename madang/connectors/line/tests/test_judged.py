"""LINE's own SDK is the judge: it reads our simulator's webhooks and our requests, and is content with its answers.

It is imported where it is used: the quick tests do not wait for it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from madang.channels.connector import Button, Kind, Media, Outbound, Party
from madang.channels.playing import Shown
from madang.connectors.line.connector import Line
from madang.connectors.line.simulator import Simulator
from madang.connectors.line.tests.conftest import House

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parent.parent / "fixtures"
CHOICE = (Button("예", "yes"), Button("아니요", "no"), Button("가게", url="https://haneul.example/"))


async def test_the_sdk_reads_what_she_does(line: Simulator, house: House) -> None:
    from linebot.v3 import WebhookParser
    from linebot.v3.exceptions import InvalidSignatureError

    mina = line.person(house.hook)
    first = await mina.say("담요가 아직 안 왔어요")
    pictures = [Shown(f"a.{kind}", mime, b"x") for kind, mime in (("jpg", "image/jpeg"), ("mp4", "video/mp4"))]
    await mina.say("", [*pictures, Shown("a.m4a", "audio/x-m4a", b"x"), Shown("a.pdf", "application/pdf", b"x")])
    await mina.stick("446", "1988", "hi")
    await mina.do("place")
    await mina.do("unsend", first)
    await mina.do("block")
    await mina.do("unblock")
    await mina.press(first, Button("예", "yes"))
    inside = line.person(house.hook, "Mia", group="C" + "0" * 32)
    await inside.do("edit", await inside.say("one"), "two")
    await inside.do("leave")
    parser = WebhookParser(line.secret)
    read = [one for request in house.requests for one in parser.parse(request.body.decode(), _mark(request))]
    kinds = ["message"] * 7 + ["unsend", "unfollow", "follow", "postback", "message", "messageEdited", "leave"]
    assert [one.type for one in read] == kinds
    names = ["Text", "Image", "Video", "Audio", "File", "Sticker", "Location"]
    assert [type(one.message).__name__ for one in read[:7]] == [f"{name}MessageContent" for name in names]
    assert read[0].message.text == "담요가 아직 안 왔어요"
    with pytest.raises(InvalidSignatureError):
        parser.parse(house.requests[0].body.decode(), "forged")


def _mark(request: Any) -> str:
    return str(request.headers["x-line-signature"])


@pytest.mark.parametrize("name", [path.stem for path in FIXTURES.glob("*.json") if ".expected" not in path.name])
def test_the_sdk_knows_the_fixtures(name: str) -> None:
    from linebot.v3 import WebhookParser

    body = (FIXTURES / f"{name}.json").read_text("utf-8")
    read = WebhookParser("s", skip_signature_verification=lambda: True).parse(body, "")
    known = [type(one).__name__ for one in read]
    assert ("UnknownEvent" in known) == name.startswith("unknown")


async def test_lines_own_client_can_use_the_simulator(line: Simulator, house: House) -> None:
    mina = line.person(house.hook)
    await mina.say("안녕하세요")
    used = await asyncio.to_thread(_use, line, mina.user, house.facts[-1].data["_reply"])
    replied, pushed, taken, profile, quota, consumption, bot, endpoint = used
    assert taken == 409
    assert [replied.sent_messages[0].id, pushed.sent_messages[0].id] == [one.id for one in mina.bubbles if not one.mine]
    assert (profile.display_name, quota.value, consumption.total_usage) == ("미나", 200, 1)
    assert (bot.basic_id, endpoint.endpoint) == (line.basic_id, house.hook)


def _use(line: Simulator, user: str, token: str) -> list[Any]:
    """The client blocks: it has a thread of its own."""
    from linebot.v3 import messaging
    from linebot.v3.messaging.exceptions import ApiException

    key = "123e4567-e89b-12d3-a456-426614174000"
    with messaging.ApiClient(messaging.Configuration(host=line.url, access_token=line.token)) as client:
        api, words = messaging.MessagingApi(client), messaging.TextMessage(text="네, 미나 님")
        replied = api.reply_message(messaging.ReplyMessageRequest(replyToken=token, messages=[words]))
        push = messaging.PushMessageRequest(to=user, messages=[words])
        pushed = api.push_message(push, x_line_retry_key=key)
        with pytest.raises(ApiException) as taken:
            api.push_message(push, x_line_retry_key=key)
        api.show_loading_animation(messaging.ShowLoadingAnimationRequest(chatId=user, loadingSeconds=5))
        known = [api.get_profile(user), api.get_message_quota(), api.get_message_quota_consumption()]
        return [replied, pushed, taken.value.status, *known, api.get_bot_info(), api.get_webhook_endpoint()]


async def test_the_sdk_reads_what_we_send(line: Simulator, haneul: Line) -> None:
    from linebot.v3.messaging.models import Message

    mina = line.person("http://127.0.0.1:1/hooks/yard")
    party, link = Party(Kind.SCOPED, mina.user), "https://desk.haneul.example/f/a"
    files = (
        Media("image", "a", "image/png", size=1000, link=link),
        Media("audio", "a", "audio/mp4", size=1000, link=link, content=b""),
    )
    await haneul.send(Outbound("a", party, "보세요", 1, 2, media=files, buttons=CHOICE))
    await haneul.send(Outbound("b", party, "글" * 200, 1, 2, buttons=CHOICE))
    read = [Message.from_dict(one) for call in line.calls for one in call.json()["messages"]]
    assert [type(one).__name__ for one in read] == ["TemplateMessage", "ImageMessage", "AudioMessage", "TextMessage"]
    assert read[3].quick_reply.items[0].action.display_text == "예"
