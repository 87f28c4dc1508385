"""Pictures as Korean networks carry them: JPEG, at most 200 KB."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from madang.channels.connector import SendError
from madang.lib.language import marked

BYTES = 200 << 10
SIDES = (1_440, 1_080, 800, 560, 320)  # pixels of the longer side, tried in turn
PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
QUALITIES = (85, 70, 50)


def fitting(content: bytes) -> bytes:
    """The picture as it may be sent; as it is when it fits already. Takes up to a second: not for the event loop."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                if opened.format == "JPEG" and len(content) <= BYTES and max(opened.size) <= SIDES[0]:
                    return content
                if opened.width * opened.height > PIXELS:
                    raise ValueError("too many pixels")
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Warning, Image.DecompressionBombError):
        raise SendError("invalid", marked("This picture cannot be read. Send it as JPEG.")) from None
    for side in SIDES:
        upright.thumbnail((side, side))
        for quality in QUALITIES:
            made = io.BytesIO()
            upright.save(made, "JPEG", quality=quality, optimize=True)
            if made.tell() <= BYTES:
                return made.getvalue()
    raise SendError("invalid", marked("This picture cannot be made small enough for a text message."))
