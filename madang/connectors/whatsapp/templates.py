"""The account's message templates as the house knows them (GET /{waba}/message_templates). Pure.

A place of the body keeps its number or name; that of the header is ``header.<it>``, that of a link button
``button.<its index>``. The id is ``name/language``: Meta gives one name to all languages of a template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from madang.channels.connector import Button, KnownTemplate
from madang.lib.language import gettext as _
from madang.lib.meta.shapes import items, obj, said

FIELDS = "name,status,category,language,components,rejected_reason"
_PLACE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_STATES: dict[str, Literal["approved", "pending", "rejected", "paused"]] = {
    "APPROVED": "approved",
    "PENDING": "pending",
    "IN_APPEAL": "pending",
    "REJECTED": "rejected",
    "PAUSED": "paused",
}
_KNOWN = {"HEADER", "BODY", "FOOTER", "BUTTONS"}
_BUTTONS = {"QUICK_REPLY", "URL", "PHONE_NUMBER"}


def known(given: Mapping[str, Any]) -> KnownTemplate:
    """One template."""
    parts = {said(one.get("type")).upper(): one for one in items(given.get("components"))}
    header, body, buttons = parts.get("HEADER", {}), parts.get("BODY", {}), parts.get("BUTTONS", {})
    words = [_marked(said(header.get("text")), "header."), _marked(said(body.get("text")), "")]
    shown = "\n".join(filter(None, [*words, said(parts.get("FOOTER", {}).get("text"))]))
    pressed, links = _buttons(items(buttons.get("buttons")))
    places = [f"header.{one}" for one in _places(header)] + _places(body) + links
    reason = said(given.get("rejected_reason"))
    return KnownTemplate(
        id=f"{said(given.get('name'))}/{said(given.get('language'))}",
        name=said(given.get("name")),
        body=shown,
        state=_STATES.get(said(given.get("status")).upper(), "gone"),
        language=said(given.get("language")),
        category=said(given.get("category")).lower(),
        places=tuple(dict.fromkeys(places)),
        buttons=pressed,
        problem="" if reason in ("", "NONE") else reason,
        wait=_wait(parts, said(given.get("category"))),
    )


def _places(component: Mapping[str, Any]) -> list[str]:
    return _PLACE.findall(said(component.get("text")))


def _marked(text: str, prefix: str) -> str:
    return _PLACE.sub(lambda found: f"#{{{prefix}{found[1]}}}", text)


def _buttons(given: Sequence[Mapping[str, Any]]) -> tuple[tuple[Button, ...], list[str]]:
    """(the buttons, the places in their links)."""
    made: list[Button] = []
    places: list[str] = []
    for n, one in enumerate(given):
        url = said(one.get("url"))
        if _PLACE.search(url):
            places.append(f"button.{n}")
            url = _PLACE.sub(f"#{{button.{n}}}", url)
        phone = said(one.get("phone_number"))
        made.append(Button(said(one.get("text")), url=url or (f"tel:{phone}" if phone else "")))
    return tuple(made), places


def _wait(parts: Mapping[str, Mapping[str, Any]], category: str) -> str:
    """Why it cannot be sent from here, '' when it can."""
    form = said(parts.get("HEADER", {}).get("format")).upper()
    if form not in ("", "TEXT"):
        return _("Its header is a file or a place, which cannot be filled from here yet.")
    if category.upper() == "AUTHENTICATION":
        return _("It carries a one-time code, which only a sign-in can fill.")
    kinds = {said(one.get("type")).upper() for one in items(parts.get("BUTTONS", {}).get("buttons"))}
    strange = sorted((kinds - _BUTTONS) | (parts.keys() - _KNOWN))
    if strange:
        return _("It has parts that cannot be filled from here yet: %(parts)s.") % {"parts": ", ".join(strange)}
    return ""


def following(answer: Mapping[str, Any]) -> str:
    """The cursor of the next page, '' at the end."""
    paging = obj(answer.get("paging"))
    return said(obj(paging.get("cursors")).get("after")) if paging.get("next") else ""
