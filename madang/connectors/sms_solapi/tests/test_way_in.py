"""Reports of Solapi: believed only at the secret address, taken once, in the provider's own shape."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from solapi.model.webhook.group_report import GroupReportPayload
from solapi.model.webhook.single_report import SingleReportPayload

from madang.channels.connector import Forged, Inbound, Kind, Malformed, Outbound, Party, Request
from madang.channels.playing import Undelivered
from madang.connectors.sms_solapi.connector import Solapi
from madang.connectors.sms_solapi.simulator import Simulator
from madang.connectors.sms_solapi.tests.conftest import MINA
from madang.lib.http import Answer

FIXTURES = Path(__file__).parent.parent / "fixtures"
ANSWER = Outbound("k1", Party(Kind.PHONE, MINA, "미나"), "내일 도착해요", 12, 34)


class House:
    """What the house would do with a report, and how often it has to be asked."""

    def __init__(self, solapi: Simulator, sms: Solapi, refuse: int = 0) -> None:
        self.sms, self.refuse = sms, refuse
        self.requests: list[Request] = []
        self.facts: dict[str, list[Inbound]] = {}
        self._more = asyncio.Event()
        solapi.post = self.post  # type: ignore[method-assign, assignment]
        solapi.person("https://desk.haneul.example/hooks/yard", number=MINA)

    async def post(self, hook: str, body: bytes, headers: dict[str, str]) -> None:
        request = Request("POST", "/hooks/yard", headers, body, dict(parse_qsl(urlsplit(hook).query)))
        self.requests.append(request)
        if len(self.requests) <= self.refuse:
            raise Undelivered(Answer(503, {}, b""))
        self.sms.verify(request)
        for one in self.sms.split(request):
            self.facts[one.key] = list(self.sms.parse(one))
        self._more.set()

    async def hears(self, count: int) -> list[Inbound]:
        async with asyncio.timeout(5):
            while sum(map(len, self.facts.values())) < count:
                self._more.clear()
                await self._more.wait()
        return [fact for some in self.facts.values() for fact in some]


async def test_what_became_of_a_message_comes_back(solapi: Simulator, sms: Solapi) -> None:
    house = House(solapi, sms)
    sent = await sms.send(ANSWER)
    facts = await house.hears(2)
    assert [(fact.about, fact.state) for fact in facts] == [(sent.id, "sent"), (sent.id, "delivered")]


async def test_a_repeated_report_counts_once(solapi: Simulator, sms: Solapi) -> None:
    """Solapi repeats until it hears 200."""
    solapi.codes = (("4000", "수신완료"),)
    house = House(solapi, sms, refuse=3)
    await sms.send(ANSWER)
    await house.hears(1)
    assert len(house.requests) == 4
    assert len({sms.split(request)[0].key for request in house.requests}) == 1


async def test_an_opt_out_by_the_free_number_is_heard(solapi: Simulator, sms: Solapi) -> None:
    house = House(solapi, sms)
    phone = solapi.person("", number=MINA)
    await phone.do("block")
    await sms.send(ANSWER)
    receipt, consent = await house.hears(2)
    assert (receipt.state, consent.type, consent.reach) == ("failed", "consent", "blocked")
    assert consent.party is not None
    assert consent.party.value == MINA
    assert phone.bubbles == []


async def test_the_simulators_reports_are_what_the_sdk_reads(solapi: Simulator, sms: Solapi) -> None:
    house = House(solapi, sms)
    sent = await sms.send(ANSWER)
    await house.hears(2)
    for request in house.requests:
        (report,) = SingleReportPayload.model_validate_json(request.body).root
        assert (report.data.message_id, report.data.to, report.data.from_) == (sent.id, "01012345678", "0212345678")


@pytest.mark.parametrize("name", ["delivered", "failed", "opted_out", "several_reports", "taken_by_the_network"])
def test_the_fixtures_are_what_the_sdk_reads(name: str) -> None:
    reports = SingleReportPayload.model_validate_json((FIXTURES / f"{name}.json").read_bytes()).root
    assert all(report.data.message_id and report.data.status_code for report in reports)


def test_a_report_of_a_group_is_one_for_the_sdk_too_and_tells_us_nothing(sms: Solapi) -> None:
    body = (FIXTURES / "group_report.json").read_bytes()
    (report,) = GroupReportPayload.model_validate_json(body).root
    assert report.data is not None
    assert report.data.status == "COMPLETE"
    assert [fact for one in sms.split(request("", body)) for fact in sms.parse(one)] == []


def request(secret: str, body: bytes = b"[]", method: str = "POST") -> Request:
    return Request(method, "/hooks/yard", {}, body, {"s": secret} if secret else {})


def test_only_the_secret_address_is_believed(solapi: Simulator, sms: Solapi) -> None:
    assert sms.verify(request(solapi.hook_secret)).status == 200
    for wrong in ("", "x", solapi.hook_secret[:-1], "\udc80é"):
        with pytest.raises(Forged):
            sms.verify(request(wrong))
    assert not sms.verify(request("", method="GET")).store


@pytest.mark.parametrize("body", [b"", b"{", b"7", b"[7]", b'"x"', b"[" * 5_000, b"[" + b"{}," * 1_001 + b"{}]"])
def test_what_is_no_report_is_malformed(sms: Solapi, body: bytes) -> None:
    with pytest.raises(Malformed):
        sms.split(request("", body))


def test_a_report_without_a_number_has_a_key_all_the_same(sms: Solapi) -> None:
    bare = b'[{"data": {"messageId": "M1", "statusCode": "4000"}}, {"data": {}}]'
    first, again = sms.split(request("", bare)), sms.split(request("", bare))
    assert [one.key for one in first] == [one.key for one in again]
    assert first[0].key == "M1:4000"
    assert len({one.key for one in first}) == 2
