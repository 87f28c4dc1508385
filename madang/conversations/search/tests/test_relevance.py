"""How often the right message is among the first five: a labelled set in both languages, beside what it replaces."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text

from madang.conversations.search import queries as search
from madang.conversations.search.asked import Asked
from madang.conversations.search.reactions import index
from madang.conversations.search.tests.bigrams import finds
from madang.lib.postgres import Tx
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

SET = Path(__file__).with_name("relevance.txt")
FLOOR_SUCCESS, FLOOR_RANK = 0.95, 0.9
FIRST = 5

FILL = text("""
with said as (select * from unnest(cast(:texts as text[])) with ordinality as n(body, place)),
people as (insert into customer (name) select 'C' || place from said order by place returning id),
matters as (
  insert into conversation (brand_id, customer_id) select :brand, id from people order by id returning id, customer_id)
insert into message (conversation_id, direction, author, text)
select m.id, 'in', '', body from said
join (select id, row_number() over (order by id) as place from matters) m using (place) order by place
returning id
""")


class Labelled(NamedTuple):
    """Messages as (topic, text), questions as (topic, words)."""

    said: list[tuple[str, str]]
    asked: list[tuple[str, str]]


class Score(NamedTuple):
    """``success``: part of the questions with a right message among the first five; ``rank``: mean of 1/its place."""

    success: float
    rank: float


def _labelled() -> Labelled:
    made, topic = Labelled([], []), ""
    for line in SET.read_text("utf-8").splitlines():
        if line.startswith("["):
            topic = line.strip("[]")
        elif line.startswith(">"):
            made.asked.append((topic, line[1:].strip()))
        elif line and not line.startswith("#"):
            made.said.append((topic, line))
    random.Random(11).shuffle(made.said)
    return made


def _score(answers: Sequence[tuple[str, list[str]]]) -> Score:
    """Of (topic, topics of the messages found, in order)."""
    ranks = [
        next((1 / (place + 1) for place, found in enumerate(some) if found == topic), 0.0) for topic, some in answers
    ]
    return Score(sum(rank >= 1 / FIRST for rank in ranks) / len(ranks), sum(ranks) / len(ranks))


async def _found(tx: Tx, words: str) -> list[str]:
    return [one.text.text for one in (await search.find(tx, CONSOLE, Asked(words), limit=20)).conversations]


async def test_the_right_message_is_among_the_first_five(yard: Yard) -> None:
    labelled = _labelled()
    topics = {said: topic for topic, said in labelled.said}
    async with yard.ground.database.begin() as tx:
        given = {"texts": [said for _, said in labelled.said], "brand": yard.brand_id}
        await index(tx, (await tx.execute(FILL, given)).scalars())
        answers = [(topic, [topics[said] for said in await _found(tx, words)]) for topic, words in labelled.asked]
    newest = labelled.said[::-1]
    before = [(topic, [of for of, said in newest if finds(said, words)]) for topic, words in labelled.asked]
    score, old = _score(answers), _score(before)
    print(f"{len(labelled.said)} messages, {len(labelled.asked)} questions: {score}, before: {old}")
    for (topic, words), (_, found) in zip(labelled.asked, answers, strict=True):
        if topic not in found[:FIRST]:
            print(f"missed: {words} ({topic}) found {found}")
    assert len(labelled.said) >= 150
    assert len(labelled.asked) >= 40
    assert score.success >= FLOOR_SUCCESS
    assert score.rank >= FLOOR_RANK
    assert score.success > old.success
