"""Make the weights that Madang ships: ``python -m madang.bench.data.shipped``, after the comparisons have changed."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from madang.bench.data.labelled import korean
from madang.customers.matching import weights
from madang.customers.matching.crowd import Crowd
from madang.customers.matching.record import record
from madang.customers.matching.training import train

PEOPLE, SEED = 100_000, 7
TARGET = Path(weights.__file__).with_name("weights.json")


def main() -> None:
    """Learn on made-up Koreans and write the package's file."""
    labelled = korean(PEOPLE, SEED)
    with Crowd() as crowd:
        crowd.add((number, record(known)) for number, known in enumerate(labelled.known))
        crowd.block()
        made = train(crowd, source=f"{PEOPLE:,} made-up Korean customers, seed {SEED}")
    TARGET.write_bytes(msgspec.structs.replace(made, trained="").json() + b"\n")
    click.echo(f"Wrote {TARGET.name}: {TARGET.stat().st_size:,} bytes.")


if __name__ == "__main__":
    main()
