"""pywa, the SDK of others, as judge: the simulator satisfies its client, and our requests are like its own.

It is imported where it is used: the quick tests do not wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from madang.channels.connector import Button, Kind, Outbound, Party
from madang.channels.playing import Bubble, Shown
from madang.connectors.whatsapp import sending
from madang.connectors.whatsapp.connector import WhatsApp
from madang.connectors.whatsapp.simulator import Simulator
from madang.connectors.whatsapp.simulator.phone import Phone
from madang.connectors.whatsapp.tests.conftest import House
from madang.connectors.whatsapp.tests.test_templates import SHIPPED
from madang.lib.meta import GRAPH

pytestmark = pytest.mark.slow


@pytest.fixture
def client(meta: Simulator) -> Iterator[Any]:
    from pywa.client import WhatsApp as Pywa

    with httpx.Client() as session:
        made = Pywa(phone_id=meta.phone_id, token=meta.token, server=None, session=session)
        session.base_url = httpx.URL(f"{meta.url}/{GRAPH}")
        yield made


@pytest.fixture
async def mina(meta: Simulator, house: House) -> Phone:
    made = meta.person(house.url)
    await made.say("안녕하세요")
    return made


def _judge(meta: Simulator, **more: Any) -> Any:
    from pywa.client import WhatsApp as Pywa

    return Pywa(phone_id=meta.phone_id, token="x", server=None, verify_token="v", **more)


def same(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """But for the tracker, which is ours alone."""
    return {key: one for key, one in ours.items() if key != "biz_opaque_callback_data"} == theirs


async def test_our_requests_are_like_those_of_pywa(meta: Simulator, client: Any, mina: Phone) -> None:
    from pywa.types import callback

    party = Party(Kind.PHONE, f"+{mina.number}")
    words = Outbound("k", party, "내일 도착해요.", 1, 1)
    sent = await asyncio.to_thread(client.send_message, mina.number, "내일 도착해요.")
    assert sent.id == mina.bubbles[-1].id
    assert same(sending.message(words, None) | {"text": {"body": "내일 도착해요."}}, _plain(meta))
    pressed = [callback.Button("환불", "refund"), callback.Button("교환", "swap")]
    await asyncio.to_thread(client.send_message, mina.number, "무엇을요?", buttons=pressed)
    ours = Outbound("k", party, "무엇을요?", 1, 1, buttons=(Button("환불", "refund"), Button("교환", "swap")))
    assert same(sending.message(ours, None), meta.calls[-1].json())
    link = callback.URLButton("조회", "https://haneul.example/t")
    await asyncio.to_thread(client.send_message, mina.number, "보세요", buttons=link)
    ours = Outbound("k", party, "보세요", 1, 1, buttons=(Button("조회", url="https://haneul.example/t"),))
    assert same(sending.message(ours, None), meta.calls[-1].json())
    await asyncio.to_thread(client.send_reaction, mina.number, "👍", mina.bubbles[0].id)
    assert mina.bubbles[0].reaction == "👍"


def _plain(meta: Simulator) -> dict[str, Any]:
    made: dict[str, Any] = meta.calls[-1].json()
    return made | {"text": {"body": made["text"]["body"]}}


async def test_a_list_is_pywas_list(meta: Simulator, client: Any, mina: Phone) -> None:
    from pywa.types import callback

    rows = [callback.SectionRow(title=label, callback_data=label) for label in ("배송", "환불", "교환", "기타")]
    chosen = callback.SectionList("선택하기", [callback.Section(title="선택하기", rows=rows)])
    await asyncio.to_thread(client.send_message, mina.number, "무엇을요?", buttons=chosen)
    buttons = tuple(Button(one.title) for one in rows)
    ours = Outbound("k", Party(Kind.PHONE, mina.number), "무엇을요?", 1, 1, buttons=buttons, language="ko")
    assert same(sending.message(ours, None), meta.calls[-1].json())
    assert mina.bubbles[-1].kind == "list"


async def test_a_template_is_pywas_template(meta: Simulator, client: Any, mina: Phone) -> None:
    from pywa.types import templates

    kinds: Any = templates  # its overloads are not what it does
    header, body = kinds.HeaderText.params("8412"), kinds.BodyText.params("미나", "내일")
    params = [header, body, kinds.URLButton.params(url_variable="8412", index=1)]
    korean = templates.TemplateLanguage.KOREAN
    await asyncio.to_thread(client.send_template, mina.number, "order_shipped", korean, params)
    theirs = meta.calls[-1].json()["template"]
    ours = sending.template(SHIPPED)
    assert (ours["name"], ours["language"]["code"]) == (theirs["name"], theirs["language"]["code"])
    for one, other in zip(ours["components"], theirs["components"], strict=True):
        assert one["type"] == other["type"].lower()
        assert [part["text"] for part in one["parameters"]] == [part["text"] for part in other["parameters"]]


async def test_its_client_reads_files_templates_and_errors(meta: Simulator, client: Any, mina: Phone) -> None:
    from pywa.errors import ReEngagementMessage

    held = await asyncio.to_thread(client.upload_media, b"%PDF", "application/pdf", "영수증.pdf")
    assert held is not None
    url = await asyncio.to_thread(client.get_media_url, held.id)
    assert (url.mime_type, url.file_size) == ("application/pdf", 4)
    assert await asyncio.to_thread(client.get_media_bytes, url=url.url) == b"%PDF"
    found = await asyncio.to_thread(client.get_templates, waba_id=meta.waba_id)
    assert {one.name for one in found} == {one["name"] for one in meta.templates}
    mina.wrote = None
    with pytest.raises(ReEngagementMessage):
        await asyncio.to_thread(client.send_message, mina.number, "늦었어요")


async def test_it_understands_the_receipts(meta: Simulator, whatsapp: WhatsApp, house: House, mina: Phone) -> None:
    from pywa import handlers

    await whatsapp.send(Outbound("k", Party(Kind.SCOPED, mina.user_id), "네", 1, 1))
    await meta.settled()
    states: list[tuple[str, Any]] = []
    judge = _judge(meta, validate_updates=False)
    judge.add_handlers(
        handlers.MessageStatusHandler(lambda _, status: states.append((str(status.status), status.tracker)))
    )
    for one in house.requests:
        judge.webhook_update_handler(one.body)
    assert states == [("sent", "k"), ("delivered", "k")]


def _pywa(house: House, meta: Simulator) -> list[Any]:
    """Everything that came, as pywa reads it; it proves the signatures with its own code."""
    from pywa import handlers

    read: list[Any] = []
    judge = _judge(meta, app_secret=meta.app_secret)
    for kind in (
        handlers.MessageHandler,
        handlers.EditedMessageHandler,
        handlers.DeletedMessageHandler,
        handlers.CallbackButtonHandler,
        handlers.CallbackSelectionHandler,
        handlers.MessageStatusHandler,
        handlers.PhoneNumberChangeHandler,
    ):
        judge.add_handlers(kind(lambda _, update: read.append(update)))
    for one in house.requests:
        header = one.headers["x-hub-signature-256"]
        assert judge.webhook_update_validator(one.body, header) is None
        assert judge.webhook_update_handler(one.body) == ("ok", 200)
    return read


async def test_pywa_reads_what_the_simulator_posts(meta: Simulator, house: House) -> None:
    mina, mia = meta.person(house.url), meta.person(house.url, "Mia", hidden=True)
    first = await mina.say("배송 언제 와요?")
    await mia.say("Where is my tent?")
    await mina.say("", [Shown("영수증.pdf", "application/pdf", b"%PDF")])
    await mina.do("react", first, "🙏")
    await mina.do("edit", first, "언제 와요?")
    await mina.do("unsend", first)
    await mina.press(Bubble("wamid.X", False, kind="list"), Button("배송", "topic:delivery"))
    await mina.press(Bubble("wamid.X", False), Button("환불", "refund"))
    await mina.press(Bubble("wamid.X", False, kind="template"), Button("답장하기"))
    await mina.moves("821055559999")
    read = _pywa(house, meta)
    assert [type(one).__name__ for one in read] == [
        *["Message"] * 4,
        "EditedMessage",
        "DeletedMessage",
        "CallbackSelection",
        "CallbackButton",
        "CallbackButton",
        "PhoneNumberChange",
    ]
    text, hidden, file, face, edit, gone, chosen, pressed, quick, moved = read
    assert (text.text, text.from_user.wa_id, text.from_user.name) == ("배송 언제 와요?", "821055550001", "미나")
    assert (hidden.from_user.wa_id, hidden.from_user.bsuid) == (None, mia.user_id)
    assert file.document.filename == "영수증.pdf"
    assert (face.reaction.emoji, face.reaction.message_id) == ("🙏", first.id)
    assert (edit.original_message_id, gone.original_message_id) == (first.id, first.id)
    assert (chosen.data, pressed.data, quick.data) == ("topic:delivery", "refund", "답장하기")
    assert (moved.old_wa_id, moved.new_wa_id) == ("821055550001", "821055559999")
