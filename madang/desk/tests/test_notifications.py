"""The bell, her wishes, the desk as an app, and the way out of the mails (T2, T3, T8, T15)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from madang.desk.tests.visitor import Visitor
from madang.notifications import mailing, queries
from madang.notifications.wishes import Wishes
from madang.tests import cast

pytestmark = pytest.mark.slow  # whole screens; the quick suite has its time


async def rows(visitor: Visitor, sql: str, **given: Any) -> list[Any]:
    async with visitor.ground.database.begin() as tx:
        made = await tx.execute(text(sql), given)
        return list(made.all()) if made.returns_rows else []


async def told(visitor: Visitor, key: str = "m1") -> int:
    """Something she was told of no conversation; its number."""
    sql = """insert into notification (user_id, key, kind, data) select max(id), :key, 'test', '{"ways": ["app"]}'
      from "user" returning id"""
    return int((await rows(visitor, sql, key=key))[0][0])


async def wishes(visitor: Visitor) -> Wishes:
    async with visitor.ground.database.begin() as tx:
        return await queries.wishes(tx, (await tx.execute(text('select max(id) from "user"'))).scalar_one())


async def test_what_is_new_is_counted_told_once_seen_and_a_slip_undone(hana: Visitor) -> None:
    number = await told(hana)
    first = (await hana.get("/notifications/state")).json()
    assert (first["count"], first["latest"], first["news"]) == (1, number, []), "a browser's first look rings nothing"
    second = (await hana.get("/notifications/state?after=0")).json()
    assert [one["id"] for one in second["news"]] == [number]
    assert (await hana.get(f"/notifications/state?after={number}")).json()["news"] == []
    assert (await hana.fetch("/notifications/list")).status_code == 200
    assert "data-unseen" in hana.page
    await hana.get("/notifications")
    answer = await hana.post("/notifications/seen", id=str(number))
    assert answer.json() == {"ids": [number]}
    assert (await hana.get("/notifications/state?after=x")).json()["count"] == 0
    await hana.post("/notifications/unseen", id=str(number))
    assert (await hana.get("/notifications/state")).json()["count"] == 1
    assert (await hana.post("/notifications/seen")).json() == {"ids": [number]}, "all"
    assert (await hana.post("/notifications/seen", id="1; drop table")).status_code == 400


async def test_she_chooses_keeps_and_is_told_what_is_wrong(hana: Visitor) -> None:
    page = "/settings/notifications"
    assert (await hana.get(page)).status_code == 200
    given = {"wish": ["mine.app", "mine.mail", "team.push", "nonsense.app"], "quiet": "on", "start": "21:30"}
    given["watch"] = ["3.app", "3.push", "4.push", "x.app"]
    given |= {"end": "07:00", "free": ["6"], "mail": "daily", "volume": "0"}
    assert (await hana.post(page, **given)).headers["location"] == f"{page}?done=saved"
    kept = await wishes(hana)
    assert kept.ways("mine") == {"app", "mail"}
    assert kept.ways("team") == kept.ways("mention") == frozenset()
    assert kept.views == (3,), "a view that is off in the app is not watched"
    assert kept.ways("view", 3) == {"app", "push"}
    assert (kept.quiet.start, kept.quiet.end, kept.quiet.free, kept.mail, kept.volume) == (1290, 420, (6,), "daily", 0)
    for wrong in ({"start": "25:00"}, {"volume": "101"}, {"mail": "often"}, {"end": "21:30"}, {"free": ["7"]}):
        assert (await hana.post(page, **(given | wrong))).status_code == 400, wrong
        assert await wishes(hana) == kept


async def test_do_not_disturb_silences_and_ends(hana: Visitor) -> None:
    await told(hana)
    await rows(hana, """update notification set kind = 'mine', data = '{"ways": ["app", "sound", "desktop"]}'""")
    (one,) = (await hana.get("/notifications/state?after=0")).json()["news"]
    assert (one["sound"], one["desktop"]) == (True, True)
    await hana.post("/notifications/pause", long="hour")
    (one,) = (await hana.get("/notifications/state?after=0")).json()["news"]
    assert (one["sound"], one["desktop"]) == (False, False)
    await hana.post("/notifications/pause", long="")
    assert (await wishes(hana)).until is None
    assert (await hana.post("/notifications/pause", long="for ever")).status_code == 400


async def test_a_desk_that_is_looked_at_says_so_when_it_asks(hana: Visitor) -> None:
    await hana.get("/notifications/state?after=0")
    assert await rows(hana, "select 1 from desk_presence") == [], "a tab behind others is not looked at"
    for _tab in range(2):
        await hana.get("/notifications/state?after=0&here=1")
    ((left,),) = await rows(hana, "select extract(epoch from until - now()) from desk_presence")
    assert 60 < left <= 90


async def test_a_test_goes_to_herself_and_not_without_end(hana: Visitor) -> None:
    assert (await hana.post("/settings/notifications/test/mail")).status_code == 204
    ((way,),) = await rows(hana, "select way from notification_telling")
    assert way == "mail"
    assert (await hana.post("/settings/notifications/test/pigeon")).status_code == 404
    answers = [(await hana.post("/settings/notifications/test/app")).status_code for _ in range(20)]
    assert answers[-1] == 429


async def test_the_link_of_a_mail_turns_hers_off_and_only_when_pressed(
    hana: Visitor, browser: Callable[[], Visitor]
) -> None:
    ada = await cast.agent(hana.ground, "Ada")
    link = f"/notifications/mail/off/{mailing.token(hana.ground.keys, ada.user_id or 0)}"
    stranger = browser()
    assert (await stranger.get(link)).status_code == 200
    assert (await wishes(hana)).mail != "never", "what only looks at links turns nothing off"
    assert (await stranger.post(link, **{"List-Unsubscribe": "One-Click"})).status_code == 200
    assert (await wishes(hana)).mail == "never"
    assert (await stranger.get(link[:-1] + ("A" if link[-1] != "A" else "B"))).status_code == 404


async def test_the_app_is_named_in_her_language_and_its_worker_keeps_nothing_of_anybody(hana: Visitor) -> None:
    made = (await hana.get("/manifest.webmanifest?language=ko")).json()
    assert (made["name"], made["start_url"], made["display"]) == ("마당", "/", "standalone")
    for icon in made["icons"]:
        assert (await hana.get(icon["src"])).status_code == 200
    assert {icon["purpose"] for icon in made["icons"]} == {"any", "maskable"}
    worker = await hana.get("/sw.js?language=ko")
    assert worker.headers["cache-control"] == "no-cache"
    assert "connect-src 'self'" in worker.headers["content-security-policy"]
    kept = json.loads(re.match(r"const kept = (.*);\n", worker.text)[1])  # type: ignore[index]
    for path in (*kept["files"], kept["offline"]):
        assert path.startswith(("/static/", "/offline?"))
        assert (await hana.get(path)).status_code == 200
    assert "Hana" not in hana.page
    assert "set-cookie" not in worker.headers
