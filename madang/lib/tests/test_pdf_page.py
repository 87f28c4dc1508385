"""First pages of PDFs: drawn small, by a process that a hostile file cannot make more of (T7)."""

from __future__ import annotations

import io
import sys

import pytest
from PIL import Image

from madang.lib import pdf_drawing, pdf_page
from madang.lib.tests.papers import endless, pdf


def _size(content: bytes | None) -> tuple[int, int]:
    assert content
    return Image.open(io.BytesIO(content)).size


def test_a_page_is_drawn_as_large_as_it_may_be_whatever_size_it_claims() -> None:
    assert _size(pdf_drawing.drawn(pdf())) == (679, 960)
    assert max(_size(pdf_drawing.drawn(pdf(box="0 0 9999999 9999999")))) == 960
    assert max(_size(pdf_drawing.drawn(pdf(box="0 0 9999999 1")))) == 960


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4\n",
        pdf()[:150],
        b"GIF89a" * 40,
        pdf(locked=True),
        pdf().replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
    ],
    ids=["nothing", "a head", "half", "no PDF", "locked", "a tree that is its own child"],
)
def test_what_cannot_be_drawn_has_none(content: bytes) -> None:
    assert pdf_drawing.drawn(content) == b""


@pytest.mark.slow
async def test_it_is_drawn_by_a_process_of_its_own() -> None:
    assert _size(await pdf_page.first_page(pdf())) == (679, 960)
    assert await pdf_page.first_page(pdf(locked=True)) == b""
    assert await pdf_page.first_page(pdf() + b" " * pdf_drawing.LARGEST) == b""


@pytest.mark.slow
async def test_a_page_without_end_ends() -> None:
    assert await pdf_page.first_page(endless()) == b""


@pytest.mark.slow
async def test_it_may_have_so_much_memory_and_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADANG_SECRET", "a secret")
    told = "import os; from madang.lib.pdf_drawing import bound; bound(); print(sorted(os.environ)); "

    async def said(program: str) -> bytes | None:
        monkeypatch.setattr(pdf_page, "COMMAND", (sys.executable, "-I", "-c", told + program))
        return await pdf_page.first_page(b"")

    assert b"MADANG" not in (await said("") or b"MADANG")
    assert await said("x = b'x' * (600 << 20)") is None
    assert await said("import os; os.abort()") == b""
