"""Forms of a page, typed: only the fields a form names are read, whatever else was sent (T3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar, get_origin

import msgspec

from madang.lib.errors import Refused
from madang.lib.language import gettext as _

Form = TypeVar("Form", bound=msgspec.Struct)

_AT = re.compile(r"`\$\.(\w+)")
_MANY = {list, tuple, set, frozenset}
_OFF = {"", "0", "false", "off"}


def read(form: type[Form], sent: Iterable[tuple[str, object]]) -> Form:
    """``sent`` as ``form``. Files and NUL are passed over; of a single field the last value counts; an unticked box is
    False.

    Raises :class:`Refused` naming the field that cannot be understood.
    """
    given = [(name, value.replace("\0", "")) for name, value in sent if isinstance(value, str)]
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(form):
        answers = [value for name, value in given if name == field.encode_name]
        if get_origin(field.type) in _MANY:
            values[field.encode_name] = answers
        elif field.type is bool:
            values[field.encode_name] = bool(answers) and answers[-1] not in _OFF
        elif answers:
            values[field.encode_name] = answers[-1]
    try:
        return msgspec.convert(values, form, strict=False)
    except msgspec.ValidationError as error:
        raise _refused(str(error)) from None


def _refused(error: str) -> Refused:
    """Our own words: the library's speak of types."""
    found = _AT.search(error)
    field = found[1] if found else ""
    if "length <=" in error:
        return Refused(_("This is too long. Make it shorter."), field)
    if missing := re.search(r"missing required field `(\w+)`", error):
        return Refused(_("Fill this in."), missing[1])
    return Refused(_("This is not a possible answer. Choose one of those offered."), field)
