"""Answers onto the line: whole, once, at the pace that is asked for, and what became of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from madang.channels.connector import Kind, Outbound, Party, Price, SendError, SetupError
from madang.channels.playing import Mood
from madang.connectors.sms_smpp import link, sending
from madang.connectors.sms_smpp.connector import Smpp
from madang.connectors.sms_smpp.receipts import names
from madang.connectors.sms_smpp.simulator import Simulator
from madang.connectors.sms_smpp.tests.conftest import MINA, channel
from madang.connectors.sms_smpp.tests.lines import Store, listening
from madang.tests import provider_kit

ANSWER = Outbound("k1", Party(Kind.PHONE, MINA, "미나"), "내일 도착해요 😊", 12, 34)
LONG = "주문하신 담요는 내일 오후에 도착해요. 기다려 주셔서 고맙습니다 😊 " * 4


async def test_an_answer_reaches_her_phone(smsc: Simulator, smpp: Smpp) -> None:
    phone = smsc.person("", number=MINA)
    sent = await smpp.send(ANSWER)
    assert (await phone.sees("내일 도착해요 😊")).id == sent.id


@pytest.mark.parametrize("long", ["udh", "payload"])
async def test_a_long_one_arrives_whole(smsc: Simulator, long: str) -> None:
    smpp = channel(smsc.form() | {"long": long})
    phone = smsc.person("", number=MINA)
    sent = await smpp.send(replace(ANSWER, text=LONG.strip()))
    assert (await phone.sees("담요")).text == LONG.strip()
    assert len(smsc.calls) == (3 if long == "udh" else 1)
    assert sent.id == "M0001"
    await smpp.close()


@pytest.mark.parametrize("extras", [True, False])
async def test_what_became_of_it_comes_back(smsc: Simulator, smpp: Smpp, extras: bool) -> None:
    smsc.extras, smsc.states = extras, ("ENROUTE", "UNDELIV")
    async with listening(smpp, Store()) as store:
        sent = await smpp.send(ANSWER)
        await store.until(2)
        facts = store.facts(smpp)
    assert [(fact.type, fact.state) for fact in facts] == [("receipt", "sent"), ("receipt", "failed")]
    assert {fact.about for fact in facts} <= {sent.id, *sent.aliases}
    assert facts[-1].text == "The message could not be delivered."


async def test_a_line_is_used_again_and_the_listening_one_is_another(smsc: Simulator, smpp: Smpp) -> None:
    async with listening(smpp, Store()):
        await asyncio.gather(*(smpp.send(replace(ANSWER, text=f"{n}")) for n in range(20)))
        assert len(smsc.lines) == 2


async def test_connectors_come_and_go_and_the_line_stays(smsc: Simulator) -> None:
    """The house binds a channel to a new connector every few seconds; an SMSC counts binds."""
    some = [channel(smsc.form()) for _ in range(5)]
    for one in some:
        await one.send(ANSWER)
    assert len(smsc.lines) == 1
    for one in some[1:]:
        await one.close()
    await some[0].send(ANSWER)
    assert len(smsc.lines) == 1
    await some[0].close()
    async with asyncio.timeout(5):
        while smsc.lines:
            await asyncio.sleep(0.01)


async def test_another_process_sends_beside_it(smsc: Simulator) -> None:
    """One that sends and one that listens, both transceivers: what customers write goes to the one that listens."""
    sender, listener = channel(smsc.form()), channel(smsc.form())
    await sender.send(ANSWER)
    smsc.states = ()
    await smsc.person("", number=MINA).say("답장이에요")
    async with listening(listener, Store()) as store:
        await store.until(2)  # the receipt of before, and her message
        assert [fact.text for fact in store.facts(listener) if fact.type == "message"] == ["답장이에요"]
    await sender.close()


async def test_a_refusal_says_what_to_do_about_it(smsc: Simulator, smpp: Smpp) -> None:
    failed = await provider_kit.refused(smsc, lambda: smpp.send(ANSWER), 429, 400, 500, 401)
    assert provider_kit.whys(failed) == {429: "rate", 400: "invalid", 500: "down", 401: "auth"}
    assert [mood for mood, one in failed.items() if one.retry is not None] == [429]
    await smpp.send(ANSWER)  # the line is as good as before


@pytest.mark.parametrize("mood", ["silence", "drop"])
async def test_no_answer_leaves_it_unsure(
    smsc: Simulator, smpp: Smpp, mood: Mood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "PATIENCE", 0.3)
    smsc.will(mood)
    with pytest.raises(SendError) as failed:
        await smpp.send(ANSWER)
    assert failed.value.why == "unsure"
    await smpp.send(ANSWER)  # on a new line


async def test_nobody_there_is_down(smsc: Simulator, smpp: Smpp) -> None:
    await smsc.stop()
    with pytest.raises(SendError) as failed:
        await smpp.send(ANSWER)
    assert failed.value.why == "down"


async def test_an_address_inside_the_network_is_not_called(smsc: Simulator) -> None:
    made = channel(smsc.form())
    bare = Smpp(replace(made.config, allow_hosts=()))
    with pytest.raises(SendError) as failed:
        await bare.send(ANSWER)
    assert failed.value.why == "policy"
    with pytest.raises(SetupError, match="MADANG_ALLOW_HOSTS"):
        await bare.check()
    assert smsc.calls == []


async def test_a_later_part_waits_when_it_is_asked_to(
    smsc: Simulator, smpp: Smpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "FURTHER", (0.01, 0.01))
    phone = smsc.person("", number=MINA)
    answered = iter([None, 429, 503, None, None])
    monkeypatch.setattr(smsc, "_mood", lambda path: (next(answered, None), {}))
    await smpp.send(replace(ANSWER, text=LONG.strip()))
    assert (await phone.sees("담요")).text == LONG.strip()


async def test_half_a_message_is_unsure(smsc: Simulator, smpp: Smpp, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = iter([None, 400])
    monkeypatch.setattr(smsc, "_mood", lambda path: (next(answered, None), {}))
    with pytest.raises(SendError, match="Only the beginning") as failed:
        await smpp.send(replace(ANSWER, text=LONG))
    assert failed.value.why == "unsure"


async def test_the_pace_is_kept(smsc: Simulator) -> None:
    smpp = channel(smsc.form() | {"per_second": "50"})
    await smpp.send(ANSWER)
    begin = asyncio.get_running_loop().time()
    await asyncio.gather(*(smpp.send(ANSWER) for _ in range(10)))
    assert asyncio.get_running_loop().time() - begin >= 0.18
    await smpp.close()


@pytest.mark.parametrize(
    ("given", "way", "reported"),
    [("000A1", "same", "a1"), ("1A", "decimal", "26"), ("26", "hexadecimal", "1a"), ("x-1", "decimal", "x-1")],
)
def test_a_name_is_known_however_the_receipt_writes_it(given: str, way: str, reported: str) -> None:
    assert reported in (given, *names(given, way))


def test_numbers_are_written_as_the_smsc_has_them(smsc: Simulator) -> None:
    assert channel(smsc.form()).account.called(MINA) == "821012345678"
    inside = channel(smsc.form() | {"numbers": "national"}).account
    assert inside.called(MINA) == "01012345678"
    assert [inside.customer(*one) for one in (("01012345678", 0), ("821012345678", 0), ("821012345678", 1))] == [
        MINA
    ] * 3
    with pytest.raises(SendError, match="no phone number"):
        inside.called("미나")


def test_it_costs_by_its_parts(smsc: Simulator) -> None:
    smpp = channel(smsc.form() | {"price_sms": "9"})
    assert smpp.price(replace(ANSWER, text="가" * 71)) == Price(18_000, "KRW")
    assert channel(smsc.form()).price(ANSWER) is None
    assert smpp.link("AB12CD34EF") == "sms:+8215880000?&body=%5BMDG-AB12CD34EF%5D"


async def test_a_set_up_that_is_right_is_taken(smpp: Smpp) -> None:
    await smpp.check()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"port": "1"}, "port"),
        ({"host": "smsc.invalid"}, "host"),
        ({"region": "Korea"}, "region"),
        ({"price_sms": "viel"}, "price_sms"),
        ({"port": "70000"}, "port"),
    ],
)
async def test_what_is_wrong_in_the_set_up_is_said_at_its_field(
    smsc: Simulator, wrong: dict[str, str], field: str
) -> None:
    assert (await provider_kit.blamed(channel(smsc.form() | wrong))).field == field
