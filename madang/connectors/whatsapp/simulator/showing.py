"""A message of the house as WhatsApp shows it to the customer. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Shown
from madang.lib.meta.shapes import items, obj, said

Raw = Mapping[str, Any]


def bubble(name: str, given: Raw, held: Mapping[str, Shown], templates: Sequence[Raw]) -> Bubble:
    """By its type."""
    kind = said(given.get("type"))
    content = obj(given.get(kind))
    if kind == "template":
        text, buttons = _template(content, templates)
        return Bubble(name, False, text, buttons=buttons, kind="template")
    if kind == "interactive":
        return _interactive(name, content)
    if kind == "text":
        return Bubble(name, False, said(content.get("body")))
    file = held.get(said(content.get("id"))) or Shown(kind, "", url=said(content.get("link")))
    return Bubble(name, False, said(content.get("caption")), files=(file,))


def _interactive(name: str, content: Raw) -> Bubble:
    text, action, kind = (
        said(obj(content.get("body")).get("text")),
        obj(content.get("action")),
        said(content.get("type")),
    )
    if kind == "cta_url":
        link = obj(action.get("parameters"))
        return Bubble(name, False, text, buttons=(Button(said(link.get("display_text")), url=said(link.get("url"))),))
    if kind == "list":
        rows = [row for section in items(action.get("sections")) for row in items(section.get("rows"))]
        return Bubble(name, False, text, buttons=tuple(_button(row) for row in rows), kind="list")
    replies = tuple(_button(obj(one.get("reply"))) for one in items(action.get("buttons")))
    return Bubble(name, False, text, buttons=replies)


def _button(row: Raw) -> Button:
    return Button(said(row.get("title")), said(row.get("id")))


def _template(content: Raw, templates: Sequence[Raw]) -> tuple[str, tuple[Button, ...]]:
    chosen = next((one for one in templates if one["name"] == content.get("name")), {})
    given = {said(one.get("type")): items(one.get("parameters")) for one in items(content.get("components"))}
    words: list[str] = []
    buttons: list[Button] = []
    for part in items(chosen.get("components")):
        kind = said(part.get("type")).lower()
        words.append(_filled(said(part.get("text")), given.get(kind, [])))
        buttons += [Button(said(one.get("text")), url=said(one.get("url"))) for one in items(part.get("buttons"))]
    return "\n".join(filter(None, words)), tuple(buttons)


def _filled(text: str, values: Sequence[Raw]) -> str:
    named = {said(one.get("parameter_name")) or str(n): said(one.get("text")) for n, one in enumerate(values, start=1)}
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: named.get(found[1], ""), text)
