"""What goes wrong, and when: the same seed makes the same schedule."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

BRIEF = 1_000  # messages; a shorter run leaves out what takes minutes by its nature
KILLS = ("kill web", "kill worker", "kill postgres")
SLOW = ("smtp greylist", "smtp silence")  # five minutes until the next try; two minutes until it is given up
PROVIDERS = (
    "api 429",
    "api 500",
    "api silence",
    "api accept, then drop",
    "door 429",
    "door 500",
    "door silence",
    "door accept, then drop",
    "smtp 421",
    "smtp 451",
    "smtp cut before taking",
    "smtp accept, then drop",
    "smtp hang up",
    "imap hang up",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """``at`` is how far the messages have come (0 to 1), ``pause`` the seconds after that.

    ``size`` is how many requests it meets, how many seconds the disk is full, by how many hours the clock is wrong.
    """

    at: float
    pause: float
    kind: str
    size: int


def plan(seed: int, messages: int, kills: int) -> list[Fault]:
    """The whole schedule, in the order in which it happens."""
    rng = Random(seed)
    made = [_fault(rng, KILLS[number % len(KILLS)], 1) for number in range(kills)]
    for kind in PROVIDERS:
        made += [_fault(rng, kind, rng.randint(1, 4)) for _ in range(max(1, messages // 1_000))]
    if messages >= BRIEF:
        for kind in SLOW:  # early, so that nobody waits for them at the end
            made += [Fault(rng.uniform(0.05, 0.5), rng.uniform(0, 0.5), kind, 1) for _ in range(2)]
    made += [_fault(rng, "imap renumber", 1) for _ in range(1 + messages // 10_000)]
    made += [_fault(rng, "disk full", rng.randint(3, 8)) for _ in range(1 + messages // 5_000)]
    for number in range(2 + messages // 2_500):
        made.append(_fault(rng, "clock jump", rng.randint(1, 30) * (1 if number % 2 else -1)))
    return sorted(made, key=lambda one: (one.at, one.kind))


def _fault(rng: Random, kind: str, size: int) -> Fault:
    return Fault(round(rng.uniform(0.02, 0.97), 4), round(rng.uniform(0, 0.5), 3), kind, size)
