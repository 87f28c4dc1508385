"""The judge of `bin/faults` sees what is lost, doubled, out of order or stuck; its schedule follows from the seed."""

from __future__ import annotations

from collections import Counter

from tests.faults.ledger import Side, Verdict, judge, stuck
from tests.faults.plan import KILLS, plan
from tests.faults.program import Said
from tests.faults.speech import lines

ACCEPTED = {"shop1": ["shop1.1", "shop1.2"]}
HEARD = [Said(1, 7, "in", "shop1.1 hello", "", "", "shop"), Said(2, 7, "in", "shop1.2 hello?", "", "", "shop")]


def _answer(number: int, state: str = "sent", problem: str = "") -> Said:
    return Said(10 + number, 7, "out", f"answer {number} yes", state, problem, "shop")


def _judged(said: list[Said], arrived: list[str], answers: int = 2) -> Verdict:
    return judge([Side("shop", ACCEPTED, arrived)], said, {number: 10 + number for number in range(answers)})


def test_what_balances_is_good() -> None:
    verdict = _judged([*HEARD, _answer(0), _answer(1, "unsure", "cut off")], ["answer 0"])
    assert verdict.good
    assert verdict.line == {
        "accepted": 2,
        "present": 2,
        "lost": 0,
        "doubled": 0,
        "replies": 2,
        "sent": 1,
        "unsure": 1,
        "failed": 0,
        "stuck": 0,
    }


def test_a_message_that_was_accepted_and_is_not_there_is_lost() -> None:
    assert _judged([HEARD[0], _answer(0), _answer(1)], ["answer 0", "answer 1"]).lost == 1


def test_a_message_that_is_there_twice_is_doubled() -> None:
    again = Said(3, 8, "in", "shop1.2 hello?", "", "", "shop")
    assert _judged([*HEARD, again, _answer(0), _answer(1)], ["answer 0", "answer 1"]).doubled == 1


def test_a_customer_who_is_heard_in_another_order_is_noticed() -> None:
    turned = [Said(1, 7, "in", "shop1.2 hello?", "", "", "shop"), Said(2, 7, "in", "shop1.1 hello", "", "", "shop")]
    assert not _judged([*turned, _answer(0), _answer(1)], ["answer 0", "answer 1"]).good
    assert not _judged([*HEARD, _answer(0), _answer(1)], ["answer 1", "answer 0"]).good


def test_an_answer_said_to_be_sent_must_be_at_the_provider_once() -> None:
    both = [*HEARD, _answer(0), _answer(1)]
    assert _judged(both, ["answer 0"]).lost == 1
    assert _judged(both, ["answer 0", "answer 1", "answer 1"]).doubled == 1
    assert _judged([*HEARD, _answer(0)], ["answer 0"]).lost == 1


def test_an_answer_that_failed_must_say_why_and_must_not_be_there() -> None:
    assert _judged([*HEARD, _answer(0), _answer(1, "failed", "")], ["answer 0"]).lost == 1
    assert _judged([*HEARD, _answer(0), _answer(1, "failed", "no such box")], ["answer 0"]).good
    assert _judged([*HEARD, _answer(0), _answer(1, "failed", "no such box")], ["answer 0", "answer 1"]).doubled == 1


def test_what_never_comes_to_rest_is_stuck() -> None:
    verdict = _judged([*HEARD, _answer(0), _answer(1)], ["answer 0", "answer 1"])
    stuck(verdict, {"waiting envelopes": 0, "answers in the outbox": 3})
    assert (verdict.stuck, verdict.good) == (3, False)


def test_the_same_seed_makes_the_same_schedule_and_another_one_another() -> None:
    assert plan(1, 10_000, 50) == plan(1, 10_000, 50) != plan(2, 10_000, 50)
    assert lines(1, "mail", 500) == lines(1, "mail", 500) != lines(2, "mail", 500)


def test_a_schedule_holds_every_kill_that_was_asked_for_and_every_kind_of_fault() -> None:
    kinds = Counter(fault.kind for fault in plan(3, 10_000, 50))
    assert sum(kinds[kind] for kind in KILLS) == 50
    assert min(kinds[kind] for kind in KILLS) >= 16
    assert {"disk full", "clock jump", "api silence", "smtp accept, then drop", "imap renumber"} < set(kinds)
