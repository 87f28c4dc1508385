"""Coming in by a link, on its page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from madang.desk.tests.visitor import PASSWORD, Visitor, join
from madang.ground import Ground
from madang.staff.first_run import first_run_url
from madang.staff.grants import Grant

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

Browser = Callable[[], Visitor]
HANA = {
    "company": "하늘",
    "name": "하나",
    "email": "hana@haneul.kr",
    "password": PASSWORD,
    "language": "ko",
    "timezone": "Asia/Seoul",
}


async def _first(ground: Ground) -> str:
    url = await first_run_url(ground.database, ground.settings)
    assert url
    assert url.startswith(ground.settings.public_url)
    return url.removeprefix(ground.settings.public_url)


async def test_the_first_link_makes_administrator_and_brand_and_leads_in(ground: Ground, browser: Browser) -> None:
    visitor, path = browser(), await _first(ground)
    for _ in range(3):
        assert (await visitor.get(path)).status_code == 200, "loading the page does not use it up"
    answer = await visitor.post(path, **HANA)
    assert answer.headers["location"] == "/"
    assert "하나" in (await visitor.get("/settings/account")).text
    assert "하늘" in (await visitor.get("/settings/brands")).text
    assert "하나" in (await visitor.get("/settings/staff")).text


async def test_after_that_set_up_is_shut(ground: Ground, browser: Browser) -> None:
    """T15: the used link, an older one and an invented one alike."""
    older, path = await _first(ground), await _first(ground)
    await browser().post(path, **HANA)
    mallory = browser()
    for address in (path, older, "/setup/invented", "/setup/%20", "/setup/null"):
        assert (await mallory.get(address)).status_code == 404
        answer = await mallory.post(address, **HANA | {"email": "mallory@example.com"})
        assert answer.status_code == 404
        assert "set-cookie" not in answer.headers
    async with ground.database.begin() as tx:
        assert await tx.scalar(text('select count(*) from "user"')) == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("company", "", "Give a name"),
        ("name", "", "Give a name"),
        ("email", "hana", "no e-mail address"),
        ("password", "1234567890", "Too many people"),
        ("timezone", "Mars/Olympus", "possible answer"),
    ],
)
async def test_a_mistake_is_told_beside_its_field_and_loses_nothing(
    ground: Ground, browser: Browser, field: str, value: str, told: str
) -> None:
    visitor, path = browser(), await _first(ground)
    answer = await visitor.post(path, **HANA | {field: value})
    assert answer.status_code == 400
    assert told in visitor.text
    assert f'id="h-{field}"' in visitor.page
    kept = {"company", "name", "email"} - {field}
    assert all(f'value="{HANA[name]}"' in visitor.page for name in kept)
    assert PASSWORD not in visitor.page
    assert (await visitor.post(path, **HANA)).status_code == 303


async def test_before_there_is_anybody_the_door_says_where_the_link_is(ground: Ground, browser: Browser) -> None:
    visitor = browser()
    await visitor.get("/signin")
    assert "first-run" in visitor.text
    await visitor.post(await _first(ground), **HANA)
    stranger = browser()
    await stranger.get("/signin")
    assert "first-run" not in stranger.text


async def test_an_invitation_from_making_to_joining(hana: Visitor, browser: Browser) -> None:
    await hana.get("/settings/staff/invite")
    answer = await hana.post("/settings/staff/invite", email="ben@haneul.kr", name="Ben", role="agent", all_brands="on")
    assert answer.status_code == 200
    link = hana.link("join")
    await hana.get("/settings/staff")
    assert "ben@haneul.kr" in hana.page
    assert link not in hana.page, "shown once"

    ben = browser()
    await ben.get(link)
    assert "ben@haneul.kr" in ben.page
    hostile = {"role": "administrator", "sees": "all", "email": "mallory@example.com", "first": "1", "all_brands": "on"}
    answer = await ben.post(link, name="Ben", password=PASSWORD, language="en", timezone="UTC", **hostile)
    assert answer.headers["location"] == "/"
    assert (await ben.get("/settings/staff")).status_code == 403, "an agent, whatever he posted (T3)"
    await ben.get("/settings/account")
    assert "ben@haneul.kr" in ben.page
    assert (await browser().get(link)).status_code == 404, "used"
    await hana.get("/settings/staff")
    assert "/withdrawal" not in hana.page


async def test_a_withdrawn_invitation_opens_nothing(hana: Visitor, browser: Browser) -> None:
    await hana.get("/settings/staff/invite")
    await hana.post("/settings/staff/invite", email="ben@haneul.kr", role="viewer", all_brands="on")
    link = hana.link("join")
    await hana.get("/settings/staff")
    path = hana.page.split('action="')
    withdrawal = next(part.split('"')[0] for part in path if "/withdrawal" in part.split('"')[0])
    assert (await hana.post(withdrawal)).status_code == 303
    assert (await browser().get(link)).status_code == 404


async def test_a_password_link_from_making_to_signing_in(ground: Ground, hana: Visitor, browser: Browser) -> None:
    user_id = await join(ground, "Ada")
    hers = browser()
    await hers.sign_in("ada@haneul.kr")
    await hana.get(f"/settings/staff/{user_id}")
    await hana.post(f"/settings/staff/{user_id}/password-link")
    link = hana.link("reset")
    ada = browser()
    await ada.get(link)
    refused = await ada.post(link, password="ada@haneul.kr")
    assert refused.status_code == 400
    assert "little more than" in ada.text
    assert (await ada.post(link, password="물푸레 그늘에서 낮잠")).headers["location"] == "/"
    assert (await ada.get("/settings/account")).status_code == 200
    assert (await hers.get("/settings/account")).status_code == 303, "signed out everywhere else"
    assert (await browser().get(link)).status_code == 404
    assert (await browser().sign_in("ada@haneul.kr", "물푸레 그늘에서 낮잠")).status_code == 303


async def test_links_cannot_be_guessed_all_day(
    ground: Ground, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madang.desk.views import links
    from madang.staff.attempts import Limit

    monkeypatch.setattr(links, "TRIES", Limit("links from", 3, links.TRIES.window))
    visitor = browser()
    answers = [await visitor.post(f"/join/guess{n}", name="x", password=PASSWORD) for n in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert "Wait" in visitor.text


async def test_an_invitation_of_an_administrator_who_left_is_gone(
    ground: Ground, hana: Visitor, browser: Browser
) -> None:
    await join(ground, "Other", Grant("administrator"))
    await hana.post("/settings/staff/invite", email="ben@haneul.kr", role="administrator", all_brands="on")
    link = hana.link("join")
    other = browser()
    await other.sign_in("other@haneul.kr")
    async with ground.database.begin() as tx:
        user_id = await tx.scalar(text("select id from \"user\" where name = 'Hana'"))
    await other.post(f"/settings/staff/{user_id}/retirement")
    assert (await hana.get("/settings/account")).status_code == 303
    assert (await browser().get(link)).status_code == 404
