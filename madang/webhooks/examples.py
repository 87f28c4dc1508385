"""One body of each kind, as the documentation shows it: 미나 of Haneul asks where her blanket is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from madang.webhooks import shapes
from madang.webhooks.catalogue import CATALOGUE, TEST, entry

_AT = datetime(2026, 3, 2, 0, 15, 4, tzinfo=UTC)
_MAIL = {"id": 3, "connector": "email", "name": "support@haneul.example"}
_ADA = {"kind": "user", "id": 2, "name": "Ada"}
_MINA = {"kind": "customer", "id": 7, "name": ""}
_SYSTEM = {"kind": "system", "id": None, "name": ""}
_CUSTOMER = {
    "id": 7,
    "name": "김미나",
    "language": "ko",
    "addresses": [{"kind": "email", "value": "mina@naver.com", "proven": True}],
}
_CONVERSATION = {
    "id": 12,
    "status": "open",
    "subject": "담요",
    "brand_id": 1,
    "assignee": {"id": 2, "name": "Ada"},
    "team_id": None,
    "tags": ["shipping"],
    "language": "ko",
    "created_at": "2026-03-02T00:15:04Z",
}
_SAID = {
    "id": 41,
    "direction": "in",
    "author": "김미나",
    "author_id": None,
    "text": "주문한 담요가 아직 안 왔어요.",
    "subject": "담요",
    "channel": _MAIL,
    "state": None,
    "problem": "",
    "at": "2026-03-02T00:15:04Z",
    "auto": False,
    "edited_at": None,
    "deleted_at": None,
    "attachments": [],
}
_ANSWER = {**_SAID, "id": 42, "direction": "out", "author": "Ada", "author_id": 2, "text": "내일 도착합니다."}
_JOINED = {"from_conversation_id": 15, "into_conversation_id": 12, "messages": 3}
_GUIDE = {"id": 2, "name": "환불"}
_MACRO = {
    "macro": {"id": 6, "name": "환불 접수"},
    "run": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "steps": [],
    "changed": [],
}
_PICTURE = {"name": "담요.jpg", "mime": "image/jpeg", "size": 48213, "href": "/api/v1/attachments/Zm9v"}


def _message(actor: dict[str, Any], **message: Any) -> dict[str, Any]:
    base = _SAID if message.pop("of", "") != "answer" else _ANSWER
    return {"actor": actor, "customer": _CUSTOMER, "conversation": _CONVERSATION, "message": {**base, **message}}


def _conversation(actor: dict[str, Any], **conversation: Any) -> dict[str, Any]:
    return {"actor": actor, "customer": _CUSTOMER, "conversation": {**_CONVERSATION, **conversation}}


def _channel(actor: dict[str, Any], *, paused: bool = False, problem: str = "") -> dict[str, Any]:
    return {"actor": actor, "channel": _MAIL, "brand_id": 1, "paused": paused, "problem": problem}


def _alert() -> dict[str, Any]:
    told = {"incident": 12, "alert": "stopped", "name": "support@haneul.kr", "since": "2026-03-02T00:20:11Z"}
    return {"actor": _SYSTEM, "channel": _MAIL, **told}


def _customer(actor: dict[str, Any]) -> dict[str, Any]:
    return {"actor": actor, "customer": _CUSTOMER}


_DATA: dict[str, dict[str, Any]] = {
    "message.received": _message(_MINA),
    "message.queued": _message(_ADA, of="answer", state="queued"),
    "message.noted": _message(
        _ADA, id=43, direction="note", author="Ada", author_id=2, text="Ben knows her.", subject="", channel=None
    ),
    "message.state": _message(_SYSTEM, of="answer", state="delivered") | {"state": "sent", "why": ""},
    "message.rerouted": _message(_SYSTEM, of="answer", state="sending")
    | {"from_channel_id": 4, "to_channel_id": 3, "why": "window"},
    "message.edited": _message(_MINA, text="담요가 왔어요!", edited_at="2026-03-02T00:20:11Z"),
    "message.deleted": _message(_MINA, text="", subject="", deleted_at="2026-03-02T00:21:30Z"),
    "message.media": _message(_SYSTEM, attachments=[_PICTURE]),
    "conversation.opened": _conversation(_MINA, assignee=None, tags=[]),
    "conversation.reopened": _conversation(_MINA),
    "conversation.closed": _conversation(_ADA, status="closed"),
    "conversation.assigned": _conversation(_ADA) | {"what": "assignee", "to": 2, "before": None},
    "conversation.tagged": _conversation(_ADA) | {"tags": ["shipping"], "before": []},
    "conversation.split": _conversation(_ADA) | {"from_conversation_id": 12, "messages": 2},
    "customer.created": _customer(_MINA),
    "customer.changed": _customer(_ADA),
    "customer.blocked": _customer(_ADA),
    "customer.unblocked": _customer(_ADA),
    "customer.merged": _customer(_ADA) | {"merge_id": 3, "other_id": 9},
    "customer.unmerged": _customer(_ADA) | {"merge_id": 3, "other_id": 9},
    "identity.added": _customer(_MINA) | {"kind": "email", "proof": "channel"},
    "claim.added": _customer(_MINA) | {"kind": "phone", "proof": ""},
    "channel.created": _channel(_ADA),
    "channel.changed": _channel(_ADA),
    "channel.paused": _channel(_SYSTEM, paused=True, problem="The mail server refused the password."),
    "channel.resumed": _channel(_ADA),
    "channel.retired": _channel(_ADA),
    "alert.opened": _alert(),
    "alert.closed": _alert(),
    "customer.entered_segment": _customer(_SYSTEM) | {"segment": 5},
    "customer.left_segment": _customer(_SYSTEM) | {"segment": 5},
    "suggestion.made": _customer(_SYSTEM) | {"suggestion_id": 8, "other_id": 9, "score": 0.9731},
    "message.mentioned": _message(
        _ADA, id=43, direction="note", author="Ada", author_id=2, text="@Ben 아는 분이죠?", subject="", channel=None
    )
    | {"colleagues": [4]},
    "message.held": _message(_SYSTEM, of="answer"),
    "conversation.merged": _conversation(_ADA) | _JOINED,
    "conversation.unmerged": _conversation(_ADA) | _JOINED,
    "conversation.moved": _conversation(_ADA) | {"from_conversation_id": 12, "to_conversation_id": 15, "messages": 2},
    "conversation.moved_back": _conversation(_ADA),
    "conversation.linked": _conversation(_ADA) | {"other_conversation_id": 9},
    "conversation.unlinked": _conversation(_ADA) | {"other_conversation_id": 9},
    "conversation.snoozed": _conversation(_ADA) | {"until": "2026-03-03T00:00:00Z", "before": None},
    "conversation.woken": _conversation(_SYSTEM) | {"why": "due"},
    "conversation.prioritised": _conversation(_ADA) | {"priority": 3, "before": 1},
    "conversation.followed": _conversation(_ADA) | {"colleague": 2, "follows": True},
    "conversation.filled": _conversation(_ADA) | {"fields": ["order_number"]},
    "macro.used": _conversation(_ADA) | _MACRO | {"steps": ["say", "tag"], "changed": ["tags"]},
    "macro.inserted": _conversation(_ADA) | _MACRO,
    "macro.undone": _conversation(_ADA) | _MACRO,
    "guide.chosen": _conversation(_ADA) | {"guide": _GUIDE},
    "guide.ticked": _conversation(_ADA) | {"guide": _GUIDE, "item": "5f0c2a91", "says": "주문 번호"},
    "guide.unticked": _conversation(_ADA) | {"guide": _GUIDE, "item": "5f0c2a91", "says": "주문 번호"},
    "channel.restored": _channel(_ADA),
    TEST: {"message": "Madang can reach you."},
}


def example(kind: str) -> dict[str, Any]:
    """A whole body of this kind, as JSON has it."""
    number = 1000 + list(_DATA).index(kind)
    name = "test_1022" if kind == TEST else f"evt_{number}_5"
    data = msgspec.convert(_DATA[kind], entry(kind).data)
    notice = shapes.Notice(type=kind, id=name, timestamp=_AT, data=data)
    made: dict[str, Any] = msgspec.to_builtins(notice)
    return made


def examples() -> dict[str, dict[str, Any]]:
    """One of each kind, the test last."""
    return {kind: example(kind) for kind in (*CATALOGUE, TEST)}
