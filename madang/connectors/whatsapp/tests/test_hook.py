"""Who may tell us anything, and how a batch of several people is taken apart."""

from __future__ import annotations

import json

from madang.tests.meta_kit import HookTests, post


class TestHook(HookTests):
    """T10."""

    connector = "whatsapp"
    account, number = "phone_id", "106540352242922"


channel, fixture = TestHook().channel, TestHook().fixture


def test_every_sender_has_a_delivery_with_her_own_contact() -> None:
    request = post(fixture("two_senders"))
    parts = channel().split(request)
    assert [part.sender for part in parts] == ["14155550123", "821055550001"]
    facts = [channel().parse(part)[0] for part in parts]
    assert [(one.party.name, one.text) for one in facts if one.party] == [
        ("Mia", "Where is my tent?"),
        ("미나", "담요는요?"),
    ]
    assert b"Mia" not in parts[1].body


def test_what_comes_twice_has_the_same_key_in_whatever_batch() -> None:
    """T22."""
    both = json.loads(fixture("two_senders"))
    value = both["entry"][0]["changes"][0]["value"]
    value["messages"] = value["messages"][1:]
    alone = channel().split(post(json.dumps(both).encode()))
    again = channel().split(post(fixture("two_senders")))
    assert alone[0].key == again[1].key != again[0].key


def test_a_notice_about_the_account_is_no_message() -> None:
    assert [channel().parse(one) for one in channel().split(post(fixture("template_rejected")))] == [[]]


def test_a_new_number_lies_in_the_lane_of_what_is_said_from_it() -> None:
    lanes = {"number_changed": "821055550002", "user_id_changed": "MX.0987654321"}
    for name, lane in lanes.items():
        (part,) = channel().split(post(fixture(name)))
        assert part.sender == lane
