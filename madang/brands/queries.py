"""What others may read of brands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select

from madang.brands.models import Brand
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx


@dataclass(frozen=True, slots=True)
class BrandRow:
    """A living brand."""

    id: int
    name: str
    hue: float
    chroma: float
    language: str
    signature: str
    greeting: str
    ask_proof: bool


@cache  # to build it takes longer than to run it
def _rows() -> Select[*tuple[Any, ...]]:
    look = (Brand.name, Brand.hue, Brand.chroma, Brand.language, Brand.signature, Brand.greeting, Brand.ask_proof)
    return select(Brand.id, *look).where(Brand.retired_at.is_(None))


async def brands(tx: Tx) -> list[BrandRow]:
    """Living brands by name."""
    rows = await tx.execute(_rows().order_by(func.lower(Brand.name), Brand.id))
    return [BrandRow(**row) for row in rows.mappings()]


async def brand(tx: Tx, brand_id: int) -> BrandRow:
    """One living brand; raises :class:`NotFound`."""
    row = (await tx.execute(_rows().where(Brand.id == brand_id))).mappings().one_or_none()
    if row is None:
        raise NotFound(_("There is no such brand."))
    return BrandRow(**row)
