"""T10: whose webhook it is, for which address, and how old. Judged by what HubSpot's own package would sign."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from madang.channels.connector import Forged, Malformed, Request
from madang.connectors.hubspot import webhooks
from madang.connectors.hubspot.simulator import Simulator
from madang.connectors.hubspot.tests.conftest import HOST, bound

BODY = b'[{"subscriptionType":"contact.creation","objectId":7}]'


def posted(
    simulator: Simulator, *, address: str = f"{HOST}/crm/yard", body: bytes = BODY, at: datetime | None = None
) -> Request:
    return Request("POST", "/crm/yard", simulator.headers(address, BODY, at), body)


def test_a_signed_webhook_is_believed() -> None:
    simulator = Simulator()
    assert bound(simulator).verify(posted(simulator)).status == 200


@pytest.mark.parametrize("minutes", [-6, 6])
def test_one_that_is_older_than_five_minutes_is_not(minutes: int) -> None:
    simulator = Simulator()
    with pytest.raises(Forged, match="five minutes"):
        bound(simulator).verify(posted(simulator, at=datetime.now(UTC) + timedelta(minutes=minutes)))


def test_nor_one_for_another_address_of_another_body_or_by_another_secret() -> None:
    simulator = Simulator()
    for request in (posted(simulator, address="https://evil.example/crm/yard"), posted(simulator, body=BODY + b" ")):
        with pytest.raises(Forged):
            bound(simulator).verify(request)
    for secret in ("", "another"):
        with pytest.raises(Forged):
            bound(simulator, client_secret=secret).verify(posted(simulator))


@pytest.mark.parametrize("name", ["x-hubspot-signature-v3", "x-hubspot-request-timestamp"])
@pytest.mark.parametrize("value", [None, "", "x", "9" * 40, "１２３"])
def test_nor_one_whose_headers_are_missing_or_nonsense(name: str, value: str | None) -> None:
    simulator = Simulator()
    request = posted(simulator)
    headers = {key: each for key, each in request.headers.items() if key != name} | ({name: value} if value else {})
    with pytest.raises(Forged):
        bound(simulator).verify(Request("POST", request.path, headers, BODY))


def test_only_posts_are_taken() -> None:
    reply = bound(Simulator()).verify(Request("GET", "/crm/yard", {}, b""))
    assert (reply.status, reply.store) == (405, False)


def test_too_many_events_at_once_are_refused() -> None:
    one = b'{"subscriptionType":"contact.creation","objectId":7}'
    with pytest.raises(Malformed):
        webhooks.hear(b"[" + b",".join([one] * 1_001) + b"]")


def test_ids_that_are_none_are_left_out() -> None:
    for number in (b'"7; drop"', b"-1", b'"9999999999999999999999"'):
        assert webhooks.hear(b'[{"subscriptionType":"contact.creation","objectId":%s}]' % number) == []
