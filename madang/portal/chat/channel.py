"""What the loader and the frame are told of their channel: look, texts, limits."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

from madang.channels.book import Bound
from madang.lib import language
from madang.lib.uploads import SHOWN
from madang.portal.chat import words
from madang.portal.chat.files import LIMIT

TEXT_LIMIT = 10_000  # characters of one message
ASK_AFTER = 40  # seconds without an answer
_ORIGIN = re.compile(r"https?://[a-z0-9.*\[\]:-]+", re.IGNORECASE)


def brand_of(bound: Bound) -> dict[str, Any]:
    """The brand's name, hue, chroma, language and greeting."""
    return dict(bound.connector.config.brand)


def script_json(value: object) -> str:
    """JSON that may stand in a script: nothing in it can end one."""
    made = msgspec.json.encode(value).decode()
    for character in "<>&\u2028\u2029":
        made = made.replace(character, f"\\u{ord(character):04x}")
    return made


def for_loader(bound: Bound, origin: str) -> dict[str, Any]:
    """The loader's ``CONFIG``: texts in every language, because the page decides which."""
    brand = brand_of(bound)
    texts: dict[str, dict[str, str]] = {}
    for code in language.LANGUAGES:
        with language.speaking(code):
            texts[code] = words.launcher(brand["name"])
    return {
        "key": bound.row.key,
        "origin": origin,
        "hue": _number(brand.get("hue"), 274),
        "chroma": _number(brand.get("chroma"), 0.125),
        "language": language.known(str(brand.get("language") or "")),
        "position": "left" if bound.row.settings.get("position") == "left" else "right",
        "texts": texts,
    }


def for_frame(bound: Bound, code: str, *, staffed: bool) -> dict[str, Any]:
    """The frame's config. Call it inside ``speaking()``."""
    brand = brand_of(bound)
    return {
        "key": bound.row.key,
        "locale": code,
        "hue": _number(brand.get("hue"), 274),
        "chroma": _number(brand.get("chroma"), 0.125),
        "staffed": staffed,
        "askEmail": bool(bound.row.settings.get("ask_email", True)),
        "askAfter": ASK_AFTER,
        "askProof": bool(brand.get("ask_proof")),
        "maxText": TEXT_LIMIT,
        "maxFile": LIMIT,
        "shown": sorted(SHOWN),
        "texts": words.frame(notices=str(bound.row.settings.get("push") or "plain") != "off") | words.proof(),
    }


def ancestors(bound: Bound) -> str:
    """Which pages may show the frame: ``frame-ancestors`` of its policy."""
    found = [urlsplit(str(one)) for one in bound.row.settings.get("origins") or ()]
    origins = [f"{one.scheme}://{one.netloc}" for one in found]
    good = [origin for origin in origins if _ORIGIN.fullmatch(origin)]
    if origins and not good:
        return "'self'"
    return " ".join(["'self'", *good]) if good else "*"


def _number(value: object, fallback: float) -> float:
    return round(float(value), 4) if isinstance(value, int | float) else fallback
