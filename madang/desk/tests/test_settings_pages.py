"""The settings of people, keys and brands, on their pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import text

from madang.desk.tests.visitor import PASSWORD, Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time
Browser = Callable[[], Visitor]
EVIL = '"><img src=x onerror=alert(1)>{{7919*6997}}'

ADMIN_PAGES = [
    ("GET", "/settings/staff"),
    ("GET", "/settings/staff/invite"),
    ("POST", "/settings/staff/invite"),
    ("GET", "/settings/staff/1"),
    ("POST", "/settings/staff/1"),
    ("POST", "/settings/staff/1/retirement"),
    ("POST", "/settings/staff/1/password-link"),
    ("POST", "/settings/staff/invitations/1/withdrawal"),
    ("GET", "/settings/tokens"),
    ("POST", "/settings/tokens"),
    ("POST", "/settings/tokens/1/revocation"),
    ("GET", "/settings/brands"),
    ("GET", "/settings/brands/new"),
    ("POST", "/settings/brands/new"),
    ("GET", "/settings/brands/1"),
    ("POST", "/settings/brands/1"),
    ("POST", "/settings/brands/1/retirement"),
]
TEAM_PAGES = [
    ("GET", "/settings/teams"),
    ("GET", "/settings/teams/new"),
    ("POST", "/settings/teams/new"),
    ("POST", "/settings/teams/1"),
    ("POST", "/settings/teams/1/retirement"),
]


async def _id(ground: Ground, name: str) -> int:
    async with ground.database.begin() as tx:
        return int(await tx.scalar(text('select id from "user" where name = :n'), {"n": name}) or 0)


async def _ask(visitor: Visitor, method: str, path: str) -> int:
    answer = await visitor.get(path) if method == "GET" else await visitor.post(path, role="viewer", all_brands="on")
    return answer.status_code


@pytest.mark.parametrize("role", ["viewer", "agent", "lead"])
async def test_settings_are_shut_for_whoever_may_not(ground: Ground, browser: Browser, role: str) -> None:
    await join(ground, "Hana", Grant("administrator"))
    await join(ground, "Ada", Grant(role))  # type: ignore[arg-type]
    async with ground.database.begin() as tx:
        await tx.execute(text("insert into brand (id, name) values (1, 'Juniper')"))
        await tx.execute(text("insert into team (id, name) values (1, 'Parcels')"))
        await tx.execute(
            text("insert into api_token (token_hash, name, prefix, role) values ('x', 'shop', 'mdg_', 'viewer')")
        )
    ada = browser()
    await ada.sign_in("ada@haneul.kr")
    csrf_page = ada.page
    for method, path in ADMIN_PAGES + ([] if role == "lead" else TEAM_PAGES):
        ada.page = csrf_page
        assert await _ask(ada, method, path) == 403, (method, path)
    async with ground.database.begin() as tx:
        touched = text("select kind from event where kind not like 'user.%' and kind not like 'sign%'")
        assert (await tx.scalars(touched)).all() == []


async def test_the_menu_shows_only_what_she_may_open(ada: Visitor, hana: Visitor) -> None:
    await ada.get("/settings/account")
    assert "/settings/staff" not in ada.page
    await hana.get("/settings/account")
    assert "/settings/staff" in hana.page


async def test_names_with_html_are_text_on_every_page(ground: Ground, hana: Visitor, browser: Browser) -> None:
    """T5."""
    hers = {"language": "en", "timezone": "UTC", "theme": "auto", "density": "roomy", "keys": "letters"}
    await hana.post("/settings/account", name=EVIL, **hers)
    await hana.get("/settings/account")
    await hana.post("/settings/teams/new", name=EVIL, members=str(await _id(ground, EVIL)))
    await hana.post("/settings/brands/new", name=EVIL, greeting=EVIL, signature=EVIL, language="en")
    await hana.post("/settings/tokens", name=EVIL, role="viewer")
    assert "<img" not in hana.page
    await hana.post(
        "/settings/staff/invite", email="ben@haneul.kr", name=EVIL, role="agent", all_brands="on", teams="1"
    )
    assert "<img" not in hana.page
    link = hana.link("join")
    user = f"/settings/staff/{await _id(ground, EVIL)}"
    pages = ["/settings/account", "/settings/staff", user, "/settings/teams", "/settings/teams/1", "/settings/tokens"]
    for path in [*pages, "/settings/brands", "/settings/brands/1", "/settings/staff/invite", link]:
        answer = await hana.get(path)
        assert answer.status_code == 200, path
        assert "onerror=alert" in answer.text, path
        assert "<img" not in answer.text, path


async def test_a_form_gives_only_what_it_has_fields_for(ground: Ground, ada: Visitor) -> None:
    """T3."""
    more = {"role": "administrator", "sees": "all", "all_brands": "on", "email": "x@y.kr", "id": "1", "user_id": "1"}
    hers = {"language": "ko", "timezone": "Asia/Seoul", "theme": "dark", "density": "compact", "keys": "mod"}
    answer = await ada.post("/settings/account", name="Ada K", **hers, **more)
    assert answer.headers["location"].endswith("done=saved")
    async with ground.database.begin() as tx:
        row = (await tx.execute(text("select name, role, email, theme from \"user\" where name like 'Ada%'"))).one()
    assert tuple(row) == ("Ada K", "agent", "ada@haneul.kr", "dark")
    await ada.get("/settings/account")
    assert '<html lang="ko" data-theme="dark" data-density="compact" data-keys="mod">' in ada.page


async def test_she_changes_her_password_and_stays_in(ada: Visitor, browser: Browser) -> None:
    other = browser()
    await other.sign_in("ada@haneul.kr")
    before = ada.http.cookies["madang_session"]
    wrong = await ada.post("/settings/account/password", current="not it", new="물푸레 그늘에서 낮잠")
    assert wrong.status_code == 400
    assert "not your present password" in ada.text
    weak = await ada.post("/settings/account/password", current=PASSWORD, new="haneul")
    assert weak.status_code == 400
    assert (await other.get("/settings/account")).status_code == 200
    good = await ada.post("/settings/account/password", current=PASSWORD, new="물푸레 그늘에서 낮잠")
    assert good.status_code == 303
    assert ada.http.cookies["madang_session"] != before
    assert (await ada.get("/settings/account")).status_code == 200
    assert (await other.get("/settings/account")).status_code == 303


async def test_she_sees_and_ends_her_other_browsers(ground: Ground, ada: Visitor, browser: Browser) -> None:
    phone, third = browser(), browser()
    phone.http.headers["user-agent"] = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    )
    await phone.sign_in("ada@haneul.kr")
    await third.sign_in("ada@haneul.kr")
    await ada.get("/settings/account")
    assert "Safari · iPhone" in ada.text
    ends = re.findall(r'action="(/settings/account/sessions/\w{64}/end)"', ada.page)
    assert len(ends) == 2
    ben = browser()
    await join(ground, "Ben")
    await ben.sign_in("ben@haneul.kr")
    await ben.post(ends[0])
    assert [(await one.get("/settings/account")).status_code for one in (phone, third)] == [200, 200]
    await ada.post(ends[0])
    assert sorted([(await one.get("/settings/account")).status_code for one in (phone, third)]) == [200, 303]
    await ada.post("/settings/account/sessions/end-others")
    assert [(await one.get("/settings/account")).status_code for one in (phone, third, ada)] == [303, 303, 200]


async def test_a_person_is_changed_and_retired(ground: Ground, hana: Visitor, browser: Browser) -> None:
    user = f"/settings/staff/{await join(ground, 'Ada')}"
    ada = browser()
    await ada.sign_in("ada@haneul.kr")
    changed = {"name": "Ada Kang", "email": "ada@haneul.kr", "role": "lead", "sees": "team"}
    nothing = await hana.post(user, **changed)
    assert nothing.status_code == 400
    assert "at least one brand" in hana.text
    assert (await hana.post(user, **changed, all_brands="on")).status_code == 303
    assert (await ada.get("/settings/account")).status_code == 303, "another role: sign in again"
    await ada.sign_in("ada@haneul.kr")
    assert (await ada.get("/settings/teams")).status_code == 200
    assert (await hana.post(f"{user}/retirement")).status_code == 303
    assert (await ada.get("/settings/account")).status_code == 303
    await hana.get("/settings/staff")
    assert "Ada Kang" not in hana.page
    assert (await hana.get(user)).status_code == 404
    await hana.get("/settings/account")
    assert (await hana.post(f"{user}/retirement")).status_code == 404


async def test_the_last_administrator_is_told_why_she_stays(ground: Ground, hana: Visitor) -> None:
    user = f"/settings/staff/{await _id(ground, 'Hana')}"
    for path, fields in ((user, {"role": "agent", "all_brands": "on"}), (f"{user}/retirement", {})):
        answer = await hana.post(path, name="Hana", email="hana@haneul.kr", **fields)
        assert answer.status_code == 400
        assert "only administrator" in hana.text


async def test_a_tampered_form_is_refused(hana: Visitor) -> None:
    for fields in (
        {"role": "root"},
        {"sees": "everything"},
        {"brands": "1; drop table"},
        {"teams": "-"},
    ):
        await hana.get("/settings/account")
        given = {"email": "ben@haneul.kr", "all_brands": "on", **fields}
        answer = await hana.post("/settings/staff/invite", **given)
        assert answer.status_code == 400, fields


async def test_a_token_is_shown_once(hana: Visitor) -> None:
    await hana.get("/settings/tokens")
    await hana.post("/settings/tokens", name="Shop", role="agent")
    found = re.search(r"mdg_[\w-]{43}", hana.page)
    assert found
    await hana.get("/settings/tokens")
    assert found[0] not in hana.page
    assert found[0][:10] in hana.page
    (path,) = re.findall(r'action="(/settings/tokens/\d+/revocation)"', hana.page)
    assert (await hana.post(path)).status_code == 303
    await hana.get("/settings/tokens")
    assert "Shop" not in hana.text.partition("New token")[0]


async def test_a_page_with_a_secret_is_kept_by_nobody(hana: Visitor) -> None:
    answer = await hana.post("/settings/tokens", name="Shop", role="agent")
    assert answer.headers["cache-control"] == "no-store"
    assert 'content="same-origin"' in answer.text


async def test_teams_come_change_and_go(ground: Ground, hana: Visitor) -> None:
    ada, ben = await join(ground, "Ada"), await join(ground, "Ben")
    await hana.post("/settings/teams/new", name="배송", members=[ada, ben])
    await hana.get("/settings/teams")
    assert "배송" in hana.page
    assert "Ada, Ben" in hana.text
    (path,) = re.findall(r'href="(/settings/teams/\d+)"', hana.page)
    again = await hana.post("/settings/teams/new", name="배송")
    assert again.status_code == 400
    assert "already" in hana.text
    assert (await hana.post(path, name="배송팀", members=[ben])).status_code == 303
    await hana.get(path)
    assert len(re.findall(r'name="members" value="\d+" checked', hana.page)) == 1
    assert (await hana.post(f"{path}/retirement")).status_code == 303
    assert (await hana.get(path)).status_code == 404


async def test_a_brand_comes_changes_and_goes(ground: Ground, hana: Visitor) -> None:
    voice = {
        "language": "en",
        "greeting": "Hi",
        "signature": "The Juniper team\nLine two",
        "hue": "150",
        "chroma": "0.1",
    }
    await hana.post("/settings/brands/new", name="Juniper", **voice)
    await hana.get("/settings/brands")
    (path,) = re.findall(r'href="(/settings/brands/\d+)"', hana.page)
    await hana.get(path)
    assert "The Juniper team\nLine two</textarea>" in hana.page
    assert 'value="150"' in hana.page
    only = await hana.post(f"{path}/retirement")
    assert only.status_code == 400
    assert "only brand" in hana.text
    await hana.post("/settings/brands/new", name="하늘", language="ko")
    for field, value in (("hue", "nan"), ("hue", "400"), ("chroma", "1e9"), ("hue", "blue")):
        await hana.get(path)
        assert (await hana.post(path, name="Juniper", **voice | {field: value})).status_code == 400, (field, value)
    await hana.get(path)
    assert (await hana.post(path, name="Juniper & Co", **voice)).status_code == 303
    await hana.get("/settings/brands")
    assert "Juniper & Co" in hana.text
    assert (await hana.post(f"{path}/retirement")).status_code == 303
    await hana.get("/settings/brands")
    assert "Juniper" not in hana.text


async def test_a_brand_with_channels_stays_until_they_are_gone(ground: Ground, hana: Visitor) -> None:
    async with ground.database.begin() as tx:
        await tx.execute(text("insert into brand (id, name) values (1, 'Juniper'), (2, '하늘')"))
        await tx.execute(text("insert into channel (key, connector, name, brand_id) values ('k', 'api', 'Shop', 1)"))
    held = await hana.post("/settings/brands/1/retirement")
    assert held.status_code == 400
    assert "1 channel still belongs" in hana.text
    assert (await hana.post("/settings/brands/2/retirement")).status_code == 303


async def test_an_administrator_of_one_brand_sees_and_sets_up_only_that(ground: Ground, browser: Browser) -> None:
    """T2, brand scope."""
    await join(ground, "Small", Grant("administrator", brands=frozenset({1})))
    async with ground.database.begin() as tx:
        await tx.execute(text("insert into brand (id, name) values (1, 'Juniper'), (2, '하늘')"))
    small = browser()
    await small.sign_in("small@haneul.kr")
    token = small.page
    await small.get("/settings/brands")
    assert "Juniper" in small.page
    assert "하늘" not in small.page
    for method, path, status in (
        ("GET", "/settings/brands/1", 200),
        ("GET", "/settings/brands/2", 404),
        ("POST", "/settings/brands/2", 404),
        ("POST", "/settings/brands/2/retirement", 404),
        ("GET", "/settings/brands/new", 403),
        ("POST", "/settings/brands/new", 403),
        ("POST", "/settings/tokens", 403),
    ):
        small.page = token
        assert await _ask(small, method, path) == status, (method, path)
