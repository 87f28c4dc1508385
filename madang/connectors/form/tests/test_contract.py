"""What the house asks of every connector."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from madang.channels.connector import Config, Forged, Kind, Malformed, Outbound, Party, Request, SendError, SetupError
from madang.channels.testing import ContractTests
from madang.connectors.form.connector import Form
from madang.lib import webhooks
from madang.lib.webhooks import new_secret

CASE = "0123456789abcdef0123456789abcdef"
FRAME = {"type": "message", "id": CASE, "case": CASE, "at": "2026-11-22T01:02:03Z", "text": "환불해 주세요"}
SECRET = new_secret()


def form(**settings: object) -> Form:
    return Form(Config(id=7, key="yard", name="Form", settings=settings, secrets={"secret": SECRET}))


def posted(frame: object, at: datetime | None = None) -> Request:
    body = msgspec.json.encode(frame)
    given = webhooks.headers([webhooks.key_of(SECRET)], "w1", body, at or datetime.now(UTC))
    return Request("POST", "/hooks/yard", given, body)


class TestContract(ContractTests):
    connector = "form"

    def config(self) -> Config:
        return form().config


def test_what_she_typed_is_claimed_and_proves_nothing() -> None:
    more = {
        "email": "mina@naver.com",
        "phone": "010-1234-5678",
        "name": " 미나 ",
        "topic": "반품",
        "number": "AB12-CD34",
    }
    connector = form()
    request = posted(FRAME | more)
    assert connector.verify(request).status == 200
    (delivery,) = connector.split(request)
    (fact,) = connector.parse(delivery)
    assert fact.party is not None
    assert (fact.party.kind, fact.party.value, fact.party.name) == (Kind.SCOPED, CASE, "미나")
    assert fact.party.claims == ((Kind.EMAIL, "mina@naver.com"), (Kind.PHONE, "010-1234-5678"))
    assert (fact.subject, fact.data["topic"]) == ("반품 · AB12-CD34", "반품")


def test_a_stale_or_changed_post_is_forged() -> None:
    with pytest.raises(Forged, match="clock"):
        form().verify(posted(FRAME, datetime.now(UTC) - timedelta(minutes=6)))
    request = posted(FRAME)
    with pytest.raises(Forged):
        form().verify(Request("POST", request.path, request.headers, request.body + b" "))
    assert form().verify(Request("GET", "/", {}, b"")).store is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"id": f"{'f' * 32}/1"},
        {"text": " \n"},
        {"at": "2026-11-22T01:02:03"},
        {"files": ["../x"]},
        {"case": 7},
    ],
)
def test_what_makes_no_sense_is_refused_at_the_door(wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        form().split(posted(FRAME | wrong))


async def test_an_answer_stands_at_the_case_and_the_same_again_is_the_same() -> None:
    out = Outbound("k1", Party(Kind.SCOPED, CASE), "네", 1, 2)
    first, again = await form().send(out), await form().send(out)
    assert first == again
    assert first.id == f"{CASE}/k1"
    with pytest.raises(SendError) as none:
        await form(case_page=False).send(out)
    with pytest.raises(SendError) as elsewhere:
        await form().send(Outbound("k1", Party(Kind.EMAIL, "mina@naver.com"), "네", 1, 2))
    assert (none.value.why, elsewhere.value.why) == ("policy", "invalid")


async def test_a_form_that_could_never_be_answered_is_not_saved() -> None:
    with pytest.raises(SetupError) as caught:
        await form(ask_email="off", ask_phone="off", case_page=False).check()
    assert caught.value.field == "ask_email"
    with pytest.raises(SetupError):
        await form(case_page=True, origins=["shop.example"]).check()
    await form(case_page=True, origins=["https://shop.example"]).check()
