"""The door: signing in by the page, and what is shut without it."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from madang.desk.tests.visitor import PASSWORD, SCRIPT, Visitor, join
from madang.ground import Ground
from madang.staff import sign_in as door

Browser = Callable[[], Visitor]

# What is there for people who are not signed in (T15). A new one is a decision: write it down here.


async def test_after_signing_in_she_is_where_she_wanted_to_go(ground: Ground, browser: Browser) -> None:
    await join(ground, "Ada")
    visitor = browser()
    led = await visitor.get("/settings/account?tab=미나&x=1")
    assert led.headers["location"].startswith("/signin?next=/settings/account")
    await visitor.get(led.headers["location"])
    wanted = visitor.page.split('name="next" value="')[1].split('"')[0].replace("&amp;", "&")
    answer = await visitor.post("/signin", email="ada@haneul.kr", password=PASSWORD, next=wanted)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/settings/account?tab=" + quote("미나") + "&x=1"
    assert (await visitor.get(answer.headers["location"])).status_code == 200


async def test_the_way_back_is_never_another_site(ground: Ground, browser: Browser) -> None:
    await join(ground, "Ada")
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"):
        visitor = browser()
        await visitor.get("/signin?next=" + quote(evil))
        assert 'name="next" value="/"' in visitor.page
        answer = await visitor.post("/signin", email="ada@haneul.kr", password=PASSWORD, next=evil)
        assert answer.headers["location"] == "/"


async def test_a_wrong_password_and_a_stranger_read_the_same(ground: Ground, browser: Browser) -> None:
    await join(ground, "Ada")
    told = []
    for email in ("ada@haneul.kr", "zoe@haneul.kr"):
        visitor = browser()
        answer = await visitor.sign_in(email, "not-the-password")
        assert answer.status_code == 400
        assert f'value="{email}"' in visitor.page, "what was typed is not lost"
        assert "not-the-password" not in visitor.page
        told.append(visitor.page.replace(email, "").partition("<body")[2])
    assert told[0] == told[1]


async def test_too_many_tries_are_told_so(ground: Ground, browser: Browser) -> None:
    visitor = browser()
    answers = [await visitor.sign_in("ada@haneul.kr", "wrong") for _ in range(door.BY_ACCOUNT.most + 1)]
    assert [answer.status_code for answer in answers[-2:]] == [400, 429]
    assert "Wait" in visitor.text


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(ground: Ground, browser: Browser) -> None:
    await join(ground, "Ada")
    answer = await browser().sign_in("ada@haneul.kr")
    session, device = answer.headers.get_list("set-cookie")
    for cookie in (session, device):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Domain" not in cookie
    assert session.startswith("madang_session=")
    assert "Path=/;" in session
    assert "Secure" not in session


async def test_over_https_only_this_host_gets_it(ground: Ground) -> None:
    await join(ground, "Ada")
    safe = replace(ground.settings, public_url="https://desk.haneul.kr", cookie_secure=True)
    visitor = Visitor(replace(ground, settings=safe))
    answer = await visitor.sign_in("ada@haneul.kr")
    session, device = answer.headers.get_list("set-cookie")
    assert session.startswith("__Host-madang_session=")
    assert "Path=/;" in session
    assert "Secure" in session
    assert "Secure" in device
    assert "Ada" in visitor.text
    await visitor.http.aclose()


async def test_a_planted_cookie_never_becomes_hers(ground: Ground, browser: Browser) -> None:
    await join(ground, "Ada")
    visitor = browser()
    visitor.http.cookies.set("madang_session", "planted", domain="127.0.0.1")
    answer = await visitor.post("/signin", email="ada@haneul.kr", password=PASSWORD)
    assert answer.status_code == 303
    assert "planted" not in answer.headers["set-cookie"]
    mallory = browser()
    mallory.http.cookies.set("madang_session", "planted", domain="127.0.0.1")
    assert (await mallory.get("/settings/account")).status_code == 303


async def test_signed_out_is_signed_out_on_the_server(ada: Visitor, browser: Browser) -> None:
    kept = ada.http.cookies["madang_session"]
    answer = await ada.post("/signout")
    assert answer.headers["location"] == "/signin"
    assert "madang_session" not in ada.http.cookies
    thief = browser()
    thief.http.cookies.set("madang_session", kept, domain="127.0.0.1")
    assert (await thief.get("/settings/account")).status_code == 303


async def test_a_script_of_ours_is_told_rather_than_led(browser: Browser) -> None:
    for path in ("/list", "/settings/account"):
        assert (await browser().http.get(path, headers=SCRIPT)).status_code == 401


FORGED = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "", "origin": "https://evil.example"},
    {"sec-fetch-site": "", "origin": "null"},
    {"sec-fetch-site": "", "origin": "http://127.0.0.1:1"},
]


async def test_a_form_on_another_site_changes_nothing_even_with_the_token(ada: Visitor) -> None:
    for headers in FORGED:
        answer = await ada.http.post("/settings/account", data={"csrf": ada.csrf, "name": "Mallory"}, headers=headers)
        assert answer.status_code == 403, headers
    await ada.get("/settings/account")
    assert "Mallory" not in ada.page


async def test_another_site_cannot_sign_her_in_as_somebody_else(ground: Ground, browser: Browser) -> None:
    await join(ground, "Ada")
    visitor = browser()
    for headers in FORGED:
        fields = {"email": "ada@haneul.kr", "password": PASSWORD}
        answer = await visitor.http.post("/signin", data=fields, headers=headers)
        assert answer.status_code == 403, headers
        assert "set-cookie" not in answer.headers


async def test_the_token_of_another_session_is_none(ground: Ground, ada: Visitor, browser: Browser) -> None:
    await join(ground, "Ben")
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    for csrf in (ben.csrf, "", "0", ada.csrf[:-1], "토큰"):
        assert (await ada.post("/signout", csrf=csrf)).status_code == 403
    own = {"x-csrf-token": ada.csrf}
    assert (await ada.http.put("/preferences", headers=own, data={"theme": "dark"})).status_code == 204
    assert (await ada.post("/signout")).status_code == 303


async def test_the_door_speaks_the_browsers_language_and_the_chosen_one(browser: Browser) -> None:
    visitor = browser()
    assert '<html lang="ko"' in (await visitor.get("/signin", **{"accept-language": "ko-KR,ko;q=0.9,en;q=0.5"})).text
    assert '<html lang="en"' in (await visitor.get("/signin", **{"accept-language": "fr,en;q=0.3"})).text
    await visitor.get("/signin?language=ko")
    assert '<html lang="ko"' in (await visitor.get("/signin", **{"accept-language": "en"})).text


async def test_choosing_a_language_does_not_lose_the_way(browser: Browser) -> None:
    visitor = browser()
    await visitor.get("/signin?next=/c/5%3Fview%3Dall")
    switch = html.unescape(visitor.page.split('href="?language=ko')[1].split('"')[0])
    await visitor.get("/signin?language=ko" + switch)
    assert 'name="next" value="/c/5?view=all"' in visitor.page
