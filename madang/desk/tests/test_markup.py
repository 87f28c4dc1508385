"""Every page's markup holds together: an id is there once, what points to one finds it, whatever is pressed or filled
in has a name, and a form that changes something carries its token."""

from __future__ import annotations

import re

import pytest

from madang.desk.tests.test_scope import ids, routes
from madang.desk.tests.visitor import Visitor
from madang.tests.markup import faults

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time
__all__ = ["ids"]


async def test_every_page_holds_together(ids: dict[str, str], hana: Visitor) -> None:
    wrong, seen = [], 0
    for path in sorted({path for method, path in routes() if method == "GET"}):
        answer = await hana.get(re.sub(r"\{(\w+):\w+\}", lambda found: ids.get(found[1], "x"), path))
        if answer.status_code == 200 and "text/html" in answer.headers.get("content-type", ""):
            seen += 1
            wrong += [f"{path}: {one}" for one in faults(answer.text)]
    assert not wrong, "\n".join(wrong)
    assert seen > 60
