"""What lies at both dealers: templates in every state, and how a template is filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from madang.channels.connector import Button

HOOK_SECRET = "hook-secret-of-the-simulator"
WEBHOOK_SECRET = "webhook-secret-of-the-simulator"


@dataclass(frozen=True, slots=True)
class Stocked:
    """One template: ``state`` is approved, inspecting or rejected."""

    code: str
    name: str
    text: str
    state: str = "approved"
    button: Button | None = None
    remark: str = ""
    brand: bool = False


STOCK = (
    Stocked(
        "KA01TP_SHIPPED",
        "배송 출발",
        "#{이름}님, 주문하신 #{상품명}이(가) 오늘 출발했어요.",
        button=Button("배송 조회", url="https://haneul.example/t/#{송장번호}"),
    ),
    Stocked("KA01TP_ANSWERED", "문의 답변", "#{이름}님, 문의하신 내용에 답변을 남겼어요."),
    Stocked("KA01TP_HOURS", "휴무 안내", "오늘은 쉬는 날이에요. 내일 다시 만나요."),
    Stocked("KA01TP_RETURN", "반품 접수", "#{이름}님의 반품을 접수했어요.", "inspecting"),
    Stocked(
        "KA01TP_SALE",
        "할인 안내",
        "#{이름}님, 오늘만 반값!",
        "rejected",
        remark="광고성 내용은 알림톡으로 보낼 수 없습니다.",
    ),
    Stocked("BM_AUTUMN", "가을 모음전", "#{이름}님, 가을 이불을 모아 봤어요.", brand=True),
)


def find(code: str, brand: bool) -> Stocked | None:
    """The template of this code, if it may be sent."""
    return next((one for one in STOCK if one.code == code and one.brand == brand and one.state == "approved"), None)


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """The text with its places filled; None when one is left, as Kakao compares the result with the template."""
    for name, value in values.items():
        text = text.replace("#{" + name + "}", value)
    return None if re.search(r"#\{[^{}]+\}", text) else text


def filled_button(one: Stocked, values: Mapping[str, str]) -> tuple[Button, ...]:
    """Its button with the address she would open."""
    if one.button is None:
        return ()
    return (Button(one.button.label, url=fill(one.button.url, values) or one.button.url),)
