"""How an answer is put beyond its words: its buttons, or the template by which it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from madang.channels import templates
from madang.channels.connector import Button, Template
from madang.conversations.ways import Way
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx

MOST_BUTTONS = 13  # the most any messenger shows
LABEL = 60  # characters
BUTTONS, TEMPLATE = "buttons", "template"  # in a message's data


async def phrased(
    tx: Tx, way: Way, words: str, buttons: Sequence[Button], template: tuple[int, Mapping[str, str]] | None
) -> tuple[str, dict[str, Any]]:
    """(the words as they will read, what stands in the message's data beside them). Raises Refused, NotFound."""
    if template is not None:
        kept = await templates.one(tx, template[0])
        if kept.channel_id != way.channel_id:
            raise Refused(_("This template belongs to another channel. Choose one of this channel."), "template")
        made, words = templates.chosen(kept, template[1])
        return words, {TEMPLATE: kept_template(kept.name, made), **_kept(kept.buttons)}
    if way.needs_template:
        raise Refused(_("Only an approved template can be sent by this channel now. Choose one."), "template")
    return words, _kept(_checked(buttons))


def _checked(buttons: Sequence[Button]) -> list[Button]:
    made = [Button(one.label.strip(), one.value.strip() or one.label.strip(), one.url.strip()) for one in buttons]
    made = [one for one in made if one.label]
    if len(made) > MOST_BUTTONS or any(len(one.label) > LABEL for one in made):
        raise Refused(_("These are too many choices, or too long ones."), "buttons")
    if any(one.url and not one.url.startswith(("https://", "http://")) for one in made):
        raise Refused(_("A button opens a web address: begin it with https://."), "buttons")
    return made


def _kept(buttons: Sequence[Button]) -> dict[str, Any]:
    return {BUTTONS: msgspec.to_builtins(list(buttons))} if buttons else {}


def buttons_of(data: Mapping[str, Any]) -> tuple[Button, ...]:
    """The buttons of a message that is kept."""
    return tuple(msgspec.convert(data.get(BUTTONS) or [], list[Button]))


def kept_template(name: str, made: Template) -> dict[str, Any]:
    """What stands in a message's data of the template by which it is said; :func:`template_of` reads it."""
    said = {"id": made.id, "language": made.language, "values": dict(made.values), "category": made.category}
    return {**said, "name": name}


def template_of(data: Mapping[str, Any]) -> Template | None:
    """The template by which a kept message is said."""
    said = data.get(TEMPLATE)
    if not isinstance(said, Mapping):
        return None
    return Template(said["id"], said["language"], said["values"], said.get("category", ""))


def words_of(words: str, data: Mapping[str, Any]) -> str:
    """How a kept message reads to her: where a chain says it by a template, as that template."""
    said = data.get(TEMPLATE)
    return str(said.get("text") or words) if isinstance(said, Mapping) else words
