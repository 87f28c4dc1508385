"""The customers' pages hold together: ids are there once, what points to one finds it, every field has a name."""

from __future__ import annotations

import re

import pytest

from madang.portal.tests.rooms import Room
from madang.portal.tests.test_board import HIDDEN, PUBLIC, board, quick, written
from madang.portal.tests.test_forms import GOOD, form, opened
from madang.tests.markup import faults

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time
__all__ = ["board", "form", "quick"]


async def test_a_form_its_mistakes_and_its_case(form: Room) -> None:
    mina = await opened(form)
    pages = [mina.page]
    await mina.post(f"/forms/{form.key}", name="미나", email="mina", text="")
    assert mina.status == 400
    pages.append(mina.page)
    await mina.post(f"/forms/{form.key}", **GOOD)
    case = re.findall(r'action="(/forms/[^"?]+/case/[^"?]+)"', mina.page)[0]
    pages += [mina.page, await mina.get(case), await mina.get(f"/forms/{form.key}/sent/AB12-CD34")]
    await mina.post(case, text="")
    assert mina.status == 400
    assert [fault for page in [*pages, mina.page] for fault in faults(page, token="")] == []


async def test_a_board_its_posts_and_what_is_shut(board: Room) -> None:
    mina, hers = await written(board, HIDDEN)
    _mia, post = await written(board, PUBLIC)
    paths = [f"/board/{board.key}", f"/board/{board.key}?q=none", f"/board/{board.key}/new", hers, f"{hers}/edit", post]
    pages = [await mina.get(path) for path in paths]
    pages += [await board.reader().get(path) for path in (hers, f"{post}/edit", f"/board/{board.key}/nothing")]
    assert all("<h1" in page for page in pages)
    assert [fault for page in pages for fault in faults(page, token="")] == []
