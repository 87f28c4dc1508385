"""A text glued by an f-string cannot be translated. Holes have names: `_("Close %(name)s") % {"name": name}`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.tree import Tree, is_test

_ALWAYS = {"_", "gettext", "ngettext", "pgettext", "npgettext", "marked"}
_SHOWN = _ALWAYS | {"Refused", "NotFound", "SetupError"}
_FOR_PROGRAMS = ("madang/api", "madang/commands", "madang/portal/chat/session.py")  # their errors are English


def check(tree: Tree) -> Iterator[str]:
    for path in tree.of(".py", under="madang"):
        if is_test(path):
            continue
        calls = _ALWAYS if str(path).startswith(_FOR_PROGRAMS) else _SHOWN
        for node in ast.walk(tree.module(path)):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in calls and _glued(node.args[0]):
                yield f"{path}:{node.lineno} glues a text; name its holes"


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _glued(text: ast.expr) -> bool:
    """An f-string, a sum, or `"…".format(…)`. `_("…") % {…}` is right."""
    if isinstance(text, ast.Call):
        return (
            isinstance(text.func, ast.Attribute)
            and text.func.attr == "format"
            and isinstance(text.func.value, ast.Constant)
        )
    return isinstance(text, ast.JoinedStr) or (isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add))
