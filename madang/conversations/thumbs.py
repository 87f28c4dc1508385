"""Small pictures of large ones, made when first asked for. Who sends a picture chooses what decoding it costs:

a file that claims more than :data:`PIXELS`, that is no picture after all, or that takes longer than :data:`PATIENCE`
has no thumbnail. Of a PDF it is the first page, drawn by a process of its own (madang/lib/pdf_page.py). What was made
is kept beside the files, under the digest of the original; so is that a PDF has none, with nothing in it.
"""

from __future__ import annotations

import asyncio
import io
import logging
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from madang.ground import Ground
from madang.lib.files import Files
from madang.lib.pdf_page import first_page
from madang.lib.uploads import SHOWN

log = logging.getLogger("madang.thumbs")

SIDE = 480  # pixels of the longer side: 13 rem on a screen of twice the density
PIXELS = 50_000_000  # of the original; a frame of it is 200 MB in memory
BYTES = 25 << 20  # of the original file
PATIENCE = 10  # seconds
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")  # nothing else is opened, whatever its name
PDF = "application/pdf"
DRAWN = SHOWN | {PDF}  # the types of which there may be a small picture
_hands = ThreadPoolExecutor(2, thread_name_prefix="thumb")  # what two pictures take is the most that is taken


_paper = asyncio.Semaphore(1)  # one PDF at a time: what it takes is a process


async def thumb(ground: Ground, sha256: str, size: int, mime: str = "") -> bytes | None:
    """A WebP of at most :data:`SIDE` pixels, of a PDF a larger one; None when there can be none.

    Raises NotFound, Unavailable.
    """
    kept = folder(ground) / sha256[:2] / f"{sha256}.webp"
    if mime == PDF and not kept.is_file():
        async with _paper:
            return await _thumb(ground, kept, sha256, size, mime)
    return await _thumb(ground, kept, sha256, size, mime)


async def _thumb(ground: Ground, kept: Path, sha256: str, size: int, mime: str) -> bytes | None:
    if kept.is_file():
        return await asyncio.to_thread(kept.read_bytes) or None
    if size > BYTES:
        return None
    content = await _whole(ground.files, sha256, size)
    made = await (first_page(content) if mime == PDF else _picture(content, sha256))
    if made is not None:
        await asyncio.to_thread(_keep, kept, made)
    return made or None


async def _picture(content: bytes, sha256: str) -> bytes | None:
    try:
        work = asyncio.get_running_loop().run_in_executor(_hands, small, content)
        async with asyncio.timeout(PATIENCE):
            return await work
    except TimeoutError:
        log.warning("no thumbnail of %s: it takes too long", sha256)
        return None


def folder(ground: Ground) -> Path:
    """Where thumbnails lie. Whoever deletes all of it loses nothing."""
    return ground.settings.data / "thumbs"


def small(content: bytes) -> bytes | None:
    """The picture made small and upright, without what a camera wrote into it; None when it cannot be drawn."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > PIXELS:
                    return None
                picture.draft("RGB", (SIDE, SIDE))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((SIDE, SIDE))
                out = io.BytesIO()
                upright.convert("RGBA" if _clear(upright) else "RGB").save(out, "WEBP", quality=80)
                return out.getvalue()
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    except Exception as error:  # Pillow's plugins raise whatever a broken file makes them stumble over
        log.info("no thumbnail: %s", error)
        return None


def _clear(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


async def _whole(files: Files, sha256: str, size: int) -> bytes:
    return b"".join([part async for part in files.stream(sha256, 0, size)])


def _keep(place: Path, content: bytes) -> None:
    """Under another name first: half a picture is never found."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_suffix(f".{id(content):x}")
    temporary.write_bytes(content)
    temporary.replace(place)
