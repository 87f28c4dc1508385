"""What the message with the code says, in the customer's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from madang.lib import language
from madang.lib.language import gettext as _

LOCALE = Path(__file__).parent.parent.parent / "locale"


@cache
def _ready() -> None:
    """A worker has read no translations yet."""
    language.learn([LOCALE])


@contextmanager
def speaking(spoken: str) -> Iterator[None]:
    """Write for a customer until the end of the block."""
    _ready()
    with language.speaking(spoken):
        yield


def subject(brand: str) -> str:
    """For channels that have one. The code does not stand in it: subjects are shown on locked screens."""
    return _("Is this your address? A code from %(brand)s") % {"brand": brand}


def long(brand: str, code: str) -> str:
    """For a mail."""
    parts = (
        _("Hello, this is %(brand)s. Your code is:") % {"brand": brand},
        code,
        _("Type it into our chat, or tell it to the colleague who asked for it. It is valid for 10 minutes, once."),
        _("You did not ask for it? Then somebody has mistyped an address. Tell the code to nobody; nothing happens."),
    )
    return "\n\n".join(parts)


def short(brand: str, code: str) -> str:
    """For a text message: everything within 90 bytes of CP949 in Korean, for a brand's name of ten letters."""
    return _("[%(brand)s] Code %(code)s. Valid for 10 minutes. Not you? Ignore it.") % {"brand": brand, "code": code}
