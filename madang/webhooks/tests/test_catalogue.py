"""The catalogue is one thing: the code, the page, the API's description and what is really sent say the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from standardwebhooks import Webhook as Verifier

from madang.conversations import actions as conversations
from madang.customers import actions as customers
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, Actor, News, record
from madang.lib import trace, webhooks
from madang.staff.permissions import CONSOLE
from madang.tests.cast import message
from madang.webhooks.catalogue import CATALOGUE, PATTERNS, TEST, chosen, entry, wants
from madang.webhooks.examples import example, examples
from madang.webhooks.tests.conftest import Teller
from madang.webhooks.tests.receiver import Receiver

PAGE = (Path(__file__).parents[3] / "docs/outgoing-webhooks.md").read_text("utf-8")
EVERY = [*CATALOGUE, TEST]


def documented() -> dict[str, Any]:
    found = re.findall(r"^### `([\w.]+)`\n\n```json\n(.*?)\n```$", PAGE, re.S | re.M)
    return {kind: msgspec.json.decode(body) for kind, body in found}


def test_the_page_and_the_code_know_the_same_kinds() -> None:
    listed = re.findall(r"^\| `(\w+\.\w+)` \|", PAGE, re.M)
    assert listed == list(CATALOGUE)
    assert documented() == examples()
    assert set(CATALOGUE) <= {str(kind) for kind in Kind}


# What the log writes of what this test does not do itself.
TOLD: dict[str, dict[str, Any]] = {
    "message.state": {"state": "sent"},
    "message.rerouted": {"from": 1, "to": 1, "why": "window"},
    "conversation.split": {"from": 1, "messages": 1},
    "conversation.merged": {"joined": 1, "from": 1, "into": 2, "messages": 1},
    "conversation.unmerged": {"joined": 1, "from": 1, "into": 2, "messages": 1},
    "conversation.moved": {"moving": 1, "from": 1, "to": 2, "messages": 1},
    "conversation.moved_back": {"moving": 1},
    "conversation.linked": {"other": 1},
    "conversation.unlinked": {"other": 1},
    "macro.inserted": {"macro": 1, "name": "환불", "run": "x"},
    "macro.used": {"macro": 1, "name": "환불", "run": "x", "steps": ["say"], "changed": ["tags"]},
    "macro.undone": {"macro": 1, "name": "환불", "run": "x", "stays": ["tags"]},
    "guide.chosen": {"guide": None, "name": ""},
    "guide.ticked": {"guide": 1, "name": "환불", "item": "00000000", "says": "주문 번호"},
    "guide.unticked": {"guide": 1, "name": "환불", "item": "00000000", "says": "주문 번호"},
    "conversation.snoozed": {"until": "2026-03-03T00:00:00+00:00", "before": None},
    "conversation.woken": {"why": "due"},
    "conversation.prioritised": {"priority": 3, "before": 1},
    "conversation.followed": {"user": 1, "follows": True},
    "conversation.filled": {"order_number": "A-1", "colour": None},
    "message.mentioned": {"users": [1]},
    "message.held": {"key": "m-1", "author": 1},
    "customer.merged": {"merge": 1, "other": 2},
    "customer.unmerged": {"merge": 1, "other": 2},
    "suggestion.made": {"suggestion": 1, "other": 1, "score": 0.95},
    "identity.added": {"kind": "email", "proof": "x"},
    "claim.added": {"kind": "phone"},
    "customer.entered_segment": {"segment": 5},
    "customer.left_segment": {"segment": 5},
    "alert.opened": {"incident": 1, "alert": "silent", "name": "x", "since": "2026-01-01T00:00:00+00:00"},
    "alert.closed": {"incident": 1, "alert": "silent", "name": "x", "since": "2026-01-01T00:00:00+00:00"},
}


@pytest.mark.parametrize("kind", EVERY)
def test_an_example_fits_its_schema_exactly_and_its_signature_is_accepted(kind: str) -> None:
    given = example(kind)
    data = msgspec.convert(given["data"], entry(kind).data)
    assert msgspec.to_builtins(data) == given["data"], "no field more, none less"
    body = msgspec.json.encode(given)
    secret = webhooks.new_secret()
    headers = webhooks.headers([webhooks.key_of(secret)], given["id"], body, datetime.now(UTC))
    assert Verifier(secret).verify(body, headers) == given


def test_nothing_about_people_of_the_house_or_secrets_is_ever_told() -> None:
    private = [kind for kind in Kind if kind.split(".")[0] in ("user", "token", "password", "invitation", "sign_in")]
    assert len(private) > 5
    for kind in private:
        assert not wants(["*"], kind)
    assert "message.*" in PATTERNS
    assert chosen(["channel.*", "nothing"]) == [kind for kind in CATALOGUE if kind.startswith("channel.")]


async def test_what_is_really_sent_fits_the_schema(teller: Teller, shop: Receiver) -> None:
    """Every kind happens once, as the log writes it."""
    await teller.listen(shop.url, "*")
    yard, database = teller.yard, teller.ground.database
    await yard.says("담요")
    (conversation,) = await yard.conversations()
    told = TOLD | {"conversation.opened": {"brand": yard.brand_id}}
    async with database.begin() as tx:
        number = await conversations.reply(tx, CONSOLE, conversation, text="내일 도착합니다.")
        await conversations.note(tx, CONSOLE, conversation, text="Ben knows her.")
        await conversations.set_tags(tx, CONSOLE, conversation, ["vip"])
        await conversations.close(tx, CONSOLE, conversation)
        await conversations.reopen(tx, CONSOLE, conversation)
        await customers.rename(tx, CONSOLE, 1, "김미나")
        done = {"message.received", "message.queued", "message.noted", "conversation.closed", "conversation.reopened"}
        for kind in set(CATALOGUE) - done - {"conversation.tagged", "customer.changed", "customer.created"}:
            data = told.get(kind, {"channel": yard.channel.id})
            data = {"assignee": None, "before": 2} if kind == "conversation.assigned" else data
            await record(
                tx, SYSTEM, News(Kind(kind), conversation, number, 1, data=data) if _talk(kind) else _other(kind, data)
            )
    await teller.deliver()
    assert set(shop.kinds) == set(CATALOGUE)
    for one in shop.heard:
        given = one.said["data"]
        assert msgspec.to_builtins(msgspec.convert(given, entry(one.said["type"]).data)).keys() == given.keys()


async def test_of_what_was_filled_in_only_the_names_of_fields_are_told(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "conversation.filled")
    await teller.yard.says("담요")
    (conversation,) = await teller.yard.conversations()
    program = Actor("user", 1, token=7)
    with trace.doing("0123456789abcdef"):
        async with teller.ground.database.begin() as tx:
            await record(tx, program, News(Kind.CONVERSATION_FILLED, conversation, data={"order_number": "A-1"}))
    await teller.deliver()
    assert [one.said["data"]["fields"] for one in shop.heard] == [["order_number"]]


def _talk(kind: str) -> bool:
    return kind.split(".")[0] in ("message", "conversation", "macro", "guide")


def _other(kind: str, data: dict[str, Any]) -> News:
    return News(
        Kind(kind),
        customer=1 if kind.split(".")[0] in ("identity", "claim", "customer", "suggestion") else None,
        data=data,
    )


async def test_edits_and_deletions_are_told_as_they_stand(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.edited", "message.deleted")
    said = message("typo")
    await teller.yard.put(said)
    who = {"from": said["from"], "about": said["id"]}
    await teller.yard.put({"type": "edit", **who, "text": "fixed"})
    await teller.yard.take_in()
    await teller.deliver()
    await teller.yard.put({"type": "delete", **who})
    await teller.yard.take_in()
    await teller.deliver()
    assert list(zip(shop.kinds, shop.texts, strict=True)) == [("message.edited", "fixed"), ("message.deleted", "")]
