"""The fixtures everybody rests on."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.lib.postgres import Database


@pytest.mark.parametrize("turn", range(8))
async def test_each_test_finds_the_schema_and_nobody_elses_rows(db: Database, turn: int) -> None:
    async with db.begin() as tx:
        assert await tx.scalar(text("select count(*) from brand")) == 0
        await tx.execute(text("create table left_behind ()"))
