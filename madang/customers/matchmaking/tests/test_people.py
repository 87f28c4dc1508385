"""Everybody in one stream is known as each of them is by herself, and as she was before she was merged."""

from __future__ import annotations

from sqlalchemy import text

from madang.customers.actions import merge
from madang.customers.matching.record import Known
from madang.customers.matchmaking import people
from madang.customers.matchmaking.tests.crowds import fill
from madang.events.record import SYSTEM
from madang.lib.postgres import Database

ODD = Known(
    names=('김\\미나 "M"\t\n{}\\n\\\\ ,\u2028',),
    emails=("a\\b@naver.example", "mina@naver.example"),
    phones=("+821012345678",),
    company="(주)하늘\r\n",
    birth="1990-03-07",
    address="서울 강남구 테헤란로 1\\2",
    number="A-1",
)


async def _everybody(db: Database) -> dict[int, Known]:
    found: dict[int, Known] = {}

    async def take(some: list[tuple[int, Known]]) -> None:
        found.update(some)

    connection = await db.bare()
    await people.everybody(connection, take)
    await connection.close()
    return found


async def test_the_stream_says_of_everybody_what_is_known_of_each(db: Database) -> None:
    plain = [Known(names=(f"고객 {n}",), emails=(f"c{n}@example.org",)) for n in range(2_000)]
    ids = await fill(db, [ODD, Known(), *plain])
    async with db.begin() as tx:
        await merge(tx, SYSTEM, ids[2], ids[3])
        await merge(tx, SYSTEM, ids[0], ids[2])
        await tx.execute(
            text("""update customer set fields = '{"birthday": "900101"}' where id = :id"""), {"id": ids[5]}
        )
        each = await people.known(tx, ids)
        before = await people.apart(tx, [ids[0], ids[2], ids[3]])
    assert await _everybody(db) == each
    assert each.keys() == set(ids) - {ids[2], ids[3]}
    whole = each[ids[0]]
    assert (whole.names, len(whole.emails)) == (tuple(sorted((*ODD.names, "고객 0", "고객 1"))), 4)
    assert (whole.birth, whole.number, each[ids[5]].birth) == ("1990-03-07", "A-1", "900101")
    assert [before[one].emails for one in (ids[2], ids[3])] == [("c0@example.org",), ("c1@example.org",)]
    assert before[ids[0]].emails == tuple(sorted(ODD.emails))


async def test_a_house_without_customers_is_an_empty_stream(db: Database) -> None:
    assert await _everybody(db) == {}
