"""What a company's page is given: small, cached, under a strict policy, safe whatever a brand is called (T5, T23)."""

from __future__ import annotations

import gzip
import html
import json
import re

import httpx
import pytest
from sqlalchemy import text

from madang.portal.chat import assets
from madang.portal.tests.site import Site, chat_channel
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

HOSTILE = "</script><script>alert(1)</script>&\u2028'\"`${1}"
PACKED = {"accept-encoding": "gzip"}


async def packed_size(http: httpx.AsyncClient, path: str) -> int:
    """Bytes on the wire: the body as it was sent."""
    async with http.stream("GET", path, headers=PACKED) as answer:
        answer.raise_for_status()
        body = b"".join([part async for part in answer.aiter_raw()])
    return len(body if answer.headers.get("content-encoding") == "gzip" else gzip.compress(body, 9))


async def test_the_loader_and_the_whole_widget_are_small(site: Site) -> None:
    async with site.ground.database.begin() as tx:
        await tx.execute(text("update brand set name = :name"), {"name": "하늘 아래 오래 두고 쓰는 살림 가게"})
    site.doors.book.forget()
    async with httpx.AsyncClient(base_url=site.url) as http:
        page = (await http.get(f"/chat/{site.key}/frame?locale=ko")).text
        loader = await packed_size(http, f"/chat/{site.key}/loader.js")
        parts = [f"/chat/{site.key}/frame?locale=ko", *re.findall(r'(?:src|href)="(/chat/assets/[^"]+)"', page)]
        whole = loader + sum([await packed_size(http, path) for path in parts])
    assert len(parts) == 3
    assert loader <= 5_000, f"the loader has {loader} bytes"
    assert whole <= 25_000, f"the widget has {whole} bytes"


async def test_a_strict_policy_holds_in_the_frame_and_on_the_page_it_is_tried_on(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as http:
        for path in ("frame", "try"):
            answer = await http.get(f"/chat/{site.key}/{path}")
            policy = answer.headers["content-security-policy"]
            nonce = re.search(r"'nonce-([\w-]+)'", policy)
            assert nonce
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert re.findall(r"<script[^>]*src=[^>]*>", answer.text)
            for tag in re.findall(r"<script[^>]*>", answer.text):
                assert f'nonce="{nonce[1]}"' in tag or 'type="application/json"' in tag
            assert not re.search(r"<style|\sstyle=|\son\w+=", answer.text)


async def test_only_the_companys_websites_may_frame_it_when_it_names_them(site: Site) -> None:
    named = await chat_channel(
        site.ground, site.brand_id, origins=["https://shop.example/", "https://x.example; script-src *"]
    )
    broken = await chat_channel(site.ground, site.brand_id, origins=["nonsense"])
    async with httpx.AsyncClient(base_url=site.url) as http:
        policies = [
            (await http.get(f"/chat/{key}/frame")).headers["content-security-policy"].split("frame-ancestors ")[1]
            for key in (site.key, named.key, broken.key)
        ]
    assert policies == ["*", "'self' https://shop.example", "'self'"]


async def test_a_brand_may_be_called_anything(site: Site) -> None:
    async with site.ground.database.begin() as tx:
        await tx.execute(text("update brand set name = :name, greeting = :name"), {"name": HOSTILE})
    site.doors.book.forget()
    async with httpx.AsyncClient(base_url=site.url) as http:
        loader = (await http.get(f"/chat/{site.key}/loader.js")).text
        frame = (await http.get(f"/chat/{site.key}/frame?locale=en")).text
        shop = (await http.get(f"/chat/{site.key}/try?locale=%22%3E%3Cscript%3E")).text
    assert "</script" not in loader
    assert "\u2028" not in loader
    config = json.loads(re.search(r"^const CONFIG = (.*);$", loader, re.M)[1])  # type: ignore[index]
    assert config["texts"]["en"]["title"] == f"Chat with {HOSTILE}"
    for page in (frame, shop):
        assert "<script>" not in page
        assert html.escape(HOSTILE)[:20] in page
    assert json.loads(re.search(r'id="config">(.*?)</script>', frame, re.S)[1])["key"] == site.key  # type: ignore[index]


async def test_the_chat_speaks_the_pages_language_or_the_browsers(site: Site) -> None:
    asked = [("?locale=ko", "en", "ko"), ("?locale=fr", "en-GB,ko;q=0.5", "en"), ("", "", "ko"), ("", "ko-KR", "ko")]
    async with httpx.AsyncClient(base_url=site.url) as http:
        for query, accept, spoken in asked:
            page = await http.get(f"/chat/{site.key}/frame{query}", headers={"accept-language": accept})
            assert f'<html lang="{spoken}"' in page.text, (query, accept)


async def test_what_does_not_change_is_not_sent_again(site: Site) -> None:
    path = f"/chat/{site.key}/loader.js"
    async with httpx.AsyncClient(base_url=site.url) as http:
        first = await http.get(path)
        again = await http.get(path, headers={"if-none-match": first.headers["etag"]})
        asset = await http.get(assets.address("widget.js"))
        stale = await http.get("/chat/assets/000000000000/widget.js")
        missing = await http.get("/chat/assets/000000000000/settings.py")
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "immutable" in asset.headers["cache-control"]
    assert "immutable" not in stale.headers["cache-control"]
    assert missing.status_code == 404


async def test_a_brands_colour_reaches_the_launcher(site: Site) -> None:
    juniper = await cast.brand(site.ground, "Juniper", hue=155, chroma=0.09, language="en")
    chat = await chat_channel(site.ground, juniper, position="left")
    async with httpx.AsyncClient(base_url=site.url) as http:
        loader = (await http.get(f"/chat/{chat.key}/loader.js")).text
    config = json.loads(re.search(r"^const CONFIG = (.*);$", loader, re.M)[1])  # type: ignore[index]
    assert (config["hue"], config["chroma"], config["position"], config["language"]) == (155, 0.09, "left", "en")
    assert set(config["texts"]) == {"ko", "en"}
    assert config["texts"]["ko"] != config["texts"]["en"]


def test_modules_are_joined_in_the_order_they_need_each_other() -> None:
    modules = {
        "main": "import * as b from './b.js';\nimport {one} from './a.js';\nb.two(one);\n",
        "b": "import {one} from './a.js';\n// a comment\nexport const two = () => one;\n",
        "a": "export const one = 1;\nexport class Two {}\nconst three = 3;\nexport {three};\n",
    }
    made = assets.joined(modules, "main")
    assert re.findall(r"^const \$(\w+)", made, re.M) == ["a", "b", "main"]
    assert "return {one, Two, three};" in made
    assert "a comment" not in made


@pytest.mark.parametrize(
    "modules",
    [
        {"main": "import {a} from './a.js';", "a": "import {m} from './main.js';\nexport const a = 1;"},
        {"main": "export default 1;"},
        {"main": "import x from './a.js';", "a": ""},
    ],
)
def test_modules_that_cannot_be_joined_are_refused(modules: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="import"):
        assets.joined(modules, "main")


async def test_every_answer_says_its_type_once_and_in_utf_8(site: Site) -> None:
    paths = [f"/chat/{site.key}/{name}" for name in ("loader.js", "frame", "try")]
    async with httpx.AsyncClient(base_url=site.url) as http:
        for path in (*paths, assets.address("widget.js"), assets.address("widget.css"), "/chat/nonsense/frame"):
            kind = (await http.get(path)).headers["content-type"]
            assert re.fullmatch(r"text/\w+; charset=utf-8", kind), (path, kind)
