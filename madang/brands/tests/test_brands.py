"""A brand's name, look and voice."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import text

from madang.brands.accent import strongest
from madang.brands.actions import Look, change_brand, create_brand, retire_brand
from madang.brands.queries import brand, brands
from madang.brands.tests.colour import contrast
from madang.events.record import SYSTEM
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Database

HANEUL = Look("하늘", 230, 0.12, "ko", "하늘 고객센터 드림\n02-1234-5678", "무엇을 도와드릴까요?")
JUNIPER = Look("Juniper", 150, 0.1, "en", "The Juniper team", "How can we help?")


async def test_made_changed_and_recorded(db: Database) -> None:
    async with db.begin() as tx:
        haneul = await create_brand(tx, SYSTEM, HANEUL)
        await create_brand(tx, SYSTEM, JUNIPER)
        await change_brand(tx, SYSTEM, haneul, replace(HANEUL, name="  하늘   홈 ", hue=0))
        assert [row.name for row in await brands(tx)] == ["Juniper", "하늘 홈"]
        assert (await brand(tx, haneul)).signature == HANEUL.signature
        kinds = list(await tx.scalars(text("select kind from event order by id")))
    assert kinds == ["brand.created", "brand.created", "brand.changed"]


async def test_one_name_one_brand_until_it_is_retired(db: Database) -> None:
    async with db.begin() as tx:
        first = await create_brand(tx, SYSTEM, JUNIPER)
        with pytest.raises(Refused, match="already"):
            await create_brand(tx, SYSTEM, replace(JUNIPER, name="juniper"))
        other = await create_brand(tx, SYSTEM, HANEUL)
        with pytest.raises(Refused, match="already"):
            await change_brand(tx, SYSTEM, other, replace(HANEUL, name="JUNIPER"))
        await retire_brand(tx, SYSTEM, first)
        with pytest.raises(NotFound):
            await change_brand(tx, SYSTEM, first, JUNIPER)
        await create_brand(tx, SYSTEM, JUNIPER)


async def test_the_last_brand_stays(db: Database) -> None:
    async with db.begin() as tx:
        only = await create_brand(tx, SYSTEM, JUNIPER)
        with pytest.raises(Refused, match="only brand"):
            await retire_brand(tx, SYSTEM, only)
        with pytest.raises(NotFound):
            await retire_brand(tx, SYSTEM, 404)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "\u200b \u202e"),
        ("name", "x" * 81),
        ("hue", -1.0),
        ("hue", 361.0),
        ("hue", math.nan),
        ("chroma", 0.21),
        ("chroma", math.inf),
        ("language", "ko'; drop"),
        ("signature", "x" * 2001),
        ("greeting", "x" * 2001),
    ],
)
async def test_what_cannot_be_is_refused(db: Database, field: str, value: object) -> None:
    async with db.begin() as tx:
        with pytest.raises(Refused) as refused:
            await create_brand(tx, SYSTEM, replace(JUNIPER, **{field: value}))  # type: ignore[arg-type]
        assert refused.value.field == field
        assert await brands(tx) == []


async def test_html_in_a_voice_is_kept_as_text(db: Database) -> None:
    async with db.begin() as tx:
        made = await create_brand(tx, SYSTEM, replace(JUNIPER, greeting="<script>alert(1)</script>\r\nhi\x00"))
        assert (await brand(tx, made)).greeting == "<script>alert(1)</script>\nhi"


async def test_a_colour_no_screen_can_show_becomes_the_strongest_one_it_can(db: Database) -> None:
    async with db.begin() as tx:
        teal = await brand(tx, await create_brand(tx, SYSTEM, replace(JUNIPER, hue=190, chroma=0.2)))
        indigo = await brand(tx, await create_brand(tx, SYSTEM, replace(HANEUL, hue=274, chroma=0.125)))
    assert 0.05 < teal.chroma < 0.1
    assert indigo.chroma == 0.125


def test_every_brand_can_be_read() -> None:
    """WCAG 2.2 AA over the whole range a brand may choose, in light and dark. The lightnesses are tokens.css's."""
    for hue, share in product(range(0, 360, 4), (0, 0.3, 0.6, 1)):
        chroma = strongest(hue) * share
        on_accent = (0.99, 0.004, hue)
        pairs = {
            "accent": ((0.46, chroma, hue), (0.994, 0.002, 70)),
            "fill": (on_accent, (0.46, chroma, hue)),
            "soft": ((0.46, chroma, hue), (0.946, 0.02, hue)),
            "dark accent": ((0.76, chroma * 0.82, hue), (0.19, 0.009, 270)),
            "dark fill": (on_accent, (0.54, chroma, hue)),
            "dark soft": ((0.76, chroma * 0.82, hue), (0.29, 0.045, hue)),
        }
        for name, (front, back) in pairs.items():
            assert contrast(front, back) >= 4.5, (name, hue, chroma)
