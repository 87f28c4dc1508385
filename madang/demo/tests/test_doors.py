"""The demo's doors: all with a simulated provider are on the phone; a restart doubles no channel."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from madang.channels.playing import Provider
from madang.channels.queries import channels
from madang.channels.registry import entries, fields, simulator
from madang.channels.setup import fill
from madang.demo.doors import Doors, Manner, manner, manners
from madang.demo.phone.apps import App
from madang.ground import Ground
from madang.tests import cast


def providers() -> dict[str, type[Provider]]:
    made = {name: getattr(simulator(name), "Simulator", None) for name in entries()}
    return {name: one for name, one in made.items() if isinstance(one, type) and issubclass(one, Provider)}


@pytest.mark.parametrize("name", list(providers()))
def test_every_provider_fills_its_form_and_its_customer_can_be_drawn(name: str) -> None:
    provider = providers()[name]()
    provider.url = "http://127.0.0.1:1"
    fill(fields(name), provider.form())
    person = provider.person("http://127.0.0.1:1/hooks/k", "미나")
    shown: dict[str, Any] = App(f"{name}-haneul", name, "haneul", "하늘", name, Manner(), person).shown(name)
    assert msgspec.json.decode(msgspec.json.encode(shown))["bubbles"] == []


def test_every_named_manner_is_a_connector_and_any_other_is_plain() -> None:
    assert set(manners()) <= set(entries())
    assert manner("pigeon") == Manner()


async def test_a_restart_sets_the_channel_up_anew_and_makes_no_second_one(ground: Ground) -> None:
    brands = {"haneul": (await cast.brand(ground, "하늘"), "하늘", "ko")}
    keys, urls = set(), set()
    for _start in range(2):
        doors, provider = Doors(), providers()["line"]()
        await provider.start()
        doors.providers["haneul", "line"] = provider
        await doors.found(ground, brands)
        async with ground.database.begin() as tx:
            (row,) = await channels(tx)
        keys.add(doors.channels["haneul", "line"].key)
        urls.add(row.settings["api_url"])
        await doors.close()
    assert len(keys) == 1
    assert len(urls) == 2
    assert row.name == "하늘 LINE"
