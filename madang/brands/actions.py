"""The only writers of brands. Doors ask for the permission ``brand.manage`` first."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from madang.brands.accent import CHROMA, HUE, strongest
from madang.brands.models import Brand
from madang.brands.queries import brand
from madang.changes.actions import Subject, note, note_made, note_removed
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.errors import Refused
from madang.lib.language import LANGUAGES
from madang.lib.language import gettext as _
from madang.lib.plain import one_line
from madang.lib.postgres import Tx
from madang.lib.unique import unique

NAME_MOST = 80
TEXT_MOST = 2000


@dataclass(frozen=True, slots=True)
class Look:
    """How a brand is called, looks and speaks. ``hue`` 0-360 and ``chroma`` 0-0.2 in oklch; ``language`` BCP 47.

    ``ask_proof``: who leaves an address in the chat is sent a code to show that it is hers.
    """

    name: str
    hue: float = 274.0
    chroma: float = 0.125
    language: str = "ko"
    signature: str = ""
    greeting: str = ""
    ask_proof: bool = False


async def create_brand(tx: Tx, actor: Actor, look: Look) -> int:
    """Make a brand; its id. Raises :class:`Refused`."""
    values = _checked(look)
    async with unique(tx, _("There is a brand of this name already."), "name"):
        brand_id: int = (await tx.execute(insert(Brand).values(values).returning(Brand.id))).scalar_one()
    await note_made(tx, actor, _subject(brand_id, values["name"]))
    await record(tx, actor, News(Kind.BRAND_CREATED, data={"brand": brand_id, "name": values["name"]}))
    return brand_id


async def change_brand(tx: Tx, actor: Actor, brand_id: int, look: Look) -> None:
    """Set how a brand looks and speaks from now on."""
    await tx.execute(select(Brand.id).where(Brand.id == brand_id).with_for_update(key_share=True))
    before = asdict(await brand(tx, brand_id))
    values = _checked(look)
    async with unique(tx, _("There is a brand of this name already."), "name"):
        await tx.execute(update(Brand).where(Brand.id == brand_id).values(values))
    await note(tx, actor, _subject(brand_id, values["name"]), before, values)
    await record(tx, actor, News(Kind.BRAND_CHANGED, data={"brand": brand_id, **values}))


async def retire_brand(tx: Tx, actor: Actor, brand_id: int) -> None:
    """Take a brand out of use; its history stays. The last one cannot be: a conversation belongs to a brand."""
    living = select(Brand.id).where(Brand.retired_at.is_(None)).order_by(Brand.id).with_for_update(key_share=True)
    there = list(await tx.scalars(living))
    name = (await brand(tx, brand_id)).name
    if there == [brand_id]:
        raise Refused(_("This is the only brand. Make another one first."))
    await tx.execute(update(Brand).where(Brand.id == brand_id).values(retired_at=func.now()))
    await note_removed(tx, actor, _subject(brand_id, name))
    await record(tx, actor, News(Kind.BRAND_RETIRED, data={"brand": brand_id}))


async def restore_brand(tx: Tx, actor: Actor, brand_id: int) -> None:
    """Take back that it was retired. Raises Refused where another has its name by now, NotFound when it is in use."""
    back = update(Brand).where(Brand.id == brand_id, Brand.retired_at.is_not(None)).values(retired_at=None)
    async with unique(tx, _("There is a brand of this name already."), "name"):
        await tx.execute(back)
    row = await brand(tx, brand_id)
    await note_made(tx, actor, _subject(brand_id, row.name))
    await record(tx, actor, News(Kind.BRAND_CHANGED, data={"brand": brand_id, "restored": True}))


def _subject(brand_id: int, name: str) -> Subject:
    return Subject("brands", f"brand:{brand_id}", name, brand_id)


def _checked(look: Look) -> dict[str, Any]:
    name = one_line(look.name)
    if not name:
        raise Refused(_("Give a name."), "name")
    if len(name) > NAME_MOST:
        raise Refused(_("This name is too long. Use at most %(n)s characters.") % {"n": NAME_MOST}, "name")
    if look.language not in LANGUAGES:
        raise Refused(_("This is not a possible answer. Choose one of those offered."), "language")
    if not HUE[0] <= look.hue <= HUE[1]:
        raise Refused(_("The hue is an angle from 0 to 360."), "hue")
    if not CHROMA[0] <= look.chroma <= CHROMA[1]:
        raise Refused(_("The strength of the colour is from 0 to 0.2."), "chroma")
    texts = {"signature": _text(look.signature, "signature"), "greeting": _text(look.greeting, "greeting")}
    return asdict(look) | {"name": name, "chroma": min(look.chroma, strongest(look.hue))} | texts


def _text(text: str, field: str) -> str:
    """Lines as typed; only what a page cannot show is dropped."""
    plain = "\n".join(text.replace("\x00", "").splitlines()).strip()
    if len(plain) > TEXT_MOST:
        raise Refused(_("This is too long. Make it shorter."), field)
    return plain
