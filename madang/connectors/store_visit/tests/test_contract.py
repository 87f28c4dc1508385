"""What the house asks of every connector."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from madang.channels.connector import (
    Config,
    Delivery,
    Forged,
    Kind,
    Malformed,
    Outbound,
    Party,
    Request,
    SendError,
)
from madang.channels.testing import ContractTests
from madang.connectors.store_visit.connector import StoreVisit
from madang.lib import webhooks
from madang.lib.webhooks import new_secret

FRAME = {"type": "visit", "id": "v1", "visitor": "c7", "at": "2026-11-22T01:02:03Z", "came_for": "교환", "staff": "Ada"}
SECRET = new_secret()
COUNTER = StoreVisit(Config(id=7, key="yard", name="Counter", settings={"store": "성수점"}, secrets={"secret": SECRET}))


def posted(frame: object) -> Request:
    body = msgspec.json.encode(frame)
    given = webhooks.headers([webhooks.key_of(SECRET)], "w1", body, datetime.now(UTC))
    return Request("POST", "/hooks/yard", given, body)


class TestContract(ContractTests):
    connector = "store_visit"

    def config(self) -> Config:
        return COUNTER.config


def test_a_visit_says_what_she_came_for_what_was_done_and_who_wrote_it_down() -> None:
    body = msgspec.json.encode(FRAME | {"done": "새 것으로 드림", "orders": ["A-1", " "], "phone": "010-1234-5678"})
    (fact,) = COUNTER.parse(Delivery("k", "", body))
    assert fact.text == "교환\n\n✓ 새 것으로 드림"
    assert fact.data == {"author": "Ada", "orders": ["A-1"]}
    assert fact.party is not None
    assert (fact.party.kind, fact.party.claims) == (Kind.SCOPED, ((Kind.PHONE, "010-1234-5678"),))


def test_only_who_has_the_secret_posts_here() -> None:
    request = posted(FRAME)
    assert COUNTER.verify(request).status == 200
    with pytest.raises(Forged):
        COUNTER.verify(Request("POST", request.path, request.headers, request.body + b" "))


@pytest.mark.parametrize("wrong", [{"id": "a/b"}, {"came_for": " "}, {"at": "2026-11-22T01:02:03"}, {"visitor": ""}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        COUNTER.split(posted(FRAME | wrong))


async def test_nobody_is_written_to_over_a_counter() -> None:
    with pytest.raises(SendError) as caught:
        await COUNTER.send(Outbound("k", Party(Kind.SCOPED, "c7"), "네", 1, 2))
    assert caught.value.why == "policy"
