"""The verdict: what was accepted against what is there, what the desk says it sent against what the providers have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.program import Said
from tests.faults.speech import in_order, mark_of

GONE = ("sent", "delivered", "read")


@dataclass
class Side:
    """One channel: what was accepted (marks by customer, as said), and what of our answers the provider has.

    ``arrived`` holds the answers' marks in order of arrival.
    """

    name: str
    accepted: Mapping[str, Sequence[str]]
    arrived: Sequence[str]
    retries: int = 0


@dataclass
class Verdict:
    """``wrong`` says in words what every number that should be 0 consists of."""

    accepted: int = 0
    present: int = 0
    lost: int = 0
    doubled: int = 0
    replies: int = 0
    sent: int = 0
    unsure: int = 0
    failed: int = 0
    disordered: int = 0
    stuck: int = 0
    rows: list[dict[str, object]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def line(self) -> dict[str, int]:
        """The last line of the output."""
        names = ("accepted", "present", "lost", "doubled", "replies", "sent", "unsure", "failed", "stuck")
        return {name: getattr(self, name) for name in names}

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice, nothing stuck, nothing out of order."""
        return not (self.lost or self.doubled or self.stuck or self.disordered)


def judge(sides: Sequence[Side], said: Sequence[Said], taken: Mapping[int, int]) -> Verdict:
    """``said`` is every message in the desk's data, oldest first; ``taken`` the message each answer became."""
    verdict = Verdict()
    answers = {f"answer {number}": message for number, message in taken.items()}
    by_id = {one.id: one for one in said if one.direction == "out"}
    where = {mark: by_id.get(message) for mark, message in answers.items()}
    for side in sides:
        row: dict[str, object] = {"channel": side.name, **_in(verdict, side, said)}
        mine = {mark: one for mark, one in where.items() if one and one.channel == side.name}
        row |= _out(verdict, side, mine) | {"retries": side.retries}
        verdict.rows.append(row)
    nowhere = [mark for mark, one in where.items() if one is None]
    _wrong(verdict, "lost", "accepted as an answer and not in the desk's data", nowhere)
    again = Counter(mark_of(one.text) for one in said if one.direction == "out")
    _wrong(verdict, "doubled", "an answer that stands in the desk's data twice", [m for m, n in again.items() if n > 1])
    verdict.replies = len(taken)
    return verdict


def _in(verdict: Verdict, side: Side, said: Sequence[Said]) -> dict[str, object]:
    """The way in: each accepted message is there, once, in its sender's order."""
    accepted = [mark for marks in side.accepted.values() for mark in marks]
    theirs = [mark_of(one.text) for one in said if one.direction == "in" and one.channel == side.name]
    found = Counter(theirs)
    by_customer: dict[str, list[str]] = defaultdict(list)
    for mark in theirs:
        by_customer[mark.partition(".")[0]].append(mark)
    _wrong(verdict, "lost", "accepted and not there", [mark for mark in accepted if not found[mark]], side.name)
    twice = [mark for mark in accepted if found[mark] > 1]
    _wrong(verdict, "doubled", "accepted once and there twice", twice, side.name)
    _wrong(verdict, "doubled", "there and never said", [mark for mark in found if mark not in set(accepted)], side.name)
    mixed = [who for who, marks in by_customer.items() if not in_order(marks)]
    _wrong(verdict, "disordered", "said in another order", mixed, side.name)
    present = sum(1 for mark in accepted if found[mark])
    verdict.accepted += len(accepted)
    verdict.present += present
    return {"accepted": len(accepted), "present": present}


def _out(verdict: Verdict, side: Side, mine: Mapping[str, Said]) -> dict[str, object]:
    """The way out: at the provider once, or visibly unsure or failed."""
    there = Counter(side.arrived)
    states = {mark: one.state for mark, one in mine.items()}
    sent = [mark for mark, state in states.items() if state in GONE]
    unsure = [mark for mark, state in states.items() if state == "unsure"]
    failed = [mark for mark, state in states.items() if state == "failed"]
    _wrong(verdict, "lost", "said to be sent, and not at the provider", [m for m in sent if not there[m]], side.name)
    _wrong(verdict, "lost", "no reason given", [m for m in unsure + failed if not mine[m].problem], side.name)
    twice = [mark for mark, times in there.items() if times > 1 and mark not in unsure]
    _wrong(verdict, "doubled", "at the provider twice", twice, side.name)
    _wrong(verdict, "doubled", "said to have failed, and at the provider", [m for m in failed if there[m]], side.name)
    _wrong(verdict, "doubled", "at the provider, and no answer of ours", [m for m in there if m not in mine], side.name)
    arrivals: dict[int, list[int]] = defaultdict(list)
    for mark in dict.fromkeys(side.arrived):
        if mark in mine:
            arrivals[mine[mark].conversation].append(mine[mark].id)
    mixed = [f"conversation {number}" for number, ids in arrivals.items() if ids != sorted(ids)]
    _wrong(verdict, "disordered", "answers arrived in another order", mixed, side.name)
    verdict.sent += len(sent)
    verdict.unsure += len(unsure)
    verdict.failed += len(failed)
    return {"replies": len(mine), "sent": len(sent), "unsure": len(unsure), "failed": len(failed)}


def _wrong(verdict: Verdict, name: str, words: str, which: Sequence[str], where: str = "") -> None:
    if which:
        setattr(verdict, name, getattr(verdict, name) + len(which))
        some = ", ".join(sorted(which)[:8]) + " …" * (len(which) > 8)
        verdict.wrong.append(f"{name}: {where + ': ' * bool(where)}{words}: {len(which)} ({some})")


def stuck(verdict: Verdict, counts: Mapping[str, int]) -> None:
    """Add what never came to rest."""
    for name, count in counts.items():
        if count:
            verdict.stuck += count
            verdict.wrong.append(f"stuck: {count} {name}")
