"""What 미나 does in her WhatsApp arrives."""

from __future__ import annotations

import pytest

from madang.channels.connector import Config, Kind, Media, SendError
from madang.channels.playing import Shown
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


async def test_only_a_media_id_is_fetched() -> None:
    made = WhatsApp(Config(7, "k", "WhatsApp", {}, {}))
    for ref in ("", "../me", "1?access_token=x", "http://127.0.0.1/"):
        with pytest.raises(SendError, match="invalid"):
            [part async for part in made.fetch(Media("image", "a", "image/png", ref=ref))]
