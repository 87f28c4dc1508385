"""The process that compares everybody, as it really runs: learned, suggested, killed and begun anew, one at a time."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import signal
from asyncio.subprocess import PIPE, Process
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from madang.customers import weighing
from madang.customers.actions import matching, suggesting
from madang.customers.actions.suggesting import Pair
from madang.customers.learned import Fate, Phase
from madang.customers.matchmaking import starting
from madang.customers.matchmaking.tests.crowds import fill
from madang.events.record import SYSTEM
from madang.ground import Ground
from madang.lib.offspring import command
from madang.staff.permissions import CONSOLE

if TYPE_CHECKING:
    from madang.bench.data.labelled import Labelled

pytestmark = pytest.mark.slow

PATIENCE = 300
RUNS = text("select phase, problem, counts, model_id from matching_run order by id")
ASKED = text("select one_id, two_id, score, evidence from suggestion where state = 0 order by 1, 2")


def korean(count: int, seed: int) -> Labelled:
    """Loaded where it is used: what comes while tests are collected stays to the end."""
    from madang.bench.data import labelled

    return labelled.korean(count, seed)


async def _start(ground: Ground, *options: str) -> Process:
    environment = ground.settings.environment() | {"DATABASE_URL": ground.database.url}
    return await asyncio.create_subprocess_exec(*command("match", *options), stdout=PIPE, stderr=PIPE, env=environment)


async def _end(process: Process) -> tuple[int | None, str, str]:
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def _match(ground: Ground, *options: str) -> dict[str, int]:
    code, out, err = await _end(await _start(ground, *options))
    assert code == 0, err
    found: dict[str, int] = json.loads(out)
    return found


async def _asked(ground: Ground) -> dict[tuple[int, int], float]:
    async with ground.database.begin() as tx:
        rows = (await tx.execute(ASKED)).all()
    assert all(row.evidence for row in rows)
    return {(row.one_id, row.two_id): row.score for row in rows}


def _right(labelled: Labelled, ids: list[int], pairs: set[tuple[int, int]]) -> float:
    whose = dict(zip(ids, labelled.whose, strict=True))
    return sum(whose[one] == whose[two] for one, two in pairs) / len(pairs)


async def test_a_house_learns_its_own_weights_and_asks_about_everybody(ground: Ground) -> None:
    labelled = korean(3_000, 5)
    ids = await fill(ground.database, labelled.known)
    found = await _match(ground)
    assert found["customers"] == len(ids)
    asked = await _asked(ground)
    assert found["suggested"] == len(asked) > 150
    assert _right(labelled, ids, set(asked)) > 0.9
    async with ground.database.begin() as tx:
        by = await weighing.current(tx)
        row = (await tx.execute(text("select * from matching_model"))).one()
        assert (by.model_id, by.weights.records, row.customers) == (found["model"], len(ids), len(ids))
        assert row.quality["suggested"] > 150
        assert row.quality["precision"] > 0.9
        strangers = next((one, ids[0]) for one in ids if labelled.whose[ids.index(one)] != labelled.whose[0])
        for pair, evidence in ((strangers, [{"weight": 9.0}]), ((ids[0], ids[-1]), [{"field": "address"}])):
            await suggesting.suggest(tx, [Pair(*pair, 0.9999, evidence)])
        await matching.use(tx, CONSOLE, None)
        assert (await weighing.current(tx)).model_id is None
        kinds = list((await tx.execute(text("select distinct kind from event order by 1"))).scalars())
    assert kinds == ["matching.changed", "matching.ended", "matching.learned", "suggestion.made"]
    again = await _match(ground)
    assert again["model"] is None, "whoever went back to the weights that are shipped keeps them"
    now = await _asked(ground)
    assert now[min(strangers), max(strangers)] < 0.5, "what old weights asked has sunk"
    assert now[ids[0], ids[-1]] == 0.9999, "what an import said has not"


async def test_weights_that_judge_decisions_worse_are_kept_aside(ground: Ground) -> None:
    await fill(ground.database, korean(3_000, 5).known)
    await _match(ground, "--no-learning")
    async with ground.database.begin() as tx:
        # Somebody said no to every question; and the weights in use are made to believe nobody is anybody else.
        await tx.execute(text("update suggestion set state = 3, decided_by = 'user:1', decided_at = now()"))
        doubting = json.loads((await weighing.current(tx)).weights.json()) | {"prior": 1e-12}
        number = await matching.keep(tx, doubting, 1, {}, Fate.TAKEN)
    found = await _match(ground)
    assert (found["model"], found["suggested"]) == (number, 0)
    async with ground.database.begin() as tx:
        row = (await tx.execute(text("select * from matching_model order by id desc limit 1"))).one()
        assert row.fate == Fate.HELD
        assert row.quality["decided"] > 150
        assert row.quality["surprise"] > row.quality["before_surprise"] + 1
        await matching.use(tx, CONSOLE, row.id)
        assert (await weighing.current(tx)).model_id == row.id, "an administrator takes them all the same"


async def test_killed_it_leaves_nothing_half_and_the_next_one_does_it_all(ground: Ground) -> None:
    ids = await fill(ground.database, korean(3_000, 6).known)
    process = await _start(ground)
    async with asyncio.timeout(PATIENCE):
        while not await _asked(ground):  # it has written some of its suggestions
            assert process.returncode is None
            await asyncio.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    await _end(process)
    async with ground.database.begin() as tx:
        (run,) = (await tx.execute(RUNS)).all()
        assert run.phase == Phase.RUNNING, "nobody has seen it die yet"
        model = (await weighing.current(tx)).model_id
    half = await _asked(ground)
    found = await _match(ground)
    async with ground.database.begin() as tx:
        runs = (await tx.execute(RUNS)).all()
    assert [one.phase for one in runs] == [Phase.BROKEN, Phase.ENDED]
    assert found["customers"] == len(ids)
    whole = await _asked(ground)
    assert half.keys() <= whole.keys()
    assert len(whole) == found["found"] >= found["suggested"]
    assert model is not None, "weights are kept before the first suggestion"


async def test_there_is_one_at_a_time(ground: Ground) -> None:
    await fill(ground.database, korean(3_000, 7).known)
    both = await asyncio.gather(*[_start(ground), _start(ground)])
    said = await asyncio.gather(*(_end(one) for one in both))
    assert [one[0] for one in said] == [0, 0]
    assert sorted(bool(one[1]) for one in said) == [False, True]
    assert any("Somebody is at it already." in one[2] for one in said)


async def test_the_worker_starts_it_when_asked_and_ends_it_when_it_stops(ground: Ground) -> None:
    await fill(ground.database, korean(3_000, 8).known)
    url = ground.database.url
    ground = Ground.open(dataclasses.replace(ground.settings, database_url=url), url)
    assert await starting.look(ground) is None, "nobody has asked, and no night has been"
    async with ground.database.begin() as tx:
        await matching.ask(tx, CONSOLE)
    assert await starting.look(ground, stopping=lambda: True) == -signal.SIGTERM
    assert await starting.look(ground) == 0
    assert await _asked(ground)
    assert not await starting.due(ground)
    async with ground.database.begin() as tx:
        await tx.execute(text("update matching_settings set since = now() - interval '2 days'"))
        await tx.execute(text("update matching_run set at = now() - interval '26 hours'"))
    assert await starting.due(ground), "a night has been since"
    async with ground.database.begin() as tx:
        number = await matching.begin(tx, SYSTEM)
        await matching.fail(tx, number, "x")
    assert not await starting.due(ground), "what failed just now is not tried at once"
    await ground.close()
