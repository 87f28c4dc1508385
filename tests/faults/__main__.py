"""`bin/faults`: messages both ways while everything breaks; prints the ledger, exits 1 when it does not balance."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time

from tests.faults.faults import Faults
from tests.faults.ledger import Verdict
from tests.faults.plan import BRIEF, SLOW
from tests.faults.story import Wanted, run


def main() -> int:
    """Read the command line, run, print."""
    reader = argparse.ArgumentParser(prog="bin/faults", description=__doc__)
    reader.add_argument("--seed", type=int, default=1, help="the same seed makes the same schedule of faults")
    reader.add_argument("--messages", type=int, default=10_000, help="how many come in, and how many answers go out")
    reader.add_argument("--kills", type=int, default=50, help="how often web, worker or PostgreSQL are killed")
    reader.add_argument("--keep", action="store_true", help="keep the logs also when all went well")
    given = reader.parse_args()
    wanted = Wanted(given.seed, max(given.messages, 20), max(given.kills, 0), given.keep)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # what is mounted is taken away
    began = time.monotonic()
    verdict, faults = asyncio.run(run(wanted, tell))
    tell("")
    for line in (*table(verdict), "", *what_went_wrong(wanted, faults), "", *verdict.wrong):
        tell(line)
    tell(f"seed {wanted.seed}: {'balanced' if verdict.good else 'NOT balanced'} after {time.monotonic() - began:.0f} s")
    tell(json.dumps(verdict.line))
    return 0 if verdict.good else 1


def tell(line: str) -> None:
    """At once, also into a pipe."""
    print(line, flush=True)


def table(verdict: Verdict) -> list[str]:
    """The ledger, a row for each channel."""
    names = list(verdict.rows[0]) if verdict.rows else []
    widths = [max(len(name), 9) for name in names]
    head = "  ".join(name.rjust(width) for name, width in zip(names, widths, strict=True))
    rows = ["  ".join(str(row[name]).rjust(w) for name, w in zip(names, widths, strict=True)) for row in verdict.rows]
    return [head, *rows]


def what_went_wrong(wanted: Wanted, faults: Faults) -> list[str]:
    """How many of each fault, and which were left out."""
    made = [f"{count:5} {kind}" for kind, count in sorted(faults.done.items())]
    made += [f"    - {kind}: SKIPPED, {why}" for kind, why in faults.skipped.items()]
    if wanted.messages < BRIEF:
        made += [f"    - {kind}: left out of runs under {BRIEF} messages, it takes minutes" for kind in SLOW]
    return made


sys.exit(main())
