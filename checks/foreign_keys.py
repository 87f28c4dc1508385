"""Foreign keys point down the floors, as imports do; rooms that may not see each other do not join in the database."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import DeclarativeBase

from checks._house import floors
from checks.tree import Tree


def check(tree: Tree) -> Iterator[str]:
    from madang.models import Base

    yield from upward(Base, floors(tree))


def upward(base: type[DeclarativeBase], floor: dict[str, int]) -> Iterator[str]:
    """The foreign keys of `base`'s tables that do not point to their own room or one on a lower floor."""
    rooms = {str(mapper.local_table): mapper.class_.__module__.split(".")[1] for mapper in base.registry.mappers}
    for table in base.metadata.sorted_tables:
        room = rooms.get(str(table))
        if room is None:
            yield f"table {table.name} belongs to no room"
            continue
        for key in sorted(table.foreign_keys, key=str):
            target = rooms[str(key.column.table)]
            if target != room and floor[target] >= floor[room]:
                yield f"{table.name}.{key.parent.name} points from {room} up to {target} ({key.column.table.name})"
