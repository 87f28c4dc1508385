"""What a shop's program may post, what it means, and what it is told when it is wrong (T10, T18, T22)."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.channels.connector import Delivery, Forged, Kind, Malformed, Reply, Request
from madang.connectors.api.connector import Api
from madang.connectors.api.simulator import Simulator
from madang.connectors.api.tests.conftest import channel
from madang.lib.webhooks import new_secret

SECRET = new_secret()
API = channel(SECRET, region="KR")
MINA = {"kind": "email", "value": "mina@naver.com", "name": "미나"}
MESSAGE: dict[str, Any] = {
    "type": "message",
    "id": "m-1",
    "at": "2026-03-02T09:15:00+09:00",
    "from": MINA,
    "text": "환불해 주세요",
}


def posted(event: object, *, webhook_id: str = "w-1", at: datetime | None = None, **headers: str) -> Request:
    body = event if isinstance(event, bytes) else msgspec.json.encode(event)
    given = Simulator(SECRET).headers(webhook_id, body, at) | headers
    return Request("POST", "/hooks/yard", given, body)


def taken(event: object, api: Api = API) -> Delivery:
    request = posted(event)
    assert api.verify(request) == Reply()
    (delivery,) = api.split(request)
    return delivery


def test_a_delivery_is_known_by_its_webhook_id_and_kept_as_it_came() -> None:
    request = posted(MESSAGE, webhook_id="w-77")
    (delivery,) = API.split(request)
    assert delivery.key == "w-77"
    assert delivery.body == request.body


def test_what_one_person_says_stays_in_one_lane_however_she_is_spelled() -> None:
    one = taken(MESSAGE)
    other = taken(MESSAGE | {"id": "m-2", "from": {"kind": "email", "value": " mina@NAVER.com ", "name": ""}})
    edit = taken({"type": "edit", "about": "m-1", "from": MINA, "text": "취소할게요"})
    assert one.sender == other.sender == edit.sender
    assert taken(MESSAGE | {"from": {"kind": "scoped", "value": "mina@naver.com"}}).sender != one.sender


def test_without_a_time_of_its_own_a_message_was_said_when_it_was_signed() -> None:
    event = {name: value for name, value in MESSAGE.items() if name != "at"}
    (fact,) = API.parse(taken(event))
    assert abs(datetime.now(UTC) - fact.at) < timedelta(seconds=10)


def test_what_was_stored_without_the_door_still_means_the_same() -> None:
    (fact,) = API.parse(Delivery("0", "", msgspec.json.encode(MESSAGE)))
    assert (fact.id, fact.text) == ("m-1", "환불해 주세요")


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_forged(missing: str) -> None:
    request = posted(MESSAGE)
    headers = {name: value for name, value in request.headers.items() if name != missing}
    with pytest.raises(Forged):
        API.verify(Request("POST", request.path, headers, request.body))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stale_webhook_is_forged(minutes: int) -> None:
    with pytest.raises(Forged, match="clock"):
        API.verify(posted(MESSAGE, at=datetime.now(UTC) + timedelta(minutes=minutes)))


def test_a_changed_body_is_forged() -> None:
    request = posted(MESSAGE)
    with pytest.raises(Forged):
        API.verify(Request("POST", request.path, request.headers, request.body.replace(b"m-1", b"m-2")))


@pytest.mark.parametrize("secret", ["", "whsec_", "not a secret", new_secret()], ids=range(4))
def test_a_channel_without_the_right_secret_believes_nobody(secret: str) -> None:
    with pytest.raises(Forged):
        channel(secret).verify(posted(MESSAGE))


def test_while_the_secret_changes_both_are_believed() -> None:
    assert channel(f"{new_secret()} {SECRET}").verify(posted(MESSAGE)).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_only_posts_are_taken(method: str) -> None:
    reply = API.verify(Request(method, "/hooks/yard", {}, b""))
    assert (reply.status, reply.store) == (405, False)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"type":"message","id":"\\ud800"}', "not JSON"),
        (b"[" * 100_000, "not JSON|does not fit"),
        ([], "does not fit"),
        ({}, "`type`"),
        ({"type": 7}, "type"),
        ({"type": "massage"}, "known are: message, edit, delete, receipt"),
        ({name: value for name, value in MESSAGE.items() if name != "id"}, "`id`"),
        ({name: value for name, value in MESSAGE.items() if name != "from"}, "`from`"),
        ({name: value for name, value in MESSAGE.items() if name != "text"}, "`text`"),
        (MESSAGE | {"id": ""}, r"\$\.id"),
        (MESSAGE | {"id": 7}, r"\$\.id"),
        (MESSAGE | {"id": "x" * 257}, "256"),
        (MESSAGE | {"id": "a\0b"}, "`id`"),
        (MESSAGE | {"id": "  "}, "`id`"),
        (MESSAGE | {"at": "yesterday"}, r"\$\.at"),
        (MESSAGE | {"at": "2026-03-02T09:15:00"}, r"\$\.at"),
        (MESSAGE | {"at": 1_700_000_000}, r"\$\.at"),
        (MESSAGE | {"at": "0001-01-01T00:00:00+14:00"}, "`at`"),
        (MESSAGE | {"text": None}, r"\$\.text"),
        (MESSAGE | {"text": " \n"}, "says nothing"),
        (MESSAGE | {"from": "mina@naver.com"}, r"\$\.from"),
        (MESSAGE | {"from": {"kind": "fax", "value": "1"}}, r"'fax' - at `\$\.from\.kind`"),
        (MESSAGE | {"from": {"kind": "email", "value": "mina"}}, "no e-mail address: 'mina'"),
        (MESSAGE | {"from": {"kind": "email", "value": "mina@localhost"}}, "no e-mail"),
        (MESSAGE | {"from": {"kind": "email", "value": "a@b.kr, c@d.kr"}}, "no e-mail"),
        (MESSAGE | {"from": {"kind": "email", "value": "a@b.kr\r\nBcc: x@y.kr"}}, "no e-mail"),
        (MESSAGE | {"from": {"kind": "email", "value": f"{'a' * 60}@{'b' * 200}.kr"}}, "no e-mail|256"),
        (MESSAGE | {"from": {"kind": "phone", "value": "call me"}}, "no phone number"),
        (MESSAGE | {"from": {"kind": "phone", "value": "+82"}}, "no phone number"),
        (MESSAGE | {"from": {"kind": "scoped", "value": " "}}, "`from.value`"),
        (MESSAGE | {"from": {"kind": "scoped", "value": "a\0"}}, "`from.value`"),
        (MESSAGE | {"from": {"kind": "scoped", "value": "x" * 257}}, "256"),
        (MESSAGE | {"media": [{"url": "file:///etc/passwd"}]}, "url"),
        (MESSAGE | {"media": [{"url": "https:///x"}]}, "url"),
        (MESSAGE | {"media": [{"url": "https://a/" + "x" * 2048}]}, "2048"),
        (MESSAGE | {"media": [{"url": "https://haneul.example/a"}] * 21}, "20"),
        ({"type": "receipt", "about": "m-1", "state": "eaten"}, "eaten"),
        ({"type": "receipt", "state": "read"}, "`about`"),
        ({"type": "edit", "about": "m-1", "text": "x"}, "`from`"),
        ({"type": "delete", "from": MINA}, "`about`"),
    ],
)
def test_what_is_malformed_is_told_why(event: object, reason: str) -> None:
    request = (
        posted(event)
        if event != b"\xff\xfe"
        else Request("POST", "/", {"webhook-id": "w", "webhook-timestamp": "1"}, b"\xff\xfe")
    )
    with pytest.raises(Malformed, match=reason):
        API.split(request)


def test_a_webhook_id_that_is_too_long_is_told_so() -> None:
    with pytest.raises(Malformed, match="webhook-id"):
        API.split(posted(MESSAGE, webhook_id="w" * 257))


def test_phone_numbers_are_read_as_of_the_channels_country() -> None:
    event = MESSAGE | {"from": {"kind": "phone", "value": "(555) 234-5678"}}
    (fact,) = channel(SECRET, region="us").parse(taken(event, channel(SECRET, region="us")))
    assert fact.party is not None
    assert (fact.party.kind, fact.party.value) == (Kind.PHONE, "+15552345678")
    with pytest.raises(Malformed, match=r"\+82 10"):
        channel(SECRET).split(posted(event))


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
    ),
    st.sampled_from(["type", "id", "at", "from", "text", "media", "to", "subject", "about", "state"]),
    st.sampled_from(["message", "edit", "delete", "receipt"]),
)
def test_no_value_of_any_field_breaks_it(value: object, name: str, kind: str) -> None:
    event = MESSAGE | {"type": kind, "about": "m-0", "state": "read", name: value}
    body = json.dumps(event).encode("ascii")
    with contextlib.suppress(Malformed):
        assert len(API.split(Request("POST", "/", {"webhook-id": "w", "webhook-timestamp": "1"}, body))) == 1


def test_a_counted_webhook_has_its_place() -> None:
    body = {"type": "message", "id": "m1", "from": {"kind": "scoped", "value": "u1"}, "text": "hi", "sequence": 7}
    for more, place in (({}, ("scoped:u1", 7)), ({"stream": "orders"}, ("orders", 7)), ({"sequence": None}, None)):
        assert taken({**body, **more}).place == place
    for wrong in (0, -1, "7", 1.5, 2**60):
        with pytest.raises(Malformed):
            taken({**body, "sequence": wrong})
