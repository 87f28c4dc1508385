"""Merging by itself: off until somebody sets it, never against what a person has said, and undone it is for ever."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import text

from madang.conversations import merging
from madang.customers import weighing
from madang.customers.actions import block, matching, merge, suggesting
from madang.customers.actions.automatic import MOST_TOGETHER, merge_sure
from madang.customers.actions.matching import Wanted
from madang.customers.actions.suggesting import Asked, Pair
from madang.customers.matching.record import Known
from madang.customers.matching.thresholds import bands
from madang.customers.matchmaking.tests.crowds import fill
from madang.events.record import SYSTEM
from madang.lib.errors import Refused
from madang.lib.postgres import Database, Tx
from madang.staff.permissions import CONSOLE, NotPermitted
from madang.tests.cast import Yard, agent

SURE = 0.9995
DECIDE = text("""
insert into suggestion (one_id, two_id, reason, score, state, decided_by)
select :first + 2 * n, :first + 2 * n + 1, 'match', :score, :state, :by from generate_series(0, :n - 1) n
""")


def wanted(automatic: float | None = None, *, confirmed: bool = False, suggest: float | None = None) -> Wanted:
    return Wanted(suggest, automatic, confirmed, True, True, 3, "Asia/Seoul")


async def _people(db: Database, count: int) -> list[int]:
    return await fill(db, [Known(names=(f"고객 {n}",)) for n in range(count)])


async def _asked(tx: Tx, *pairs: tuple[int, int], score: float = SURE) -> list[Asked]:
    return await suggesting.suggest(tx, [Pair(*pair, score, [{"field": "name"}]) for pair in pairs])


async def _sure(tx: Tx, *pairs: tuple[int, int]) -> int:
    return await merge_sure(tx, await _asked(tx, *pairs), 0.999)


async def test_off_it_merges_nobody_and_on_only_the_sure(db: Database) -> None:
    a, b, c, d = await _people(db, 4)
    async with db.begin() as tx:
        assert (await weighing.current(tx)).automatic is None
        asked = await _asked(tx, (a, b))
        assert await merge_sure(tx, asked, None) == 0
        assert await merge_sure(tx, [*asked, *await _asked(tx, (c, d), score=0.998)], 0.999) == 1
        row = (await tx.execute(text("select * from merge"))).one()
        assert (row.winner_id, row.loser_id, row.by, row.why["reason"], row.why["score"]) == (
            a,
            b,
            "system",
            suggesting.AUTOMATIC,
            SURE,
        )
        assert row.why["evidence"] == [{"field": "name"}]
        (state,) = (await tx.execute(text("select state from suggestion where one_id = :a"), {"a": a})).one()
        assert state == suggesting.ACCEPTED
        kinds = (await tx.execute(text("select kind from event where actor = 'system' order by id"))).scalars()
        assert list(kinds) == ["suggestion.made", "suggestion.made", "customer.merged", "suggestion.decided"]


async def test_never_conflicts_nor_the_blocked_nor_crowds(db: Database) -> None:
    a, b, c, d, *many = await _people(db, 4 + MOST_TOGETHER)
    async with db.begin() as tx:
        await block(tx, CONSOLE, b)
        assert await _sure(tx, (a, b)) == 0
        await suggesting.conflict(tx, c, d)
        assert await _sure(tx, (c, d)) == 0
        everyone = [a, *many]
        pairs = list(pairwise(everyone))
        assert await _sure(tx, *pairs) == MOST_TOGETHER - 1
        reason = text("select reason from suggestion where one_id = :c")
        assert (await tx.execute(reason, {"c": c})).scalar_one() == "conflict", "a conflict stays one"


async def test_never_a_pair_once_rejected_whoever_they_have_become(db: Database) -> None:
    a, b, c, d = await _people(db, 4)
    async with db.begin() as tx:
        (asked,) = await _asked(tx, (a, b), score=0.95)
        await suggesting.reject(tx, SYSTEM, asked.id, 2)
        assert await _sure(tx, (a, b)) == 0, "asked again, since more is known, but of a person"
        await merge(tx, SYSTEM, c, a)
        assert await _sure(tx, (c, b)) == 0
        (asked,) = await _asked(tx, (b, d))
        await suggesting.reject(tx, SYSTEM, asked.id, 3)
        await merge(tx, SYSTEM, c, d)
        assert await _asked(tx, (b, c)) == [], "said of one of hers for ever"


async def test_undone_it_is_a_rejection_for_ever_whoever_undoes_it_where(db: Database) -> None:
    a, b = await _people(db, 2)
    async with db.begin() as tx:
        assert await _sure(tx, (a, b)) == 1
        number = (await tx.execute(text("select id from merge"))).scalar_one()
        await merging.undo(tx, CONSOLE, number, ask_again=True)
        row = (await tx.execute(text("select state, decided_by from suggestion"))).one()
        assert (row.state, row.decided_by) == (suggesting.NEVER, "system")
        assert await _asked(tx, (a, b), score=0.99999) == []
        assert await _sure(tx, (a, b)) == 0


async def test_a_new_question_is_told_once_and_again_when_it_is_asked_again(db: Database) -> None:
    a, b = await _people(db, 2)
    told = text("select count(*) from event where kind = 'suggestion.made'")
    async with db.begin() as tx:
        for score, new in ((0.91, 1), (0.91, 1), (0.92, 1)):
            await _asked(tx, (a, b), (b, a), score=score)
            assert (await tx.execute(told)).scalar_one() == new
        (row,) = (await tx.execute(text("select id, score from suggestion"))).all()
        assert row.score == 0.92
        await suggesting.reject(tx, SYSTEM, row.id, 2)
        assert await _asked(tx, (a, b), score=0.92) == []
        (again,) = await _asked(tx, (a, b), score=0.99)
        assert again.new
        assert (await tx.execute(told)).scalar_one() == 2


async def test_what_is_chosen_is_checked_and_only_by_administrators(yard: Yard) -> None:
    db, ada = yard.ground.database, await agent(yard.ground)
    async with db.begin() as tx:
        for verb in (matching.choose(tx, ada, wanted()), matching.ask(tx, ada), matching.use(tx, ada, None)):
            with pytest.raises(NotPermitted):
                await verb
        for field, refused in (
            ("automatic", wanted(0.98, confirmed=True)),
            ("automatic", wanted(1.0, confirmed=True)),
            ("confirmed", wanted(0.999)),
            ("suggest", wanted(suggest=0.4)),
        ):
            with pytest.raises(Refused) as error:
                await matching.choose(tx, CONSOLE, refused)
            assert error.value.field == field
        await matching.choose(tx, CONSOLE, wanted(0.999, confirmed=True, suggest=0.95))
        found = await weighing.current(tx)
        assert (found.suggest, found.automatic) == (0.95, 0.999)
        await matching.choose(tx, CONSOLE, wanted())
        assert (await weighing.current(tx)).automatic is None


async def test_decisions_bear_it_and_cease_to(db: Database) -> None:
    first = (await _people(db, 800))[0]
    async with db.begin() as tx:
        given = {"first": first, "n": 200, "score": SURE, "state": 1, "by": "user:1"}
        await tx.execute(DECIDE, given)
        await tx.execute(DECIDE, given | {"first": first + 400, "n": 50, "score": 0.92, "state": 2})
        await tx.execute(DECIDE, given | {"first": first + 500, "n": 100, "score": 0.92, "by": "system"})
        await matching.learn_thresholds(tx)
        row = (await tx.execute(text("select * from matching_settings"))).one()
        assert (row.borne_from, row.suggest_from, row.decided, row.accepted) == (SURE, 0.92, 250, 200)
        await matching.choose(tx, CONSOLE, wanted(SURE))
        assert (await weighing.current(tx)).automatic == SURE
        await tx.execute(DECIDE, given | {"first": first + 700, "n": 20, "state": 3})
        await matching.learn_thresholds(tx)
        assert (await weighing.current(tx)).automatic is None, "what people decide since does not bear it any more"


def test_bands_say_what_was_decided_and_how_much_of_it_is_sure() -> None:
    found = bands([(0.9, 10, 5), (0.9499, 5, 5), (0.95, 1, 1), (0.9999, 100, 100)])
    assert [(one.from_, one.to, one.decided, one.accepted) for one in found] == [
        (0.999, 1.0, 100, 100),
        (0.99, 0.999, 0, 0),
        (0.95, 0.99, 1, 1),
        (0.9, 0.95, 15, 10),
        (0.8, 0.9, 0, 0),
        (0.5, 0.8, 0, 0),
    ]
    assert 0.96 < found[0].at_least < 0.97
    assert found[1].at_least == 0
