"""What comes off the line: acknowledged when it is stored, put together, never lost, never twice."""

from __future__ import annotations

import asyncio
import time
from random import Random

import pytest
import smpp34

from madang.channels.connector import SetupError
from madang.connectors.sms_smpp import listening as listening_module
from madang.connectors.sms_smpp.connector import Smpp
from madang.connectors.sms_smpp.pdu import Pdu, split
from madang.connectors.sms_smpp.puzzle import AGAIN, WAIT, Puzzle, digest
from madang.connectors.sms_smpp.simulator import Simulator
from madang.connectors.sms_smpp.tests.conftest import MINA, channel
from madang.connectors.sms_smpp.tests.lines import Store, listening
from madang.lib import sms_alphabet

LONG = (
    "반품하고 싶어요. 색상이 사진과 다르고 사이즈도 맞지 않아서 환불 부탁드려요. 빠른 답변 기다리겠습니다. " * 3 + "😀"
)


async def test_a_text_of_hers_arrives(smsc: Simulator, smpp: Smpp) -> None:
    async with listening(smpp, Store()) as store:
        await smsc.person("", number=MINA).say("안녕하세요 😀")
        await store.until(1)
        (fact,) = store.facts(smpp)
        assert (fact.type, fact.text, fact.party and fact.party.value) == ("message", "안녕하세요 😀", MINA)


async def test_a_long_text_arrives_as_one(smsc: Simulator, smpp: Smpp) -> None:
    phone = smsc.person("", number=MINA)
    for packet in reversed(phone.packets(LONG)):  # and out of order
        smsc.put(packet)
    async with listening(smpp, Store()) as store:
        await store.until(1)
        (fact,) = store.facts(smpp)
        assert fact.text == LONG


async def test_nothing_is_acknowledged_before_it_is_stored(smsc: Simulator, smpp: Smpp) -> None:
    """The house dies while it stores: the SMSC still has the message, and gives it out again."""
    phone = smsc.person("", number=MINA)
    pairs = smpp.listener.listen("")
    await anext(pairs)
    await phone.say("첫 문자")
    deliveries, _ = await anext(pairs)  # in hand, not stored
    assert len(deliveries) == 1
    await pairs.aclose()
    assert len(smsc.waiting) == 1
    async with listening(channel(smsc.form()), Store()) as store:
        await store.until(1)
        assert [fact.text for fact in store.facts(smpp)] == ["첫 문자"]


async def test_what_was_stored_and_not_acknowledged_is_not_taken_twice(smsc: Simulator, smpp: Smpp) -> None:
    """It died between storing and acknowledging: the cursor knows."""
    phone = smsc.person("", number=MINA)
    pairs = smpp.listener.listen("")
    await anext(pairs)
    await phone.say("한 번만")
    _, cursor = await anext(pairs)
    await pairs.aclose()
    async with listening(channel(smsc.form()), Store(cursor)) as store:
        await phone.say("그다음")
        await store.until(1)
        assert [fact.text for fact in store.facts(smpp)] == ["그다음"]
        async with asyncio.timeout(5):
            while smsc.waiting:  # acknowledged once it is stored
                await asyncio.sleep(0.01)


async def test_the_same_words_twice_are_two_messages(smsc: Simulator, smpp: Smpp) -> None:
    phone = smsc.person("", number=MINA)
    async with listening(smpp, Store()) as store:
        await phone.say("네")
        await store.until(1)
        await phone.say("네")
        await store.until(2)
        assert len({one.key for one in store.deliveries}) == 2


async def test_a_part_survives_the_process_that_took_it(smsc: Simulator, smpp: Smpp) -> None:
    first, *rest = smsc.person("", number=MINA).packets(LONG)
    store = Store()
    async with listening(smpp, store):
        smsc.put(first)
        async with asyncio.timeout(5):
            while smsc.waiting or not store.cursor:
                await asyncio.sleep(0.01)
    assert store.deliveries == []
    async with listening(channel(smsc.form()), store):
        for packet in rest:
            smsc.put(packet)
        await store.until(1)
    assert [fact.text for fact in store.facts(smpp)] == [LONG]


async def test_whenever_it_is_killed_each_text_arrives_once_and_in_order(smsc: Simulator) -> None:
    """Lines break and processes end at any moment; what is left is what was stored, and the SMSC's memory."""
    dice, store, phone = Random(20261122), Store(), smsc.person("", number=MINA)
    texts = [f"{n}번째 {'긴 문자예요. ' * dice.choice((1, 1, 20))}".strip() for n in range(60)]
    for words in texts:
        await phone.say(words)
    kills = 0
    async with asyncio.timeout(20):
        while smsc.waiting or len(store.deliveries) < len(texts):
            async with listening(channel(smsc.form()), store):
                if kills < 40:
                    await asyncio.sleep(dice.uniform(0, 0.006))  # the moment of the kill, not a wait
                    kills += 1
                else:
                    await store.until(len(texts))
    assert [fact.text for fact in store.facts(channel(smsc.form()))] == texts


