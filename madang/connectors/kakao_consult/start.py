"""What a link or button that opened the chat brought along (``extra``, 50 characters): orders, a topic, a code.

A shop writes ``order_number=…&product_number=…`` or the same names as JSON; any other text is the topic. The names are
those of Happytalk's chat/open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from madang.connectors.kakao_consult.body import text

CODE = re.compile(r"\bMDG-([0-9A-Za-z]{10})\b")
ORDERS = ("order_number", "order")
TOPICS = ("topic", "title", "product_number", "parcel_number")
LONGEST = 200


def code_in(words: str) -> tuple[str, str]:
    """(the carry-on code or '', the words without it)."""
    found = CODE.search(words)
    if found is None:
        return "", words
    rest = words[: found.start()].rstrip() + " " + words[found.end() :].lstrip()
    return found[1].upper(), rest.strip()


def read(extra: str) -> tuple[str, dict[str, Any]]:
    """(code, data): ``orders`` and ``topic``, each only where it was given."""
    code, rest = code_in(extra)
    given = _pairs(rest)
    orders = [given[name] for name in ORDERS if given.get(name)]
    topics = [given[name] for name in TOPICS if given.get(name)]
    if not given and rest.strip():
        topics = [rest.strip()[:LONGEST]]
    data: dict[str, Any] = {"orders": orders} if orders else {}
    return code, data | ({"topic": ", ".join(topics)[:LONGEST]} if topics else {})


def _pairs(words: str) -> dict[str, str]:
    """The known names with their values."""
    found: Mapping[str, Any] = {}
    if words.lstrip().startswith(("{", "[")):
        found = _object(words)
    elif "=" in words:
        found = dict(parse_qsl(words, max_num_fields=20))
    known = {*ORDERS, *TOPICS}
    return {name: text(value)[:LONGEST] for name, value in found.items() if name in known}


def _object(words: str) -> Mapping[str, Any]:
    try:
        made = msgspec.json.decode(words)
    except (msgspec.DecodeError, RecursionError):
        return {}
    made = made[0] if isinstance(made, list) and made else made
    return made if isinstance(made, dict) else {}
