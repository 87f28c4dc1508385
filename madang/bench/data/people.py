"""Made-up Korean customers of whom it is known who is who, with the faults that real ones have.

They live in households that share a home, a family name and sometimes a telephone. One person comes up to five times:
by another name, from another address, moved, with a new number, mistyped. The same seed makes the same people.
"""

from __future__ import annotations

from collections.abc import Iterator

from madang.bench.data.persons import Chance, household
from madang.bench.data.told import told
from madang.customers.matching.record import Known

TIMES = (0.68, 0.88, 0.96, 0.99, 1.0)  # of all people, who comes at most once, twice …


def people(how_many: int, seed: int = 1) -> Iterator[tuple[int, Known]]:
    """So many records, each with the number of the person whose it is; in the order of chance."""
    chance = Chance(seed)
    made: list[tuple[int, Known]] = []
    who = 0
    while len(made) < how_many:
        for person in household(chance):
            who += 1
            dice = chance.random()
            times = next(number for number, part in enumerate(TIMES, 1) if dice <= part)
            made += [(who, told(person, later, chance)) for later in range(times)]
    del made[how_many:]
    chance.shuffle(made)
    yield from made
