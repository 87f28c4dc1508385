"""Thumbnails: small, upright, without what the camera knew; and no picture takes the house along (T7)."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib

import pytest
from PIL import Image

from madang.conversations import thumbs
from madang.ground import Ground


def _picture(form: str, size: tuple[int, int], mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, None).save(out, form, **more)
    return out.getvalue()


def _bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that says it is ``side`` pixels wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def _opened(content: bytes | None) -> Image.Image:
    assert content is not None
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "CMYK"), ("GIF", "P"), ("WEBP", "RGB")]
)
def test_every_kind_of_picture_gets_small(form: str, mode: str) -> None:
    made = _opened(thumbs.small(_picture(form, (1600, 800), mode)))
    assert (made.format, made.size) == ("WEBP", (480, 240))


def test_a_photo_is_upright_and_tells_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "a camera"
    made = _opened(thumbs.small(_picture("JPEG", (1200, 600), exif=exif)))
    assert made.size == (240, 480)
    assert not made.getexif()


@pytest.mark.parametrize("side", [8_000, 30_000, 60_000], ids=["too large", "a warning", "a bomb"])
def test_a_bomb_is_not_unpacked(side: int) -> None:
    assert thumbs.small(_bomb(side)) is None


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4", b"<svg/>", b"\xff\xd8\xff\xe0" * 40]
)
def test_what_is_no_picture_has_none(content: bytes) -> None:
    assert thumbs.small(content) is None


async def test_it_is_made_once(ground: Ground) -> None:
    content = _picture("PNG", (900, 900))
    digest = await ground.files.put(content)
    made = await thumbs.thumb(ground, digest, len(content))
    assert made is not None
    (kept,) = thumbs.folder(ground).rglob("*.webp")
    kept.write_bytes(b"as it was kept")
    assert await thumbs.thumb(ground, digest, len(content)) == b"as it was kept"


async def test_what_is_kept_waits_for_no_paper_that_is_being_drawn(ground: Ground) -> None:
    kept = thumbs.folder(ground) / "ab" / f"{'ab' * 32}.webp"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"as it was kept")
    async with thumbs._paper, asyncio.timeout(5):
        assert await thumbs.thumb(ground, "ab" * 32, 9, thumbs.PDF) == b"as it was kept"
