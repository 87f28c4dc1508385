"""What 미나 does on Instagram arrives."""

from __future__ import annotations

import pytest

from madang.channels.connector import Button, Config, Kind, Media, Party, SendError
from madang.channels.playing import Bubble, Shown
from madang.connectors.instagram.connector import Instagram
from madang.connectors.instagram.simulator import Simulator
from madang.connectors.instagram.tests.conftest import House
from madang.tests import provider_kit


async def test_what_she_does_arrives(meta: Simulator, connector: Instagram, house: House) -> None:
    mina = meta.person(house.url)
    first = await mina.say("배송 언제 와요?", [Shown("찢어짐.jpg", "image/jpeg", b"\xff\xd8pixels")])
    await mina.do("edit", first, "배송 언제 오나요?")
    ours = Bubble("aWdfours", False, buttons=(Button("환불", "refund"),), kind="quick")
    mina.bubbles.append(ours)
    await mina.do("react", ours, "❤️")
    await mina.press(ours, ours.buttons[0])
    await mina.do("read")
    await mina.do("unsend", first)
    assert [(one.type, one.text, one.about) for one in house.facts] == [
        ("message", "배송 언제 와요?", ""),
        ("edit", "배송 언제 오나요?", first.id),
        ("reaction", "❤️", ours.id),
        ("postback", "환불", ""),
        ("receipt", "", ours.id),
        ("delete", "", first.id),
    ]
    assert house.facts[0].party == Party(Kind.SCOPED, mina.id)
    (photo,) = house.facts[0].media
    assert b"".join([part async for part in connector.fetch(photo)]) == b"\xff\xd8pixels"


async def test_stories_are_kept_while_they_last(meta: Simulator, connector: Instagram, house: House) -> None:
    mina = meta.person(house.url)
    await mina.mentions(Shown("story.mp4", "video/mp4", b"moving"))
    await mina.answers_story("이 담요 뭐예요?")
    named, answered = house.facts
    assert named.data["story"]["url"].startswith(meta.url)
    assert b"".join([part async for part in connector.fetch(named.media[0])]) == b"moving"
    assert (answered.text, answered.data["story"]["url"]) == (
        "이 담요 뭐예요?",
        "https://lookaside.example/story/18",
    )


async def test_a_public_comment_is_known_as_one(meta: Simulator, house: House) -> None:
    mina, mia = meta.person(house.url), meta.person(house.url, "Mia")
    first = await mina.comment("다른 색도 있나요?")
    await mia.comment("Me too!", below=first)
    asked, below = house.facts
    assert asked.data["comment"] == {"post": "17918195224117851", "url": ""}
    assert asked.party == Party(Kind.SCOPED, mina.id, mina.username)
    assert below.references == (first.id,)


async def test_the_code_of_a_link_comes_with_her(meta: Simulator, connector: Instagram, house: House) -> None:
    link = connector.link("7K2QW9XR4D")
    assert link == "https://ig.me/m/haneul.home?ref=MDG-7K2QW9XR4D"
    await meta.person(house.url).opens(link.partition("ref=")[2])
    assert house.facts[0].carry == "7K2QW9XR4D"


async def test_her_name_is_asked_for(meta: Simulator, connector: Instagram, house: House) -> None:
    mina = meta.person(house.url)
    assert (await connector.introduce(Party(Kind.SCOPED, mina.id))).name == "미나"
    known = Party(Kind.SCOPED, mina.id, "mina.k")
    assert await connector.introduce(known) is known


async def test_a_file_inside_our_own_network_is_not_fetched() -> None:
    """T9."""
    async with provider_kit.lent(Instagram(Config(7, "k", "Page", {}, {}))) as made:
        for url in ("http://127.0.0.1:5432/", "http://169.254.169.254/latest/meta-data", "http://[::1]/"):
            with pytest.raises(SendError, match="policy"):
                [part async for part in made.fetch(Media("image", "a", "image/png", ref=url))]
