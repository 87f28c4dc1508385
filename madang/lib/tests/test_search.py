"""What is said is found by its words, whatever script it is in, and nothing that is typed breaks the search."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.lib.postgres import Database
from madang.lib.search import query, tokens

FINDS = text("""
select array_to_tsvector(string_to_array(cast(:tokens as text), ' ')) @@ cast(cast(:query as text) as tsquery)
""")


async def _found(db: Database, said: str, asked: str) -> bool:
    async with db.begin() as tx:
        return bool((await tx.execute(FINDS, {"tokens": tokens(said), "query": query(asked)})).scalar_one())


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("배송지를 바꾸고 싶어요", "배송지"),
        ("Your café is lovely", "café"),
        ("Где мой заказ?", "заказ"),
        ("Order A-1234_5", "1234"),
        (f"eyJ{'x' * 5000} end", f"eyJ{'x' * 5000}"),
        (f"{'가' * 3000}", "가가"),
        ("write to mina@naver.com", "naver"),
        ("ありがとう東京", "東京"),
    ],
)
async def test_a_word_finds_what_was_said(db: Database, said: str, asked: str) -> None:
    assert await _found(db, said, asked)


@pytest.mark.parametrize("asked", ["", "?!", "🙂", "'", "\\", "' | 'a", "((", ":*", "@", "-", "\x00", "a & !b", "''"])
async def test_nothing_typed_breaks_the_search(db: Database, asked: str) -> None:
    assert not await _found(db, "배송지", asked)
