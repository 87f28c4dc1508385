"""Standard Webhooks, judged by the standard's own package: what we sign it accepts, what it signs we accept."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from madang.lib import webhooks
from madang.lib.webhooks import Unproven

SECRET = "whsec_" + base64.b64encode(b"a yard onto which every door opens").decode()
KEY = webhooks.key_of(SECRET)
BODY = '{"text":"환불해 주세요"}'.encode()


def now() -> datetime:
    return datetime.now(UTC)


def theirs(
    webhook_id: str = "m-1", at: datetime | None = None, body: bytes = BODY, secret: str = SECRET
) -> dict[str, str]:
    """Headers as a sender makes them with the standard's package."""
    at = at or now()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, at, body.decode()),
    }


def test_the_standards_package_accepts_what_we_sign() -> None:
    made = webhooks.headers([KEY], "m-1", BODY, now())
    assert Webhook(SECRET).verify(BODY, made) == {"text": "환불해 주세요"}


def test_we_accept_what_the_standards_package_signs() -> None:
    assert webhooks.prove([KEY], theirs(), BODY, now()) == "m-1"


def test_its_published_example_holds() -> None:
    """From the standard's own reference tests."""
    key = webhooks.key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330, UTC)
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert webhooks.headers([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", body, at)["webhook-signature"] == expected


def test_while_a_secret_changes_both_are_signed_and_either_proves() -> None:
    other = webhooks.new_secret()
    made = webhooks.headers([KEY, webhooks.key_of(other)], "m-1", BODY, now())
    Webhook(SECRET).verify(BODY, made)
    Webhook(other).verify(BODY, made)
    assert webhooks.prove([KEY, webhooks.key_of(other)], theirs(secret=other), BODY, now()) == "m-1"


def test_one_right_signature_among_others_is_enough() -> None:
    made = theirs()
    made["webhook-signature"] = f"v1a,abc v2,zzz v1,AAAA {made['webhook-signature']}"
    assert webhooks.prove([KEY], made, BODY, now()) == "m-1"


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_or_empty_header_fails(missing: str) -> None:
    made = theirs()
    with pytest.raises(Unproven, match="all needed"):
        webhooks.prove([KEY], made | {missing: ""}, BODY, now())
    del made[missing]
    with pytest.raises(Unproven, match="all needed"):
        webhooks.prove([KEY], made, BODY, now())


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "m-2"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,\xff"},
        {"webhook-signature": theirs()["webhook-signature"].removeprefix("v1,")},
        {"webhook-signature": theirs()["webhook-signature"].replace("v1,", "v2,")},
        {"webhook-timestamp": "0"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "١٢٣"},
        {"webhook-timestamp": "9" * 40},
        {"webhook-timestamp": "now"},
    ],
)
def test_what_was_changed_on_the_way_fails(changed: dict[str, str]) -> None:
    with pytest.raises(Unproven):
        webhooks.prove([KEY], theirs() | changed, BODY, now())


def test_another_body_or_another_secret_fails() -> None:
    with pytest.raises(Unproven):
        webhooks.prove([KEY], theirs(), BODY + b" ", now())
    with pytest.raises(Unproven):
        webhooks.prove([webhooks.key_of(webhooks.new_secret())], theirs(), BODY, now())


def test_without_a_secret_nothing_is_proven() -> None:
    with pytest.raises(Unproven):
        webhooks.prove([], theirs(), BODY, now())


@pytest.mark.parametrize("away", [timedelta(minutes=5, seconds=2), -timedelta(minutes=5, seconds=2)])
def test_more_than_five_minutes_either_way_is_stale(away: timedelta) -> None:
    made = theirs(at=now() + away)
    with pytest.raises(Unproven, match="five minutes"):
        webhooks.prove([KEY], made, BODY, now())


@pytest.mark.parametrize("away", [timedelta(minutes=4, seconds=55), -timedelta(minutes=4, seconds=55)])
def test_less_than_five_minutes_is_a_clock_that_runs_differently(away: timedelta) -> None:
    assert webhooks.prove([KEY], theirs(at=now() + away), BODY, now())


def test_a_secret_may_have_lost_its_padding() -> None:
    assert webhooks.key_of(SECRET.rstrip("=")) == KEY


def test_a_new_secret_is_a_secret() -> None:
    assert len(webhooks.key_of(webhooks.new_secret())) == 32
    assert webhooks.new_secret() != webhooks.new_secret()


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64!", "whsec_c2hvcnQ=", "whsec_" + "A" * 400])
def test_what_is_no_secret_is_said_so(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        webhooks.key_of(secret)
