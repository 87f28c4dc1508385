"""Answer where it reaches her: the answer as she will see it, and the texts a provider has approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from madang.brands.queries import brands
from madang.channels import templates
from madang.channels.registry import get as connector_of
from madang.conversations import previews, queries, waiting, ways
from madang.conversations.actions.say import LONGEST
from madang.conversations.previews import Part
from madang.desk.page import form_of, fragment, ground_of, number, who
from madang.desk.reach_words import part_words
from madang.desk.written import Written
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.lib.uploads import SHOWN
from madang.staff.permissions import Viewer, permit

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """One part as the phone draws it: its text, its files as (name, key of a picture or ''), what it takes."""

    text: str
    files: list[tuple[str, str]]
    buttons: list[str]
    facts: list[str]
    html: str = ""


@post("/c/{conversation_id:int}/preview", status_code=200)
async def preview(request: AnyRequest, conversation_id: FromPath[int]) -> Response[str]:
    """Exactly the parts that would be sent, as a phone shows them."""
    viewer, form, ground = who(request), await form_of(request, Written), ground_of(request)
    permit(viewer, "conversation.reply")
    if len(form.text) > LONGEST:
        raise Refused(_("This is longer than 50,000 characters. Please shorten it or attach it as a file."), "text")
    async with ground.database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        way = await ways.choose(tx, row.id, number(form.channel, "channel"))
        template, values = form.chosen() or (None, {})
        more: dict[str, Any] = {"template_id": template, "values": values, "uploads": form.upload}
        more |= {"owner": str(viewer.actor), "buttons": form.buttons(), "private": bool(form.private), "marks": True}
        made = await previews.preview(ground, tx, row.id, way.channel_id, text=form.text, **more)
        pictures = await _pictures(tx, viewer, form.upload)
        names = {brand.id: brand.name for brand in await brands(tx)}
    shown: dict[str, Any] = {"parts": [_seen(part, pictures, made.connector) for part in made.parts], "lost": made.lost}
    look = "mail" if way.subject else "text" if way.kind == "phone" else "chat"
    sender = names.get(row.brand_id, "") or way.name
    return fragment(
        request,
        "desk/preview.html",
        look=look,
        sender=sender,
        channel=way.name,
        connector=made.connector,
        total=made.price,
        **shown,
    )


async def _pictures(tx: Tx, viewer: Viewer, keys: Sequence[str]) -> dict[str, str]:
    """The keys of waiting pictures by their names."""
    files = await waiting.uploads(tx, viewer.actor, keys)
    return {file.name: file.key for file in files if file.mime in SHOWN}


def _seen(part: Part, pictures: dict[str, str], connector: str) -> Seen:
    files = [(name, pictures.get(name, "")) for name in part.files]
    facts = part_words(part, connector_of(connector).limits.encoding)
    drawn = Markup(part.html)  # noqa: S704 - our own light marks, drawn by us
    return Seen(part.text, files, [one.label for one in part.buttons], facts, drawn)


@get("/c/{conversation_id:int}/templates", whole="/c/{conversation_id}")
async def known_templates(
    request: AnyRequest, conversation_id: FromPath[int], channel: FromQuery[str] = ""
) -> Response[str]:
    """The approved texts of the channel, and those that are not approved yet."""
    viewer = who(request)
    permit(viewer, "conversation.reply")
    async with ground_of(request).database.begin() as tx:
        row = await queries.one(tx, viewer, conversation_id)
        way = await ways.choose(tx, row.id, number(channel, "channel"))
        found = await templates.of_channel(tx, way.channel_id)
    shown = [one for one in found if one.state != "gone"]
    return fragment(request, "desk/templates.html", templates=shown, channel=way.name, customer_name=row.customer_name)
