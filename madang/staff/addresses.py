"""E-mail addresses of staff: one spelling each."""

from __future__ import annotations

import re
import unicodedata

from madang.lib.errors import Refused
from madang.lib.language import gettext as _

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]{1,185}")


def normal(email: str) -> str:
    """The spelling it is kept and found under."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def checked(email: str, field: str = "email") -> str:
    """The normal spelling; raises :class:`Refused` when it is no address."""
    address = normal(email)
    if not _ADDRESS.fullmatch(address):
        raise Refused(_("This is no e-mail address. It looks like ada@example.com."), field)
    return address
