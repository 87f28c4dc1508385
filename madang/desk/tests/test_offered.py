"""What a page offers is not refused: whoever sees a link may follow it, also who sees a part of the house only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from madang.desk.tests.test_scope import ids, routes
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests.markup import Element, read

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time
__all__ = ["ids"]

# Samples of the look lead nowhere; the import of this house is no real one.
PASSED = ("/c/ko-", "/c/en-", "/settings/imports/")


async def test_an_administrator_of_one_brand_is_offered_nothing_that_is_refused(
    ids: dict[str, str], ground: Ground, browser: Callable[[], Visitor]
) -> None:
    await join(ground, "Ben", Grant("administrator", brands=frozenset({int(ids["brand_id"])})))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    links: dict[str, str] = {}
    opened = set()
    for path in sorted({path for method, path in routes() if method == "GET"}):
        asked = re.sub(r"\{(\w+):\w+\}", lambda found: ids.get(found[1], "x"), path)
        answer = await ben.get(asked)
        if answer.status_code == 200 and "text/html" in answer.headers.get("content-type", ""):
            opened.add(asked)
            links |= {link: asked for link in _links(read(answer.text)) if link not in links}
    new = sorted(one for one in links if one not in opened and not one.startswith(PASSED))
    found = {link: (await ben.http.get(link)).status_code for link in new}
    wrong = [f"{links[link]} leads to {link}: {status}" for link, status in found.items() if status not in (200, 303)]
    assert not wrong, "\n".join(wrong)
    assert len(links) > 20


def _links(page: Element) -> Iterator[str]:
    for one in page.every():
        to = one.has.get("href", "").partition("#")[0]
        if one.tag == "a" and to.startswith("/"):
            yield to
