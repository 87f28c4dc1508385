"""Templates: what is known of them, how they are sent, what they cost. And the set-up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from madang.channels.connector import Kind, Outbound, Party, Price, SetupError, Template
from madang.connectors.whatsapp.connector import WhatsApp
from madang.connectors.whatsapp.simulator import Simulator
from madang.connectors.whatsapp.tests.conftest import House, channel

SHIPPED = Template("order_shipped/ko", "ko", {"header.1": "8412", "2": "내일", "1": "미나", "button.1": "8412"})


async def test_every_template_is_known_with_its_state(whatsapp: WhatsApp, meta: Simulator) -> None:
    meta.templates += [meta.templates[1] | {"name": f"more_{n}"} for n in range(150)]
    known = {one.name: one for one in await whatsapp.templates()}
    assert len(known) == 155
    shipped, picture = known["order_shipped"], known["new_blanket"]
    assert (shipped.id, shipped.language, shipped.category, shipped.state) == (
        "order_shipped/ko",
        "ko",
        "utility",
        "approved",
    )
    assert shipped.places == ("header.1", "1", "2", "button.1")
    assert shipped.body == "#{header.1} 주문\n#{1}님, #{2}에 도착해요.\n하늘"
    assert [one.url for one in shipped.buttons] == ["", "https://haneul.example/t/#{button.1}"]
    assert (shipped.wait, picture.wait != "") == ("", True)
    assert (known["back_soon"].state, known["buy_now"].state, known["buy_now"].problem) == (
        "pending",
        "rejected",
        "TAG_CONTENT_MISMATCH",
    )


async def test_a_template_opens_a_closed_window(whatsapp: WhatsApp, meta: Simulator, house: House) -> None:
    mina = meta.person(house.url)
    await mina.say("안녕하세요")
    meta.ahead = timedelta(days=3)
    out = Outbound("k", Party(Kind.SCOPED, mina.user_id), "미나님, 내일에 도착해요.", 12, 34, template=SHIPPED)
    (part,) = whatsapp.fit([out])
    await whatsapp.send(part)
    shown = await mina.sees("도착")
    assert shown.text == "8412 주문\n미나님, 내일에 도착해요.\n하늘"
    sent = meta.calls[-1].json()["template"]
    assert [one["type"] for one in sent["components"]] == ["header", "body", "button"]
    assert [one["text"] for one in sent["components"][1]["parameters"]] == ["미나", "내일"]
    await mina.press(shown, shown.buttons[0])
    assert [one.text for one in house.facts if one.type == "postback"] == ["답장하기"]


def test_named_places_say_their_names() -> None:
    from madang.connectors.whatsapp import sending

    made = sending.template(Template("hello/ko", "", {"name": "미나"}))
    assert made["language"] == {"code": "ko"}
    assert made["components"][0]["parameters"] == [{"type": "text", "parameter_name": "name", "text": "미나"}]


def test_what_it_costs(meta: Simulator) -> None:
    priced = channel(
        meta, currency="krw", price_utility="8.4", price_marketing="55", api_url="https://graph.facebook.com"
    )
    words = Outbound("k", Party(Kind.SCOPED, "KR.1"), "네", 1, 1)
    assert priced.price(words) == Price(0, "KRW")
    utility = replace(words, template=replace(SHIPPED, category="utility"))
    assert priced.price(utility) == Price(8400, "KRW")
    assert priced.price(replace(words, template=SHIPPED)) == Price(55000, "KRW")
    assert channel(meta, api_url="https://graph.facebook.com").price(utility) is None


def test_the_link_carries_the_code(meta: Simulator) -> None:
    linked = channel(meta, api_url="https://graph.facebook.com")
    assert linked.link("7K2QW9XR4D") == "https://wa.me/821012340000?text=%5BMDG-7K2QW9XR4D%5D"


async def test_a_wrong_setup_is_told_with_its_field(meta: Simulator, whatsapp: WhatsApp) -> None:
    await whatsapp.check()
    wrong = {"token": "old", "phone_id": "1", "waba_id": "2", "price_utility": "a lot"}
    for field, value in wrong.items():
        made = channel(meta, **{field: value})
        with pytest.raises(SetupError) as caught:
            await made.check()
        assert caught.value.field == field
        await made.close()
    phone = channel(meta, phone_id="+82 10-1234-0000")
    with pytest.raises(SetupError, match="digits only"):
        await phone.check()
