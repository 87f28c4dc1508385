"""The templates a simulated account begins with: approved, with a file in its header, waiting, and rejected."""

from __future__ import annotations

from typing import Any


def _made(id: str, name: str, status: str, *components: dict[str, Any], category: str = "UTILITY") -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "status": status,
        "category": category,
        "language": "ko",
        "parameter_format": "POSITIONAL",
        "rejected_reason": "NONE" if status != "REJECTED" else "TAG_CONTENT_MISMATCH",
        "components": list(components),
    }


TEMPLATES: tuple[dict[str, Any], ...] = (
    _made(
        "594425479261596",
        "order_shipped",
        "APPROVED",
        {"type": "HEADER", "format": "TEXT", "text": "{{1}} 주문", "example": {"header_text": ["8412"]}},
        {"type": "BODY", "text": "{{1}}님, {{2}}에 도착해요.", "example": {"body_text": [["미나", "내일"]]}},
        {"type": "FOOTER", "text": "하늘"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "답장하기"},
                {"type": "URL", "text": "배송 보기", "url": "https://haneul.example/t/{{1}}", "example": ["8412"]},
            ],
        },
    ),
    _made("594425479261597", "hello", "APPROVED", {"type": "BODY", "text": "문의하신 내용에 답이 있어요."}),
    _made(
        "594425479261598",
        "new_blanket",
        "APPROVED",
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://haneul.example/blanket.jpg"]}},
        {"type": "BODY", "text": "새 담요가 나왔어요."},
        category="MARKETING",
    ),
    _made(
        "594425479261599",
        "back_soon",
        "PENDING",
        {"type": "BODY", "text": "{{1}}이 다시 들어와요.", "example": {"body_text": [["회색 담요"]]}},
    ),
    _made("594425479261600", "buy_now", "REJECTED", {"type": "BODY", "text": "지금 사세요"}, category="MARKETING"),
)
