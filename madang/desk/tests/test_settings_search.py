"""Every settings page is found by what stands on it: by name, field, help and synonym, in both languages, by 초성."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from litestar.handlers import HTTPRouteHandler

from madang.desk.page import pages
from madang.desk.routes import ROUTES
from madang.desk.settings_index import found
from madang.desk.settings_nav import items
from madang.desk.tests.visitor import Visitor
from madang.events.record import SYSTEM
from madang.lib.language import speaking
from madang.staff.permissions import CONSOLE, EVERYTHING, Viewer
from madang.tests.cast import Yard

AGENT = Viewer(SYSTEM, "Ada", "agent", EVERYTHING)
APART = {"home", "history", "help"}  # about all settings, none of its own


@pytest.fixture(autouse=True)
def words() -> None:
    pages()  # learns the catalogues


def labels(asked: str, language: str = "en", viewer: Viewer = CONSOLE) -> list[tuple[str, str]]:
    with speaking(language):
        return [(one.page, one.label) for one in found(viewer, asked)]


@pytest.mark.parametrize(
    ("asked", "language", "page"),
    [
        ("Signature", "en", "brands"),
        ("서명", "ko", "brands"),
        ("ㅅㅁ", "ko", "brands"),
        ("ㅂㄹㄷ", "en", "brands"),
        ("dark mode", "en", "account"),
        ("다크 모드", "ko", "account"),
        ("canned responses", "en", "macros"),
        ("stands under every mail", "en", "brands"),
        ("imap", "ko", "channels"),
        ("초대", "ko", "staff"),
        ("  WEBHOOK   secret ", "en", "webhooks"),
    ],
)
def test_found_by_name_field_help_and_synonym(asked: str, language: str, page: str) -> None:
    assert page in {one[0] for one in labels(asked, language)}


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        *((keys, "notifications") for keys in ("ㅇ", "아", "알", "알ㄹ", "알리", "알림")),
        *((keys, "account") for keys in ("비미", "비밀", "비밃", "비밀버", "비밀번", "비밀번호")),
        *((keys, "account") for keys in ("호", "화", "화며", "화면")),
    ],
)
def test_what_is_still_being_typed_finds_it_at_every_key(asked: str, page: str) -> None:
    """What stands in the field between two keys: 비밃 on its way to 비밀번호, 호 on its way to 화면."""
    assert page in {one[0] for one in labels(asked, "ko")}


def test_the_page_itself_comes_first_and_nothing_is_found_for_nothing() -> None:
    assert labels("brands")[0] == ("brands", "Brands")
    assert labels("ㅅㅁ")[0] == ("brands", "Signature")
    assert labels("") == labels("   ") == labels("zxqj") == []
    assert labels("'; drop table --") == []


def test_only_what_opens_for_her_is_found() -> None:
    assert labels("brand colour", viewer=AGENT) == []
    assert {one[0] for one in labels("password", viewer=AGENT)} == {"account"}


def test_every_page_says_what_it_is_for_and_what_it_changes_for_customers() -> None:
    for item in items().values():
        assert item.lead, item.name
        assert item.help, item.name
        assert item.effect, item.name
        assert item.also, item.name


def routes() -> Iterator[str]:
    """Every page of the settings that a browser opens."""
    for router in ROUTES:
        for route in router.routes:
            for handler in getattr(route, "route_handlers", ()):
                page = isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods
                if page and route.path.startswith("/settings") and "whole" not in handler.opt:
                    yield route.path


NUMBERS = re.compile(r"\{(\w+):\w+\}")
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
LABEL = re.compile(r"<label for=\"f-[\w-]+\">(.*?)(?:<small|</label>)", re.DOTALL)
SECTION = re.compile(r'<a href="/settings/(\w+)" aria-current="page">')


@pytest.mark.slow
async def test_what_every_settings_page_says_is_found(yard: Yard, hana: Visitor) -> None:
    given = {"brand_id": str(yard.brand_id), "channel_id": str(yard.channel.id), "connector": "api", "name": "doors"}
    given["user_id"] = "1"
    seen = set()
    for path in sorted(set(routes())):
        names = [name for name in NUMBERS.findall(path) if name not in given]
        if names:
            continue  # of things that are not here; their forms are those of "new"
        answer = await hana.get(NUMBERS.sub(lambda one: given[one[1]], path))
        if answer.status_code in (302, 303, 307):
            answer = await hana.get(answer.headers["location"])
        if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        section = SECTION.search(hana.page)
        if section is None or section[1] in APART:
            continue
        seen.add(section[1])
        said = [html.unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in LABEL.findall(hana.page)]
        for label in said:
            assert section[1] in {one[0] for one in labels(label)}, (path, label)
    assert seen >= items().keys() - {"crm", "imports"}, items().keys() - seen
