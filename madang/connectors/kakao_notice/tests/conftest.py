"""A channel, the dealer on its other side, and 미나's KakaoTalk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal
from uuid import uuid4

import pytest

from madang.channels.connector import Kind, Outbound, Party, Template
from madang.connectors.kakao_notice.connector import KakaoNotice
from madang.connectors.kakao_notice.simulator import MINA, Phone, Simulator
from madang.tests import provider_kit

SHIPPED = Template("KA01TP_SHIPPED", "ko", {"이름": "미나", "상품명": "담요", "송장번호": "6063"})
AUTUMN = Template("brand/BM_AUTUMN", "ko", {"이름": "미나"})
House = provider_kit.House[KakaoNotice]


def channel(form: Mapping[str, str]) -> KakaoNotice:
    return provider_kit.bound(KakaoNotice, form)


def notice(template: Template | None = SHIPPED, phone: str = "+821012345678", **more: Any) -> Outbound:
    words = "미나님, 주문하신 담요이(가) 오늘 출발했어요."
    return Outbound(str(uuid4()), Party(Kind.PHONE, phone, "미나"), words, 12, 34, template=template, **more)


@asynccontextmanager
async def playing(kind: Literal["solapi", "bizgo"], **form: str) -> AsyncIterator[tuple[Simulator, KakaoNotice]]:
    """One dealer with 미나's phone, and a channel at it."""
    async with provider_kit.started(Simulator(kind)) as dealer:
        dealer.person("", "미나", phone=MINA)
        async with provider_kit.lent(channel(dealer.form() | form)) as notices:
            yield dealer, notices


@pytest.fixture(params=["solapi", "bizgo"])
async def dealer(request: pytest.FixtureRequest) -> AsyncIterator[Simulator]:
    async with provider_kit.started(Simulator(request.param)) as made:
        made.person("", "미나", phone=MINA)
        yield made


@pytest.fixture
async def notices(dealer: Simulator) -> AsyncIterator[KakaoNotice]:
    async with provider_kit.lent(channel(dealer.form())) as made:
        yield made


@pytest.fixture
def mina(dealer: Simulator) -> Phone:
    return dealer.phones[MINA]
