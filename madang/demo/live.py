"""What goes on: customers begin new matters, and answer when somebody answers them."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from datetime import timedelta

import httpx
from sqlalchemy import func, select

from madang.demo.company import Company, Kept
from madang.demo.hands import Hand, Street
from madang.demo.story import Says, Story
from madang.ground import Ground
from madang.staff.models import Session

log = logging.getLogger("madang.demo")

LOOKING = timedelta(minutes=2)  # since somebody at the desk last asked for something
LIVELY = 60  # new matters at the story's pace while somebody looks; then the day grows a little calmer
CALM = 1.5  # times slower
STILL = "still"
THINK = (2.0, 6.0)  # seconds before a customer answers


async def live(ground: Ground, street: Street, company: Company, story: Story, kept: Kept) -> None:
    """Until cancelled."""
    async with asyncio.TaskGroup() as group:
        places = [(one.brand, one.by, one.who) for one in story.matters]
        places += [(one.brand, one.by, one.who) for one in story.live.says]
        for place in dict.fromkeys(places):
            if not street.opens(*place[:2]):
                continue
            hand = street.hand(company, place[0], place[1], story.people[place[2]])
            group.create_task(hand.listen(_Thanks(story)))
        group.create_task(_begin(ground, street, company, story, kept))


class _Thanks:
    """A customer reads an answer, thinks, and says a word of thanks in its language."""

    def __init__(self, story: Story) -> None:
        self._story = story

    async def __call__(self, words: str, hand: Hand) -> None:
        await asyncio.sleep(random.uniform(*THINK))  # noqa: S311 - a story
        language = "ko" if any("가" <= letter <= "힣" for letter in words) else "en"
        await _try(hand, random.choice(self._story.live.thanks[language]))  # noqa: S311


async def _begin(ground: Ground, street: Street, company: Company, story: Story, kept: Kept) -> None:
    says = [one for one in story.live.says if street.opens(one.brand, one.by)]
    for count, one in enumerate(itertools.cycle(says)):
        await _somebody_looks(ground)
        await _allowed(ground)
        hand = street.hand(company, one.brand, one.by, story.people[one.who])
        kept.number += 1
        await _say_all(hand, one, kept.number)
        kept.write(ground.settings.data)
        await asyncio.sleep(story.live.every * (1 if count < LIVELY else CALM))


async def _somebody_looks(ground: Ground) -> None:
    """Nobody talks to an empty room: overnight the desk does not fill up."""
    newest = select(func.max(Session.seen_at) > func.now() - LOOKING)
    while True:
        async with ground.database.begin() as tx:
            if (await tx.execute(newest)).scalar_one():
                return
        await asyncio.sleep(1)


async def _allowed(ground: Ground) -> None:
    """Whoever takes pictures of the desk lays a file ``still`` into the data directory: nobody begins anything."""
    while (ground.settings.data / STILL).exists():
        await asyncio.sleep(1)


async def _say_all(hand: Hand, one: Says, number: int) -> None:
    for place, line in enumerate(one.lines):
        subject = one.subject.format(n=number) if place == 0 else ""
        await _try(hand, line.format(n=number), subject)
        await asyncio.sleep(1.5)


async def _try(hand: Hand, words: str, subject: str = "") -> None:
    try:
        await hand.say(words, subject)
    except (httpx.HTTPError, OSError) as error:
        log.info("a customer could not write, she tries again later: %s", error)
