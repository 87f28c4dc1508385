"""Foreign keys that climb, models that ran ahead of the migrations, and events nobody records are found."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, Table
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from checks import event_kinds, foreign_keys, migrations
from checks.tests.conftest import Plant

FLOORS = {"events": 1, "staff": 2, "brands": 2, "conversations": 3}


def _house(from_room: str, to_room: str) -> type[DeclarativeBase]:
    class Base(DeclarativeBase):
        metadata = MetaData()

    target = type("Target", (Base,), _room(to_room) | {"__tablename__": "target", "id": _key()})
    source = {"__tablename__": "source", "id": _key(), "target_id": mapped_column(ForeignKey(target.id))}  # type: ignore[attr-defined]
    type("Source", (Base,), _room(from_room) | source)
    return Base


def _room(name: str) -> dict[str, str]:
    return {"__module__": f"madang.{name}.models"}


def _key() -> Mapped[int]:
    return mapped_column(BigInteger, primary_key=True)


@pytest.mark.parametrize(("room", "target"), [("staff", "conversations"), ("staff", "brands")])
def test_a_foreign_key_that_climbs_or_crosses(room: str, target: str) -> None:
    assert list(foreign_keys.upward(_house(room, target), FLOORS))


@pytest.mark.parametrize(("room", "target"), [("conversations", "staff"), ("staff", "staff")])
def test_a_foreign_key_that_goes_down_or_stays(room: str, target: str) -> None:
    assert not list(foreign_keys.upward(_house(room, target), FLOORS))


@pytest.mark.slow
async def test_a_table_without_migration(database_url: str) -> None:
    ahead = MetaData()
    Table("nobody_migrated_me", ahead, Column("id", BigInteger, primary_key=True))
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda sync: list(migrations.differences(sync, ahead)))
    await engine.dispose()
    assert any("nobody_migrated_me" in line for line in found)


def test_two_newest_revisions(monkeypatch: pytest.MonkeyPatch, plant: Plant) -> None:
    monkeypatch.setattr(ScriptDirectory, "get_heads", lambda _self: ["0002a", "0002b"])
    assert list(migrations.check(plant({}))) == ["there are 2 newest revisions (0002a, 0002b); chain them"]


def test_events(plant: Plant) -> None:
    kinds = 'class Kind(StrEnum):\n    A = "a.done"\n    B = "b.done"\n'
    head = "from madang.events.kinds import Kind\n"
    wiring = head + "WIRING = {Kind.B: (), Kind.C: ()}\n"
    tree = plant(
        {event_kinds.KINDS: kinds, "madang/wiring.py": wiring, "madang/staff/actions.py": head + "News(Kind.A)\n"}
    )
    found = list(event_kinds.check(tree))
    assert found == [
        "madang/wiring.py:2 names Kind.C, which there is not",
        "madang/events/kinds.py: nothing ever records Kind.B",
    ]
