"""Bizgo's own SDK as the judge: it is content with our Bizgo, reads its webhooks, and asks as our connector asks.

It is imported where it is used: the quick tests do not wait for it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.channels.connector import Button, Media
from madang.channels.playing import Asked, Shown
from madang.connectors.kakao_consult.simulator import Simulator
from madang.connectors.kakao_consult.simulator.relay import multipart
from madang.connectors.kakao_consult.tests.conftest import House, answer

GIF = Media("image", "표.gif", "image/gif", b"GIF89a" + b"x" * 500, size=506)
PDF = Media("file", "영수증.pdf", "application/pdf", b"%PDF" + b"y" * 300, size=304)
KINDS = ("message", "reference", "expired_session", "seen_info", "personal_info", "cert_result", "result")

pytestmark = pytest.mark.slow


@pytest.fixture
async def sdk(bizgo: Simulator) -> AsyncIterator[Any]:
    """The official client, at our Bizgo."""
    async with client(bizgo) as made:
        yield made


def client(simulator: Simulator) -> Any:
    import bizgo

    return bizgo.AsyncBizgo(api_key=simulator.relay.secret, base_url=simulator.url, rate_limit=None, max_retries=0)


async def test_every_webhook_is_read_by_the_sdk(bizgo: Simulator, home: House) -> None:
    from bizgo import webhooks

    mina = bizgo.person(home.hook, extra="order_number=17")
    await mina.say("안녕하세요", [Shown("a.jpg", "image/jpeg", b"\xff\xd8\xff")])
    await home.connector.send(answer(mina, "네"))
    for step in (mina.introduce, mina.certify, mina.leave):
        await step()
    await mina.do("read")
    seen = {kind for kind, _ in bizgo.posted}
    assert seen >= set(KINDS) - {"result"}
    for kind, body in bizgo.posted:
        read = getattr(webhooks, f"parse_counsel_{kind}")(body)
        assert read.user_key == mina.key
        assert read.sender_key == bizgo.relay.sender_key
    assert webhooks.counsel_ack() == json.loads(home.replies[0])


async def test_the_sdk_reads_the_answers_of_our_bizgo(bizgo: Simulator, home: House, sdk: Any) -> None:
    mina = bizgo.person(home.hook)
    await mina.say("네")
    who = {"userKey": mina.key, "senderKey": bizgo.relay.sender_key}
    said = await sdk.counsel.messages.send_plain({**who, "msgType": "TEXT", "message": "네", "ref": "r"})
    assert mina.bubbles[-1].id == said.msg_key
    picture = await sdk.counsel.files.upload_image(b"GIF89a", sender_key=who["senderKey"], filename="a.gif")
    file = await sdk.counsel.files.upload(b"%PDF", sender_key=who["senderKey"], filename="a.pdf", file_type="file")
    assert picture.img_url
    assert file.file_url
    assert (file.file_name, file.size) == ("a.pdf", "4")
    session = await sdk.counsel.sessions.get(user_key=mina.key)
    assert str(session.session.session_id) == mina.session
    await sdk.counsel.consult_time.get(sender_key=who["senderKey"])
    await sdk.counsel.messages.delete({"cstalk": {**who, "msgKey": said.msg_key}})
    assert (await sdk.counsel.sessions.end(who)).msg_key


@pytest.mark.parametrize(
    ("wrong", "error"),
    [("key", "AuthenticationError"), ("session", "BadRequestError"), (429, "RateLimitError")],
)
async def test_the_sdk_reads_the_refusals(bizgo: Simulator, home: House, wrong: str | int, error: str) -> None:
    import bizgo as sdk

    mina = bizgo.person(home.hook)
    if wrong == "key":
        bizgo.relay.secret += "x"
    if isinstance(wrong, int):
        bizgo.will(wrong)
    async with client(bizgo) as made:
        if wrong == "key":
            bizgo.relay.secret += "y"
        form = {"userKey": mina.key, "senderKey": bizgo.relay.sender_key, "msgType": "TEXT", "message": "네"}
        with pytest.raises(getattr(sdk, error)):
            await made.counsel.messages.send_plain(form)


async def asked(simulator: Simulator, doing: Any) -> Asked:
    """The last call that this makes."""
    await doing
    return simulator.calls[-1]


def same(ours: Asked, theirs: Asked) -> None:
    """Method, path, key, kind of body, body."""
    assert (ours.method, ours.path, ours.query) == (theirs.method, theirs.path, theirs.query)
    assert ours.headers.get("authorization") == theirs.headers.get("authorization")
    kinds = [one.headers.get("content-type", "").partition(";")[0] for one in (ours, theirs)]
    assert kinds[0] == kinds[1]
    if kinds[0] == "multipart/form-data":
        assert multipart(ours) == multipart(theirs)
    elif ours.body or theirs.body:
        assert ours.json() == theirs.json()


async def test_our_connector_asks_as_the_sdk_asks(bizgo: Simulator, home: House, sdk: Any) -> None:
    mina = bizgo.person(home.hook)
    await mina.say("네")
    connector, messages, files = home.connector, sdk.counsel.messages, sdk.counsel.files
    who = {"userKey": mina.key, "senderKey": bizgo.relay.sender_key}
    plain = {**who, "msgType": "TEXT", "message": "내일 가요", "ref": "k-1"}
    same(
        await asked(bizgo, connector.send(answer(mina, "내일 가요"))),
        await asked(bizgo, messages.send_plain(plain)),
    )
    button = {"type": "WL", "name": "보기", "urlMobile": "https://s.example/1", "urlPc": "https://s.example/1"}
    rich = {**plain, "attachment": {"buttons": [button]}}
    pressed = answer(mina, "내일 가요", buttons=(Button("보기", url="https://s.example/1"),))
    same(await asked(bizgo, connector.send(pressed)), await asked(bizgo, messages.send_rich(rich)))

    uploaded = connector.dealer.upload
    picture = files.upload_image(GIF.content, sender_key=who["senderKey"], filename=GIF.name, image_type="rich")
    same(await asked(bizgo, uploaded(GIF, "IMAGE", True)), await asked(bizgo, picture))
    file = files.upload(PDF.content, sender_key=who["senderKey"], filename=PDF.name, file_type="file")
    same(await asked(bizgo, uploaded(PDF, "FILE", False)), await asked(bizgo, file))

    same(
        await asked(bizgo, connector.check()),
        await asked(bizgo, sdk.counsel.consult_time.get(sender_key=who["senderKey"])),
    )
    ours = await asked(bizgo, connector.act("close", answer(mina).to))
    await mina.say("또 왔어요")
    same(ours, await asked(bizgo, sdk.counsel.sessions.end(who)))


async def test_the_request_models_of_the_sdk_accept_every_bubble(bizgo: Simulator, home: House) -> None:
    mina = bizgo.person(home.hook)
    await mina.say("네")
    rows = [{"title": "결제", "text": "39,000원"}, {"title": "배송비", "text": "무료"}]
    cards = [{"title": "가방", "text": "신상", "buttons": [{"label": "보기", "url": "https://s/1"}]}] * 2
    for out in (
        answer(mina, media=(PDF,)),
        answer(mina, "표", media=(GIF,), buttons=(Button("환불", "refund"),)),
        answer(mina, "내역", data={"list": {"header": "주문", "items": rows}}),
        answer(mina, media=(GIF, GIF), data={"carousel": cards}),
    ):
        await home.connector.send(out)
        call = bizgo.calls[-1]
        rich = call.path.endswith("rich")
        model = bizgo_model("CounselRichMessageRequest" if rich else "CounselPlainMessageRequest")
        read = model.model_validate(call.json())
        assert read.model_dump(by_alias=True, exclude_none=True) == call.json()


def bizgo_model(name: str) -> Any:
    from bizgo.models import _generated_request as models

    return getattr(models, name)
