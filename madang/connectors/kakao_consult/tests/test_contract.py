"""What the house asks of every connector."""

from __future__ import annotations

import pytest

from madang.channels.connector import Config
from madang.channels.testing import ContractTests
from madang.connectors.kakao_consult.simulator import Simulator
from madang.connectors.kakao_consult.tests.conftest import channel
from madang.tests import provider_kit


class TestContract(ContractTests):
    connector = "kakao_consult"

    def config(self) -> Config:
        return channel({**Simulator().form(), "api_url": ""}).config


async def test_the_setup_is_tried_at_the_dealer(kakao: Simulator) -> None:
    good = channel(kakao.form())
    await good.check()
    await good.close()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"api_key": "wrong"}, "api_key"),
        ({"sender_key": "someone-else"}, "api_key"),
        ({"source_ips": "203.0.113.0/24\nnot an address"}, "source_ips"),
        ({"price": "cheap"}, "price"),
    ],
)
async def test_what_is_wrong_in_the_form_is_named(bizgo: Simulator, changed: dict[str, str], field: str) -> None:
    assert (await provider_kit.blamed(channel(bizgo.form() | changed))).field == field


async def test_happytalk_with_a_wrong_secret() -> None:
    async with provider_kit.started(Simulator("happytalk")) as happytalk:
        bad = channel(happytalk.form() | {"client_secret": "wrong"})
        assert (await provider_kit.blamed(bad)).field == "client_secret"


def test_a_secret_for_the_hook_is_made_where_none_is_given() -> None:
    form = Simulator().form()
    del form["hook_secret"]
    assert len(channel(form).config.secrets["hook_secret"]) >= 24
