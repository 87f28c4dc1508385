"""Answer where it reaches her: what the composer says of each door, and the answer as she will see it."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.staff.grants import Grant
from madang.tests.cast import Yard, channel

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

WHATSAPP = {"number": "+821000000000", "phone_id": "1", "waba_id": "2", "price_utility": "11.5", "currency": "KRW"}
SECRETS = {"token": "t" * 20, "app_secret": "a" * 20, "verify_token": "v" * 10}


async def _door(yard: Yard, ago: str) -> int:
    """A WhatsApp channel on which 미나 wrote ``ago``, with one approved text and one that is in review."""
    made = await channel(yard.ground, yard.brand_id, "whatsapp", WHATSAPP, SECRETS)
    async with yard.ground.database.begin() as tx:
        who = await tx.scalar(
            text("""insert into identity (customer_id, kind, value, account)
            select customer_id, 'scoped', 'W1', :account from conversation where id = 1 returning id"""),
            {"account": f"whatsapp:{made.key}"},
        )
        await tx.execute(
            text("""insert into message (conversation_id, channel_id, direction, identity_id, text, at, data)
            values (1, :channel, 'in', :who, 'hi', now() - cast(cast(:ago as text) as interval), '{}')"""),
            {"channel": made.id, "who": who, "ago": ago},
        )
        for name, state in (("order", "approved"), ("promo", "pending")):
            await tx.execute(
                text("""insert into channel_template (channel_id, provider_id, language, name, body, state, category,
                places) values (:channel, :name, 'ko', :name, '#{name}님, 주문 #{order}', :state, 'utility',
                array['name', 'order'])"""),
                {"channel": made.id, "name": name, "state": state},
            )
    return made.id


async def _post(who: Visitor, path: str, **fields: Any) -> tuple[int, str]:
    answer = await who.http.post(path, data=fields, headers=SCRIPT | {"x-csrf-token": who.csrf})
    return answer.status_code, answer.text


async def test_a_door_says_how_long_it_is_open_and_what_it_takes(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    await _door(yard, "90 minutes")
    await ada.get("/c/1")
    assert "22 h left" in ada.text
    assert "4,096 characters a message" in ada.text
    assert "10 buttons" in ada.text
    assert "Buttons become numbered lines." in ada.text  # by the other channel
    assert "data-needs-template" not in ada.page


async def test_a_closed_door_offers_templates(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    number = await _door(yard, "25 hours")
    await ada.get("/c/1")
    assert "data-needs-template" in ada.page
    assert "closed</span>" in ada.page
    await ada.fetch(f"/c/1/templates?channel={number}")
    assert "Approved" in ada.text
    assert "In review" in ada.text
    assert ada.page.count('aria-disabled="true"') == 1
    assert 'data-place="name" value="미나"' in ada.page  # offered


async def test_the_preview_is_what_is_sent(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    await ada.get("/c/1")
    status, page = await _post(ada, "/c/1/preview", text="골라 주세요", button=["환불", "교환"], link=["", ""])
    assert status == 200
    assert "골라 주세요\n1. 환불\n2. 교환" in page
    assert "Buttons become numbered lines." in page
    number = await _door(yard, "90 minutes")
    status, page = await _post(ada, "/c/1/preview", text="배송 " * 3_000, channel=str(number))
    assert "3 messages" in page
    assert page.count('<div class="phone-bubble">') == 3
    assert (await _post(ada, "/c/1/preview", text="x" * 50_001))[0] == 400


async def test_a_template_is_previewed_with_its_places_filled(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    number = await _door(yard, "25 hours")
    await ada.get("/c/1")
    chosen = {"channel": str(number), "template": "1", "place": ["name", "order"]}
    status, page = await _post(ada, "/c/1/preview", **chosen, value=["미나", "A-1"])
    assert status == 200
    assert "미나님, 주문 A-1" in page
    assert "₩11.5" in page
    status, page = await _post(ada, "/c/1/preview", **chosen, value=["미나", " "])
    assert status == 400
    assert "order" in json.loads(page)["message"]


async def test_what_was_chosen_is_said(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    number = await _door(yard, "25 hours")
    await ada.get("/c/1")
    form = {"key": str(uuid.uuid4()), "channel": str(number), "template": "1", "place": ["name", "order"]}
    status, page = await _post(ada, "/c/1/messages", **form, value=["미나", "A-1"])
    assert status == 200
    assert "미나님, 주문 A-1" in page
    assert '<span class="pill" title="order">' in page
    form = {"key": str(uuid.uuid4()), "text": "골라 주세요", "button": ["환불", "", "가게"]}
    status, page = await _post(ada, "/c/1/messages", **form, link=["", "", "https://haneul.example"], channel="1")
    assert status == 200
    assert "<li>환불</li><li>가게</li>" in page


async def test_what_is_written_freely_does_not_go_by_a_closed_door(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    number = await _door(yard, "25 hours")
    await ada.get("/c/1")
    status, said = await _post(ada, "/c/1/messages", key=str(uuid.uuid4()), text="hi", channel=str(number))
    assert status == 400
    assert "template" in json.loads(said)["message"]


async def test_a_file_that_waits_is_shown_to_whoever_sent_it_up(yard: Yard, ada: Visitor, browser: Any) -> None:
    """T8: the key of another's file gives nothing away, neither itself nor its name."""
    await yard.says("hello")
    await ada.get("/c/1")
    headers = SCRIPT | {"x-csrf-token": ada.csrf, "content-type": "application/octet-stream"}
    sent = await ada.http.post("/uploads", params={"name": "비밀.txt"}, content=b"secret", headers=headers)
    key = sent.json()["key"]
    assert "비밀.txt" in (await _post(ada, "/c/1/preview", text="hi", upload=[key]))[1]
    assert (await ada.get(f"/uploads/{key}")).content == b"secret"
    await join(yard.ground, "Ben")
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    assert (await ben.fetch(f"/uploads/{key}")).status_code == 404
    assert "비밀.txt" not in (await _post(ben, "/c/1/preview", text="hi", upload=[key]))[1]


