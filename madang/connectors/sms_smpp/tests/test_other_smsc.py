"""The judge: an SMSC that is neither ours nor smpp34's (npm ``smpp``), as a process of its own that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from madang.channels.connector import Kind, Outbound, Party, SendError, SetupError
from madang.connectors.sms_smpp import listening as listening_module
from madang.connectors.sms_smpp.simulator import Simulator
from madang.connectors.sms_smpp.tests.conftest import MINA, channel
from madang.connectors.sms_smpp.tests.lines import Store, listening

SCRIPT = Path(__file__).with_name("smsc.js")
NODE = shutil.which("node")
LONG = "주문하신 담요는 내일 오후에 도착해요. 기다려 주셔서 고맙습니다 😊 " * 4
ANSWER = Outbound("k1", Party(Kind.PHONE, MINA), LONG.strip(), 12, 34)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(NODE is None, reason="there is no node here to run npm's SMSC")]


@dataclass
class Other:
    """The process. ``told`` is what it said."""

    process: asyncio.subprocess.Process
    port: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    async def start(cls, port: int = 0) -> Other:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(str(NODE), str(SCRIPT), str(port), stdin=pipe, stdout=pipe)
        made = cls(process)
        made.port = (await made.hears("listening"))["port"]
        return made

    async def hears(self, event: str, seconds: float = 10) -> dict[str, Any]:
        """The next such event."""
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            while True:
                line = await self.process.stdout.readline()
                if not line:
                    raise EOFError("the SMSC ended")
                self.told.append(json.loads(line))
                if self.told[-1]["event"] == event:
                    return self.told[-1]

    def order(self, **what: Any) -> None:
        """Tell it to do something."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what).encode() + b"\n")

    async def end(self) -> None:
        """Kill it."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    def form(self, **more: str) -> dict[str, str]:
        """A channel of this SMSC."""
        given = Simulator().form() | {"port": str(self.port)}
        del given["binds"]  # as the form begins: a receiver and transmitters
        return given | more


@pytest.fixture
async def other() -> AsyncIterator[Other]:
    made = await Other.start()
    yield made
    await made.end()


async def test_a_wrong_password_is_said_at_its_field(other: Other) -> None:
    with pytest.raises(SetupError, match="password") as failed:
        await channel(other.form(password="wrong")).check()
    assert failed.value.field == "password"
    with pytest.raises(SendError) as refused:
        await channel(other.form(password="wrong")).send(ANSWER)
    assert refused.value.why == "auth"
    await channel(other.form()).check()


@pytest.mark.parametrize("more", [{}, {"long": "payload"}, {"binds": "transceiver"}])
async def test_a_long_answer_is_read_there_and_reported_back(other: Other, more: dict[str, str]) -> None:
    smpp = channel(other.form(**more))
    count = 1 if more.get("long") else 3
    async with listening(smpp, Store()) as store:
        sent = await smpp.send(ANSWER)
        heard = [await other.hears("submit") for _ in range(count)]
        # each line that may receive reports: with transceivers the sending one refuses
        await store.until(count)
        facts = store.facts(smpp)
    await smpp.close()
    assert "".join(one["message"] for one in heard) == LONG.strip()
    assert {(one["from"], one["to"], one["ton"], one["coding"]) for one in heard} == {
        ("15880000", "821012345678", 1, 8)
    }
    if count == 3:
        assert [one["udh"][-2:] for one in heard] == [[3, 1], [3, 2], [3, 3]]
        assert len({one["udh"][-3] for one in heard}) == 1
    assert {fact.about for fact in facts} == {sent.id, *sent.aliases}
    assert {fact.state for fact in facts} == {"delivered"}


async def test_a_long_text_of_hers_comes_as_one_and_is_acknowledged(other: Other) -> None:
    smpp, text = channel(other.form()), LONG.strip()
    parts = [
        {"udh": [5, 0, 3, 0x2A, 2, 2], "text": text[67:]},
        {"udh": [5, 0, 3, 0x2A, 2, 1], "text": text[:67]},
    ]
    async with listening(smpp, Store()) as store:
        await other.hears("bound")
        other.order(**{"from": "821012345678", "parts": parts})
        assert [(await other.hears("acknowledged"))["status"] for _ in parts] == [0, 0]
        await store.until(1)
        (fact,) = store.facts(smpp)
    assert (fact.text, fact.party and fact.party.value) == (text, MINA)


async def test_a_slower_pace_is_asked_for(other: Other) -> None:
    smpp = channel(other.form())
    other.order(refuse=["ESME_RTHROTTLED", "ESME_RINVDSTADR", "ESME_RMSGQFUL"])
    await smpp.check()  # the order is heard before what comes after it
    why = []
    for _ in range(3):
        with pytest.raises(SendError) as failed:
            await smpp.send(ANSWER)
        why.append(failed.value.why)
    assert why == ["rate", "invalid", "rate"]
    assert (await smpp.send(ANSWER)).id == "n1"
    await smpp.close()


async def test_a_killed_smsc_is_found_again(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening_module, "PAUSE", 0.2)
    smpp = channel(other.form())
    async with listening(smpp, Store()) as store:
        await smpp.send(ANSWER)
        await other.end()
        with pytest.raises(SendError):
            await smpp.send(ANSWER)
        again = await Other.start(other.port)
        try:
            await again.hears("bound")
            again.order(**{"from": "821012345678", "parts": [{"text": "다시 연결됐네요"}]})
            async with asyncio.timeout(5):
                while "다시 연결됐네요" not in [fact.text for fact in store.facts(smpp)]:
                    await asyncio.sleep(0.01)
            assert (await smpp.send(ANSWER)).id == "n1"
        finally:
            await smpp.close()
            await again.end()
