"""The way to the demo's phone: there while a demo runs, nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from madang.desk.tests.visitor import Visitor
from madang.ground import Ground
from madang.tests.cast import Yard


async def test_there_is_no_phone_without_a_demo(yard: Yard, hana: Visitor) -> None:
    assert (await hana.get("/demo/phone")).status_code == 404
    await hana.get("/settings/account")
    assert "/demo/phone" not in hana.page


async def test_the_desk_of_a_demo_leads_to_the_phone(
    yard: Yard, ground: Ground, hana: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = replace(ground, settings=replace(ground.settings, demo_phone="http://127.0.0.1:8001"))
    monkeypatch.setattr("madang.desk.page.ground_of", lambda _request: demo)
    monkeypatch.setattr("madang.desk.views.demo.ground_of", lambda _request: demo)
    assert (await hana.get("/demo/phone")).headers["location"] == "http://127.0.0.1:8001/demo/phone"
    await hana.get("/settings/account")
    assert 'href="/demo/phone"' in hana.page
