"""Every other door: customers write by each connector's simulated provider, over its real hook and signatures."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from madang.channels import quality
from madang.channels.playing import Mood, Person, Provider, Undelivered
from madang.channels.proofs import simulator as lacks_simulator
from madang.channels.registry import entries, simulator
from madang.lib.http import Answer, CallFailed
from tests.faults.pace import Pace
from tests.faults.speech import Line, lines, mark_of

AGAIN = 0.05  # seconds between two tries of a webhook that was not accepted
REPEATED = 0.05  # of the webhooks are posted twice, as providers do that did not hear the answer

log = logging.getLogger("faults")


class Door:
    """One provider: ``accepted`` are the marks its webhooks were answered 2xx for, by customer."""

    def __init__(self, name: str, provider: Provider, seed: int) -> None:
        self.name, self.provider = name, provider
        self.hook = ""
        self.accepted: dict[str, list[str]] = defaultdict(list)
        self.people: dict[str, Person] = {}
        self.repeats = self.tries = self.posts = 0
        self._rng = Random(f"{seed} {name} repeats")
        self._posting: set[asyncio.Task[Answer]] = set()
        self._post = provider.post
        provider.post = self._insist  # type: ignore[method-assign]

    async def _insist(self, hook: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """As every provider does: the same bytes again until somebody takes them; some of them once more after that.

        It goes on behind one who loses patience, as a chatbot's provider does after five seconds.
        """
        task = asyncio.create_task(self._posted(hook, body, headers))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)
        return await asyncio.shield(task)

    async def _posted(self, hook: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.posts += 1
        while True:
            self.tries += 1
            try:
                answer = await self._post(hook, body, headers)
                break
            except (CallFailed, Undelivered):  # also 403: a signature is too old for a house whose clock is wrong
                await asyncio.sleep(AGAIN)
        if self._rng.random() < REPEATED:
            self.repeats += 1
            try:
                await self._post(hook, body, headers)
            except (CallFailed, Undelivered) as error:
                log.info("a repeat met a fault: %s", error)
        return answer

    async def say(self, line: Line) -> None:
        """Write it; it is accepted when this returns."""
        person = self.people.get(line.who)
        if person is None:
            person = self.people[line.who] = self.provider.person(self.hook, line.who)
        try:
            await person.say(line.text)
        except TimeoutError:
            await asyncio.gather(*self._posting)
        self.accepted[line.who].append(line.mark)

    def arrived(self) -> list[str]:
        """The marks of our answers on all phones; of each conversation in order of arrival."""
        shown = itertools.chain.from_iterable(person.bubbles for person in self.people.values())
        return [mark for one in shown if not one.mine and (mark := mark_of(one.text))]


class Doors:
    """All of them. ``names`` are also the names of their channels."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.all: dict[str, Door] = {}
        self._turn = itertools.count()

    async def start(self) -> None:
        """Start every provider that posts webhooks, and whose customers can write."""
        for name, one in entries().items():
            if one.manifest.receives != "hook" or lacks_simulator(one.folder) or _never_repeats(one.folder):
                continue
            made: Any = getattr(simulator(name), "Simulator", None)
            if not (isinstance(made, type) and issubclass(made, Provider)):
                continue
            provider = made()
            person = provider.person("http://127.0.0.1:1/hooks/none", "nobody")
            if "say" not in person.verbs or hasattr(person, "look"):  # pages of the house itself are not posted to
                continue
            provider = made()
            await provider.start()
            self.all[name] = Door(name, provider, self._seed)

    def settings(self, name: str) -> list[str]:
        """How a door's channel is set up."""
        given = self.all[name].provider.form()
        return [word for field, value in given.items() for word in ("--set", f"{field}={value}")]

    async def write(self, messages: int, pace: Pace) -> None:
        """So many messages by all doors together, side by side."""
        shares = [messages // len(self.all) + (place < messages % len(self.all)) for place in range(len(self.all))]
        pens = [(door, pen) for door, n in zip(self.all.values(), shares, strict=True) for pen in self._pens(door, n)]
        await asyncio.gather(*(self._pen(door, pen, pace) for door, pen in pens))

    def _pens(self, door: Door, messages: int) -> list[list[Line]]:
        return [pen for pen in lines(self._seed, door.name, messages) if pen]

    async def _pen(self, door: Door, said: list[Line], pace: Pace) -> None:
        for line in said:
            await pace.turn("doors")
            await door.say(line)
            pace.count("doors")

    def will(self, mood: Mood, size: int) -> None:
        """The next calls of the next provider in turn fail so."""
        doors = list(self.all.values())
        if doors:
            doors[next(self._turn) % len(doors)].provider.will(*[mood] * size, retry_after="1")

    def calm(self) -> None:
        """No provider fails any more."""
        for door in self.all.values():
            door.provider.calm()

    async def close(self) -> None:
        """Stop them all."""
        await asyncio.gather(*(door.provider.stop() for door in self.all.values()))


def _never_repeats(folder: Path) -> bool:
    """Whether its provider posts each webhook once, whatever becomes of it: what is repeated here would be said twice.

    Its quality.toml says so, with the reason, where it is exempt from taking a repeat once.
    """
    return quality.check(folder).rules.get("once") == "exempt"
