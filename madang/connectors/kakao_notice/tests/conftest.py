"""A channel, the dealer on its other side, and 미나's KakaoTalk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal
from uuid import uuid4

import pytest

from madang.channels.connector import Config, Kind, Outbound, Party, Template
from madang.channels.setup import fill
from madang.connectors.kakao_notice.connector import KakaoNotice
from madang.connectors.kakao_notice.setup import FIELDS
from madang.connectors.kakao_notice.simulator import MINA, Phone, Simulator

SHIPPED = Template("KA01TP_SHIPPED", "ko", {"이름": "미나", "상품명": "담요", "송장번호": "6063"})
AUTUMN = Template("brand/BM_AUTUMN", "ko", {"이름": "미나"})


def channel(form: Mapping[str, str]) -> KakaoNotice:
    settings, hidden = fill(FIELDS, form)
    allow = ("127.0.0.0/8",)
    return KakaoNotice(Config(7, "notices", "하늘 알림", settings, hidden, allow_hosts=allow))


def notice(template: Template | None = SHIPPED, phone: str = "+821012345678", **more: Any) -> Outbound:
    words = "미나님, 주문하신 담요이(가) 오늘 출발했어요."
    return Outbound(str(uuid4()), Party(Kind.PHONE, phone, "미나"), words, 12, 34, template=template, **more)


@asynccontextmanager
async def playing(kind: Literal["solapi", "bizgo"], **form: str) -> AsyncIterator[tuple[Simulator, KakaoNotice]]:
    """One dealer with 미나's phone, and a channel at it."""
    dealer = Simulator(kind)
    await dealer.start()
    dealer.person("", "미나", phone=MINA)
    notices = channel(dealer.form() | form)
    try:
        yield dealer, notices
    finally:
        await notices.close()
        await dealer.stop()


@pytest.fixture(params=["solapi", "bizgo"])
async def dealer(request: pytest.FixtureRequest) -> AsyncIterator[Simulator]:
    made = Simulator(request.param)
    await made.start()
    made.person("", "미나", phone=MINA)
    yield made
    await made.stop()


@pytest.fixture
async def notices(dealer: Simulator) -> AsyncIterator[KakaoNotice]:
    made = channel(dealer.form())
    yield made
    await made.close()


@pytest.fixture
def mina(dealer: Simulator) -> Phone:
    return dealer.phones[MINA]
