"""What somebody has written into a board's form, checked field by field. Pure but for the hash of a password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from madang.customers.normal import normalise
from madang.lib.language import gettext as _
from madang.portal.forms.fields import Filled

TEXT_LIMIT = 10_000
SHORT = 100
PASSWORD = 4  # characters at least


def read(form: Mapping[str, Any], *names: str) -> Filled:
    """The fields of these names; what was typed stays, whatever is wrong with it."""
    made = Filled()
    for name in names:
        given = form.get(name, "")
        text = (given if isinstance(given, str) else "").replace("\x00", "").replace("\r\n", "\n")
        made.values[name] = text.strip() if name in ("text", "password") else " ".join(text.split())
    for name in names:
        if problem := _problem(name, made.values[name]):
            made.errors[name] = problem
    return made


def _problem(name: str, value: str) -> str:
    if name in ("title", "text") and not value:
        return _("Please fill this in.")
    most = TEXT_LIMIT if name == "text" else SHORT
    if len(value) > most:
        return _("This is %(n)s characters too long.") % {"n": len(value) - most}
    if name == "email" and value and not normalise("email", value):
        return _("This does not look like an e-mail address. Please check it.")
    if name == "password" and len(value) < PASSWORD:
        return _("At least %(n)s characters: with it you change, delete or read this post later.") % {"n": PASSWORD}
    return ""
