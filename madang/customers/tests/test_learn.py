"""What a channel says of a customer beside her address."""

from __future__ import annotations

from sqlalchemy import insert, text

from madang.customers.identity import Told, learn
from madang.customers.models import Customer
from madang.ground import Ground


async def test_all_that_is_told_of_her_in_one_batch_is_kept(ground: Ground) -> None:
    async with ground.database.begin() as tx:
        mia = (await tx.execute(insert(Customer).values(name="").returning(Customer.id))).scalar_one()
        mina = (await tx.execute(insert(Customer).values(name="미나").returning(Customer.id))).scalar_one()
        some = [
            Told(mia, "Mia", "Europe/Oslo", {"plan": "gold", "cart": "1"}),
            Told(mina, "Somebody", "Asia/Seoul"),
            Told(mia, "Maria", "", {"cart": "3"}),
        ]
        assert {one.customer for one in await learn(tx, some)} == {mia, mina}
        rows = (await tx.execute(text("select name, timezone, attributes from customer order by id"))).all()
    assert [tuple(row) for row in rows] == [
        ("Mia", "Europe/Oslo", {"plan": "gold", "cart": "3"}),
        ("미나", "Asia/Seoul", {}),
    ]
