"""Whatever happens, in whatever order: the ledger is what a full count says, and a replay changes nothing."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels import tally
from madang.channels.connector import Cap, Outbound, SendError, Sent
from madang.channels.registry import get
from madang.conversations import actions, bookkeeping, delivery
from madang.conversations.actions import envelopes, replays
from madang.conversations.actions.recount import differences, recount
from madang.conversations.ledger import ledger
from madang.lib.errors import NotFound
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard, message

pytestmark = pytest.mark.slow  # takes long; see bin/test slow

ERRORS = ("rate", "down", "auth", "unsure", "policy", "window")
# What may not change: everything that people see. Events tell what was done, and are another matter.
SEEN = (
    "select id, conversation_id, channel_id, direction, text, html, state, problem, edited_at, deleted_at from message",
    "select id, status, subject, unread, messages, last_id, last_text, tags, assignee_id from conversation",
    "select id, name from customer",
    "select customer_id, kind, value from identity",
    "select customer_id, kind, value from claim",
    "select message_id, name, size from attachment",
    "select message_id, state from trouble",
    "select kind, conversation_id, message_id from event where kind !~ '^(envelope|replay)'",
)


@dataclass
class Chance:
    """A yard in which things happen by chance, the same for the same seed."""

    yard: Yard
    dice: random.Random
    ada: Any
    known: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    keys: int = 0

    async def send(self, out: Outbound) -> Sent:
        """The provider: takes two of three."""
        if self.dice.random() < 0.35:
            raise SendError(self.dice.choice(ERRORS), "by chance")  # type: ignore[arg-type]
        name = f"p-{out.key}-{self.dice.randrange(10**6)}"
        self.names.append(name)
        return Sent(name)

    async def _put(self, body: dict[str, Any], key: str = "") -> None:
        self.keys += 1
        await self.yard.put(body, key=key or f"key{self.keys}")

    async def says(self) -> None:
        """A customer writes, perhaps what she has written before under another key."""
        made = message("안녕", value=f"c{self.dice.randrange(4)}@naver.example")
        self.known.append(made["id"])
        await self._put(made)

    async def repeats(self) -> None:
        """A provider sends the same delivery again."""
        if self.keys:
            await self._put(message("again"), key=f"key{self.dice.randint(1, self.keys)}")

    async def changes(self) -> None:
        """An edit or a deletion, perhaps before its message."""
        about = self.dice.choice([*self.known[-4:], f"m{10**9 + self.keys}"])
        sender = {"kind": "email", "value": "c0@naver.example"}
        kind = self.dice.choice(("edit", "edit", "delete"))
        at = f"2026-11-22T01:0{self.dice.randrange(10)}:00Z"
        body = {"type": kind, "about": about, "from": sender, "id": f"e{self.keys}", "at": at}
        await self._put(body if kind == "delete" else {**body, "text": f"besser {self.keys}"})

    async def poisons(self) -> None:
        """Something nobody can read."""
        await self._put({"type": "riddle", "id": f"r{self.keys}"})

    async def receipts(self) -> None:
        """A provider says what became of an answer, perhaps of one nobody knows, perhaps late."""
        about = self.dice.choice([*self.names[-6:], "nobody"])
        state = self.dice.choice(("sent", "delivered", "read", "failed"))
        await self._put({"type": "receipt", "about": about, "state": state, "id": f"s{self.keys}"})

    async def takes_in(self) -> None:
        """The workers take in what waits."""
        await self.yard.take_in()

    async def answers(self) -> None:
        """Ada answers somebody."""
        some = await self.yard.conversations()
        if some:
            async with self.yard.ground.database.begin() as tx:
                await actions.reply(tx, self.ada, self.dice.choice(some), text="네", client_key=uuid.uuid4())

    async def delivers(self) -> None:
        """The workers send what is due, also on a channel that was just paused."""
        async with self.yard.ground.database.begin() as tx:
            await tx.execute(text("update outbox set due = now() - interval '1 second', leased_until = null"))
            await tx.execute(text("update channel set paused_at = null, problem = ''"))
        await delivery.deliver(self.yard.ground, self.yard.book, "w")

    async def retries(self) -> None:
        """Ada sends one again that failed or is unsure."""
        async with self.yard.ground.database.begin() as tx:
            stuck = (await tx.execute(text("select message_id from trouble order by 1"))).scalars().all()
            if stuck:
                await actions.retry(tx, self.ada, self.dice.choice(stuck))

    async def mends(self) -> None:
        """A person works on the quarantine."""
        verb = self.dice.choice((envelopes.take_in_again, envelopes.dismiss, envelopes.restore))
        async with self.yard.ground.database.begin() as tx:
            ids = list((await tx.execute(text("select id from envelope where state in (2, 3) order by 1"))).scalars())
            chosen = self.dice.sample(ids, min(len(ids), 2))
            more = ("by chance",) if verb is envelopes.dismiss else ()
            try:
                async with tx.begin_nested():
                    await verb(tx, CONSOLE, chosen, *more)
            except NotFound:
                return

    async def replays(self) -> None:
        """A range is given in again."""
        async with self.yard.ground.database.begin() as tx:
            await tx.execute(
                text(
                    "insert into replay (channel_id, first_id, last_id, position, wanted, actor) "
                    "select 1, min(id), max(id), min(id) - 1, 0, 'system' from envelope having count(*) > 0"
                )
            )
        await bookkeeping.keep(self.yard.ground)

    async def folds(self) -> None:
        """A worker sums up."""
        async with self.yard.ground.database.begin() as tx:
            await tally.fold(tx)


STEPS: tuple[str, ...] = ("says", "repeats", "changes", "poisons", "folds", "replays")
STEPS += 2 * ("says", "receipts", "retries", "mends") + 4 * ("takes_in", "answers", "delivers")


async def _chance(yard: Yard, seed: int, monkeypatch: pytest.MonkeyPatch) -> Chance:
    ada = await cast.agent(yard.ground)
    made = Chance(yard, random.Random(seed), ada)
    monkeypatch.setattr(get("api"), "send", lambda _connector, out: made.send(out))
    monkeypatch.setattr(get("api"), "caps", get("api").caps & ~Cap.IDEMPOTENT)
    return made


async def _check(yard: Yard, hint: object) -> None:
    async with yard.ground.database.begin() as tx:
        assert await differences(tx) == [], hint
        (line,) = await ledger(tx)
    assert line.received == line.taken_in + line.quarantined + line.dismissed + line.waiting, hint
    assert min(line.waiting, line.quarantined, line.dismissed, line.sent, line.failed, line.unsure) >= 0, hint


MANY = [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))]


@pytest.mark.parametrize("seed", MANY)
async def test_the_ledger_is_what_a_full_count_says(yard: Yard, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = await _chance(yard, seed, monkeypatch)
    done: list[str] = []
    for place in range(80):
        done.append(chance.dice.choice(STEPS))
        await getattr(chance, done[-1])()
        if place % 10 == 9:
            await _check(yard, done[-12:])
    await chance.takes_in()
    await chance.delivers()
    async with yard.ground.database.begin() as tx:
        before = (await ledger(tx))[0]
        await recount(tx, CONSOLE.actor)
        after = (await ledger(tx))[0]
    assert min(before.taken_in, before.sent + before.failed + before.unsure) > 0  # else nothing was shown
    assert (before.received, before.sent, before.failed) == (after.received, after.sent, after.failed)


async def _seen(yard: Yard) -> list[list[Any]]:
    async with yard.ground.database.begin() as tx:
        return [sorted(map(str, await tx.execute(text(statement)))) for statement in SEEN]


@pytest.mark.parametrize("seed", MANY)
async def test_replaying_any_range_any_number_of_times_changes_nothing(
    yard: Yard, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = await _chance(yard, seed, monkeypatch)
    steps = [step for step in STEPS if step not in ("mends", "replays")]
    for _ in range(50):
        await getattr(chance, chance.dice.choice(steps))()
    await yard.take_in()
    before = await _seen(yard)
    for _ in range(4):
        async with yard.ground.database.begin() as tx:
            ids = list((await tx.execute(text("select id from envelope where state = 1 order by 1"))).scalars())
            first, last = sorted(chance.dice.sample(ids, 2))
            await replays.start(tx, CONSOLE, 1, first, last)
        await bookkeeping.keep(yard.ground)
        await yard.take_in()
        assert await _seen(yard) == before
        await _check(yard, (first, last))


async def _replay(yard: Yard, key: str) -> None:
    async with yard.ground.database.begin() as tx:
        one = (await tx.execute(text("select id from envelope where key = :key"), {"key": key})).scalar_one()
        await replays.start(tx, CONSOLE, 1, one, one)
    await bookkeeping.keep(yard.ground)
    await yard.take_in()


async def test_the_first_of_two_edits_of_one_second_does_not_come_back(yard: Yard) -> None:
    await yard.put(message("안녕", id="m1"), key="said")
    for number in (1, 2):
        edit = {
            "type": "edit",
            "about": "m1",
            "id": f"e{number}",
            "text": f"edit {number}",
            "at": "2026-11-22T02:00:00Z",
        }
        await yard.put({**edit, "from": {"kind": "email", "value": "mina@naver.example"}}, key=f"edit {number}")
    await yard.take_in()
    before = await _seen(yard)
    for key in ("edit 1", "said", "edit 2", "edit 1"):
        await _replay(yard, key)
        assert await _seen(yard) == before


async def test_an_old_failure_does_not_undo_what_was_sent_again(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = await _chance(yard, 1, monkeypatch)
    monkeypatch.setattr(chance.dice, "random", lambda: 1.0)  # the provider takes everything
    await chance.says()
    await yard.take_in()
    await chance.answers()
    await chance.delivers()
    failure = {"type": "receipt", "about": chance.names[0], "state": "failed", "id": "s"}
    await yard.put(failure, key="failure")
    await yard.take_in()
    await chance.retries()
    await chance.delivers()
    before = await _seen(yard)
    await _replay(yard, "failure")
    assert await _seen(yard) == before
    await _check(yard, "sent again")


async def test_what_was_missed_is_added(yard: Yard) -> None:
    await yard.put(message("안녕", id="m1"), key="said")
    await yard.take_in()
    async with yard.ground.database.begin() as tx:  # as if the connector had passed it over
        for table in ("message_name", "message"):
            await tx.execute(text(f"delete from {table}"))
    await _replay(yard, "said")
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select text from message"))).scalars().all() == ["안녕"]
