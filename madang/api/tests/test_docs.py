"""The page people read: ours alone, whole, in their language, and harmless."""

from __future__ import annotations

import re

import httpx
import pytest

from madang.api.docs import kind, marked
from madang.api.problems import TITLES
from madang.api.tests.conftest import Program

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def test_the_page_loads_nothing_from_elsewhere(web: httpx.AsyncClient) -> None:
    answer = await web.get("/api/docs")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert not re.search(r"\s(style|on\w+)=", answer.text)
    loaded = re.findall(r'(?:src|rel="stylesheet" href)="([^"]+)"', answer.text)
    assert loaded == ["/api/docs.css"]
    assert (await web.get(loaded[0])).headers["content-type"].startswith("text/css")


async def test_the_page_shows_every_operation_shape_and_problem(web: httpx.AsyncClient) -> None:
    page = (await web.get("/api/docs")).text
    document = (await web.get("/api/openapi.json")).json()
    for path, item in document["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page
    for name in document["components"]["schemas"]:
        assert f'id="shape-{name}"' in page
    for slug, _ in TITLES.values():
        assert f'id="problem-{slug}"' in page
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    assert anchors <= set(re.findall(r'\sid="([^"]+)"', page))


async def test_the_page_follows_the_readers_language(web: httpx.AsyncClient) -> None:
    for wished, spoken in [("ko-KR,ko;q=0.9", "ko"), ("fr", "en"), ("", "en"), ("en-GB", "en")]:
        answer = await web.get("/api/docs", headers={"accept-language": wished})
        assert answer.headers["content-language"] == spoken
        assert f'<html lang="{spoken}">' in answer.text
        assert ("매개변수" in answer.text) == (spoken == "ko")


async def test_its_examples_can_be_copied(web: httpx.AsyncClient, program: Program) -> None:
    page = (await web.get("/api/docs")).text
    examples = re.findall(r"<pre[^>]*><code>(.*?)</code>", page, re.S)
    assert len(examples) > 10
    for example in examples:
        assert example.startswith("curl ")
        path = re.search(r"https?://[^/\s]+(/\S+)", example)
        assert path is not None
        method = re.search(r"-X (\w+)", example)
        answer = await program(method[1] if method else "GET", path[1])
        assert answer.status_code != 405


async def test_the_bare_address_leads_to_the_page(web: httpx.AsyncClient) -> None:
    answer = await web.get("/api")
    assert answer.headers["location"] == "/api/docs"


def test_descriptions_are_text_whatever_is_in_them() -> None:
    assert marked("`a<b` **c** <script>") == "<code>a&lt;b</code> <strong>c</strong> &lt;script&gt;"


def test_kinds_are_said_in_words() -> None:
    assert kind({"type": "integer", "minimum": 1, "maximum": 100}) == "integer 1–100"
    assert kind({"type": "array", "items": {"$ref": "#/components/schemas/Mark"}}) == "array of Mark"
    assert kind({"oneOf": [{"type": "string"}, {"type": "null"}]}) == "string or null"
