"""What she can send with one touch: a picture and a voice note, made on the spot."""

from __future__ import annotations

import io
import math
import struct
import wave
from functools import cache

from PIL import Image, ImageDraw

from madang.channels.playing import Shown

RATE = 8_000  # samples a second


@cache
def picture() -> Shown:
    """A plate with a crack."""
    image = Image.new("RGB", (480, 360), (222, 214, 202))
    draw = ImageDraw.Draw(image)
    draw.ellipse((90, 30, 390, 330), fill=(250, 249, 246), outline=(180, 176, 168), width=4)
    draw.ellipse((150, 90, 330, 270), outline=(205, 201, 193), width=3)
    draw.line([(240, 30), (228, 96), (252, 150), (222, 214), (246, 270), (236, 330)], fill=(96, 88, 80), width=5)
    made = io.BytesIO()
    image.save(made, "PNG")
    return Shown("plate.png", "image/png", made.getvalue())


@cache
def voice() -> Shown:
    """A second and a half of humming."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", _at(place / RATE)) for place in range(RATE * 3 // 2)))
    return Shown("voice.wav", "audio/wav", made.getvalue())


def _at(seconds: float) -> int:
    pitch = 196 + 40 * math.sin(2 * math.pi * 1.4 * seconds)
    return int(9_000 * math.sin(2 * math.pi * pitch * seconds) * min(1.0, 8 * seconds, 8 * (1.5 - seconds)))


SAMPLES = {"picture": picture, "voice": voice}
