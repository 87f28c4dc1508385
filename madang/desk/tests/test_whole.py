"""Whatever is opened as an address is a whole page: nobody sees the piece that a script wanted."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from madang.desk import views
from madang.desk.tests.visitor import Visitor
from madang.tests import frames
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

# What is no page: files, pictures, streams, styles, and a mail in its frame, which is a document of its own.
OTHER = {
    "/look.css",
    "/search/warmth",
    "/c/{conversation_id}/files",
    "/settings/macros/export",
    "/notifications/state",
    "/manifest.webmanifest",
    "/favicon.ico",
    "/sw.js",
    "/c/{conversation_id}/text",
    "/c/{conversation_id}/find",
    "/files/{key}",
    "/files/{key}/thumb",
    "/uploads/{key}",
    "/customers/{customer_id}/qr.svg",
    "/ledger/envelopes/{envelope_id}/raw",
    "/settings/imports/export",
    "/list/export",
}
NEEDS = {"older": "?before=99", "search": "?q=hello", "palette": "?q=hello"}


def _paths() -> list[str]:
    """Every address of the desk that can be opened, its parameters without their types."""
    found = set()
    for route in frames.whole().routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.fn.__module__.startswith(views.__name__) and "GET" in handler.http_methods:
                found.add(re.sub(r":\w+}", "}", route.path))
    return sorted(found)


async def test_every_address_of_the_desk_is_a_whole_document(yard: Yard, hana: Visitor) -> None:
    await yard.says("hello")
    await yard.put({"type": "nonsense", "id": "1"})
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        numbers = dict.fromkeys(("conversation_id", "channel_id", "brand_id"), 1)
        numbers["message_id"] = (await tx.execute(text("select max(id) from message"))).scalar_one()
        numbers["envelope_id"] = (await tx.execute(text("select max(id) from envelope"))).scalar_one()
    opened = 0
    for path in _paths():
        if path in OTHER or path.startswith("/static"):
            continue
        filled = re.sub(r"{(\w+)}", lambda found: str(numbers.get(found[1], 1)), path)
        answer = await hana.http.get(filled + NEEDS.get(path.rsplit("/", 1)[-1], ""), follow_redirects=True)
        assert answer.headers["content-type"].startswith("text/html"), path
        assert answer.text.lstrip().lower().startswith("<!doctype html>"), path
        opened += answer.status_code == 200
    assert opened > 30


async def test_a_search_keeps_its_words_and_filters(yard: Yard, hana: Visitor) -> None:
    await yard.says("hello")
    answer = await hana.http.get("/search?q=환불&status=closed&files=true", follow_redirects=True)
    assert str(answer.url).partition("?")[2] == "q=%ED%99%98%EB%B6%88&status=closed&files=true"
    assert 'value="환불"' in answer.text
    assert '<option value="closed" selected>' in answer.text
    assert 'value="true" checked' in answer.text


async def test_a_piece_of_a_conversation_leads_to_it(yard: Yard, hana: Visitor) -> None:
    await yard.says("hello")
    answer = await hana.get("/c/1/pane")
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/1")
    assert not (await hana.fetch("/c/1/pane")).text.startswith("<!")
