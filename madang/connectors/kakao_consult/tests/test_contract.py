"""What the house asks of every connector."""

from __future__ import annotations

import pytest

from madang.channels.connector import Config, SetupError
from madang.channels.testing import ContractTests
from madang.connectors.kakao_consult.simulator import Simulator
from madang.connectors.kakao_consult.tests.conftest import channel


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
    bad = channel(bizgo.form() | changed)
    with pytest.raises(SetupError) as caught:
        await bad.check()
    assert caught.value.field == field
    await bad.close()


async def test_happytalk_with_a_wrong_secret(kakao: Simulator) -> None:
    if kakao.form()["dealer"] != "happytalk":
        return
    bad = channel(kakao.form() | {"client_secret": "wrong"})
    with pytest.raises(SetupError) as caught:
        await bad.check()
    assert caught.value.field == "client_secret"
    await bad.close()


def test_a_secret_for_the_hook_is_made_where_none_is_given() -> None:
    form = Simulator().form()
    del form["hook_secret"]
    assert len(channel(form).config.secrets["hook_secret"]) >= 24
