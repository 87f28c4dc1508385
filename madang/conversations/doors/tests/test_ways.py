"""Which doors lead to her now, until when, at what price, and which of them is best; what would be sent by each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels import templates
from madang.channels.connector import Button, Cap, KnownTemplate, Limits, Outbound, Price, SendError, Sent
from madang.channels.registry import get
from madang.connectors.api.connector import Api
from madang.conversations import actions, delivery, previews, threads, ways
from madang.conversations.ways import Way
from madang.lib.errors import Refused
from madang.tests import cast
from madang.tests.cast import Yard, message

DAY = Limits(window=timedelta(hours=24))


def say(monkeypatch: pytest.MonkeyPatch, caps: Cap, limits: Limits) -> None:
    """Let the channel be one that can do this."""
    monkeypatch.setattr(Api, "caps", caps)
    monkeypatch.setattr(Api, "limits", limits)


async def way(yard: Yard, place: int = 0) -> Way:
    async with yard.ground.database.begin() as tx:
        return (await ways.ways(tx, 1))[place]


async def heard(yard: Yard, ago: timedelta, **more: Any) -> None:
    at = (datetime.now(UTC) - ago).isoformat()
    await yard.put({**message("안녕하세요", kind="scoped", value="u1"), "at": at, **more})
    await yard.take_in()


async def test_a_window_says_until_when(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, Cap.TEXT, DAY)
    await heard(yard, timedelta(hours=1))
    found = await way(yard)
    assert found.reachable
    assert found.until is not None
    assert timedelta(hours=22.9) < found.until - datetime.now(UTC) < timedelta(hours=23.1)


async def test_a_closed_window_lets_templates_through_where_there_are_any(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, Cap.TEXT, DAY)
    await heard(yard, timedelta(hours=25))
    shut = await way(yard)
    assert (shut.reachable, shut.needs_template, shut.why_not) == (False, False, ways.ENDED)
    say(monkeypatch, Cap.TEXT | Cap.TEMPLATE, DAY)
    found = await way(yard)
    assert (found.reachable, found.needs_template, found.why_not) == (True, True, ways.TEMPLATE_ONLY)


async def test_her_window_counts_wherever_she_wrote(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, Cap.TEXT, DAY)
    await heard(yard, timedelta(hours=30))
    assert not (await way(yard)).reachable
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set status = 'closed', closed_at = now() - interval '30 days'"))
    await heard(yard, timedelta(minutes=30))
    assert len(await yard.conversations()) == 2
    assert (await way(yard)).reachable


async def test_who_has_barred_a_door_is_not_written_to_by_it(yard: Yard) -> None:
    await heard(yard, timedelta(hours=1))
    ada = await cast.agent(yard.ground)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("insert into reach select channel_id, identity_id, null, now() from message"))
        number = await actions.reply(tx, ada, 1, text="안녕하세요")
    found = await way(yard)
    assert (found.blocked, found.reachable, found.why_not) == (True, False, ways.BARRED)
    await delivery.deliver(yard.ground, yard.book, "w")
    async with yard.ground.database.begin() as tx:
        state = text("select state, why from message where id = :id")
        assert tuple((await tx.execute(state, {"id": number})).one()) == (9, "blocked")


async def test_the_best_door_says_why(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Api, "identity", Api.identity)
    mail = (await cast.channel(yard.ground, yard.brand_id)).id
    await heard(yard, timedelta(hours=2))
    await yard.put({**message("메일이에요", kind="scoped", value="u1")}, channel_id=mail)
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        assert [(one.channel_id, one.why_best) for one in await ways.ways(tx, 1) if one.default] == [
            (yard.channel.id, ways.LAST_USED)
        ]
        await tx.execute(text("insert into identity (customer_id, kind, value) values (1, 'email', 'mina@a.example')"))
        await tx.execute(text("update customer set prefers = 'email' where id = 1"))
    monkeypatch.setattr(get("email"), "send", get("api").send)
    about = {"address": "help@haneul.example", "aliases": ["sales@haneul.example"]}
    letters = await cast.channel(yard.ground, yard.brand_id, "email", about, {"x": "y"})
    async with yard.ground.database.begin() as tx:
        best = next(one for one in await ways.ways(tx, 1) if one.default)
    assert (best.channel_id, best.why_best) == (letters.id, ways.PREFERRED)
    assert best.froms == ("help@haneul.example", "sales@haneul.example")
    ada = await cast.agent(yard.ground)
    async with yard.ground.database.begin() as tx:
        made = await actions.reply(tx, ada, 1, text="네", sender="sales@haneul.example")
        assert (await threads.message(tx, ada, made)).data["sender"] == "sales@haneul.example"
        with pytest.raises(Refused):
            await actions.reply(tx, ada, 1, text="네", sender="ceo@other.example")


async def test_what_is_shown_before_is_what_is_sent(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Outbound] = []

    async def send(_self: Api, out: Outbound) -> Sent:
        sent.append(out)
        return Sent(out.key)

    def price(_self: Api, part: Outbound) -> Price:
        return Price(8_400 if len(part.text) < 46 else 25_900, "KRW")

    monkeypatch.setattr(Api, "send", send)
    monkeypatch.setattr(Api, "price", price, raising=False)
    say(monkeypatch, Cap.TEXT | Cap.IDEMPOTENT, Limits(text=90, encoding="cp949"))
    await heard(yard, timedelta(hours=1))
    ada = await cast.agent(yard.ground)
    words = "교환은 다음과 같이 하실 수 있어요. " * 4 + "🙂"
    buttons = [Button("교환"), Button("환불")]
    async with yard.ground.database.begin() as tx:
        shown = await previews.preview(yard.ground, tx, 1, yard.channel.id, text=words, buttons=buttons)
        await actions.reply(tx, ada, 1, text=words, buttons=buttons)
    await delivery.deliver(yard.ground, yard.book, "w")
    assert [part.text for part in shown.parts] == [out.text for out in sent]
    assert len(shown.parts) > 1
    assert all(part.length <= 90 for part in shown.parts)
    assert sent[-1].text.endswith("1. 교환\n2. 환불")
    assert set(shown.lost) == {previews.BUTTONS_LOST, previews.SPLIT, previews.CHANGED}
    assert shown.price is not None
    assert shown.price.amount == sum(part.price.amount for part in shown.parts if part.price)


async def test_buttons_go_as_buttons_where_they_are_all_taken(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, Cap.TEXT | Cap.BUTTONS, Limits(buttons=2, button_text=10))
    await heard(yard, timedelta(hours=1))
    two = [Button("교환"), Button("환불")]
    async with yard.ground.database.begin() as tx:
        shown = await previews.preview(yard.ground, tx, 1, yard.channel.id, text="고르세요", buttons=two)
        three = await previews.preview(
            yard.ground, tx, 1, yard.channel.id, text="고르세요", buttons=[*two, Button("그만")]
        )
    assert (shown.parts[0].text, shown.parts[0].buttons, shown.lost) == ("고르세요", tuple(two), [])
    assert (three.parts[0].text, three.parts[0].buttons) == ("고르세요\n1. 교환\n2. 환불\n3. 그만", ())


async def test_only_a_template_can_be_said_when_the_window_is_closed(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Outbound] = []

    async def send(_self: Api, out: Outbound) -> Sent:
        if out.template is None:
            raise SendError("window", "closed")
        sent.append(out)
        return Sent(out.key)

    monkeypatch.setattr(Api, "send", send)
    say(monkeypatch, Cap.TEXT | Cap.TEMPLATE, DAY)
    await heard(yard, timedelta(hours=25))
    ada = await cast.agent(yard.ground)
    known = KnownTemplate("t1", "배송 안내", "#{이름}님, #{상품}이 출발했어요.", "approved", places=("이름", "상품"))
    async with yard.ground.database.begin() as tx:
        await templates.keep(tx, yard.channel.id, [known, replace(known, id="t2", state="rejected")])
        good, bad = await templates.of_channel(tx, yard.channel.id)
    for template in (None, (good.id, {"이름": "미나"}), (bad.id, {})):
        async with yard.ground.database.begin() as tx:
            with pytest.raises(Refused) as caught:
                await actions.reply(tx, ada, 1, text="안녕하세요", template=template)
            assert caught.value.field == "template"
    async with yard.ground.database.begin() as tx:
        await actions.reply(tx, ada, 1, text="", template=(good.id, {"이름": "미나", "상품": "머그컵"}))
    await delivery.deliver(yard.ground, yard.book, "w")
    assert sent[0].text == "미나님, 머그컵이 출발했어요."
    assert sent[0].template is not None
    assert dict(sent[0].template.values) == {"이름": "미나", "상품": "머그컵"}