async def test_a_preview_is_for_those_who_may_answer(yard: Yard, ada: Visitor, browser: Any) -> None:
    await yard.says("hello")
    await join(yard.ground, "Vera", Grant("viewer"))
    vera = browser()
    await vera.sign_in("vera@haneul.kr")
    assert (await _post(vera, "/c/1/preview", text="hi"))[0] == 403
    assert (await vera.fetch("/c/1/templates")).status_code == 403
    await join(yard.ground, "Ben", Grant(sees="assigned"))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    assert (await _post(ben, "/c/1/preview", text="hi"))[0] == 404
    assert (await ben.fetch("/c/1/templates")).status_code == 404


async def test_a_door_she_has_barred_takes_nothing(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    number = await _door(yard, "90 minutes")
    async with yard.ground.database.begin() as tx:
        await tx.execute(
            text("""insert into reach (channel_id, identity_id, blocked_at)
            select :channel, id, now() from identity where value = 'W1'"""),
            {"channel": number},
        )
    await ada.get("/c/1")
    assert "She wants no messages by this channel." in ada.text
    assert ada.page.count("data-shut") == 2  # the sentence for it, and the door


async def test_each_step_to_another_door_says_why(yard: Yard, ada: Visitor) -> None:
    await yard.says("hello")
    number = await _door(yard, "25 hours")
    steps = (("window", None), ("silence", "order"), ("something new", None))
    async with yard.ground.database.begin() as tx:
        for why, template in steps:
            data = {"from": number, "to": 1, "why": why} | ({"template": template} if template else {})
            await tx.execute(
                text("""insert into event (kind, actor, conversation_id, data)
                values ('message.rerouted', 'system', 1, cast(:data as jsonb))"""),
                {"data": json.dumps(data)},
            )
    await ada.get("/c/1")
    assert "whatsapp channel does not reach the customer now: the answer goes out by api channel" in ada.text
    assert "Nobody knows whether it arrived by whatsapp channel" in ada.text
    assert "by the template “order”" in ada.text
    assert "The answer goes out by api channel instead" in ada.text
