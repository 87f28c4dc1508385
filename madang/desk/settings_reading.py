"""The texts of the settings pages, read out of their templates: titles, headings, fields with their help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

HERE = Path(__file__).parent / "templates"
FIELDS = {"field", "textarea", "select", "switch", "choices"}
TITLES = {"page_head", "empty"}
# What stands before a text that names something: a heading, a label, the bold name of something to do.
_NAMING = re.compile(r"<(h[123]|legend|label|summary|button|b)\b([^<>]*)>(?:\s*<[^<>]+>)*\s*$")
_ID = re.compile(r'\bid="([\w-]+)"')


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a page. ``anchor`` is the id of the element; ``first``: on the page that opens from the menu."""

    section: str
    label: str
    help: str = ""
    anchor: str = ""
    first: bool = False


@cache
def templates() -> list[Text]:
    """Of every settings page."""
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    return [text for path in sorted(HERE.rglob("*.html")) for text in _of(env, path)]


def _of(env: Environment, path: Path) -> Iterator[Text]:
    tree = env.parse(path.read_text("utf-8"))
    section = _section(tree)
    if not section or "settings/layout.html" not in _named(tree, nodes.Extends):
        return
    first = path.stem in (section, f"{section}s")
    trees = [tree, *(env.parse((HERE / name).read_text("utf-8")) for name in _named(tree, nodes.Include))]
    for one in trees:
        for label, help_, anchor in (*_calls(one), *_headings(one)):
            if "%(" in label:  # of one thing by its name
                continue
            yield Text(section, label, help_, anchor, first)


def _section(tree: nodes.Template) -> str:
    for one in tree.find_all(nodes.Assign):
        if isinstance(one.target, nodes.Name) and one.target.name == "section" and isinstance(one.node, nodes.Const):
            return str(one.node.value)
    return ""


def _named(tree: nodes.Template, kind: type[nodes.Extends] | type[nodes.Include]) -> list[str]:
    some = (one.template for one in tree.find_all(kind) if isinstance(one, (nodes.Extends, nodes.Include)))
    return [str(one.value) for one in some if isinstance(one, nodes.Const)]


def _calls(tree: nodes.Template) -> Iterator[tuple[str, str, str]]:
    """What the macros of fields and titles are given: (label, help, id)."""
    own = {one.name for one in tree.find_all(nodes.Macro)}
    for call in tree.find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name in FIELDS and len(call.args) > 1 and isinstance(call.args[0], nodes.Const):
            helps = [said for one in call.kwargs if one.key == "help" for said in _texts(one.value)]
            anchor = f"f-{call.args[0].value}"
            for label in _texts(call.args[1]):
                yield label, " ".join(helps[:1]), anchor
            for said in _texts(call.args[2]) if name == "choices" and len(call.args) > 2 else []:
                yield said, "", ""
        elif name in own and call.args and isinstance(call.args[0], nodes.Const):
            words = [text for one in call.args[1:] for text in _texts(one)]
            if words:
                yield words[0], " ".join(words[1:2]), f"f-{call.args[0].value}"
        elif name in TITLES:
            for said in [text for one in call.args[-2:] for text in _texts(one)][:1]:
                yield said, "", ""


def _headings(tree: nodes.Template) -> Iterator[tuple[str, str, str]]:
    """What stands within a heading, a legend, a label, a button."""
    for output in tree.find_all(nodes.Output):
        before = ""
        for one in output.nodes:
            if isinstance(one, nodes.TemplateData):
                before += one.data
                continue
            found = _NAMING.search(before)
            if found and isinstance(one, nodes.Call):
                anchor = _ID.search(found[2])
                for label in _texts(one):
                    yield label, "", anchor[1] if anchor else ""
            before += "" if isinstance(one, nodes.Call) and _icon(one) else "\0"


def _icon(call: nodes.Call) -> bool:
    """An icon before a text is no text."""
    return isinstance(call.node, nodes.Name) and call.node.name == "icon"


def _texts(node: nodes.Node) -> list[str]:
    """The msgids in an expression, in order."""
    calls = [node, *node.find_all(nodes.Call)] if isinstance(node, nodes.Call) else list(node.find_all(nodes.Call))
    made = []
    for one in calls:
        if isinstance(one, nodes.Call) and isinstance(one.node, nodes.Name) and one.node.name in ("_", "gettext"):
            made += [str(arg.value) for arg in one.args[:1] if isinstance(arg, nodes.Const)]
    return made


@cache
def label_of(section: str, field: str) -> str:
    """What a page calls a field, as a msgid; '' when it has none of that name."""
    return next((one.label for one in templates() if one.section == section and one.anchor == f"f-{field}"), "")