async def test_a_lost_line_is_taken_up_again(smsc: Simulator, smpp: Smpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening_module, "PAUSE", 0.01)
    phone = smsc.person("", number=MINA)
    async with listening(smpp, Store()) as store:
        await phone.say("하나")
        await store.until(1)
        await smsc.hang_up()
        await phone.say("둘")
        await store.until(2)
        assert [fact.text for fact in store.facts(smpp)] == ["하나", "둘"]


async def test_a_line_that_does_not_come_back_is_said_in_words(
    smsc: Simulator, smpp: Smpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening_module, "PAUSE", 0.001)
    await smsc.stop()
    with pytest.raises(SetupError, match="does not answer on this port"):
        async for _ in smpp.listen(""):
            pass


def pdus(smsc: Simulator, text: str) -> list[Pdu]:
    """As they come off the line."""
    raws = [
        smpp34.DeliverSm(**{**packet, "sequence_number": number}).encode()
        for number, packet in enumerate(smsc.person("", number=MINA).packets(text), start=1)
    ]
    return [Pdu(5, 0, 1, raw[16:], raw) for raw in raws]


def test_what_has_waited_long_enough_is_shown_as_far_as_it_came() -> None:
    smpp, puzzle = channel(Simulator().form()), Puzzle()
    first, second, third = pdus(Simulator(), LONG)
    begin = time.time()
    assert [puzzle.take(one, begin) for one in (third, first)] == [[], []]
    assert puzzle.overdue(begin + WAIT - 1) == []
    kept = Puzzle.read(str(puzzle))  # another process goes on
    (delivery,) = kept.overdue(begin + WAIT)
    (fact,) = smpp.parse(delivery)
    parts = sms_alphabet.parts(LONG)
    assert fact.text == f"{parts[0]}[…]{parts[2]}"
    assert fact.data["missing_parts"] == [2]
    assert kept.take(second, begin + WAIT + 1) == []  # the late one comes by itself, later
    assert str(Puzzle.read(str(puzzle))) == str(puzzle)


def test_a_part_that_comes_twice_counts_once() -> None:
    puzzle = Puzzle()
    first, second, third = pdus(Simulator(), LONG)
    taken = [puzzle.take(one, 1.0) for one in (first, first, second, second, third)]
    assert [len(one) for one in taken] == [0, 0, 0, 0, 1]
    assert len(split(taken[-1][0].body)) == 3


def test_a_reference_that_begins_anew_loses_nothing() -> None:
    """A phone counts to 255 and then begins again; the earlier message had lost a part."""
    smpp, puzzle = channel(Simulator().form()), Puzzle()
    old, new = pdus(Simulator(), LONG), pdus(Simulator(), LONG.replace("반품", "교환"))
    same = [Pdu(5, 0, 1, one.body, one.raw) for one in _renumbered(new, old[0])]
    made = [delivery for one in (old[0], *same) for delivery in puzzle.take(one, 1.0)]
    texts = [fact.text for one in made for fact in smpp.parse(one)]
    assert texts[0].startswith("반품")
    assert texts[0].endswith("[…]")
    assert texts[1] == LONG.replace("반품", "교환")


def _renumbered(pdus: list[Pdu], like: Pdu) -> list[Pdu]:
    """With the reference of ``like``."""
    place = like.raw.index(bytes((5, 0, 3)))
    made = []
    for one in pdus:
        raw = one.raw[: place + 3] + like.raw[place + 3 : place + 4] + one.raw[place + 4 :]
        made.append(Pdu(5, 0, 1, raw[16:], raw))
    return made


def test_ever_more_parts_do_not_fill_the_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madang.connectors.sms_smpp.puzzle.MOST", 3)
    puzzle = Puzzle()
    for number in range(6):
        head, *_ = pdus(Simulator(), LONG)
        raw = head.raw.replace(b"821012345678", f"8210123456{number:02d}".encode())
        puzzle.take(Pdu(5, 0, 1, raw[16:], raw), float(number))
    assert len(puzzle.overdue(6.0)) == 3
    assert len(puzzle.parts) == 3


def test_what_comes_again_much_later_is_new() -> None:
    """She says the same once more: her words are not taken for a repeat for ever, however busy the line is."""
    puzzle = Puzzle()
    (said,) = pdus(Simulator(), "네")
    puzzle.open, puzzle.open_at = [digest(said)], 1_000.0
    after = Puzzle.read(str(puzzle))
    after.new_line()
    after.open, after.open_at = ["another"], 1_100.0  # the line goes on
    assert not Puzzle.read(str(after)).known(said, 1_000.0 + AGAIN + 1)
    assert after.known(said, 1_000.0 + AGAIN - 1)
    assert not after.known(said, 1_000.0 + AGAIN - 1)  # once


@pytest.mark.parametrize("cursor", ["", "{", "null", "7", '{"parts": 1}', "x" * 10])
def test_a_cursor_that_is_none_is_the_beginning(cursor: str) -> None:
    assert str(Puzzle.read(cursor)) == ""


def test_what_is_no_message_goes_to_quarantine_and_is_not_lost() -> None:
    raw = b"\x00\x00\x00\x14\x00\x00\x00\x05" + bytes(8) + b"oops"
    (delivery,) = Puzzle().take(Pdu(5, 0, 1, raw[16:], raw), 1.0)
    assert delivery.body == raw
