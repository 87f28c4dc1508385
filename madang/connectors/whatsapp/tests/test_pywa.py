"""pywa, the SDK of others, as judge: the simulator satisfies its client, and our requests are like its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pywa import handlers
from pywa.client import WhatsApp as Pywa
from pywa.errors import ReEngagementMessage
from pywa.types import callback, templates

from madang.channels.connector import Button, Kind, Outbound, Party
from madang.connectors.whatsapp import sending
from madang.connectors.whatsapp.connector import WhatsApp
from madang.connectors.whatsapp.simulator import Simulator
from madang.connectors.whatsapp.simulator.phone import Phone
from madang.connectors.whatsapp.tests.conftest import House
from madang.connectors.whatsapp.tests.test_templates import SHIPPED
from madang.lib.meta import GRAPH


@pytest.fixture
def client(meta: Simulator) -> Iterator[Pywa]:
    with httpx.Client() as session:
        made = Pywa(phone_id=meta.phone_id, token=meta.token, server=None, session=session)
        session.base_url = httpx.URL(f"{meta.url}/{GRAPH}")
        yield made


@pytest.fixture
async def mina(meta: Simulator, house: House) -> Phone:
    made = meta.person(house.url)
    await made.say("안녕하세요")
    return made


def same(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """But for the tracker, which is ours alone."""
    return {key: one for key, one in ours.items() if key != "biz_opaque_callback_data"} == theirs


async def test_our_requests_are_like_those_of_pywa(meta: Simulator, client: Pywa, mina: Phone) -> None:
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


async def test_a_list_is_pywas_list(meta: Simulator, client: Pywa, mina: Phone) -> None:
    rows = [callback.SectionRow(title=label, callback_data=label) for label in ("배송", "환불", "교환", "기타")]
    chosen = callback.SectionList("선택하기", [callback.Section(title="선택하기", rows=rows)])
    await asyncio.to_thread(client.send_message, mina.number, "무엇을요?", buttons=chosen)
    buttons = tuple(Button(one.title) for one in rows)
    ours = Outbound("k", Party(Kind.PHONE, mina.number), "무엇을요?", 1, 1, buttons=buttons, language="ko")
    assert same(sending.message(ours, None), meta.calls[-1].json())
    assert mina.bubbles[-1].kind == "list"


async def test_a_template_is_pywas_template(meta: Simulator, client: Pywa, mina: Phone) -> None:
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


async def test_its_client_reads_files_templates_and_errors(meta: Simulator, client: Pywa, mina: Phone) -> None:
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
    await whatsapp.send(Outbound("k", Party(Kind.SCOPED, mina.user_id), "네", 1, 1))
    await meta.settled()
    states: list[tuple[str, Any]] = []
    judge = Pywa(phone_id=meta.phone_id, token="x", server=None, validate_updates=False, verify_token="v")
    judge.add_handlers(
        handlers.MessageStatusHandler(lambda _, status: states.append((str(status.status), status.tracker)))
    )
    for one in house.took:
        judge.webhook_update_handler(one.request.body)
    assert states == [("sent", "k"), ("delivered", "k")]
