"""Every user-visible text, from Python, from templates, and from what connectors declare."""

from __future__ import annotations

import ast
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract

from checks.tree import Tree, is_test
from checks.words import python
from checks.words.python import Text

LANGUAGES = ("ko", "en")
CONNECTORS = PurePosixPath("madang/connectors")

_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_JINJA = {"extensions": "jinja2.ext.do", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
_EXAMPLE = re.compile(r"\S*([:/@._…]|\d)\S*|[A-Z]{2}")
_SHOWN_OF_FIELDS = ("label", "help", "placeholder")


def domains(tree: Tree) -> dict[PurePosixPath, Catalog]:
    """Catalogue folder → template of all texts that belong there."""
    found = {PurePosixPath("madang/locale"): Catalog()}
    for path in tree.written(".py", ".html", ".txt", ".js", ".toml", under="madang"):
        folder = _domain(path)
        if folder is None or is_test(path):
            continue
        catalogue = found.setdefault(folder, Catalog())
        for line, message, context in _texts(tree, path):
            catalogue.add(message, locations=[(str(path), line)], context=context)
    return found


def _domain(path: PurePosixPath) -> PurePosixPath | None:
    if not path.is_relative_to(CONNECTORS):
        return PurePosixPath("madang/locale")
    inside = path.relative_to(CONNECTORS)
    if len(inside.parts) < 2 or inside.parts[1] in {"simulator.py", "simulator"}:
        return None
    if inside.parts[0].startswith("_"):  # no connector: what some of them share is said by the house
        return PurePosixPath("madang/locale")
    return CONNECTORS / inside.parts[0] / "locale"


def _texts(tree: Tree, path: PurePosixPath) -> Iterator[Text]:
    if path.name == "manifest.toml":
        yield from _manifest(tree.text(path))
    if path.name == "setup.py" and path.is_relative_to(CONNECTORS):
        yield from _fields(tree.module(path))
    if path.suffix == ".py":
        yield from python.texts(tree.module(path))
    method = "javascript" if path.suffix == ".js" else ""
    if path.suffix in {".html", ".txt"} and "templates" in path.parts:
        method = "jinja2.ext:babel_extract"
    if method:
        source = io.BytesIO(tree.text(path).encode())
        for line, message, _, context in extract(method, source, _KEYWORDS, options=_JINJA):
            yield line, message, context


def _manifest(source: str) -> Iterator[Text]:
    made = tomllib.loads(source)
    for name in ("title", "summary"):
        if made.get(name):
            yield 1, made[name], None


def _fields(module: ast.Module) -> Iterator[Text]:
    """Labels, helps, placeholders and choices of a set-up form."""
    for node in ast.walk(module):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Field"):
            continue
        shown = [keyword.value for keyword in node.keywords if keyword.arg in _SHOWN_OF_FIELDS]
        shown = [text for text in shown if not _example(text)]
        shown += node.args[1:2] + node.args[3:4]
        shown += [label for keyword in node.keywords if keyword.arg == "choices" for label in _labels(keyword.value)]
        for text in shown:
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
                yield text.lineno, text.value, None


def _example(text: ast.expr) -> bool:
    """One word that shows how a value looks: an address, a key."""
    return isinstance(text, ast.Constant) and isinstance(text.value, str) and bool(_EXAMPLE.fullmatch(text.value))


def _labels(choices: ast.expr) -> Iterator[ast.expr]:
    for choice in getattr(choices, "elts", []):
        if isinstance(choice, ast.Tuple) and len(choice.elts) == 2:
            yield choice.elts[1]
