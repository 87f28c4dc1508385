"""Every page's markup holds together: an id is there once, what points to one finds it, whatever is pressed or filled
in has a name, and a form that changes something carries its token."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from madang.desk.tests.test_scope import ids, routes
from madang.desk.tests.visitor import Visitor
from madang.tests.markup import faults, read

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


BARS = {"batch", "picked"}  # shown while something is selected: then their keys mean what is selected
BY_FOCUS = {("", "x")}  # pick-here asks where the focus is, and leads to the message there


async def test_no_key_of_the_desk_means_two_things(ids: dict[str, str], hana: Visitor) -> None:
    """In one place: a field that has it to itself, a bar over what is selected, or the whole desk."""
    means: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in read((await hana.get(f"/c/{ids['conversation_id']}")).text).every():
        if one.has.get("data-key") and "data-key-known" not in one.has:
            bar = next((each.has["id"] for each in one.around() if each.has.get("id") in BARS), "")
            does = one.has.get("data-act") or one.has.get("href") or one.has.get("id", "")
            means[one.has.get("data-key-within") or bar, one.has["data-key"]].add(does)
    assert {where: some for where, some in means.items() if len(some) > 1 and where not in BY_FOCUS} == {}
    assert {("", "shift+h"), ("", "shift+t"), ("batch", "shift+t"), ("", "shift+k")} <= means.keys()
    assert len(means) > 50
