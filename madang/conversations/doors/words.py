"""What fills the places of a chain's template: her words' answer, her name, the brand, a link to go on."""

from __future__ import annotations

import re
from collections.abc import Mapping

KNOWN = ("text", "name", "brand", "link")
LONGEST = 900  # characters of an answer inside a template
_NAMED = re.compile(r"\{(text|name|brand|link)\}")


def spread(pattern: str, given: Mapping[str, str]) -> str:
    """``pattern`` with ``{text}``, ``{name}``, ``{brand}`` and ``{link}`` in place; what is long is cut with an …"""

    def put(found: re.Match[str]) -> str:
        words = given.get(found[1], "").strip()
        return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"

    return _NAMED.sub(put, pattern).strip()
