"""What the house asks of every connector."""

from __future__ import annotations

import pytest

from madang.channels.connector import Cap, Config
from madang.channels.testing import ContractTests
from madang.connectors.kakao_bot.simulator import Simulator
from madang.connectors.kakao_bot.tests.conftest import channel
from madang.tests import provider_kit


class TestContract(ContractTests):
    connector = "kakao_bot"

    def config(self) -> Config:
        return channel({**Simulator().form(), "api_url": ""}).config


async def test_the_event_apis_key_is_tried(kakao: Simulator) -> None:
    good = channel(kakao.form())
    await good.check()
    await good.close()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"rest_key": "wrong"}, "rest_key"),
        ({"rest_key": ""}, "rest_key"),
        ({"bot_id": ""}, "bot_id"),
        ({"price": "free"}, "price"),
    ],
)
async def test_what_is_wrong_in_the_form_is_named(kakao: Simulator, changed: dict[str, str], field: str) -> None:
    assert (await provider_kit.blamed(channel(kakao.form() | changed))).field == field


async def test_without_the_event_api_there_is_a_minute(kakao: Simulator) -> None:
    poor, rich = channel(kakao.form() | {"bot_id": "", "rest_key": ""}), channel(kakao.form())
    await poor.check()
    assert poor.limits.window is not None
    assert Cap.INITIATE not in poor.caps
    assert rich.limits.window is None
    assert Cap.INITIATE in rich.caps
