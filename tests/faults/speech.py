"""What customers say: many of them, a few busy, each in an order that is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

PENS = 8  # write side by side; one customer has one pen, so that her messages keep their order
MARK = re.compile(r"([a-z_]*[a-z])(\d+)\.(\d+)\b")
ANSWER = re.compile(r"answer (\d+)\b")
SENTENCES = (
    "주문한 담요가 언제 도착하나요?",
    "색이 사진과 달라요. 교환하고 싶어요.",
    "영수증을 다시 보내 주세요.",
    "Where is my order? The tracking page shows nothing.",
    "The tent arrived with a torn seam.",
    "Can I still change the address?",
    "감사합니다. 잘 받았어요!",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a customer, the ``number``-th she says."""

    who: str
    number: int
    text: str

    @property
    def mark(self) -> str:
        """What names it wherever it turns up."""
        return f"{self.who}.{self.number}"


def lines(seed: int, side: str, messages: int) -> list[list[Line]]:
    """What each pen writes, in order. Busy customers say more than single ones."""
    rng = Random(f"{seed} {side}")
    customers = range(max(4, messages // 8))
    weights = [1 / (place + 1) ** 0.6 for place in customers]
    said = [0] * len(customers)
    pens: list[list[Line]] = [[] for _ in range(PENS)]
    for customer in rng.choices(customers, weights, k=messages):
        said[customer] += 1
        who = f"{side}{customer}"
        line = Line(who, said[customer], f"{who}.{said[customer]} {rng.choice(SENTENCES)}")
        pens[customer % PENS].append(line)
    return pens


def answer(number: int) -> str:
    """What we answer the ``number``-th time."""
    return f"answer {number} {SENTENCES[number % len(SENTENCES)]}"


def mark_of(text: str) -> str:
    """The mark a text begins with, '' when it is none of ours."""
    found = MARK.match(text) or ANSWER.match(text)
    return found[0] if found else ""


def in_order(marks: Sequence[str]) -> bool:
    """Whether one customer's marks stand as she said them."""
    numbers = [int(mark.rpartition(".")[2]) for mark in marks]
    return numbers == sorted(numbers)
