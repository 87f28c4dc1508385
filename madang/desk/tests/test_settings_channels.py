"""Connecting a channel: tested first, wrong fields named, secrets shown once and never again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from madang.channels import queries
from madang.channels.connector import Step
from madang.desk.setup_form import filled
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.lib.webhooks import new_secret
from madang.staff.grants import Grant
from madang.tests import cast
from madang.tests.cast import Yard

Browser = Callable[[], Visitor]
PAGES = ["", "/new", "/new/api", "/1"]


@pytest.mark.parametrize("role", ["agent", "lead"])
async def test_channels_are_for_administrators(yard: Yard, ground: Ground, browser: Browser, role: str) -> None:
    await join(ground, "Ben", Grant(role))  # type: ignore[arg-type]
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    for path in PAGES:
        assert (await ben.get("/settings/channels" + path)).status_code == 403, path
    for verb in ("", "/pause", "/resume", "/retire", "/check"):
        assert (await ben.post("/settings/channels/1" + verb)).status_code == 403, verb
    assert (await ben.post("/settings/channels/new/api")).status_code == 403


async def test_whoever_sees_one_brand_sets_up_its_channels_only(yard: Yard, ground: Ground, browser: Browser) -> None:
    other = await cast.brand(ground, "Juniper")
    hers = await cast.channel(ground, other, "board", secrets={"secret": "x"})
    await join(ground, "Ben", Grant("administrator", brands=frozenset({other})))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    await ben.get("/settings/channels")
    assert f"/settings/channels/{hers.id}" in ben.page
    assert f"/settings/channels/{yard.channel.id}" not in ben.page
    assert (await ben.get(f"/settings/channels/{yard.channel.id}")).status_code == 404
    await ben.get(f"/settings/channels/{hers.id}")
    for verb in ("", "/pause", "/resume", "/retire", "/check", "/templates"):
        answer = await ben.post(f"/settings/channels/{yard.channel.id}{verb}", channel_name="Mine now")
        assert answer.status_code == 404, verb
    await ben.get("/settings/channels/new/api")
    assert "Haneul" not in ben.text
    answer = await ben.post("/settings/channels/new/api", channel_name="Kiosk", brand_id=str(yard.brand_id))
    assert answer.status_code == 400
    async with ground.database.begin() as tx:
        assert {row.name for row in await queries.channels(tx)} == {"api channel", "board channel"}
        assert (await queries.channel(tx, yard.channel.id)).paused_at is None


async def test_a_secret_of_ours_is_shown_once(ground: Ground, hana: Visitor) -> None:
    brand = await cast.brand(ground)
    await hana.get("/settings/channels/new/api")
    await hana.post("/settings/channels/new/api", channel_name="Kiosk", brand_id=str(brand))
    assert "Kiosk is connected" in hana.text
    secret = re.search(r"whsec_[\w+/=]+", hana.page)
    assert secret
    async with ground.database.begin() as tx:
        (row,) = await queries.channels(tx)
    assert f"/hooks/{row.key}" in hana.page
    await hana.get(f"/settings/channels/{row.id}")
    assert secret[0] not in hana.page
    assert "Kept. Leave empty to keep it." in hana.page


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_connected(ground: Ground, hana: Visitor) -> None:
    brand = await cast.brand(ground)
    await hana.get("/settings/channels/new/api")
    form = {"channel_name": "Kiosk", "brand_id": str(brand), "callback_url": "http://127.0.0.1:9/", "secret": "hush"}
    answer = await hana.post("/settings/channels/new/api", **form)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in hana.page
    assert 'value="Kiosk"' in hana.page
    assert "hush" not in hana.page
    await hana.post("/settings/channels/new/api", **form | {"channel_name": "", "secret": new_secret()})
    assert re.search(r'id="h-secret"[^>]*>.*Enter this again', hana.page), "or an empty one would be taken for it"
    async with ground.database.begin() as tx:
        assert await queries.channels(tx) == []


async def test_a_channel_speaks_for_a_living_brand(ground: Ground, hana: Visitor) -> None:
    await cast.brand(ground)
    await hana.get("/settings/channels/new/api")
    for brand in ("", "999", "1e3"):
        answer = await hana.post("/settings/channels/new/api", channel_name="Kiosk", brand_id=brand)
        assert answer.status_code == 400, brand
        said = "Choose the brand" if brand != "1e3" else "This is not a possible answer"
        assert said in hana.text, "with one brand there is no field to say it at"
    async with ground.database.begin() as tx:
        assert await queries.channels(tx) == []


async def test_pause_resume_retire(yard: Yard, hana: Visitor) -> None:
    await yard.says("hi")
    for verb, words in (("pause", "Paused."), ("resume", "Working again."), ("retire", "Removed.")):
        await hana.get("/settings/channels/1")
        answer = await hana.post(f"/settings/channels/1/{verb}")
        await hana.get(answer.headers["location"])
        assert words in hana.text
    assert (await hana.get("/settings/channels/1")).status_code == 404
    await hana.get("/c/1")
    assert "api channel" in hana.text  # history keeps its mark


async def test_an_unknown_connector(hana: Visitor) -> None:
    assert (await hana.get("/settings/channels/new/telepathy")).status_code == 404


def test_addresses_are_filled_in_and_nothing_else() -> None:
    step = Step("x", "{host}/{key}/{address}/{unknown}/{key.__class__}")
    assert filled([step], "https://m", "k", {"address": "a@b"}) == [(step, "https://m/k/a@b/{unknown}/{key.__class__}")]


@pytest.mark.parametrize("port", ["9" * 5000, "-1", "1e3"])
async def test_a_number_nobody_means_is_refused_at_its_field(ground: Ground, hana: Visitor, port: str) -> None:
    brand = await cast.brand(ground)
    await hana.get("/settings/channels/new/sms_smpp")
    form = {"channel_name": "SMS", "brand_id": str(brand), "host": "127.0.0.1", "port": port}
    assert (await hana.post("/settings/channels/new/sms_smpp", **form)).status_code == 400
    assert "Please give a whole number." in hana.text


async def test_a_changed_name_is_kept_as_a_new_one_would_be(yard: Yard, hana: Visitor) -> None:
    where = f"/settings/channels/{yard.channel.id}"
    await hana.get(where)
    await hana.post(where, channel_name="  Kiosk \n Busan  " + "x" * 500)
    async with yard.ground.database.begin() as tx:
        name = (await queries.channel(tx, yard.channel.id)).name
    assert name.startswith("Kiosk Busan x")
    assert len(name) == 80
