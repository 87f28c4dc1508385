"""What 미나 does in her WhatsApp arrives, and pywa reads the same webhooks."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pywa import handlers
from pywa.client import WhatsApp as Pywa
from pywa.types.base_update import BaseUpdate

from madang.channels.connector import Button, Kind, SendError
from madang.channels.playing import Bubble, Shown
from madang.connectors.whatsapp.connector import WhatsApp
from madang.connectors.whatsapp.simulator import Simulator
from madang.connectors.whatsapp.tests.conftest import House


async def test_what_she_does_arrives(meta: Simulator, whatsapp: WhatsApp, house: House) -> None:
    mina = meta.person(house.url)
    first = await mina.say("배송 언제 와요?")
    await mina.say("이거예요", [Shown("찢어짐.jpg", "image/jpeg", b"\xff\xd8pixels")])
    await mina.do("edit", first, "배송 언제 오나요?")
    await mina.do("react", first, "🙏")
    await mina.do("react", first, "")
    await mina.do("unsend", first)
    await mina.do("place", value="37.5665,126.978")
    said = [(one.type, one.text, one.about) for one in house.facts]
    assert said == [
        ("message", "배송 언제 와요?", ""),
        ("message", "이거예요", ""),
        ("edit", "배송 언제 오나요?", first.id),
        ("reaction", "🙏", first.id),
        ("reaction", "", first.id),
        ("delete", "", first.id),
        ("message", "", ""),
    ]
    assert house.facts[6].data["location"] == {"lat": 37.5665, "lng": 126.978}
    party = house.facts[0].party
    assert party is not None
    assert (party.kind, party.value, party.name) == (Kind.SCOPED, mina.user_id, "미나")
    assert party.also == ((Kind.PHONE, f"+{mina.number}"),)
    (photo,) = house.facts[1].media
    assert b"".join([part async for part in whatsapp.fetch(photo)]) == b"\xff\xd8pixels"


async def test_she_stays_one_person_with_a_new_number(meta: Simulator, house: House) -> None:
    mina, mia = meta.person(house.url), meta.person(house.url, "Mia", hidden=True)
    before = (mina.user_id, mia.user_id)
    await mina.moves("821055559999")
    await mia.moves("14155550124")
    known, hidden = (one.party for one in house.facts)
    assert known is not None
    assert hidden is not None
    assert (known.value, dict(known.also)) == (mina.user_id, {Kind.PHONE: "+821055559999", Kind.SCOPED: before[0]})
    assert (hidden.value, hidden.also) == (mia.user_id, ((Kind.SCOPED, before[1]),))
    assert {one.type for one in house.facts} == {"session"}


async def test_a_file_that_is_gone_is_no_passing_trouble(meta: Simulator, whatsapp: WhatsApp, house: House) -> None:
    mina = meta.person(house.url)
    await mina.say("", [Shown("a.pdf", "application/pdf", b"%PDF")])
    (file,) = house.facts[0].media
    meta.held.clear()
    with pytest.raises(SendError, match="invalid"):
        [part async for part in whatsapp.fetch(file)]


def _pywa(house: House, meta: Simulator) -> list[BaseUpdate]:
    """Everything that came, as pywa reads it; it proves the signatures with its own code."""
    read: list[Any] = []
    judge = Pywa(phone_id=meta.phone_id, token="x", server=None, app_secret=meta.app_secret, verify_token="v")
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
    for one in house.took:
        header = one.request.headers["x-hub-signature-256"]
        assert judge.webhook_update_validator(one.request.body, header) is None
        assert judge.webhook_update_handler(one.request.body) == ("ok", 200)
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
    text, hidden, file, face, edit, gone, chosen, pressed, quick, moved = cast("list[Any]", read)
    assert (text.text, text.from_user.wa_id, text.from_user.name) == ("배송 언제 와요?", "821055550001", "미나")
    assert (hidden.from_user.wa_id, hidden.from_user.bsuid) == (None, mia.user_id)
    assert file.document.filename == "영수증.pdf"
    assert (face.reaction.emoji, face.reaction.message_id) == ("🙏", first.id)
    assert (edit.original_message_id, gone.original_message_id) == (first.id, first.id)
    assert (chosen.data, pressed.data, quick.data) == ("topic:delivery", "refund", "답장하기")
    assert (moved.old_wa_id, moved.new_wa_id) == ("821055550001", "821055559999")
