"""Texts in Python code: constant arguments of what translates, and of the errors every door shows to people."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Text = tuple[int, str | tuple[str, ...], str | None]  # line, msgid or (singular, plural), context

_ONE = {"_", "gettext", "marked", "Refused", "NotFound", "SetupError"}
_PLACES = {  # of the context, and of the texts
    "ngettext": (None, (0, 1)),
    "pgettext": (0, (1,)),
    "npgettext": (0, (1, 2)),
} | dict.fromkeys(_ONE, (None, (0,)))


def texts(module: ast.Module) -> Iterator[Text]:
    """Every text of a module, in order of the syntax tree."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in _PLACES and (found := _said(node, *_PLACES[name])):
            yield found


def _said(call: ast.Call, context: int | None, places: tuple[int, ...]) -> Text | None:
    said = [_constant(call, place) for place in places]
    if not all(said):
        return None
    message = said[0] if len(said) == 1 else tuple(said)
    return call.lineno, message, _constant(call, context) if context is not None else None


def _constant(call: ast.Call, place: int) -> str:
    argument = call.args[place] if place < len(call.args) else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""
