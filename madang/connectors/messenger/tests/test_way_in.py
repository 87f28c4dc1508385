"""What 미나 does on Facebook arrives."""

from __future__ import annotations

import pytest

from madang.channels.connector import Button, Config, Kind, Media, Party, SendError
from madang.channels.playing import Bubble, Shown
from madang.connectors.messenger.connector import Messenger
from madang.connectors.messenger.simulator import Simulator
from madang.connectors.messenger.tests.conftest import House
from madang.tests import provider_kit


async def test_what_she_does_arrives(meta: Simulator, connector: Messenger, house: House) -> None:
    mina = meta.person(house.url)
    first = await mina.say("배송 언제 와요?", [Shown("찢어짐.jpg", "image/jpeg", b"\xff\xd8pixels")])
    await mina.do("edit", first, "배송 언제 오나요?")
    ours = Bubble("m_ours", False, buttons=(Button("환불", "refund"),), kind="quick")
    await mina.do("react", ours, "❤️")
    await mina.do("react", ours, "")
    await mina.press(ours, ours.buttons[0])
    await mina.do("read")
    said = [(one.type, one.text, one.about) for one in house.facts]
    assert said == [
        ("message", "배송 언제 와요?", ""),
        ("edit", "배송 언제 오나요?", first.id),
        ("reaction", "❤️", "m_ours"),
        ("reaction", "", "m_ours"),
        ("postback", "환불", ""),
        ("receipt", "", ""),
    ]
    assert house.facts[0].party == Party(Kind.SCOPED, mina.id)
    assert house.facts[4].data == {"postback": "refund"}
    (photo,) = house.facts[0].media
    assert b"".join([part async for part in connector.fetch(photo)]) == b"\xff\xd8pixels"


async def test_a_public_comment_is_known_as_one(meta: Simulator, house: House) -> None:
    mina, mia = meta.person(house.url), meta.person(house.url, "Mia")
    first = await mina.comment("다른 색도 있나요?")
    await mia.comment("Me too!", below=first)
    await mina.do("edit", first, "회색도 있나요?")
    await mina.do("unsend", first)
    asked, below, edited, removed = house.facts
    assert asked.data["comment"]["post"] == f"{meta.page_id}_122101234567890"
    assert (asked.party, asked.references) == (Party(Kind.SCOPED, mina.id, "미나"), ())
    assert below.references == (first.id,)
    assert (edited.type, edited.text, edited.about) == ("edit", "회색도 있나요?", first.id)
    assert (removed.type, removed.about) == ("delete", first.id)


async def test_the_code_of_a_link_comes_with_her(meta: Simulator, connector: Messenger, house: House) -> None:
    link = connector.link("7K2QW9XR4D")
    assert link == f"https://m.me/{meta.page_id}?ref=MDG-7K2QW9XR4D"
    await meta.person(house.url).opens(link.partition("ref=")[2])
    assert (house.facts[0].type, house.facts[0].carry) == ("session", "7K2QW9XR4D")


async def test_her_name_is_asked_for_once_it_is_missing(meta: Simulator, connector: Messenger, house: House) -> None:
    mina = meta.person(house.url)
    known = await connector.introduce(Party(Kind.SCOPED, mina.id))
    assert known.name == "미나"
    calls = len(meta.calls)
    assert await connector.introduce(known) is known
    assert len(meta.calls) == calls
    with pytest.raises(SendError, match="invalid"):
        await connector.introduce(Party(Kind.SCOPED, "404"))


async def test_only_an_address_is_fetched(connector: Messenger) -> None:
    with pytest.raises(SendError, match="invalid"):
        [part async for part in connector.fetch(Media("image", "a", "image/png", ref="file:///etc/passwd"))]


async def test_a_file_inside_our_own_network_is_not_fetched() -> None:
    """T9."""
    async with provider_kit.lent(Messenger(Config(7, "k", "Page", {}, {}))) as made:
        for url in ("http://127.0.0.1:5432/", "http://169.254.169.254/latest/meta-data", "http://[::1]/"):
            with pytest.raises(SendError, match="policy"):
                [part async for part in made.fetch(Media("image", "a", "image/png", ref=url))]
