"""Whole HTTP requests as bytes, made before the clock starts or cheaply while it runs."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from madang.lib.webhooks import key_of, signature

Make = Callable[[int, int], bytes]  # (number of the request, moment it is due in ns of the monotonic clock)

SAID = (
    "주문한 상품이 아직 도착하지 않았어요. 언제쯤 받을 수 있을까요?",
    "Could you tell me where my parcel is? The tracking page has not changed since Monday.",
    "교환하고 싶은데 어떻게 하면 되나요? 색이 사진과 달라요.",
    "The zip of my jacket broke after two weeks. Is this covered?",
    "환불은 며칠 걸리나요? 카드로 결제했습니다.",
)


def mark(number: int, due: int) -> str:
    """What tells a message again wherever it turns up: ``#q<number>t<ns>;``."""
    return f"#q{number}t{due};"


def hook(task: dict[str, Any]) -> Make:
    """Signed webhooks of ``senders`` customers to an ``api`` channel. A sender keeps to one connection."""
    key, path, run = key_of(task["secret"]), task["path"].encode(), task["run"]
    senders = max(1, int(task["senders"]))
    stamp = str(int(time.time()))
    at = datetime.now(UTC).isoformat()

    def make(number: int, due: int) -> bytes:
        name = f"{run}-{number}"
        who = {"kind": "email", "value": f"c{number % senders}@{run}.example", "name": f"고객 {number % senders}"}
        said = f"{SAID[number % len(SAID)]} {mark(number, due)}"
        message = {"type": "message", "id": name, "at": at, "from": who, "text": said}
        body = json.dumps(message, ensure_ascii=False).encode()
        head = (
            b"POST %s HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nwebhook-id: %s\r\n"
            b"webhook-timestamp: %s\r\nwebhook-signature: %s\r\ncontent-length: %d\r\n\r\n"
        )
        proof = signature(key, name, stamp, body).encode()
        return head % (path, name.encode(), stamp.encode(), proof, len(body)) + body

    return make


def reply(task: dict[str, Any]) -> Make:
    """Answers on the API to ``conversations``, in turn, each under a key of its own."""
    token, conversations = task["token"].encode(), task["conversations"]

    def make(number: int, due: int) -> bytes:
        body = json.dumps({"text": f"네, 확인했습니다. On its way. {mark(number, due)}"}, ensure_ascii=False).encode()
        head = (
            b"POST /api/v1/conversations/%d/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer %s\r\n"
            b"content-type: application/json\r\nidempotency-key: %s\r\ncontent-length: %d\r\n\r\n"
        )
        where = conversations[number % len(conversations)]
        return head % (where, token, str(uuid.uuid4()).encode(), len(body)) + body

    return make


KINDS: dict[str, Callable[[dict[str, Any]], Make]] = {"hook": hook, "reply": reply}
