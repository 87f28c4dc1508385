"""What the plain fields of a customer may hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from babel import Locale

from madang.lib.errors import Refused
from madang.lib.zones import zones

LONGEST = {"name": 120, "company": 200, "language": 35, "timezone": 64, "region": 2, "prefers": 20}
WAYS = ("email", "phone", "account", "scoped")  # kinds of address somebody can ask to be reached at
_TAG = re.compile(r"[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


def clean(name: str, value: str) -> str:
    """The value as it is kept, '' for none; raises Refused for what the field cannot hold."""
    if name not in LONGEST:
        raise Refused("There is no such field.", name)
    given = " ".join(value.replace("\0", "").split())[: LONGEST[name]]
    check = _CHECKS.get(name)
    return check(given) if given and check else given


def _region(given: str) -> str:
    if given.upper() not in Locale("en").territories or not given.isalpha():
        raise Refused("This is no country. Give its two letters, such as KR.", "region")
    return given.upper()


def _language(given: str) -> str:
    if not _TAG.fullmatch(given):
        raise Refused("This is no language. Give its tag, such as ko or en-GB.", "language")
    return given


def _timezone(given: str) -> str:
    if given not in zones():
        raise Refused("This is no time zone. Give its name, such as Asia/Seoul.", "timezone")
    return given


def _prefers(given: str) -> str:
    if given not in WAYS:
        raise Refused("This is no kind of address. There are email, phone, account and scoped.", "prefers")
    return given


_CHECKS: dict[str, Callable[[str], str]] = {
    "region": _region,
    "language": _language,
    "timezone": _timezone,
    "prefers": _prefers,
}
