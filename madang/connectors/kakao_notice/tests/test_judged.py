"""The dealers' own SDKs judge: our simulator satisfies them, and what we send they would have sent.

They are imported where they are used: the quick tests do not wait for them.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from madang.channels.connector import Delivery
from madang.connectors.kakao_notice import brand
from madang.connectors.kakao_notice.simulator import MINA, WEBHOOK_SECRET, Simulator, bizgo_side, solapi_side
from madang.connectors.kakao_notice.tests.conftest import AUTUMN, SHIPPED, House, channel, notice, playing
from madang.connectors.kakao_notice.tests.test_way_out import AGREED, NOON
from madang.tests import provider_kit

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brand, "_now", lambda: NOON)


def solapi_client(dealer: Simulator) -> Any:
    from solapi import SolapiMessageService

    made = SolapiMessageService(solapi_side.KEY, solapi_side.SECRET)
    made.base_url = dealer.url
    return made


async def test_solapis_client_is_satisfied_and_says_what_we_say() -> None:
    from solapi.model import KakaoOption
    from solapi.model.request.message import Message

    options = KakaoOption(
        pf_id=solapi_side.CHANNEL, template_id=SHIPPED.id, variables=dict(SHIPPED.values), disable_sms=True
    )
    async with playing("solapi") as (dealer, notices):
        said = await asyncio.to_thread(solapi_client(dealer).send, Message(to=MINA, kakao_options=options))
        assert said.group_info.count.registered_success == 1
        assert (await asyncio.to_thread(solapi_client(dealer).get_balance)).balance == 10000
        await notices.send(notice())
        theirs, ours = (call.json()["messages"][0] for call in dealer.calls if call.path.endswith("/detail"))
        assert ours["to"] == theirs["to"]
        assert ours["kakaoOptions"] == theirs["kakaoOptions"]
        assert [one.text for one in dealer.phones[MINA].bubbles] == ["미나님, 주문하신 담요이(가) 오늘 출발했어요."] * 2


async def test_solapis_client_hears_of_a_refusal() -> None:
    from solapi.error.MessageNotReceiveError import MessageNotReceivedError
    from solapi.model import KakaoOption
    from solapi.model.request.message import Message

    options = KakaoOption(pf_id=solapi_side.CHANNEL, template_id="KA01TP_GONE", variables={})
    message = Message(from_="0212345678", to=MINA, kakao_options=options)
    async with playing("solapi") as (dealer, _):
        with pytest.raises(MessageNotReceivedError) as refused:
            await asyncio.to_thread(solapi_client(dealer).send, message)
        assert refused.value.failed_messages[0].status_code == "1025"


@pytest.mark.parametrize("template", [SHIPPED, AUTUMN])
async def test_our_requests_are_requests_to_solapis_models(template: Any) -> None:
    from solapi.model.request.send_message_request import SendMessageRequest

    async with playing("solapi") as (dealer, notices):
        await notices.send(notice(template, data=AGREED))
        body = dealer.calls[-1].json()
    read = SendMessageRequest.model_validate(body).model_dump(by_alias=True, exclude_none=True)
    ours, theirs = body["messages"][0], read["messages"][0]
    assert ours.pop("kakaoOptions").items() <= theirs["kakaoOptions"].items()
    assert ours.items() <= theirs.items()


async def test_bizgos_client_is_satisfied_and_says_what_we_say() -> None:
    import bizgo
    from bizgo.models import _generated_request as wire

    to = wire.Destination(to=MINA, replace_words=dict(SHIPPED.values))
    message = wire.AlimtalkMessage(sender_key=bizgo_side.SENDER, template_code=SHIPPED.id, send_type="template")
    async with playing("bizgo") as (dealer, notices):
        async with bizgo.AsyncBizgo(api_key=bizgo_side.KEY, base_url=dealer.url) as client:
            said = await client.send.omni(to=[to], messages=[message], ref="k-1", idempotency_key="k-1")
            assert [one.code for one in said.destinations] == ["A000"]
            twice = await client.send.omni(to=[to], messages=[message], ref="k-1", idempotency_key="k-1")
            assert len(twice.duplicates) == 1
            listed = await client.alimtalk.templates.list(sender_key=bizgo_side.SENDER)
        await notices.send(notice())
        theirs, ours = dealer.calls[0].json(), dealer.calls[-1].json()
        ways = [(one.template_code, one.inspection_status) for one in listed]
    assert ways[0] == ("KA01TP_SHIPPED", "APR")
    for body in (theirs, ours):
        del body["ref"], body["idempotencyKey"]
    assert ours == theirs


@pytest.mark.parametrize("template", [SHIPPED, AUTUMN])
@pytest.mark.parametrize("sms", ["", "on"])
async def test_our_requests_pass_bizgos_own_check(template: Any, sms: str) -> None:
    from bizgo.models import _generated_request as wire

    async with playing("bizgo", dealer_sms=sms, sender_number="0212345678") as (dealer, notices):
        await notices.send(notice(template, data=AGREED))
        body = dealer.calls[-1].json()
    assert wire.SendOmniRequest.model_validate(body).to_api() == body
    assert len(body["messageFlow"]) == (2 if sms else 1)


@pytest.mark.parametrize(
    "case", ["bizgo_delivered", "bizgo_failed", "bizgo_brand", "solapi_delivered", "solapi_failed"]
)
def test_fixtures_are_what_the_sdks_read(case: str) -> None:
    from bizgo.webhooks import parse_report
    from solapi.model.webhook.single_report import SingleReportPayload

    body, notices = (FIXTURES / f"{case}.json").read_bytes(), channel(Simulator().form())
    facts = list(notices.parse(Delivery("k", "", body)))
    if case.startswith("bizgo"):
        report = parse_report(body)
        assert facts[0].about in (report.msg_key, report.ref)
        assert (facts[0].state == "delivered") == (report.report_code == "10000")
    else:
        reports = SingleReportPayload.model_validate_json(body).root
        assert [fact.about for fact in facts] == [(one.data.custom_fields or {})["madang"] for one in reports]


@pytest.mark.parametrize("kind", ["solapi", "bizgo"])
async def test_what_the_simulators_post_the_sdks_take(kind: Any) -> None:
    from bizgo.webhooks import WebhookReceiver
    from solapi.model.webhook.single_report import SingleReportPayload

    async with playing(kind) as (dealer, notices):
        async with provider_kit.started(House(notices)) as house:
            dealer.person(house.hook)
            await notices.send(notice())
            await dealer.settled()
        (call,) = house.calls
    if kind == "bizgo":
        assert WebhookReceiver(WEBHOOK_SECRET).report(call.headers, call.body).report_code == "10000"
    else:
        assert SingleReportPayload.model_validate_json(call.body).root[0].data.status_code == "4000"


def test_a_group_report_is_solapis_and_says_nothing_of_a_message() -> None:
    body = json.loads((FIXTURES / "solapi_group.json").read_bytes())
    assert channel(Simulator().form()).parse(Delivery("k", "", json.dumps(body).encode())) == []
